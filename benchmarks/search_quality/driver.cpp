#include "benchmarks/search_quality/driver.hpp"

#include "benchmarks/search_quality/hypervolume.hpp"
#include "core/rng.hpp"
#include "propagator/encoding.hpp"
#include "service/search/ask_tell.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <stdexcept>
#include <utility>

namespace evolt {
namespace {

constexpr const char* kNames[] = {"first", "second"};

Study study_of(const Problem& problem, const Searcher& searcher, std::uint64_t seed,
               std::int64_t evaluations) {
  Study study;
  study.name = problem.name;
  study.seed = seed;
  study.budget.trials = evaluations;
  study.trial.mode = StartMode::inproc;
  study.objective.kind = problem.objectives() > 1 ? ObjectiveKind::pareto : ObjectiveKind::metric;
  study.objective.minimize.assign(kNames, kNames + problem.objectives());
  study.stopper.kind = "none";
  study.search.propagator = searcher.propagator;
  study.space = problem.space;
  if (searcher.settings.empty()) {
    return study;
  }
  return parse_study(study_to_json(study).dump(), problem.name, searcher.settings, true);
}

/// An evaluation under way.
struct Running {
  double ends = 0;
  std::int64_t trial = 0;
  std::vector<double> values;

  /// The earliest first; of two that end together the one that began first.
  bool operator>(const Running& other) const {
    return std::pair(ends, trial) > std::pair(other.ends, other.trial);
  }
};

/// How long evaluations take.
class Durations {
 public:
  Durations(int workers, std::uint64_t seed) : alike_(workers == 1), rng_({7919 * seed + 13}) {}

  double next() { return alike_ ? 1 : std::exp(0.8 * rng_.normal()); }

 private:
  bool alike_;
  Rng rng_;
};

Metrics metrics_of(const std::vector<double>& values) {
  Metrics metrics;
  for (std::size_t i = 0; i < values.size(); ++i) {
    metrics.emplace_back(kNames[i], values[i]);
  }
  return metrics;
}

}  // namespace

Results run_search(const Problem& problem, const Searcher& searcher, int workers,
                   std::uint64_t seed, std::int64_t evaluations) {
  AskTell search(study_of(problem, searcher, seed, evaluations));
  const Evaluate evaluate = problem.instance(seed);
  Durations durations(workers, seed);
  std::priority_queue<Running, std::vector<Running>, std::greater<>> running;
  Results results;
  double now = 0;
  const auto start = [&] {
    if (const std::optional<Asked> asked = search.ask()) {
      std::vector<double> values(problem.objectives());
      evaluate(asked->params, values);
      running.push({now + durations.next(), asked->trial, std::move(values)});
    }
  };
  for (int slot = 0; slot < workers; ++slot) {
    start();
  }
  while (!running.empty()) {
    const Running done = running.top();
    running.pop();
    now = done.ends;
    const absl::Status told = search.tell(done.trial, metrics_of(done.values));
    if (!told.ok()) {
      throw std::runtime_error(problem.name + ": " + std::string(told.message()));
    }
    results.insert(results.end(), done.values.begin(), done.values.end());
    start();
  }
  return results;
}

Results run_uniform(const Problem& problem, std::uint64_t seed, std::int64_t evaluations) {
  const Encoding encoding(problem.space);
  const Evaluate evaluate = problem.instance(seed);
  Rng rng({seed, 0x756e69666f726dU});
  const std::size_t objectives = problem.objectives();
  Results results(static_cast<std::size_t>(evaluations) * objectives);
  for (std::size_t at = 0; at < results.size(); at += objectives) {
    evaluate(encoding.decode(encoding.random(rng)), std::span(results).subspan(at, objectives));
  }
  return results;
}

std::vector<double> regrets(const Problem& problem, const Results& results) {
  std::vector<double> reached;
  for (const Checkpoint& checkpoint : problem.checkpoints) {
    const std::size_t end = std::min(
        results.size(), static_cast<std::size_t>(checkpoint.evaluations) * problem.objectives());
    const std::span<const double> seen(results.data(), end);
    if (problem.front) {
      reached.push_back(problem.front->hypervolume - hypervolume(seen, problem.front->reference));
    } else {
      double best = std::numeric_limits<double>::infinity();
      for (const double value : seen) {
        best = std::min(best, value);
      }
      reached.push_back(best - problem.best_known);
    }
  }
  return reached;
}

}  // namespace evolt
