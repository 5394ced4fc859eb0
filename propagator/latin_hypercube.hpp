#pragma once

#include "core/individual.hpp"
#include "core/rng.hpp"
#include "propagator/encoding.hpp"

#include <cstddef>
#include <vector>

namespace evolt {

/// `count` genomes spread over the space: along each numeric gene one in each of `count` equal
/// slices, each choice as often as any other (but for one). Some may be forbidden. Source: McKay,
/// Beckman & Conover 1979, "A Comparison of Three Methods for Selecting Values of Input Variables
/// in the Analysis of Output from a Computer Code".
std::vector<Genome> latin_hypercube(const Encoding& encoding, std::size_t count, Rng& rng);

}  // namespace evolt
