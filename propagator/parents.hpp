#pragma once

#include "core/individual.hpp"
#include "core/rng.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {

/// An individual as a parent that `selection` picked: its genome, and itself as the only parent.
Offspring as_parent(const Individual& individual, std::string_view selection);

/// All parents of `parents`, each once, in order; `propagator` is what crosses them.
Lineage crossed(std::string_view propagator, std::span<const Offspring> parents);

/// The living without those that have a NaN among their numbers.
std::span<const Individual* const> sound_living(const Archive& archive);

/// `count` of the sound living, each at the rank that `choose(number of them)` names; a second one
/// that is the same as the first is chosen again a few times, since crossing it changes nothing.
/// Strangers where nobody lives.
template <typename Choose>
Brood pick_parents(std::string_view selection, const Ground& ground, std::size_t count, Rng& rng,
                   const Choose& choose) {
  constexpr int kTries = 4;
  const auto living = sound_living(ground.archive);
  Brood brood;
  brood.reserve(count);
  std::size_t previous = living.size();
  while (brood.size() < count) {
    if (living.empty()) {
      brood.push_back(std::move(Immigrant().breed(ground, {}, rng).front()));
      continue;
    }
    std::size_t rank = choose(living.size());
    for (int i = 0; i < kTries && rank == previous; ++i) {
      rank = choose(living.size());
    }
    previous = rank;
    brood.push_back(as_parent(*living[rank], selection));
  }
  return brood;
}

}  // namespace evolt
