#include "benchmarks/stopping/verdict_costs.hpp"

#include "core/rng.hpp"
#include "estimators/catalogue.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace evolt {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kSteps = 50;
constexpr int kJudged = 200;  ///< trials for each rule

double nanoseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::nano>(duration).count();
}

/// `costly`: with a cost as a second value, over two orders of magnitude.
std::vector<CurvePoint> some_points(Rng& rng, bool costly) {
  const double floor = rng.uniform();
  const double height = 1 + rng.uniform();
  const double alpha = rng.uniform(0.3, 1.5);
  const double cost = costly ? std::pow(100, rng.uniform()) : 0;
  std::vector<CurvePoint> points;
  for (std::int64_t step = 1; step <= kSteps; ++step) {
    const double value = floor + height * std::pow(static_cast<double>(step), -alpha);
    points.push_back({step, value + 0.02 * rng.normal(), value + 0.2 * rng.normal(), {}});
    if (costly) {
      points.back().others = {cost};
    }
  }
  return points;
}

VerdictCost summary(std::string what, std::vector<double> costs) {
  std::sort(costs.begin(), costs.end());
  const auto slow = costs.end() - static_cast<std::ptrdiff_t>(costs.size() / 12);
  // Of the slowest the slowest tenth is left out: others use the machine too.
  const auto end = costs.end() - static_cast<std::ptrdiff_t>(costs.size() / 120);
  return {std::move(what), costs[costs.size() / 2],
          std::accumulate(slow, end, 0.0) / static_cast<double>(std::max(end - slow, {1}))};
}

/// Curves that are known, each with an id of its own.
struct Study {
  bool costly = false;
  Rng rng{5};
  History history;
  std::uint64_t bred = 0;

  void add(std::size_t curves) {
    for (std::size_t i = 0; i < curves; ++i) {
      const TrialId id{1, 0, bred++};
      for (const CurvePoint& point : some_points(rng, costly)) {
        history.add(id, point);
      }
    }
  }
};

VerdictCost cost_of(const Estimator& rule, const std::string& what, Study& study) {
  std::vector<double> costs;
  for (int i = 0; i < kJudged; ++i) {
    const TrialId id{1, 0, study.bred++};
    for (const CurvePoint& point : some_points(study.rng, study.costly)) {
      study.history.add(id, point);
      const Curve& curve = *study.history.curve(id);
      const auto start = Clock::now();
      const Verdict verdict = rule.judge(curve, study.history);
      const double cost = nanoseconds(Clock::now() - start);
      if (i > 0) {  // the first builds the indices
        costs.push_back(cost);
      }
    }
  }
  return summary(what, std::move(costs));
}

/// Each trial is parked at the rung below which it was bad, most at the first.
VerdictCost cost_of_resuming(const Estimator& rule, const std::string& what, Study& study) {
  ParkedTrials parked;
  for (std::uint64_t k = 0; k < study.bred; ++k) {
    parked.add({1, 0, k}, k % 10 == 0 ? 3 : 1, study.history);
  }
  std::vector<double> costs;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const TrialId id{1, 0, i % std::max<std::uint64_t>(study.bred, 1)};
    parked.remove(id);
    const auto start = Clock::now();
    static_cast<void>(rule.resume(parked, study.history, true));
    if (i > 0) {
      costs.push_back(nanoseconds(Clock::now() - start));
    }
    parked.add(id, 1, study.history);
  }
  return summary(what, std::move(costs));
}

}  // namespace

std::vector<VerdictCost> verdict_costs(std::size_t curves) {
  Study study;
  study.add(curves);
  std::vector<VerdictCost> costs;
  EstimatorOptions options{.steps = kSteps};
  for (const std::string& name : estimator_names()) {
    costs.push_back(cost_of(make_estimator(name, options), name, study));
  }
  options.parks = true;
  const Estimator parking = make_estimator("default", options);
  costs.push_back(cost_of(parking, "default, parking", study));
  costs.push_back(cost_of_resuming(parking, "default, which goes on", study));
  Study two{.costly = true};
  two.add(curves);
  options.cost = 1;
  const Estimator thrifty = make_estimator("default", options);
  costs.push_back(cost_of(thrifty, "default, parking, two values", two));
  costs.push_back(cost_of_resuming(thrifty, "default, which goes on, two values", two));
  return costs;
}

}  // namespace evolt
