#include "benchmarks/search_quality/driver.hpp"

#include "benchmarks/search_quality/hypervolume.hpp"
#include "core/rng.hpp"
#include "propagator/encoding.hpp"
#include "service/search/ask_tell.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <stdexcept>
#include <time.h>
#include <utility>

namespace evolt {
namespace {

constexpr const char* kNames[] = {"first", "second"};

Study study_of(const Problem& problem, const Searcher& searcher, const Conditions& conditions) {
  Study study;
  study.name = problem.name;
  study.seed = conditions.seed;
  study.budget.trials = conditions.evaluations;
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

/// False where the trial fails; it then counts as the worst.
bool evaluate_trial(const Problem& problem, const Evaluate& evaluate, const Params& params,
                    std::span<double> values) {
  evaluate(params, values);
  const bool fine =
      std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
  if (!fine) {
    std::fill(values.begin(), values.end(), problem.worst);
  }
  return fine;
}

/// An evaluation under way.
struct Running {
  double ends = 0;
  std::int64_t trial = 0;
  bool failed = false;
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

Metrics metrics_of(std::span<const double> values) {
  Metrics metrics;
  for (std::size_t i = 0; i < values.size(); ++i) {
    metrics.emplace_back(kNames[i], values[i]);
  }
  return metrics;
}

/// What is told instead of the values.
class Noise {
 public:
  Noise(double deviation, std::uint64_t seed)
      : deviation_(deviation), rng_({seed, 0x6e6f697365U}) {}

  std::vector<double> blur(std::span<const double> values) {
    std::vector<double> blurred(values.begin(), values.end());
    for (double& value : blurred) {
      value += deviation_ * rng_.normal();
    }
    return blurred;
  }

  bool none() const { return deviation_ == 0; }

 private:
  double deviation_;
  Rng rng_;
};

void append(std::vector<double>& all, std::span<const double> more) {
  all.insert(all.end(), more.begin(), more.end());
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// One search with its slots.
class Simulation {
 public:
  Simulation(const Problem& problem, const Searcher& searcher, const Conditions& conditions)
      : problem_(problem),
        search_(study_of(problem, searcher, conditions), conditions.prior),
        evaluate_(problem.instance(conditions.seed)),
        durations_(conditions.workers, conditions.seed),
        noise_(conditions.noise, conditions.seed) {}

  /// A free slot asks.
  void start() {
    const double began = cpu_seconds();
    const std::optional<Asked> asked = search_.ask();
    results_.search_seconds += cpu_seconds() - began;
    if (asked) {
      std::vector<double> values(problem_.objectives());
      const bool failed = !evaluate_trial(problem_, evaluate_, asked->params, values);
      first_values_.push_back(values.front());
      running_.push({now_ + durations_.next(), asked->trial, failed, std::move(values)});
    }
  }

  bool idle() const { return running_.empty(); }

  /// The next evaluation ends.
  void finish() {
    const Running done = running_.top();
    running_.pop();
    now_ = done.ends;
    append(results_.values, done.values);
    std::vector<double> told = done.values;
    if (!noise_.none()) {
      told = noise_.blur(done.values);
      append(results_.told, told);
    }
    const double began = cpu_seconds();
    const absl::Status status = done.failed ? search_.tell_failed(done.trial, "diverged")
                                            : search_.tell(done.trial, metrics_of(told));
    results_.search_seconds += cpu_seconds() - began;
    if (!status.ok()) {
      throw std::runtime_error(problem_.name + ": " + std::string(status.message()));
    }
    if (!noise_.none()) {
      note_returned();
    }
  }

  Results take() && { return std::move(results_); }

 private:
  void note_returned() {
    const auto done = static_cast<std::int64_t>(results_.values.size() / problem_.objectives());
    const LedgerTrial* const best = search_.ledger().best();
    const bool checkpoint =
        std::any_of(problem_.checkpoints.begin(), problem_.checkpoints.end(),
                    [&](const Checkpoint& each) { return each.evaluations == done; });
    if (checkpoint && best != nullptr) {
      results_.returned[done] = first_values_[static_cast<std::size_t>(best->number - 1)];
    }
  }

  const Problem& problem_;
  AskTell search_;
  Evaluate evaluate_;
  Durations durations_;
  Noise noise_;
  std::priority_queue<Running, std::vector<Running>, std::greater<>> running_;
  std::vector<double> first_values_;  ///< true ones, by trial
  Results results_;
  double now_ = 0;
};

}  // namespace

Results run_search(const Problem& problem, const Searcher& searcher, const Conditions& conditions) {
  Simulation simulation(problem, searcher, conditions);
  for (int slot = 0; slot < conditions.workers; ++slot) {
    simulation.start();
  }
  while (!simulation.idle()) {
    simulation.finish();
    simulation.start();
  }
  return std::move(simulation).take();
}

Results run_uniform(const Problem& problem, const Conditions& conditions) {
  const Encoding encoding(problem.space);
  const Evaluate evaluate = problem.instance(conditions.seed);
  Rng rng({conditions.seed, 0x756e69666f726dU});
  Noise noise(conditions.noise, conditions.seed);
  Results results;
  std::vector<double> values(problem.objectives());
  for (std::int64_t i = 0; i < conditions.evaluations; ++i) {
    evaluate_trial(problem, evaluate, encoding.decode(encoding.random(rng)), values);
    append(results.values, values);
    if (!noise.none()) {
      append(results.told, noise.blur(values));
    }
  }
  return results;
}

std::vector<double> regrets(const Problem& problem, const Results& results) {
  const std::vector<double>& told = results.told.empty() ? results.values : results.told;
  std::vector<double> reached;
  for (const Checkpoint& checkpoint : problem.checkpoints) {
    const std::size_t end =
        std::min(results.values.size(),
                 static_cast<std::size_t>(checkpoint.evaluations) * problem.objectives());
    if (problem.front) {
      const std::span<const double> seen(results.values.data(), end);
      reached.push_back(problem.front->hypervolume - hypervolume(seen, problem.front->reference));
    } else if (const auto named = results.returned.find(checkpoint.evaluations);
               named != results.returned.end()) {
      reached.push_back(named->second - problem.best_known);
    } else {
      const auto last = told.begin() + static_cast<std::ptrdiff_t>(end);
      const auto best = std::min_element(told.begin(), last) - told.begin();
      reached.push_back(results.values[static_cast<std::size_t>(best)] - problem.best_known);
    }
  }
  return reached;
}

}  // namespace evolt
