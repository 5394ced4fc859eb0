#pragma once

#include "core/value.hpp"
#include "propagator/encoding.hpp"
#include "propagator/propagator.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// The propagators that a study can name (arity: from the archive to one offspring).
std::vector<std::string> propagator_names();

/// `prior`: good configurations of other studies, best first, for those that can use them (see
/// Transfer). Errors: ConfigError naming the known ones and the nearest match.
Propagator make_propagator(std::string_view name, const Encoding& encoding,
                           std::span<const Params> prior = {});

}  // namespace evolt
