#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace evolt {

struct RankSelectionOptions {
  std::size_t among = 24;  ///< of the living, the best so many are parents at all
  double pressure = 2;     ///< 1: all alike; the higher, the more the first are preferred
  std::size_t count = 2;   ///< parents to pick
};

/// Picks parents from the best of the living by rank: rank floor(N r^pressure), r uniform in [0,
/// 1).
///
/// From an archive in which nobody lives yet come strangers (see Immigrant).
/// Errors: ConfigError for `among` or `count` of 0, or a pressure below 1 or not finite.
/// Source: Whitley 1989, "The GENITOR Algorithm and Selection Pressure" (rank-based allocation);
/// the power in place of his linear bias is ours.
class RankSelection {
 public:
  explicit RankSelection(RankSelectionOptions options = {});

  std::string_view name() const { return "rank"; }
  Arity arity() const { return {.parents = std::nullopt, .offspring = options_.count}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;

 private:
  RankSelectionOptions options_;
};

}  // namespace evolt
