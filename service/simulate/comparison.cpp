#include "service/simulate/comparison.hpp"

#include "core/config_error.hpp"
#include "service/search/plan.hpp"
#include "service/simulate/replay.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <functional>
#include <thread>
#include <utility>

namespace evolt {
namespace {

/// One replay's account with what it is measured against.
struct Result {
  Account account;
  double best = 0;
  double hit = 0;
  std::optional<double> reference;
};

/// What a returned configuration saves of the reference; nothing where there is none, or where it
/// mostly never comes to the target. Requires: a finite reference above 0.
double saving(double cost, double reference) {
  return std::isfinite(cost) ? 1 - cost / reference : 0;
}

/// Runs task(0) .. task(count-1) on some threads. Rethrows what the first task threw.
void run_all(std::size_t count, std::size_t jobs, const std::function<void(std::size_t)>& task) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::exception_ptr> thrown(count);
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        task(i);
      } catch (...) {
        thrown[i] = std::current_exception();
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < std::min(jobs, count); ++i) {
    threads.emplace_back(work);
  }
  work();
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (const std::exception_ptr& error : thrown) {
    if (error) {
      std::rethrow_exception(error);
    }
  }
}

/// 1 - (spent - audit) / full; nullopt where nothing was.
std::optional<double> saved(double spent, double audit, double full) {
  return full > 0 ? std::optional(1 - (spent - audit) / full) : std::nullopt;
}

using Measure = std::function<std::optional<double>(const Result&)>;

std::optional<Figure> figure_of(const std::vector<Result>& results, const Measure& measure) {
  std::vector<std::optional<double>> values;
  values.reserve(results.size());
  for (const Result& result : results) {
    values.push_back(measure(result));
  }
  return make_figure(values);
}

ContenderFigures figures_of(const std::string& name, const std::vector<Result>& results,
                            const TableHead& head) {
  ContenderFigures figures{.name = name};
  const auto figure = [&](const Measure& measure) { return figure_of(results, measure); };
  figures.epochs_saved = figure([](const Result& r) {
    const Account& a = r.account;
    return saved(static_cast<double>(a.spent.epochs), static_cast<double>(a.audit.epochs),
                 static_cast<double>(a.full.epochs));
  });
  figures.audit_epochs =
      figure([](const Result& r) { return static_cast<double>(r.account.audit.epochs); });
  if (head.has_seconds) {
    figures.seconds_saved = figure([](const Result& r) {
      const Account& a = r.account;
      return saved(a.spent.seconds.value, a.audit.seconds.value, a.full.seconds.value);
    });
  }
  if (head.has_joules) {
    figures.joules_saved = figure([](const Result& r) {
      const Account& a = r.account;
      return saved(a.spent.joules.value, a.audit.joules.value, a.full.joules.value);
    });
  }
  figures.hit_top1 = figure([](const Result& r) {
    return r.account.returned && *r.account.returned <= r.hit ? 1.0 : 0.0;
  });
  figures.regret = figure([](const Result& r) {
    const bool known = r.account.returned && std::isfinite(r.best);
    return known ? std::optional(*r.account.returned - r.best) : std::nullopt;
  });
  figures.time_to_quality = figure([](const Result& r) {
    const auto& time = r.account.time_to_quality;
    return time ? std::optional(time->value) : std::nullopt;
  });
  figures.epochs_to_quality = figure([](const Result& r) {
    const auto& epochs = r.account.epochs_to_quality;
    return epochs ? std::optional(static_cast<double>(*epochs)) : std::nullopt;
  });
  figures.saving = figure([](const Result& r) {
    return r.reference && std::isfinite(*r.reference)
               ? std::optional(saving(r.account.returned.value_or(HUGE_VAL), *r.reference))
               : std::nullopt;
  });
  figures.oracle_share = figure([](const Result& r) -> std::optional<double> {
    if (!r.reference || !std::isfinite(*r.reference) || !(r.best < *r.reference)) {
      return std::nullopt;
    }
    return saving(r.account.returned.value_or(HUGE_VAL), *r.reference) /
           saving(r.best, *r.reference);
  });
  figures.joules_to_lean = figure([](const Result& r) {
    const auto& joules = r.account.joules_to_lean;
    return joules ? std::optional(joules->value) : std::nullopt;
  });
  figures.epochs_to_lean = figure([](const Result& r) {
    const auto& epochs = r.account.epochs_to_lean;
    return epochs ? std::optional(static_cast<double>(*epochs)) : std::nullopt;
  });
  return figures;
}

