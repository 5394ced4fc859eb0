#pragma once

#include "propagator/brief.hpp"
#include "propagator/encoding.hpp"
#include "propagator/propagator.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// The propagators that a study can name (arity: from the archive to one offspring).
std::vector<std::string> propagator_names();

/// Requires: `encoding` outlives it. Errors: ConfigError naming the known ones and the nearest
/// match.
Propagator make_propagator(std::string_view name, const Encoding& encoding,
                           const Brief& brief = {});

}  // namespace evolt
