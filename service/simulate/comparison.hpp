#pragma once

#include "core/units.hpp"
#include "service/simulate/account.hpp"
#include "service/simulate/contender.hpp"
#include "service/simulate/figure.hpp"
#include "service/simulate/table_pool.hpp"
#include "service/simulate/table_study.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

struct ComparisonOptions {
  std::vector<Contender> contenders;
  std::int32_t workers = 1;
  std::int64_t seeds = 1;              ///< 0 .. seeds-1
  std::optional<std::size_t> pool;     ///< rows of each seed; nullopt: all
  std::optional<std::int64_t> trials;  ///< nullopt: the study's
  PoolGoals goals;
  Seconds startup;
  std::optional<Lookup> lookup;  ///< nullopt: `nearest` where the pool is a part of the space
  std::size_t jobs = 1;          ///< threads
};

/// What came of one contender over all seeds. Definitions: docs/simulate.md. Nullopt: not measured.
struct ContenderFigures {
  std::string name;
  std::optional<Figure> epochs_saved;
  std::optional<Figure> audit_epochs;
  std::optional<Figure> seconds_saved;
  std::optional<Figure> joules_saved;
  std::optional<Figure> hit_top1;
  std::optional<Figure> regret;
  std::optional<Figure> time_to_quality;
  std::optional<Figure> epochs_to_quality;
  std::optional<Figure> saving;
  std::optional<Figure> oracle_share;
  std::optional<Figure> joules_to_lean;
  std::optional<Figure> epochs_to_lean;
  /// The median of joules_to_lean divided by that of random search with the same stopper.
  std::optional<double> joules_to_lean_of_random;
};

/// Replays each contender over the pools of all seeds, which are the same for all of them. What
/// comes of it does not depend on `jobs`.
/// Errors: ConfigError for a pool larger than the table, and as make_plan().
std::vector<ContenderFigures> compare(const TableStudy& study, const ComparisonOptions& options);

}  // namespace evolt
