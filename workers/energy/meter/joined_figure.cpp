#include "workers/energy/meter/joined_figure.hpp"

#include "core/usage_sum.hpp"

#include <algorithm>

namespace evolt {

WindowFigure join(const WindowFigure& first, Seconds between, const WindowFigure& second) {
  const Seconds time = first.time + between + second.time;
  if (!first.energy && !second.energy) {
    return {.missing = second.missing, .time = time};
  }
  Seconds dark = between;
  EnergyReading all;
  const auto full = [](const WindowFigure& part) {
    return !part.energy ||
           of_coverage(EnergyLabel::sampled, part.energy->coverage) == EnergyLabel::sampled;
  };
  if (first.energy && second.energy) {
    all = *sum({.wall = first.time, .energy = first.energy},
               {.wall = second.time, .energy = second.energy})
               .energy;
  } else {
    const bool has_first = first.energy.has_value();
    all = has_first ? *first.energy : *second.energy;
    dark += has_first ? second.time : first.time;
  }
  const Watts most = std::max(first.most, second.most);
  if (dark.value > 0 && most.value <= 0) {
    return {.missing = "the reader was away, and no highest power is known", .time = time};
  }
  // Gaps within the parts are filled in already.
  if (dark < time) {
    all.joules = all.joules * (time / (time - dark));
  }
  all.upper += most * dark;
  if (dark.value > 0) {
    all.gain = 0;  // of the dark time no sensor told anything
  }
  all.joules = std::min(all.joules, all.upper);
  all.gap += dark;
  all.coverage = 1 - all.gap / time;
  if (full(first) && full(second)) {
    all.label = of_coverage(all.label, all.coverage);
  }
  return {.energy = std::move(all), .time = time, .most = most};
}

}  // namespace evolt
