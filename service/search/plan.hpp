#pragma once

#include "core/ids.hpp"
#include "estimators/objective.hpp"
#include "islands/layout.hpp"
#include "islands/rank_plan.hpp"
#include "propagator/encoding.hpp"
#include "service/study.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace evolt {

/// What differs between the ranks and the starts of one study.
struct Berth {
  RankId self{};
  std::optional<Layout> layout;  ///< nullopt: this rank has all islands
  std::uint32_t incarnation = 1;
  std::int32_t slots = 0;
  /// Why joules are not measured here: objectives, budgets and limits that need them are refused.
  /// Empty: they are.
  std::string unmeasured = "they are not measured in this run";
  std::int64_t bred = 0;        ///< trials of earlier starts
  std::int64_t unfinished = 0;  ///< those of them that did not end
  bool has_results = false;     ///< whether an earlier start got a result
  std::vector<Params> prior;    ///< good configurations of other studies, best first
  KnownTimes times;             ///< of trials of earlier starts
  /// energy_budget(), after the events of earlier starts; rank 0.
  std::optional<EnergyBudget> energy;
  std::optional<RunLimit> limit;
  std::function<bool(const TrialId&)> left_checkpoint;  ///< RankPlan's
};

/// Turns a study into one rank's orders. Requires: `encoding` was made from the study's space.
/// Errors: ConfigError for a propagator, topology or stopper that does not exist, for more kinds of
/// islands than islands, and for a stopper that would judge a metric which is not an objective (its
/// better direction is not known).
RankPlan make_plan(const Study& study, const Encoding& encoding, const Berth& berth);

/// Who breeds for which islands. Requires: `breeders` as Layout's, or empty: all ranks.
Layout make_layout(const Study& study, std::int32_t ranks, const std::vector<RankId>& breeders);

/// What breeds on each island, dealt out by the shares of the kinds. Errors: ConfigError for more
/// kinds than islands.
std::vector<PropagatorSettings> propagators_of_islands(const Study& study);

/// What the study may use, and nothing used yet; nullopt where it counts no energy.
std::optional<EnergyBudget> energy_budget(const Study& study);

}  // namespace evolt
