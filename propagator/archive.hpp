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
/// Who is living, and who is among the best, depends only on the set of present individuals, never
/// on the order in which they became known, so that replicas agree; the newest and the failed are
/// in order of arrival. Order for one objective: violation, score, id. For several: violation,
/// number of individuals that dominate it, then crowding distance within the last count that does
/// not fit (Deb et al. 2002, "NSGA-II", section III-B), then id. An individual with a NaN among its
/// numbers is present, but never living or best: nothing is bred from it. Cost: admit, withdraw
/// O(log n) for one objective; O(n) for several, and once O(n) more for living() and best().
class Archive {
 public:
  static constexpr std::size_t kBest = 256;
  static constexpr std::size_t kNewest = 512;
  static constexpr std::size_t kFailed = 64;

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

  /// Takes out all that are neither among best() nor among newest(), and says who they were. Cost:
  /// O(n).
  std::vector<TrialId> trim();

  /// The best `capacity` individuals, best first. Valid until the next change.
  std::span<const Individual* const> living() const;

  /// The best kBest (or `capacity`, if that is more), best first. Valid until the next change.
  std::span<const Individual* const> best() const;

  /// The kNewest that arrived last and are still present, oldest first; also those with a NaN.
  /// Valid until the next change.
  std::span<const Individual* const> newest() const;

  const Individual* find(const TrialId& id) const;

  /// How many are present, living or not.
  std::size_t size() const { return present_.size(); }

  std::size_t capacity() const { return capacity_; }

  /// A trial was started, or is no longer running.
  void expect(const TrialId& id, Genome genome);
  void resolve(const TrialId& id);

  std::size_t pending() const { return pending_.size(); }

  /// Those still running, by id.
  const absl::btree_map<TrialId, Genome>& pending_genomes() const { return pending_; }

  /// A trial failed: it is nobody's parent, but shows where not to go.
  void fail(Genome genome);

  /// The kFailed that failed last, oldest first. Valid until the next change.
  std::span<const Genome> failed() const;

  /// How many have failed.
  std::size_t failures() const { return failures_; }

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
    std::uint64_t ticket = 0;  ///< of its place among the waiting; 0: it is among the best
  };
  static Place place_of(const Individual& individual);
  friend bool better(const Individual& a, const Individual& b);

  void enter_best(Record& record);
  void leave_best(const Record& record);
  void wait(Record& record);
  void drop_stale();

  std::size_t capacity_;
  absl::btree_map<TrialId, std::unique_ptr<Record>> present_;
  // Kept for one objective; drawn up on demand for several.
  mutable std::vector<const Individual*> best_;
  // By arrival. Twice as many as are shown, so that the old leave in bulk.
  std::vector<const Individual*> newest_;
  std::vector<Genome> failed_;
  std::size_t failures_ = 0;

  // One objective: all others, as a heap with the best on top. New ones mostly stay at its end, so
  // that admission touches little memory however many there are. Those withdrawn stay until they
  // come up, or until they are the greater part.
  std::vector<Place> waiting_;
  std::size_t stale_places_ = 0;
  std::uint64_t tickets_ = 0;

  // Several objectives.
  DominanceIndex dominance_;
  bool several_ = false;
  mutable std::vector<const Individual*> living_;
  mutable bool outdated_living_ = false;
  mutable bool outdated_best_ = false;

  absl::btree_map<TrialId, Genome> pending_;
};

/// Whether a NaN is among its numbers.
bool is_flawed(const Individual& individual);

/// Whether `a` comes before `b` for one objective; one with a NaN comes after all without.
bool better(const Individual& a, const Individual& b);

/// Whether `a` is no worse in every objective and better in one, requirements first.
bool dominates(const Individual& a, const Individual& b);

}  // namespace evolt
