#include "islands/island.hpp"

#include <algorithm>
#include <cmath>

namespace evolt {
namespace {

/// Ids of individuals that models have learnt from.
constexpr std::size_t kMostLearnt = 1 << 16;

}  // namespace

Island::Island(IslandId id, IslandOptions options, std::vector<Link> links,
               const Encoding& encoding, Propagator propagator, OpeningMoves opening, Rng rng)
    : id_(id),
      migration_(options.migration),
      noise_(options.noise),
      links_(std::move(links)),
      archive_(options.capacity),
      rng_(rng),
      proposer_(encoding, std::move(propagator), std::move(opening), rng_),
      encoding_(&encoding),
      pace_(options.migration.every_results, options.migration.size,
            options.migration.self_tuning) {}

std::optional<Offspring> Island::breed(Seen& seen, const Archive* known) {
  if (auto offspring = begin_breeding(seen)) {
    return offspring;
  }
  return propose(seen, known);
}

std::optional<Offspring> Island::begin_breeding(Seen& seen) {
  ++bred_;
  if (auto again = breed_again()) {
    return again;
  }
  return proposer_.open_given(seen);
}

std::optional<Offspring> Island::propose(Seen& seen, const Archive* known) {
  return proposer_.propose(archive_, known == nullptr ? archive_ : *known, seen, rng_);
}

/// A leader's configuration, in at most one of kAgain turns.
std::optional<Offspring> Island::breed_again() {
  constexpr std::int64_t kAgain = 4;
  if (!noise_ || bred_ % kAgain != 0) {
    return std::nullopt;
  }
  const Individual* const leader = replicates_.choose(archive_.living(), admitted_);
  if (leader == nullptr) {
    return std::nullopt;
  }
  return Offspring{.genome = leader->genome,
                   .lineage = {.propagator = std::string(kReplicate), .parents = {leader->id}}};
}

void Island::expect(const Trial& trial) {
  archive_.expect(trial.id, trial.genome);
  if (const auto root = Replicates::root_of({.lineage = trial.lineage})) {
    replicates_.expect(*root);
  }
}

void Island::resolve(const Trial& trial) {
  archive_.resolve(trial.id);
  if (const auto root = Replicates::root_of({.lineage = trial.lineage})) {
    replicates_.give_up(*root);
  }
}

/// Ranks a configuration by the mean of all that is known of it.
void Island::admit_mean(const TrialId& root) {
  if (const Individual* const known = archive_.find(root)) {
    Individual renewed = *known;
    renewed.scores = replicates_.mean(root);
    archive_.admit(std::move(renewed));
  }
}

void Island::admit(const Individual& individual, RankId owner) {
  if (noise_) {
    const auto root = Replicates::root_of(individual);
    if (root && individual.standing == Standing::stopped) {
      return;  // a value of another step would spoil the mean
    }
    replicates_.add(root.value_or(individual.id), individual.scores);
    if (root) {
      admit_mean(*root);
      return;
    }
  }
  const auto [at, fresh] = members_.try_emplace(individual.id, Membership{.owner = owner});
  if (fresh) {
    ++admitted_;
    archive_.admit(individual);
    learn(individual);
    forget_old();
    if (noise_) {
      admit_mean(individual.id);  // evaluations of it may have come first
    }
    return;
  }
  // It went on after it had been parked: what was foreseen gives way to what was measured.
  const Individual* const known = archive_.find(individual.id);
  if (known != nullptr && known->standing == Standing::stopped && *known != individual) {
    archive_.admit(individual);
    proposer_.observe(individual);
  }
}

void Island::forget_old() {
  if (archive_.size() <= kMost) {
    return;
  }
  for (const TrialId& id : archive_.trim()) {
    members_.erase(id);
  }
  absl::erase_if(copied_, [this](const auto& copy) { return !members_.contains(copy.second); });
  if (learnt_.size() > kMostLearnt) {
    learnt_.clear();  // who then comes a second time is learnt twice, which does little harm
  }
}

void Island::learn(const Individual& individual) {
  if (learnt_.insert(individual.id).second) {
    proposer_.observe(individual);
  }
}

bool Island::apply(const Moved& moved) {
  const TrialId& id = moved.individual.id;
  const auto [at, fresh] = members_.try_emplace(id);
  const bool ends_a_stay =
      !fresh && at->second.hop == moved.hop && at->second.present && !moved.present;
  if (!fresh && at->second.hop >= moved.hop && !ends_a_stay) {
    return false;
  }
  const bool was_present = !fresh && at->second.present;
  at->second = Membership{moved.hop, moved.present, moved.owner};
  if (moved.present && !was_present) {
    ++admitted_;
    archive_.admit(moved.individual);
    learn(moved.individual);
    if (noise_ && fresh) {
      replicates_.add(id, moved.individual.scores);
      admit_mean(id);
    }
    forget_old();
  } else if (!moved.present && was_present) {
    archive_.withdraw(id);
  }
  return true;
}

std::vector<const Individual*> Island::eligible(RankId self, IslandId to) const {
  std::vector<const Individual*> able;
  for (const Individual* const individual : archive_.living()) {
    const auto member = members_.find(individual->id);
    if (member != members_.end() && member->second.owner == self &&
        individual->standing == Standing::finished &&
        !(migration_.copies && copied_.contains({index(to), individual->id}))) {
      able.push_back(individual);
    }
  }
  return able;
}

/// Before a turn: what the pace follows.
IslandState Island::state() {
  const auto living = archive_.living();
  if (!pace_.self_tuning() || living.empty()) {
    return {};
  }
  const TrialId best = living.front()->id;
  const bool improved = best_then_ && *best_then_ != best;
  best_then_ = best;
  return {.improved = improved, .diversity = diversity(living, *encoding_)};
}

std::vector<Departure> Island::count_result(RankId self) {
  std::vector<Departure> departures;
  if (!pace_.count()) {
    return departures;
  }
  pace_.turn(state());
  absl::flat_hash_set<TrialId> leaving;
  for (const Link& link : links_) {
    if (!rng_.chance(link.probability)) {
      continue;
    }
    std::vector<const Individual*> able = eligible(self, link.to);
    std::erase_if(able, [&](const Individual* one) { return leaving.contains(one->id); });
    for (std::int32_t i = 0; i < pace_.size() && !able.empty(); ++i) {
      const std::size_t pick =
          choose_emigrant(migration_.emigrants, able, archive_.living(), *encoding_, rng_);
      const Individual& chosen = *able[pick];
      departures.push_back(Departure{.individual = chosen,
                                     .to = link.to,
                                     .hop = members_.at(chosen.id).hop + 1,
                                     .copy = migration_.copies});
      if (migration_.copies) {
        copied_.insert({index(link.to), chosen.id});
      } else {
        leaving.insert(chosen.id);
      }
      able.erase(able.begin() + static_cast<std::ptrdiff_t>(pick));
    }
  }
  return departures;
}

void Island::inherit(RankId gone, RankId heir) {
  for (auto& [id, member] : members_) {
    if (member.owner == gone) {
      member.owner = heir;
    }
  }
}

void Island::cut(IslandId island) {
  std::erase_if(links_, [island](const Link& link) { return link.to == island; });
}

std::optional<Moved> Island::displace(const Individual& immigrant, RankId self) {
  if (!migration_.copies || archive_.living().size() < archive_.capacity()) {
    return std::nullopt;
  }
  const Individual* const leaver =
      choose_displaced(migration_.displaced, archive_.living(), immigrant, *encoding_, rng_);
  if (leaver == nullptr) {
    return std::nullopt;
  }
  const auto member = members_.find(leaver->id);
  const std::int64_t hop = member == members_.end() ? 0 : member->second.hop;
  return Moved{
      .island = id_, .individual = *leaver, .hop = hop + 1, .present = false, .owner = self};
}

}  // namespace evolt
