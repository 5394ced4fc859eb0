#pragma once

#include "propagator/brief.hpp"
#include "propagator/encoding.hpp"
#include "propagator/propagator.hpp"

namespace evolt {

/// The default: a Bandit over engines of different kinds. Which of them, and how much each is
/// believed in at first, depends on the number of objectives and on whether the space has choices
/// and branches or numbers alone. Where other studies left good configurations, Transfer is one
/// more. Requires: `encoding` outlives it.
Propagator portfolio(const Encoding& encoding, const Brief& brief = {});

}  // namespace evolt
