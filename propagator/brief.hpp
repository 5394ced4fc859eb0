#pragma once

#include "core/value.hpp"

#include <cstddef>
#include <span>

namespace evolt {

/// What a propagator is told of the study it is made for, beside the space.
struct Brief {
  std::span<const Params> prior;  ///< good configurations of other studies, best first
  std::size_t objectives = 1;
};

}  // namespace evolt
