#include "core/usage_sum.hpp"

#include <algorithm>
#include <string>
#include <vector>

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

bool has(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// `x`, or `x + y` where they differ.
std::string both(const std::string& x, const std::string& y) {
  return x == y || y.empty() ? x : x.empty() ? y : x + " + " + y;
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
    if (!has(all.sensors, sensor)) {
      all.sensors.push_back(sensor);
    }
  }
  // The errors of two attempts are mostly the gain of one meter, so they do not average out.
  const double joules = all.joules.value;
  all.sigma_rel = joules > 0
                      ? (x.sigma_rel * x.joules.value + y.sigma_rel * y.joules.value) / joules
                      : std::max(x.sigma_rel, y.sigma_rel);
  all.gap = x.gap + y.gap;
  all.attribution = both(x.attribution, y.attribution);
  if (x.idle != y.idle) {
    all.idle.reset();
  }
  all.host_class = both(x.host_class, y.host_class);
  if (x.power_limit != y.power_limit) {
    all.power_limit.reset();
  }
  std::erase_if(all.scope, [&y](const std::string& part) { return !has(y.scope, part); });
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
    usage.energy->gap = factor * usage.energy->gap;
  }
  return usage;
}

}  // namespace evolt
