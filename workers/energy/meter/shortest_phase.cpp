#include "workers/energy/meter/shortest_phase.hpp"

#include "workers/energy/meter/window_tally.hpp"

#include <algorithm>

namespace evolt {
namespace {

constexpr Seconds kTick{0.01};  // of processor times: USER_HZ is 100
constexpr Seconds kReading{0.1};

}  // namespace

std::optional<Seconds> shortest_phase(const MeasuredBy& by, bool gpus) {
  Seconds slowest = std::max(by.steps.host, gpus ? by.steps.devices : Seconds{0});
  if (!(slowest > Seconds{0})) {
    slowest = by.steps.node;
  }
  if (!(slowest > Seconds{0})) {
    return std::nullopt;
  }
  return (kFigureSteps + 1) * std::max(slowest, kTick) + kReading;
}

}  // namespace evolt
