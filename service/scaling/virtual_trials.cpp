#include "service/scaling/virtual_trials.hpp"

#include "core/rng.hpp"

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr int kGenes = 10;
constexpr double kWidth = 5.12;

}  // namespace

Seconds VirtualTrials::duration(const TrialId& trial) const {
  Rng rng{seed_, trial.incarnation, trial.rank, trial.counter};
  return mean_ * std::exp(sigma_ * rng.normal() - sigma_ * sigma_ / 2);
}

double VirtualTrials::value(const Params& params) const {
  double sum = 0;
  double gene = 0;
  for (const auto& [name, value] : params) {
    const double x = std::get<double>(value) - 0.31 * (++gene - kGenes / 2);
    sum += x * x;
    if (landscape_ == Landscape::rastrigin) {
      sum += 10 - 10 * std::cos(2 * std::numbers::pi * x);
    }
  }
  return sum;
}

Study make_study(const VirtualStudy& what) {
  Study study;
  study.name = "simulated";
  study.seed = what.seed;
  study.budget.trials = what.trials;
  study.trial.mode = StartMode::inproc;
  study.objective.minimize = {"value"};
  study.stopper.kind = "none";
  study.islands.count = what.islands;
  study.islands.learn_from = what.learn_from;
  study.search.propagator = what.propagator;
  std::vector<Parameter> parameters;
  for (int i = 0; i < kGenes; ++i) {
    parameters.push_back(
        {"x" + std::to_string(i), FloatDomain{.low = -kWidth, .high = kWidth}, {}});
  }
  study.space = SearchSpace(std::move(parameters));
  return study;
}

}  // namespace evolt
