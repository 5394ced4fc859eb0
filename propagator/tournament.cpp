#include "propagator/tournament.hpp"

#include "core/config_error.hpp"
#include "propagator/parents.hpp"

#include <algorithm>

namespace evolt {

Tournament::Tournament(std::size_t size, std::size_t count) : size_(size), count_(count) {
  if (size == 0 || count == 0) {
    throw ConfigError(
        Complaint{.what = "tournament selection needs a size and a count above 0",
                  .key = "tournament",
                  .found = "size " + std::to_string(size) + ", count " + std::to_string(count)});
  }
}

Brood Tournament::breed(const Ground& ground, std::span<const Offspring> /*parents*/,
                        Rng& rng) const {
  return pick_parents(name(), ground, count_, rng, [&](std::size_t living) {
    // The living stand in order, so the winner is the one that stands first.
    std::size_t winner = rng.below(living);
    for (std::size_t i = 1; i < size_; ++i) {
      winner = std::min(winner, rng.below(living));
    }
    return winner;
  });
}

}  // namespace evolt
