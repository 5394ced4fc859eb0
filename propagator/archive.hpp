#pragma once

#include "core/ids.hpp"
#include "core/individual.hpp"
#include "propagator/dominance.hpp"

#include <absl/container/btree_map.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace evolt {

/// Everything one island knows: its present individuals as an ordered index, the best of which are
/// *living* (they breed), and the trials that are still running (*pending*).
///
/// What is living depends only on the set of present individuals, never on the order in which they
/// became known, so that replicas agree. Order for one objective: violation, score, id; an
/// individual with a NaN among its numbers comes after all without. For several: violation, number
/// of individuals that dominate it, then crowding distance within the last count that does not fit
/// (Deb et al. 2002, "NSGA-II", section III-B), then id. Cost: admit, withdraw O(log n) for one
/// objective; O(n) for several, and once O(n) more for living().
class Archive {
 public:
  /// Requires: capacity > 0.
  explicit Archive(std::size_t capacity);
  Archive(const Archive& other);
  Archive(Archive&&) noexcept = default;
  Archive& operator=(const Archive& other);
  Archive& operator=(Archive&&) noexcept = default;
  ~Archive() = default;

  /// Adds a present individual; one with the same id is replaced.
  /// Requires: at least one score, and as many as everyone else here.
  void admit(Individual individual);

  /// Takes an individual out; false when it is not present.
  bool withdraw(const TrialId& id);

  /// The best `capacity` individuals, best first. Valid until the next change.
  std::span<const Individual* const> living() const;

  const Individual* find(const TrialId& id) const;

  /// How many are present, living or not.
  std::size_t size() const { return present_.size(); }

  std::size_t capacity() const { return capacity_; }

  /// A trial was started, or is no longer running.
  void expect(const TrialId& id, Genome genome);
  void resolve(const TrialId& id);

  std::size_t pending() const { return pending_.size(); }

 private:
  /// What the order for one objective compares.
  struct Place {
    bool flawed = false;
    double violation = 0;
    double score = 0;
    TrialId id;
    std::uint64_t ticket = 0;  ///< not compared: tells a place that is still good from a stale one

    bool operator<(const Place& other) const;
    bool operator>(const Place& other) const { return other < *this; }
  };
  struct Record {
    Individual individual;
    std::uint64_t ticket = 0;  ///< of its place among the waiting; 0: it lives
  };
  static Place place_of(const Individual& individual);
  friend bool better(const Individual& a, const Individual& b);

  void enter_living(Record& record);
  void leave_living(const Record& record);
  void wait(Record& record);
  void drop_stale();

  std::size_t capacity_;
  absl::btree_map<TrialId, std::unique_ptr<Record>> present_;
  mutable std::vector<const Individual*> living_;  // kept for one, drawn up on demand for several

  // One objective: all others, as a heap with the best on top. New ones mostly stay at its end, so
  // that admission touches little memory however many there are. Those withdrawn stay until they
  // come up, or until they are the greater part.
  std::vector<Place> waiting_;
  std::size_t stale_places_ = 0;
  std::uint64_t tickets_ = 0;

  // Several objectives.
  DominanceIndex dominance_;
  mutable bool outdated_ = false;

  absl::btree_map<TrialId, Genome> pending_;
};

/// Whether `a` comes before `b` for one objective.
bool better(const Individual& a, const Individual& b);

/// Whether `a` is no worse in every objective and better in one, requirements first.
bool dominates(const Individual& a, const Individual& b);

}  // namespace evolt
