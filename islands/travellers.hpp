#pragma once

#include "core/individual.hpp"
#include "core/rng.hpp"
#include "propagator/encoding.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace evolt {

/// Who leaves for another island.
enum class Emigrants {
  best,    ///< the better, the likelier
  random,  ///< any living one
  diverse  ///< the one least like its nearest neighbour among the living
};

/// Whose place an immigrant takes, where the population is full.
enum class Displaced {
  worst,   ///< the last of the living
  random,  ///< any of them but the best
  similar  ///< the one most like the immigrant, but the best
};

/// Which of `able` leaves: an index. Both best first. Requires: `able` is not empty.
std::size_t choose_emigrant(Emigrants policy, std::span<const Individual* const> able,
                            std::span<const Individual* const> living, const Encoding& encoding,
                            Rng& rng);

/// Which of `living` (best first) makes room for `immigrant`; nullptr when nobody needs to: the
/// worst leaves by itself. Never the best, never the immigrant.
const Individual* choose_displaced(Displaced policy, std::span<const Individual* const> living,
                                   const Individual& immigrant, const Encoding& encoding, Rng& rng);

/// The mean distance between the living, over at most the first dozen; 0 for fewer than two.
double diversity(std::span<const Individual* const> living, const Encoding& encoding);

}  // namespace evolt
