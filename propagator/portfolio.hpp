#pragma once

#include "propagator/encoding.hpp"
#include "propagator/propagator.hpp"

namespace evolt {

/// The default: a Bandit over engines of different kinds. Which of them are believed in at first
/// depends on the space: whether it has choices and branches, or numbers alone.
/// Requires: `encoding` outlives it.
Propagator portfolio(const Encoding& encoding);

}  // namespace evolt
