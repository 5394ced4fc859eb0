#pragma once

#include "propagator/encoding.hpp"
#include "propagator/propagator.hpp"

namespace evolt {

/// Steady-state evolution of the living: recombination of good parents, mutation with heavy-tailed
/// steps, small steps around the best, and a few strangers. Fitted to the kinds of genes of the
/// space.
Propagator evolution(const Encoding& encoding);

}  // namespace evolt
