#include "workers/energy/meter/idle_power.hpp"

#include <algorithm>
#include <vector>

namespace evolt {
namespace {

constexpr std::size_t kMost = 256;  // older ones say little about the host of now
constexpr Seconds kShortest{0.25};
constexpr Seconds kEnough{30};

}  // namespace

void IdleEstimate::add(Seconds time, Interval joules) {
  if (time < kShortest) {
    return;
  }
  stretches_.push_back({time, (1 / time.value) * joules});
  rest_ += time;
  if (stretches_.size() > kMost) {
    rest_ -= stretches_.front().time;
    stretches_.pop_front();
  }
}

bool IdleEstimate::learnt() const {
  return rest_ >= kEnough;
}

std::optional<IdlePower> IdleEstimate::power() const {
  if (!learnt()) {
    return before_;
  }
  std::vector<Stretch> sorted(stretches_.begin(), stretches_.end());
  const auto middle = [](const Stretch& s) { return (s.watts.lower + s.watts.upper) / 2; };
  std::sort(sorted.begin(), sorted.end(),
            [&](const Stretch& a, const Stretch& b) { return middle(a) < middle(b); });
  IdlePower power{.watts = sorted.front().watts};
  Seconds before;
  for (const Stretch& stretch : sorted) {
    power.watts = hull(power.watts, stretch.watts);
    if (before < rest_ / 2) {
      power.likely = Watts{middle(stretch)};
    }
    before += stretch.time;
  }
  return power;
}

}  // namespace evolt
