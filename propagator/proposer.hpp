#pragma once

#include "core/rng.hpp"
#include "core/value.hpp"
#include "propagator/archive.hpp"
#include "propagator/encoding.hpp"
#include "propagator/mutation.hpp"
#include "propagator/propagator.hpp"
#include "propagator/walk.hpp"

#include <absl/container/flat_hash_set.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace evolt {

/// The configurations a process has proposed or received; shared by all of its islands.
class Seen {
 public:
  /// False when it was there already.
  bool insert(const GenomeKey& key) { return keys_.insert(key).second; }
  bool contains(const GenomeKey& key) const { return keys_.contains(key); }
  std::size_t size() const { return keys_.size(); }

 private:
  absl::flat_hash_set<GenomeKey> keys_;
};

/// Where an island's search begins.
struct OpeningMoves {
  std::vector<Params> start;  ///< the user's points, in order; each is proposed once
  std::vector<Params> prior;  ///< then good configurations of other studies; parts of one will do
  std::size_t sampled = 0;    ///< then so many spread over the space (Latin hypercube)
};

/// Turns a propagator into a stream of new, allowed configurations for one island.
///
/// Opening moves first, then the propagator. A proposal that is forbidden or already seen is bred
/// again a few times, then mutated, then drawn at random; a finite space that is nearly used up is
/// walked through in order, so that nothing is left out. Lineage: `start`, `transfer` and `sample`
/// for the opening moves, the propagator's own, `immigrant` for what was drawn, `walk` for what the
/// walk found.
///
/// Errors: ConfigError for a start point that the space does not hold, and for a propagator that
/// does not breed one offspring from the archive.
class Proposer {
 public:
  /// Requires: `encoding` outlives this.
  Proposer(const Encoding& encoding, Propagator propagator, OpeningMoves opening, Rng& rng);

  /// A configuration that was not in `seen`, and now is; nullopt when every allowed configuration
  /// of the space has been seen. Also when none was found behind 200,000 dead ends in a row: then
  /// almost everything is forbidden, and the next call looks further.
  /// `known`: see Ground.
  std::optional<Offspring> propose(const Archive& archive, const Archive& known, Seen& seen,
                                   Rng& rng);
  std::optional<Offspring> propose(const Archive& archive, Seen& seen, Rng& rng) {
    return propose(archive, archive, seen, rng);
  }

  /// The next opening move that comes from outside, the user's points and those of other studies;
  /// nullopt when none is left.
  std::optional<Offspring> open_given(Seen& seen);

  /// Takes a proposal of somebody else, under that name. Errors: invalid_argument when the space
  /// does not hold it or forbids it; already_exists when it is in `seen`.
  absl::StatusOr<Offspring> adopt(const Params& params, std::string_view name, Seen& seen) const;

  void observe(const Individual& individual) { propagator_.observe(individual); }

 private:
  std::optional<Offspring> open(Seen& seen, Rng& rng);
  std::optional<Offspring> draw(Seen& seen, Rng& rng) const;
  bool take(const Genome& genome, Seen& seen) const;

  const Encoding* encoding_;
  Propagator propagator_;
  Mutation stray_;
  std::vector<Offspring> opening_;
  std::size_t opened_ = 0;
  std::size_t given_ = 0;  // of the opening moves, the first so many come from outside
  Walk walk_;
};

}  // namespace evolt
