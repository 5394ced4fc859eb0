#pragma once

#include "core/value.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace evolt {

/// What a propagator is told of the study it is made for, beside the space.
struct Brief {
  std::span<const Params> prior;  ///< good configurations of other studies, best first
  std::size_t objectives = 1;
  std::int64_t trials = 0;          ///< the budget of the study; 0: not known
  std::optional<std::size_t> cost;  ///< which objective is what a trial, or its target, costs
};

}  // namespace evolt
