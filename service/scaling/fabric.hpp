#pragma once

#include "core/units.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// What a network costs, by the LogGP model: a message of k bytes keeps its sender busy for
/// `overhead`, then crosses in `latency` + (k - 1) `per_byte`, and keeps its receiver busy for
/// `overhead`. Two messages of one network adapter lie `gap` apart, from the end of the first.
/// Source: Alexandrov, Ionescu, Schauser & Scheiman 1995, "LogGP: incorporating long messages into
/// the LogP model", L, o, g and G.
struct Fabric {
  std::string name;
  Seconds latency;
  Seconds overhead;
  Seconds gap;
  Seconds per_byte;
  std::string source;  ///< of the figures

  /// How long `bytes` take to pass a point. Requires: bytes > 0.
  Seconds stream(std::size_t bytes) const { return static_cast<double>(bytes - 1) * per_byte; }
};

/// The fabrics that are known by name.
const std::vector<Fabric>& fabrics();

/// nullopt: there is none of that name.
std::optional<Fabric> find_fabric(std::string_view name);

}  // namespace evolt
