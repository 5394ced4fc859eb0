#include "benchmarks/search_quality/warm_start.hpp"

#include "benchmarks/search_quality/campaign.hpp"
#include "benchmarks/search_quality/checkpoints.hpp"
#include "benchmarks/search_quality/pool_prior.hpp"
#include "benchmarks/search_quality/score.hpp"
#include "benchmarks/search_quality/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace evolt {
namespace {

constexpr std::int64_t kBudget = 200;
constexpr std::size_t kFewestRows = 400;  // twice the budget
constexpr std::size_t kCold = std::numeric_limits<std::size_t>::max();

/// A problem with the sources for it.
struct Target {
  const Pool* pool = nullptr;
  Problem problem;
  std::vector<const Pool*> sources;  ///< the last is the target itself, to mislead
};

bool misleads(const Target& target, std::size_t source) {
  return target.sources[source] == target.pool;
}

std::vector<Target> targets_of(const Pools& pools, Rows rows) {
  std::vector<Target> targets;
  for (const Pool& pool : pools.tables) {
    if (pool.table->rows().size() < kFewestRows) {
      continue;
    }
    Target target{&pool, pool_problem(pool, rows), {}};
    target.problem.checkpoints = checkpoints_at({50, 100, kBudget});
    for (const Pool& other : pools.tables) {
      if (&other != &pool && other.collection == pool.collection &&
          other.table->space() == pool.table->space()) {
        target.sources.push_back(&other);
      }
    }
    if (!target.sources.empty()) {
      target.sources.push_back(&pool);
      targets.push_back(std::move(target));
    }
  }
  return targets;
}

/// The best regret so far after each trial.
std::vector<double> regret_curve(const Problem& problem, const Results& results) {
  std::vector<double> curve;
  double best = problem.worst;
  for (const double value : results.values) {
    best = std::min(best, value);
    curve.push_back(best - problem.best_known);
  }
  return curve;
}

/// The curves of one search, one for each seed.
using Curves = std::vector<std::vector<double>>;

double median_regret(const Curves& curves, std::int64_t trials) {
  std::vector<double> regrets;
  for (const std::vector<double>& curve : curves) {
    regrets.push_back(curve[std::min(curve.size(), static_cast<std::size_t>(trials)) - 1]);
  }
  return median(std::move(regrets));
}

std::int64_t median_trials(const Curves& curves, double regret) {
  std::vector<double> trials;
  for (const std::vector<double>& curve : curves) {
    const auto at =
        std::find_if(curve.begin(), curve.end(), [&](double reached) { return reached <= regret; });
    trials.push_back(at == curve.end() ? static_cast<double>(kBudget + 1)
                                       : static_cast<double>(at - curve.begin() + 1));
  }
  return std::llround(median(std::move(trials)));
}

WarmStart compare_curves(const Target& target, const Curves& cold, const Curves& warm,
                         std::span<const std::optional<double>> random) {
  WarmStart pair;
  for (std::size_t i = 0; i < target.problem.checkpoints.size(); ++i) {
    const std::int64_t trials = target.problem.checkpoints[i].evaluations;
    const double reached = median_regret(cold, trials);
    const auto counted = [&](double regret) {
      return normalised_regret(target.problem, regret, random[i].value_or(0));
    };
    pair.regret_ratio[i] = counted(median_regret(warm, trials)) / counted(reached);
    if (i < std::size(pair.cold_trials)) {
      pair.cold_trials[i] = median_trials(cold, reached);
      pair.warm_trials[i] = median_trials(warm, reached);
    }
  }
  return pair;
}

/// Every search that is needed: which target, from which source (or cold), with how many slots.
struct Search {
  std::size_t target = 0;
  std::size_t source = kCold;
  int workers = 1;
  Curves curves;
};

std::vector<Search> searches_of(const std::vector<Target>& targets,
                                const WarmStartOptions& options) {
  std::vector<Search> searches;
  for (std::size_t target = 0; target < targets.size(); ++target) {
    for (const int workers : options.workers) {
      searches.push_back({target, kCold, workers, Curves(options.seeds)});
      for (std::size_t source = 0; source < targets[target].sources.size(); ++source) {
        searches.push_back({target, source, workers, Curves(options.seeds)});
      }
    }
  }
  return searches;
}

void run_one(const Target& target, Search& search, std::size_t number,
             const WarmStartOptions& options) {
  Conditions conditions{
      .workers = search.workers, .seed = options.first_seed + number, .evaluations = kBudget};
  if (search.source != kCold) {
    conditions.prior = prior_of(*target.sources[search.source]->table, conditions.seed,
                                misleads(target, search.source));
  }
  search.curves[number] =
      regret_curve(target.problem, run_search(target.problem, options.searcher, conditions));
}

}  // namespace

std::vector<WarmStart> run_warm_starts(const Pools& pools, const WarmStartOptions& options) {
  const std::vector<Target> targets = targets_of(pools, options.rows);
  std::vector<Problem> problems;
  for (const Target& target : targets) {
    problems.push_back(target.problem);
  }
  const Yardsticks random = yardsticks(problems, 0, options.jobs);
  std::vector<Search> searches = searches_of(targets, options);
  for_each_index(searches.size() * options.seeds, options.jobs, [&](std::size_t i) {
    Search& search = searches[i / options.seeds];
    run_one(targets[search.target], search, i % options.seeds, options);
  });
  std::vector<WarmStart> pairs;
  const Curves* cold = nullptr;
  for (const Search& search : searches) {
    if (search.source == kCold) {
      cold = &search.curves;  // those that follow are of the same target and slots
      continue;
    }
    const Target& target = targets[search.target];
    const bool misleading = misleads(target, search.source);
    WarmStart pair =
        compare_curves(target, *cold, search.curves, random.at(&problems[search.target]));
    pair.target = target.pool->name;
    pair.source = misleading ? "reversed" : target.sources[search.source]->name;
    pair.correlation =
        misleading ? -1
                   : rank_correlation(*target.pool->table, *target.sources[search.source]->table);
    pair.workers = search.workers;
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

}  // namespace evolt
