#pragma once

#include "core/rng.hpp"
#include "propagator/brief.hpp"
#include "propagator/encoding.hpp"
#include "propagator/propagator.hpp"

#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace evolt {

/// Every combination of a few values of each parameter, in random order and none twice: a yardstick
/// for engines that learn.
///
/// A choice has all of its values; a number or an ordinal has k that lie evenly on its scale, both
/// ends among them, or all where there are fewer. k is the greatest, from 2 to 1,000, with which
/// the grid has no more points than the study has trials. After the last point it proposes
/// strangers. A point that failed long ago may be proposed again; whoever keeps what was seen
/// refuses it.
class Grid {
 public:
  static constexpr std::string_view kName = "grid";

  /// Requires: `encoding` outlives this.
  Grid(const Encoding& encoding, const Brief& brief);

  std::string_view name() const { return kName; }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;
  void observe(const Individual& individual);

  /// How many values each parameter has.
  const std::vector<std::int64_t>& counts() const { return counts_; }

 private:
  double gene(std::size_t axis, std::int64_t digit) const;

  const Encoding* encoding_;
  std::vector<std::int64_t> counts_;
  absl::flat_hash_set<GenomeKey> visited_;
};

}  // namespace evolt
