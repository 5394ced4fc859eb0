#pragma once

#include "estimators/catalogue.hpp"
#include "islands/rank_plan.hpp"
#include "propagator/catalogue.hpp"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace evolt::test {

struct ArchipelagoOptions {
  std::int32_t ranks = 4;
  std::int32_t islands = 4;
  std::int32_t slots = 2;
  std::int64_t trials = 200;
  std::int64_t steps = 8;
  std::uint64_t seed = 7;
  bool copies = true;
  std::string topology = "ring";
  Emigrants emigrants = Emigrants::best;
  Displaced displaced = Displaced::worst;
  bool self_tuning = false;
  bool learns_from_all = false;
  RuleSettings stopper = "median";
  bool parks = false;  ///< trials can go on where they ended, or run again; stopper "default"
  bool rerun = false;  ///< attempts have goals
  bool saves = true;   ///< those that park leave a checkpoint
  double audit = 0;
  double crash = 0;       ///< share of attempts that fail
  double lose = 0;        ///< share of attempts that vanish
  bool plugins = false;   ///< on every other island
  std::int32_t each = 1;  ///< ranks of a trial: only every so many breeds
  double limit = 0;       ///< seconds that the run may take; 0: any
  /// Which ranks die, and when (not rank 0); rank 0 hears of it three seconds later.
  std::vector<std::pair<std::int32_t, double>> deaths;
  double watts = 0;  ///< that an attempt draws; 0: nobody measures
  std::optional<EnergyBudgetOptions> budget;
  double killer = 0;  ///< share of trials that kill their rank
  /// On which ranks attempts fail at once without a report, and from when on.
  std::vector<std::pair<std::int32_t, double>> broken;
};

/// Six parameters, one of them conditional.
inline SearchSpace scripted_space() {
  std::vector<Parameter> parameters;
  for (int i = 0; i < 4; ++i) {
    parameters.push_back({"x" + std::to_string(i), FloatDomain{.low = -5, .high = 5}, {}});
  }
  parameters.push_back({"kind", ChoiceDomain{{std::string("a"), std::string("b")}}, {}});
  parameters.push_back({"n", IntDomain{.low = 1, .high = 64, .scale = Scale::log},
                        Condition{{Requirement{.param = "kind", .any_of = {std::string("b")}}}}});
  return SearchSpace(std::move(parameters));
}

/// The orders of rank `r`.
inline RankPlan scripted_plan(const ArchipelagoOptions& options, const Encoding& encoding,
                              std::int32_t r) {
  std::vector<std::string> plugins;
  for (std::int32_t i = 0; options.plugins && i < options.islands; ++i) {
    plugins.emplace_back(i % 2 == 0 ? "plugin" : "");
  }
  std::vector<RankId> breeders;
  for (std::int32_t rank = 0; rank < options.ranks; rank += options.each) {
    breeders.push_back(RankId{rank});
  }
  const Layout layout(options.ranks, std::move(breeders),
                      std::vector<std::int32_t>(static_cast<std::size_t>(options.islands), 1));
  const auto limit =
      options.limit > 0 ? std::optional(RunLimit{Seconds{options.limit}, {}}) : std::nullopt;
  return RankPlan{
      .self = RankId{r},
      .layout = layout,
      .seed = options.seed,
      .slots = r % options.each == 0 ? options.slots : 0,
      .credits = options.trials,
      .continues = options.saves && options.parks,
      .rerun = options.rerun,
      .fidelity = Fidelity{"step", options.steps},
      .limit = limit,
      .energy = options.budget ? std::optional(EnergyBudget(*options.budget)) : std::nullopt,
      .objective = Objective(ObjectiveOptions{.names = {"loss"}}),
      .estimator = make_estimator(options.stopper,
                                  EstimatorOptions{.steps = options.steps, .parks = options.parks}),
      .outlook = Outlook::of_metric("loss", false),
      .audit = options.audit,
      .population = 12,
      .learns_from_all = options.learns_from_all,
      .topology = make_topology(options.topology,
                                TopologyOptions{.probability = 0.7, .seed = options.seed}),
      .migration = MigrationOptions{.copies = options.copies,
                                    .every_results = 2,
                                    .size = 1,
                                    .emigrants = options.emigrants,
                                    .displaced = options.displaced,
                                    .self_tuning = options.self_tuning},
      .propagators = std::vector<Propagator>(layout.islands_of(RankId{r}).size(),
                                             make_propagator("default", encoding)),
      .plugins = std::move(plugins),
      .sampled = 8};
}

/// The loss a trial comes down to.
inline double scripted_worth(const Params& params) {
  double sum = 0;
  for (const auto& [name, value] : params) {
    if (const auto* x = std::get_if<double>(&value)) {
      sum += *x * *x;
    } else if (const auto* n = std::get_if<std::int64_t>(&value)) {
      sum += std::abs(std::log(static_cast<double>(*n) / 8));
    } else {
      sum += 1;
    }
  }
  return sum;
}

}  // namespace evolt::test
