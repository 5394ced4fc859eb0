#pragma once

#include <cstddef>
#include <span>

#include "core/ids.hpp"
#include "core/individual.hpp"

namespace evolt {

/// Everything one island knows: its present individuals as an ordered index, the best of which are
/// *living* (they breed), and the trials that are still running (*pending*).
///
/// What is living depends only on the set of present individuals, never on the order in which they
/// became known, so that replicas agree. Order for one objective: violation, score, id; NaN last. For
/// several: violation, number of individuals that dominate it, then crowding distance within the last
/// count that does not fit (Deb et al. 2002, "NSGA-II", section III-B), then id.
/// Cost: admit, withdraw O(log n) for one objective; O(n) for several.
class Archive {
 public:
  /// Requires: capacity > 0.
  explicit Archive(std::size_t capacity);

  /// Adds a present individual; one with the same id is replaced.
  void admit(Individual individual);

  /// Takes an individual out; false when it is not present.
  bool withdraw(const TrialId& id);

  /// The best `capacity` individuals, best first. Valid until the next change.
  std::span<const Individual* const> living() const;

  const Individual* find(const TrialId& id) const;

  /// How many are present, living or not.
  std::size_t size() const;

  std::size_t capacity() const;

  /// A trial was started, or is no longer running.
  void expect(const TrialId& id, Genome genome);
  void resolve(const TrialId& id);

  std::size_t pending() const;
};

/// Whether `a` comes before `b` for one objective.
bool better(const Individual& a, const Individual& b);

/// Whether `a` is no worse in every objective and better in one, requirements first.
bool dominates(const Individual& a, const Individual& b);

}  // namespace evolt
