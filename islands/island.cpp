#include "islands/island.hpp"

#include <algorithm>
#include <cmath>

namespace evolt {

Island::Island(IslandId id, std::size_t capacity, MigrationOptions migration,
               std::vector<Link> links, const Encoding& encoding, Propagator propagator,
               OpeningMoves opening, Rng rng)
    : id_(id),
      migration_(migration),
      links_(std::move(links)),
      archive_(capacity),
      rng_(rng),
      proposer_(encoding, std::move(propagator), std::move(opening), rng_) {}

std::optional<Offspring> Island::breed(Seen& seen) {
  return proposer_.propose(archive_, seen, rng_);
}

void Island::admit(const Individual& individual, RankId owner) {
  const auto [at, fresh] = members_.try_emplace(individual.id, Membership{.owner = owner});
  if (fresh) {
    archive_.admit(individual);
    proposer_.observe(individual);
  }
}

bool Island::apply(const Moved& moved) {
  const TrialId& id = moved.individual.id;
  const auto [at, fresh] = members_.try_emplace(id);
  if (!fresh && at->second.hop >= moved.hop) {
    return false;
  }
  const bool was_present = !fresh && at->second.present;
  at->second = Membership{moved.hop, moved.present, moved.owner};
  if (moved.present && !was_present) {
    archive_.admit(moved.individual);
    proposer_.observe(moved.individual);
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

std::vector<Departure> Island::count_result(RankId self) {
  std::vector<Departure> departures;
  if (++results_ % migration_.every_results != 0) {
    return departures;
  }
  absl::flat_hash_set<TrialId> leaving;
  for (const Link& link : links_) {
    if (!rng_.chance(link.probability)) {
      continue;
    }
    std::vector<const Individual*> able = eligible(self, link.to);
    std::erase_if(able, [&](const Individual* one) { return leaving.contains(one->id); });
    for (std::int32_t i = 0; i < migration_.size && !able.empty(); ++i) {
      // The better, the likelier: rank n * u^2 of n.
      const double u = rng_.uniform();
      const auto pick = static_cast<std::size_t>(static_cast<double>(able.size()) * u * u);
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

}  // namespace evolt
