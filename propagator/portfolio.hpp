#pragma once

#include "core/value.hpp"
#include "propagator/encoding.hpp"
#include "propagator/propagator.hpp"

#include <span>

namespace evolt {

/// The default: a Bandit over engines of different kinds. Which of them are believed in at first
/// depends on the space: whether it has choices and branches, or numbers alone.
/// `prior`: good configurations of other studies, best first; where there are any, Transfer is one
/// of the engines. Requires: `encoding` outlives it.
Propagator portfolio(const Encoding& encoding, std::span<const Params> prior = {});

}  // namespace evolt
