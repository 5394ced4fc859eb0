#include "benchmarks/search_quality/warm_start.hpp"

#include "benchmarks/search_quality/campaign.hpp"
#include "benchmarks/search_quality/checkpoints.hpp"
#include "benchmarks/search_quality/score.hpp"
#include "benchmarks/search_quality/statistics.hpp"
#include "core/rng.hpp"

#include <absl/strings/str_format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <utility>

namespace evolt {
namespace {

constexpr std::size_t kSample = 200;
constexpr std::int64_t kBudget = 200;
constexpr std::size_t kFewestRows = 400;  // twice the budget
constexpr std::size_t kCold = std::numeric_limits<std::size_t>::max();

double score_or_worst(const PoolRow& row) {
  return row.score.value_or(std::numeric_limits<double>::infinity());
}

/// The rank of each, equal ones sharing the mean of theirs.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> made;
  for (const double value : values) {
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), value);
    made.push_back(static_cast<double>((low - sorted.begin()) + (high - sorted.begin()) - 1) / 2);
  }
  return made;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double middle = (static_cast<double>(a.size()) - 1) / 2;
  double both = 0;
  double first = 0;
  double second = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (a[i] - middle) * (b[i] - middle);
    first += (a[i] - middle) * (a[i] - middle);
    second += (b[i] - middle) * (b[i] - middle);
  }
  return first > 0 && second > 0 ? both / std::sqrt(first * second) : 0;
}

/// A problem with the sources for it.
struct Target {
  const Pool* pool = nullptr;
  Problem problem;
  std::vector<const Pool*> sources;  ///< the last is the target itself, to mislead
};

bool misleads(const Target& target, std::size_t source) {
  return target.sources[source] == target.pool;
}

std::vector<Target> targets_of(const Pools& pools) {
  std::vector<Target> targets;
  for (const Pool& pool : pools.tables) {
    if (pool.table->rows().size() < kFewestRows) {
      continue;
    }
    Target target{&pool, pool_problem(pool), {}};
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

/// The geometric means of a group of pairs, or nothing where there is none.
std::string mean_line(const std::string& label, const std::vector<WarmStart>& pairs,
                      const std::function<bool(const WarmStart&)>& belongs) {
  std::vector<double> figures[5];
  for (const WarmStart& pair : pairs) {
    if (belongs(pair)) {
      for (std::size_t i = 0; i < 2; ++i) {
        figures[i].push_back(static_cast<double>(pair.warm_trials[i]) /
                             static_cast<double>(pair.cold_trials[i]));
      }
      for (std::size_t i = 0; i < 3; ++i) {
        figures[2 + i].push_back(pair.regret_ratio[i]);
      }
    }
  }
  if (figures[0].empty()) {
    return "";
  }
  return absl::StrFormat("%-38s %4d pairs   %15.2f %18.2f    %8.2f %8.2f %8.2f\n", label,
                         figures[0].size(), geometric_mean(figures[0]), geometric_mean(figures[1]),
                         geometric_mean(figures[2]), geometric_mean(figures[3]),
                         geometric_mean(figures[4]));
}

std::string pair_line(const WarmStart& pair) {
  std::string text = absl::StrFormat("  %-38s %6.2f", pair.source, pair.correlation);
  for (std::size_t i = 0; i < 2; ++i) {
    text += absl::StrFormat(
        "   %4d /%4d = %4.2f", pair.warm_trials[i], pair.cold_trials[i],
        static_cast<double>(pair.warm_trials[i]) / static_cast<double>(pair.cold_trials[i]));
  }
  return text + absl::StrFormat("    %8.2f %8.2f %8.2f\n", pair.regret_ratio[0],
                                pair.regret_ratio[1], pair.regret_ratio[2]);
}

}  // namespace

double rank_correlation(const PoolTable& a, const PoolTable& b) {
  std::map<std::vector<double>, double> known;
  for (const PoolRow& row : a.rows()) {
    known.emplace(row.genome.genes, score_or_worst(row));
  }
  std::vector<double> first;
  std::vector<double> second;
  for (const PoolRow& row : b.rows()) {
    if (const auto at = known.find(row.genome.genes); at != known.end()) {
      first.push_back(at->second);
      second.push_back(score_or_worst(row));
    }
  }
  return first.size() < 2 ? 0 : correlation(ranks(first), ranks(second));
}

std::vector<Params> prior_of(const PoolTable& table, std::uint64_t seed, bool misleading) {
  Rng rng({seed, 0x7072696f72U});
  std::vector<const PoolRow*> rows;
  for (const PoolRow& row : table.rows()) {
    rows.push_back(&row);
  }
  const std::size_t sample = std::min(kSample, rows.size() / 2);
  for (std::size_t i = 0; i < sample; ++i) {
    std::swap(rows[i], rows[i + rng.below(rows.size() - i)]);
  }
  rows.resize(sample);
  std::stable_sort(rows.begin(), rows.end(), [&](const PoolRow* a, const PoolRow* b) {
    return misleading ? score_or_worst(*a) > score_or_worst(*b)
                      : score_or_worst(*a) < score_or_worst(*b);
  });
  std::vector<Params> prior;
  for (std::size_t i = 0; i < sample / 5; ++i) {
    prior.push_back(rows[i]->params);
  }
  return prior;
}

std::vector<WarmStart> run_warm_starts(const Pools& pools, const WarmStartOptions& options) {
  const std::vector<Target> targets = targets_of(pools);
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

std::string warm_start_text(const std::vector<WarmStart>& pairs) {
  std::string text = absl::StrFormat(
      "%-38s %8s   %18s   %18s    %s\n", "trials warm / cold to the median cold", "rank",
      "regret at 50", "regret at 100", "regret warm / cold at 50, 100, 200");
  const WarmStart* last = nullptr;
  for (const WarmStart& pair : pairs) {
    const WarmStart* const before = std::exchange(last, &pair);
    if (before == nullptr || before->target != pair.target || before->workers != pair.workers) {
      text += absl::StrFormat("%s, %d slot%s\n", pair.target, pair.workers,
                              pair.workers == 1 ? "" : "s");
    }
    text += pair_line(pair);
  }
  const auto misleading = [](const WarmStart& pair) { return pair.source == "reversed"; };
  return text + "\ngeometric means\n" +
         mean_line(
             "sources that rank alike", pairs,
             [&](const WarmStart& pair) { return !misleading(pair) && pair.correlation > 0; }) +
         mean_line(
             "other sources", pairs,
             [&](const WarmStart& pair) { return !misleading(pair) && pair.correlation <= 0; }) +
         mean_line("misleading sources", pairs, misleading);
}

}  // namespace evolt
