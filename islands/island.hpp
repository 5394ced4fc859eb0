#pragma once

#include "core/ids.hpp"
#include "core/individual.hpp"
#include "core/message.hpp"
#include "core/rng.hpp"
#include "core/trial.hpp"
#include "islands/pace.hpp"
#include "islands/replicates.hpp"
#include "islands/topology.hpp"
#include "islands/travellers.hpp"
#include "propagator/archive.hpp"
#include "propagator/proposer.hpp"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {

/// How individuals travel.
struct MigrationOptions {
  bool copies = true;              ///< pollination; otherwise the individual itself leaves
  std::int32_t every_results = 5;  ///< a turn comes after so many results of this rank
  std::int32_t size = 1;           ///< individuals per link and turn
  Emigrants emigrants = Emigrants::best;
  Displaced displaced = Displaced::worst;
  bool self_tuning = false;  ///< interval and size follow the island (see Pace)
};

/// What kind of island it is.
struct IslandOptions {
  std::size_t capacity = 24;  ///< of the population
  MigrationOptions migration;
  bool noise = false;  ///< leaders are evaluated again, and ranked by their means
};

/// An individual on its way out.
struct Departure {
  Individual individual;
  IslandId to{};
  std::int64_t hop = 0;
  bool copy = true;
};

/// One rank's replica of an island: who is present, who is living, and how it breeds.
///
/// Presence is decided by hop counts: of all that is known about an individual, the highest hop
/// stands, and of two with the same hop the one that says it has left. So replicas that know the
/// same facts have the same living, in whatever order they came.
///
/// Bounded: of more than kMost only the best and the newest are kept, which is all that breeding
/// looks at. Replicas may forget different ones, so their living could differ only once hundreds of
/// the best had left.
class Island {
 public:
  static constexpr std::size_t kMost = 4 * (Archive::kBest + Archive::kNewest);

  /// Requires: `encoding` outlives this; capacity > 0.
  Island(IslandId id, IslandOptions options, std::vector<Link> links, const Encoding& encoding,
         Propagator propagator, OpeningMoves opening, Rng rng);

  IslandId id() const { return id_; }

  /// A new configuration, never one of `seen`; nullopt when the space is used up. With noise, now
  /// and then a leader's once more. The same as begin_breeding(), then propose().
  /// `known`: what all islands know, where they learn from each other; nullptr: this one's.
  std::optional<Offspring> breed(Seen& seen, const Archive* known = nullptr);

  /// What comes before anything is proposed: with noise, now and then a leader's configuration
  /// once more; opening moves that were given. Nullopt: it is time for a proposal, by propose() or
  /// adopt().
  std::optional<Offspring> begin_breeding(Seen& seen);

  /// The propagator's proposal; nullopt when the space is used up.
  std::optional<Offspring> propose(Seen& seen, const Archive* known = nullptr);

  /// A proposal from outside, under that name. Errors: as Proposer::adopt.
  absl::StatusOr<Offspring> adopt(const Params& params, std::string_view name, Seen& seen) const {
    return proposer_.adopt(params, name, seen);
  }

  /// A trial of this island runs, or no longer does.
  void expect(const Trial& trial);
  void resolve(const Trial& trial);

  /// A trial of this island failed: nothing is bred from it, but engines keep away.
  void fail(const Genome& genome) { archive_.fail(genome); }

  /// An individual was evaluated for this island. `owner` may send it on.
  void admit(const Individual& individual, RankId owner);

  /// An individual was evaluated for another island: no member, but what breeds here learns from
  /// it.
  void learn(const Individual& individual);

  /// An individual came or left. False when something newer is known already.
  bool apply(const Moved& moved);

  /// Counts a result of this rank. When migration has its turn: who leaves, and where to. In
  /// migration proper an individual leaves once and is taken out here by the caller's apply().
  std::vector<Departure> count_result(RankId self);

  /// A rank is gone: `heir` owns what it owned.
  void inherit(RankId gone, RankId heir);

  /// Nobody lives on that island any more: nothing is sent there.
  void cut(IslandId island);

  /// Who makes room for an immigrant that has just arrived, as Moved that takes it off the island;
  /// nullopt when nobody needs to. The same for all replicas, so only the immigrant's owner asks.
  std::optional<Moved> displace(const Individual& immigrant, RankId self);

  /// Best first.
  std::span<const Individual* const> living() const { return archive_.living(); }

  const Archive& archive() const { return archive_; }

 private:
  struct Membership {
    std::int64_t hop = 0;
    bool present = true;
    RankId owner{};
  };

  std::vector<const Individual*> eligible(RankId self, IslandId to) const;
  std::optional<Offspring> breed_again();
  void admit_mean(const TrialId& root);
  void forget_old();
  IslandState state();

  IslandId id_;
  MigrationOptions migration_;
  bool noise_;
  Replicates replicates_;
  std::int64_t bred_ = 0;
  std::size_t admitted_ = 0;
  std::vector<Link> links_;
  Archive archive_;
  Rng rng_;
  Proposer proposer_;
  const Encoding* encoding_;
  Pace pace_;
  std::optional<TrialId> best_then_;  ///< when migration last had its turn
  absl::flat_hash_map<TrialId, Membership> members_;
  absl::flat_hash_set<TrialId> learnt_;                           ///< seen by what breeds here
  absl::flat_hash_set<std::pair<std::int32_t, TrialId>> copied_;  ///< (to, who)
};

}  // namespace evolt
