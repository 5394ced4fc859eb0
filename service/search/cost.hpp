#pragma once

#include "service/study.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace evolt {

/// Whether an island breeds by the propagator that minds what trials cost.
bool minds_cost(const PropagatorSettings& breeder);

/// Which of several objectives is what a trial costs, or the only one where it is what the target
/// costs; nullopt: none, or the search is not to mind.
/// Errors: ConfigError for a `search.cost` that is no such objective, or that nobody would mind.
std::optional<std::size_t> cost_of(const Study& study,
                                   std::span<const PropagatorSettings> breeders);

}  // namespace evolt
