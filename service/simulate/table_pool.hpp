#pragma once

#include "core/units.hpp"
#include "service/simulate/table_study.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace evolt {

/// What makes a row lean: almost the best there is, for few joules.
struct LeanTerms {
  double within = 0.01;  ///< of the best final score, in its units
  double factor = 1.5;   ///< times the joules of the cheapest row so close to the best
};

/// The same for one pool.
struct LeanBounds {
  double cost = 0;  ///< final cost at most
  Joules joules;    ///< of the whole training, at most
};

/// The rows that the contenders of one seed search: the same for all of them.
struct TablePool {
  std::vector<std::uint32_t> rows;  ///< shuffled
  double best = 0;                  ///< the least final cost
  double hit = 0;                   ///< cost of the last of the best max(1, floor(n / 100))
  double quality = 0;               ///< likewise for the share of time-to-quality
  std::optional<LeanBounds> lean;   ///< nullopt: joules of no row so good were recorded
};

/// What replays are timed until.
struct PoolGoals {
  double quality = 0.01;  ///< the share of the rows that are good enough, within (0, 1]
  LeanTerms lean;
};

/// Draws a pool. `size`: rows; nullopt: all of them. Requires: size <= study.rows().size().
TablePool draw_pool(const TableStudy& study, std::optional<std::size_t> size,
                    const PoolGoals& goals, std::uint64_t seed);

/// Whether a row keeps to the bounds. One whose joules were not recorded does not.
bool is_lean(const LeanBounds& bounds, const TableStudy& study, std::uint32_t row);

}  // namespace evolt
