#include "islands/pace.hpp"

#include <algorithm>

namespace evolt {

Pace::Pace(std::int32_t every, std::int32_t size, bool self_tuning)
    : given_every_(every),
      given_size_(size),
      self_tuning_(self_tuning),
      every_(every),
      size_(size) {}

bool Pace::count() {
  if (++counted_ < every_) {
    return false;
  }
  counted_ = 0;
  return true;
}

void Pace::turn(const IslandState& state) {
  if (!self_tuning_) {
    return;
  }
  constexpr std::int32_t kSlowest = 8;
  constexpr std::int32_t kFastest = 4;
  constexpr std::int32_t kMostMore = 3;
  constexpr double kConverged = 0.5;
  every_ = state.improved ? std::min(2 * every_, kSlowest * given_every_)
                          : std::max((every_ + 1) / 2, std::max(given_every_ / kFastest, 1));
  most_diverse_ = std::max(most_diverse_, state.diversity);
  const bool converged = state.diversity < kConverged * most_diverse_;
  size_ = std::clamp(size_ + (converged ? 1 : -1), given_size_, given_size_ + kMostMore);
}

}  // namespace evolt
