#pragma once

#include "core/search_space.hpp"

namespace evolt {

/// Errors: ConfigError for a requirement on a metric (Requirement::param names it) without a bound,
/// with one that is not a number, or with an empty range.
void check_requirement(const Requirement& requirement);

/// By how much a metric misses a requirement: the distance to its bound (or to the nearest listed
/// value) over the bound's magnitude, at least 1e-12; a strict bound that is just touched is missed
/// by 1e-12; the misses of all bounds are summed. 0: met. Requires: a requirement that was checked.
double requirement_miss(const Requirement& requirement, double value);

}  // namespace evolt
