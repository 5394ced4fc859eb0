#include "core/usage_sum.hpp"

#include <algorithm>
#include <string>

namespace evolt {
namespace {

template <typename T, typename Join>
std::optional<T> join_known(const std::optional<T>& a, const std::optional<T>& b, Join join) {
  if (a && b) {
    return join(*a, *b);
  }
  return a ? a : b;
}

/// Labels stand from strong to weak, but for `none`, which is the weakest.
EnergyLabel weaker(EnergyLabel a, EnergyLabel b) {
  return a == EnergyLabel::none || b == EnergyLabel::none ? EnergyLabel::none : std::max(a, b);
}

EnergyReading sum(const Usage& a, const Usage& b, const EnergyReading& x, const EnergyReading& y) {
  EnergyReading all = x;
  all.joules = x.joules + y.joules;
  all.lower = x.lower + y.lower;
  all.upper = x.upper + y.upper;
  all.label = weaker(x.label, y.label);
  const double wall = a.wall.value + b.wall.value;
  all.coverage = wall > 0 ? (x.coverage * a.wall.value + y.coverage * b.wall.value) / wall
                          : std::min(x.coverage, y.coverage);
  for (const std::string& sensor : y.sensors) {
    if (std::find(all.sensors.begin(), all.sensors.end(), sensor) == all.sensors.end()) {
      all.sensors.push_back(sensor);
    }
  }
  return all;
}

}  // namespace

Usage sum(const Usage& a, const Usage& b) {
  const auto plus = [](Seconds x, Seconds y) { return x + y; };
  Usage all;
  all.wall = a.wall + b.wall;
  all.startup = join_known(a.startup, b.startup, plus);
  all.cpu = join_known(a.cpu, b.cpu, plus);
  all.max_rss = join_known(a.max_rss, b.max_rss,
                           [](std::int64_t x, std::int64_t y) { return std::max(x, y); });
  all.gpu_power_limit = b.gpu_power_limit ? b.gpu_power_limit : a.gpu_power_limit;
  all.cpu_power_limit = b.cpu_power_limit ? b.cpu_power_limit : a.cpu_power_limit;
  if (a.energy && b.energy) {
    all.energy = sum(a, b, *a.energy, *b.energy);
  }
  return all;
}

Usage scaled(Usage usage, double factor) {
  usage.wall = factor * usage.wall;
  if (usage.cpu) {
    usage.cpu = factor * *usage.cpu;
  }
  if (usage.energy) {
    usage.energy->joules = factor * usage.energy->joules;
    usage.energy->lower = factor * usage.energy->lower;
    usage.energy->upper = factor * usage.energy->upper;
  }
  return usage;
}

}  // namespace evolt
