#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <span>
#include <string_view>

namespace evolt {

/// Points that fill the space evenly, without regard to results: a yardstick for engines that
/// learn.
///
/// The next point of a scrambled Halton sequence; its number is that of the trials known to the
/// archive. Ranks that share an island propose the same numbers at times: the later of two is
/// drawn anew, as whatever was seen before.
/// Source: Owen 2017, "A randomized Halton algorithm in R": every digit of every base has its own
/// random permutation; ours are fixed shifts and factors instead.
class QuasiRandom {
 public:
  std::string_view name() const { return "quasi_random"; }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;
};

}  // namespace evolt