std::optional<double> median_to_lean(const ContenderFigures& figures) {
  return figures.joules_to_lean ? figures.joules_to_lean->median : std::nullopt;
}

/// Of each contender; nullopt where random search with its stopper is none of them, or where one of
/// the two medians is that of a seed which never came there.
void divide_by_random(const std::vector<Contender>& contenders,
                      std::vector<ContenderFigures>& figures) {
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    const auto random = std::find_if(contenders.begin(), contenders.end(), [&](const Contender& c) {
      return c.search == "random" && c.stopper == contenders[i].stopper;
    });
    if (random == contenders.end()) {
      continue;
    }
    const auto mine = median_to_lean(figures[i]);
    const auto theirs =
        median_to_lean(figures[static_cast<std::size_t>(random - contenders.begin())]);
    if (mine && theirs) {
      figures[i].joules_to_lean_of_random = *mine / *theirs;
    }
  }
}

void check(const TableStudy& study, const ComparisonOptions& options) {
  if (options.pool && *options.pool > study.rows().size()) {
    throw ConfigError(Complaint{.what = "the pool is larger than the table",
                                .key = "--pool",
                                .found = absl::StrCat(*options.pool),
                                .allowed = absl::StrCat("1 to ", study.rows().size())});
  }
  if (options.lookup == Lookup::exact && !study.study().space.cardinality()) {
    throw ConfigError(Complaint{.what = "a search over real numbers hits no row exactly",
                                .key = "--lookup",
                                .found = "exact",
                                .allowed = "nearest"});
  }
  for (const Contender& contender : options.contenders) {
    make_plan(contender.study(study.study()), study.encoding(),
              Berth{.unmeasured = study.unmeasured()});
  }
}

Lookup lookup_of(const TableStudy& study, const ComparisonOptions& options) {
  const bool part = options.pool && *options.pool < study.rows().size();
  return options.lookup.value_or(part ? Lookup::nearest : study.usual_lookup());
}

}  // namespace

std::vector<ContenderFigures> compare(const TableStudy& study, const ComparisonOptions& options) {
  check(study, options);
  const auto seeds = static_cast<std::size_t>(options.seeds);
  std::vector<std::vector<Result>> results(options.contenders.size(), std::vector<Result>(seeds));
  const std::int64_t trials = options.trials.value_or(study.study().budget.trials);
  const Lookup lookup = lookup_of(study, options);
  run_all(seeds * options.contenders.size(), options.jobs, [&](std::size_t i) {
    const std::size_t seed = i / options.contenders.size();
    const std::size_t contender = i % options.contenders.size();
    const TablePool pool = draw_pool(study, options.pool, options.goals, seed);
    const ReplayOptions replaying{.workers = options.workers,
                                  .trials = trials,
                                  .startup = options.startup,
                                  .lookup = lookup,
                                  .seed = seed};
    results[contender][seed] = {replay(study, pool, options.contenders[contender], replaying),
                                pool.best, pool.hit, study.reference_cost()};
  });
  std::vector<ContenderFigures> figures;
  for (std::size_t i = 0; i < results.size(); ++i) {
    figures.push_back(figures_of(options.contenders[i].name, results[i], study.table().head()));
  }
  divide_by_random(options.contenders, figures);
  return figures;
}

}  // namespace evolt
