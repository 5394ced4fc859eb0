#include "propagator/portfolio.hpp"

#include "propagator/bandit.hpp"
#include "propagator/cma_es.hpp"
#include "propagator/differential_evolution.hpp"
#include "propagator/elitist.hpp"
#include "propagator/evolution.hpp"
#include "propagator/extra_trees.hpp"
#include "propagator/frugal.hpp"
#include "propagator/parzen.hpp"
#include "propagator/quadratic.hpp"
#include "propagator/transfer.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace evolt {

namespace {

bool has_choices(const Encoding& encoding) {
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    if (encoding.choices(i) > 0) {
      return true;
    }
  }
  return false;
}

/// Whether some parameter is not always active.
bool has_branches(const Encoding& encoding) {
  const auto& parameters = encoding.space().parameters();
  return std::any_of(parameters.begin(), parameters.end(),
                     [](const Parameter& parameter) { return !parameter.when.all.empty(); });
}

/// Trees and recombination spread along a front; CMA-ES pulls it forward where it can.
std::vector<Arm> arms_for_fronts(const Encoding& encoding, bool only_numbers) {
  std::vector<Arm> arms{{.propagator = ExtraTrees(encoding), .wins = 6},
                        {.propagator = evolution(encoding), .wins = 6},
                        {.propagator = Parzen(), .wins = 3}};
  if (only_numbers) {
    arms.push_back({.propagator = CmaEs(encoding), .wins = 3, .reserved = 0.1});
  }
  return arms;
}

/// A density learns most from the first few dozen results, trees from more; recombination pays off
/// last.
std::vector<Arm> arms_for_branches(const Encoding& encoding) {
  return {{.propagator = ExtraTrees(encoding), .wins = 6, .after = 40},
          {.propagator = Parzen(), .wins = 9, .losses = 1, .reserved = 0.15},
          {.propagator = DifferentialEvolution(), .after = 200},
          {.propagator = Elitist(), .after = 200}};
}

/// What it costs to come somewhere rises and falls smoothly along ordered settings (batch sizes,
/// power limits), and is often least at their ends: a quadratic model sees that from a few results.
/// The others have their turns when it has had its time.
std::vector<Arm> arms_for_cost_to_target(const Encoding& encoding) {
  constexpr std::size_t kResultsPerParameter = 8;
  std::vector<Arm> arms = arms_for_branches(encoding);
  for (Arm& arm : arms) {
    arm.after = std::max(arm.after, kResultsPerParameter * encoding.size());
  }
  arms.push_back({.propagator = Quadratic(encoding), .wins = 6, .reserved = 0.3});
  return arms;
}

/// Samples of a distribution are rarely among the best of their time, yet they are what moves it:
/// credit by rank alone would starve CMA-ES. A quadratic model waits for results enough to fit.
std::vector<Arm> arms_for_numbers(const Encoding& encoding) {
  constexpr std::size_t kResultsPerNumber = 8;
  return {{.propagator = CmaEs(encoding), .wins = 6, .reserved = 0.6},
          {.propagator = Quadratic(encoding),
           .reserved = 0.1,
           .after = kResultsPerNumber * encoding.size()},
          {.propagator = ExtraTrees(encoding), .wins = 3},
          {.propagator = Parzen(), .wins = 3}};
}

}  // namespace

// How shares and beliefs were chosen: docs/search.md.
Propagator portfolio(const Encoding& encoding, const Brief& brief) {
  const bool only_numbers = !has_choices(encoding) && !has_branches(encoding);
  std::vector<Arm> arms = brief.objectives > 1 ? arms_for_fronts(encoding, only_numbers)
                          : brief.cost         ? arms_for_cost_to_target(encoding)
                          : only_numbers       ? arms_for_numbers(encoding)
                                               : arms_for_branches(encoding);
  if (!brief.prior.empty()) {
    arms.push_back({.propagator = Transfer(brief.prior), .wins = 8, .losses = 2});
  }
  Bandit bandit(std::move(arms));
  if (brief.objectives > 1 && brief.cost) {
    return Frugal(encoding, std::move(bandit), {.cost = *brief.cost, .trials = brief.trials});
  }
  return bandit;
}

}  // namespace evolt
