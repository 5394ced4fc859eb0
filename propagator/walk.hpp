#pragma once

#include "core/individual.hpp"
#include "core/rng.hpp"
#include "propagator/encoding.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace evolt {

/// Goes through all allowed configurations of a finite space in order, each once.
///
/// Leaves out whatever begins like a forbidden combination, and branches that are not active. In a
/// space with continuous parameters, these are drawn at random at each visit, and the walk starts
/// anew after its end. Genes that sleep stand anywhere.
class Walk {
 public:
  /// Requires: `encoding` outlives the walk.
  explicit Walk(const Encoding& encoding);

  /// The next configuration; nullopt at the end, or when `patience`, which each dead end lowers by
  /// one, is used up: the next call goes on from there.
  std::optional<Genome> next(Rng& rng, std::int64_t& patience);

  /// Whether every configuration has been visited.
  bool done() const { return done_; }

 private:
  void retreat();

  const Encoding* encoding_;
  Genome genome_;
  ActiveMask mask_;
  std::vector<std::int64_t> level_;  ///< by place in the order of the space
  std::size_t depth_ = 0;            ///< the places before it are settled
  bool fresh_ = true;                ///< whether the place at depth_ begins with its first level
  bool endless_ = false;             ///< whether a continuous gene was met
  bool done_ = false;
};

}  // namespace evolt
