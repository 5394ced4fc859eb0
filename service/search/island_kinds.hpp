#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace evolt {

/// Which kind each island is of: the kind's position in `shares`, one for each island, the same on
/// every rank.
///
/// How many islands a kind gets follows its share (largest remainder, the first kind where
/// remainders are equal), but none goes without: it takes one from the kind that has most above its
/// share. The kinds are spread evenly over the islands, so that neighbours on a ring differ.
/// Requires: shares are finite and above 0; there are at least as many islands as kinds.
std::vector<std::size_t> deal_islands(std::span<const double> shares, std::int32_t islands);

}  // namespace evolt
