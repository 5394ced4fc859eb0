#include "islands/travellers.hpp"

#include "propagator/distance.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <vector>

namespace evolt {
namespace {

double nearest(const Individual& one, std::span<const Individual* const> living,
               const Encoding& encoding) {
  double least = std::numeric_limits<double>::infinity();
  for (const Individual* const other : living) {
    if (other->id != one.id) {
      least = std::min(least, distance(encoding, one.genome, other->genome));
    }
  }
  return least;
}

}  // namespace

std::size_t choose_emigrant(Emigrants policy, std::span<const Individual* const> able,
                            std::span<const Individual* const> living, const Encoding& encoding,
                            Rng& rng) {
  assert(!able.empty());
  if (policy == Emigrants::random) {
    return rng.below(able.size());
  }
  if (policy == Emigrants::best) {
    const double u = rng.uniform();  // rank n u^2 of n
    return static_cast<std::size_t>(static_cast<double>(able.size()) * u * u);
  }
  std::size_t loneliest = 0;
  double farthest = -1;
  for (std::size_t i = 0; i < able.size(); ++i) {
    const double lonely = nearest(*able[i], living, encoding);
    if (lonely > farthest) {
      farthest = lonely;
      loneliest = i;
    }
  }
  return loneliest;
}

const Individual* choose_displaced(Displaced policy, std::span<const Individual* const> living,
                                   const Individual& immigrant, const Encoding& encoding,
                                   Rng& rng) {
  if (policy == Displaced::worst || living.size() < 2) {
    return nullptr;
  }
  std::vector<const Individual*> able(living.begin() + 1, living.end());
  std::erase_if(able, [&](const Individual* one) { return one->id == immigrant.id; });
  if (able.empty()) {
    return nullptr;
  }
  if (policy == Displaced::random) {
    return able[rng.below(able.size())];
  }
  const auto to_immigrant = [&](const Individual* one) {
    return distance(encoding, one->genome, immigrant.genome);
  };
  return *std::min_element(able.begin(), able.end(), [&](const auto* a, const auto* b) {
    return to_immigrant(a) < to_immigrant(b);
  });
}

double diversity(std::span<const Individual* const> living, const Encoding& encoding) {
  constexpr std::size_t kMost = 12;
  const auto some = living.first(std::min(living.size(), kMost));
  double sum = 0;
  for (std::size_t i = 0; i < some.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      sum += distance(encoding, some[i]->genome, some[j]->genome);
    }
  }
  const std::size_t pairs = some.size() * (some.size() - std::min<std::size_t>(some.size(), 1)) / 2;
  return pairs == 0 ? 0 : sum / static_cast<double>(pairs);
}

}  // namespace evolt
