#include "service/measure/measured_run.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace evolt {

std::optional<Spread> spread_of(std::span<const double> numbers) {
  if (numbers.empty()) {
    return std::nullopt;
  }
  const auto count = static_cast<double>(numbers.size());
  Spread spread{.mean = std::accumulate(numbers.begin(), numbers.end(), 0.0) / count,
                .least = *std::min_element(numbers.begin(), numbers.end()),
                .most = *std::max_element(numbers.begin(), numbers.end())};
  if (numbers.size() > 1) {
    double squares = 0;
    for (const double number : numbers) {
      squares += (number - spread.mean) * (number - spread.mean);
    }
    spread.deviation = std::sqrt(squares / (count - 1));
  }
  return spread;
}

std::optional<Watts> mean_power(const MeasuredRun& run) {
  if (!run.figure.energy || !(run.figure.time.value > 0)) {
    return std::nullopt;
  }
  return run.figure.energy->joules / run.figure.time;
}

RunSummary summarize(std::span<const MeasuredRun> runs) {
  RunSummary all;
  std::vector<double> seconds, joules, watts;
  for (const MeasuredRun& run : runs) {
    const auto count = static_cast<double>(run.executions);
    seconds.push_back(run.wall.value / count);
    const std::optional<Watts> power = mean_power(run);
    if (!power) {
      continue;
    }
    const EnergyReading& energy = *run.figure.energy;
    ++all.measured;
    joules.push_back(energy.joules.value / count);
    watts.push_back(power->value);
    all.lower += energy.lower / count;
    all.upper += energy.upper / count;
    all.label = std::max(all.label, energy.label);
  }
  if (all.measured > 0) {
    all.lower = all.lower / static_cast<double>(all.measured);
    all.upper = all.upper / static_cast<double>(all.measured);
  }
  all.seconds = spread_of(seconds);
  all.joules = spread_of(joules);
  all.watts = spread_of(watts);
  return all;
}

}  // namespace evolt
