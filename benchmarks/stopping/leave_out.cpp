#include "benchmarks/stopping/leave_out.hpp"

#include "estimators/catalogue.hpp"
#include "estimators/paced_halving.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace evolt {
namespace {

using MakeRule = std::function<Estimator(const CurveTable&)>;

/// For each group.
std::vector<ReplayResult> on_each(const std::vector<TableGroup>& groups, const MakeRule& make,
                                  const ReplayOptions& options) {
  std::vector<ReplayResult> results;
  for (const TableGroup& group : groups) {
    std::vector<ReplayResult> each;
    for (const CurveTable& table : group.tables) {
      each.push_back(replay(table, make(table), options));
    }
    results.push_back(mean_of(each));
  }
  return results;
}

ReplayResult without(std::vector<ReplayResult> results, std::size_t left_out) {
  results.erase(results.begin() + static_cast<std::ptrdiff_t>(left_out));
  return mean_of(results);
}

struct Candidate {
  PacedHalvingOptions options;
  std::vector<ReplayResult> results;
};

std::vector<Candidate> candidates(const std::vector<TableGroup>& groups,
                                  const ReplayOptions& options) {
  std::vector<Candidate> all;
  for (const double first_eta : {2.6, 3.1, 3.6, 4.1, 4.6}) {
    for (const double eta : {2.6, 3.0, 3.4, 3.8}) {
      for (const double pace : {0.0, 1.0, 2.0, 3.0}) {
        Candidate next;
        next.options.first_eta = first_eta;
        next.options.eta = eta;
        next.options.pace = pace;
        next.options.parks = true;
        next.results = on_each(
            groups,
            [&](const CurveTable& table) {
              PacedHalvingOptions rule = next.options;
              rule.window = {.steps = table.epochs,
                             .min_steps = std::max<std::int64_t>((table.epochs + 25) / 50, 1)};
              return Estimator(PacedHalving(rule));
            },
            options);
        all.push_back(std::move(next));
      }
    }
  }
  return all;
}

MakeRule named(const char* name) {
  return [name](const CurveTable& table) {
    return make_estimator(name, {.steps = table.epochs, .parks = true});
  };
}

}  // namespace

std::vector<LeftOut> leave_one_out(const std::vector<TableGroup>& groups,
                                   const ReplayOptions& options) {
  const std::vector<Candidate> all = candidates(groups, options);
  const std::vector<ReplayResult> shipped = on_each(groups, named("default"), options);
  const std::vector<ReplayResult> asha = on_each(groups, named("asha"), options);
  std::vector<LeftOut> rows;
  for (std::size_t k = 0; k < groups.size(); ++k) {
    const double least = without(asha, k).hit;
    const Candidate* best = nullptr;
    for (const Candidate& each : all) {
      const ReplayResult mean = without(each.results, k);
      if (mean.hit >= least && (best == nullptr || mean.saved > without(best->results, k).saved)) {
        best = &each;
      }
    }
    LeftOut row{.group = groups[k].name, .chosen = {}, .shipped = shipped[k], .asha = asha[k]};
    if (best != nullptr) {
      row.first_eta = best->options.first_eta;
      row.eta = best->options.eta;
      row.pace = best->options.pace;
      row.chosen = best->results[k];
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace evolt
