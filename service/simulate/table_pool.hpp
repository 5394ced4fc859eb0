#pragma once

#include "service/simulate/table_study.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace evolt {

/// The rows that the contenders of one seed search: the same for all of them.
struct TablePool {
  std::vector<std::uint32_t> rows;  ///< shuffled
  double best = 0;                  ///< the least final cost
  double hit = 0;                   ///< cost of the last of the best max(1, floor(n / 100))
  double quality = 0;               ///< likewise for the share of time-to-quality
};

/// Draws a pool. `size`: rows; nullopt: all of them. `quality`: the share of the rows that are good
/// enough. Requires: size <= study.rows().size(); 0 < quality <= 1.
TablePool draw_pool(const TableStudy& study, std::optional<std::size_t> size, double quality,
                    std::uint64_t seed);

}  // namespace evolt
