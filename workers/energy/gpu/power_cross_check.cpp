#include "workers/energy/gpu/power_cross_check.hpp"

#include <cmath>

namespace evolt {

void PowerCrossCheck::add(Seconds at, Joules counted, Watts power) {
  const Sample sample{at, counted, power};
  const bool whole = previous_ && at.value - previous_->at.value <= options_.longest_gap.value &&
                     counted.value >= previous_->counted.value;
  if (!whole) {
    first_ = previous_ = sample;
    integral_ = {};
    return;
  }
  const double mean = (previous_->power.value + power.value) / 2;
  integral_ += Watts{mean} * Seconds{at.value - previous_->at.value};
  previous_ = sample;
  if (at.value - first_->at.value < options_.window.value) {
    return;
  }
  const double difference = counted.value - first_->counted.value;
  // The power may tell of the second before: a change within the window shows in it too late.
  const double late = std::abs(power.value - first_->power.value) * options_.lag.value;
  const double apart = std::abs(difference - integral_.value);
  numbers_ = Numbers{{difference}, integral_};
  disagrees_ = apart > options_.tolerance * difference + late;
  first_ = sample;
  integral_ = {};
}

}  // namespace evolt
