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

EnergyReading sum(Seconds a, Seconds b, const EnergyReading& x, const EnergyReading& y) {
  EnergyReading all = x;
  all.joules = x.joules + y.joules;
  all.lower = x.lower + y.lower;
  all.upper = x.upper + y.upper;
  all.label = weaker(x.label, y.label);
  const double time = (a + b).value;
  all.coverage = time > 0 ? (x.coverage * a.value + y.coverage * b.value) / time
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
  // The lesser is in both.
  all.gain = x.sensors == y.sensors && x.host_class == y.host_class ? std::min(x.gain, y.gain) : 0;
  std::erase_if(all.scope, [&y](const std::string& part) { return !has(y.scope, part); });
  return all;
}

void scale(std::optional<EnergyReading>& energy, double factor) {
  if (energy) {
    energy->joules = factor * energy->joules;
    energy->lower = factor * energy->lower;
    energy->upper = factor * energy->upper;
    energy->gap = factor * energy->gap;
  }
}

std::vector<PhaseUse> sum(std::vector<PhaseUse> a, const std::vector<PhaseUse>& b) {
  for (const PhaseUse& y : b) {
    const auto x = std::find_if(a.begin(), a.end(),
                                [&y](const PhaseUse& phase) { return phase.name == y.name; });
    if (x == a.end()) {
      a.push_back(y);
      continue;
    }
    if (x->energy && y.energy) {
      x->energy = sum(x->time, y.time, *x->energy, *y.energy);
    } else {
      x->energy.reset();
      x->unmeasured = y.unmeasured.empty() ? x->unmeasured : y.unmeasured;
    }
    x->time += y.time;
    x->items += y.items;
  }
  return a;
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
    all.energy = sum(a.wall, b.wall, *a.energy, *b.energy);
  } else {
    all.unmeasured = b.unmeasured.empty() ? a.unmeasured : b.unmeasured;
  }
  all.phases = sum(a.phases, b.phases);
  return all;
}

Usage scaled(Usage usage, double factor) {
  usage.wall = factor * usage.wall;
  if (usage.cpu) {
    usage.cpu = factor * *usage.cpu;
  }
  scale(usage.energy, factor);
  for (PhaseUse& phase : usage.phases) {
    if (phase.name == "train") {  // others are not repeated with every step
      phase.time = factor * phase.time;
      scale(phase.energy, factor);
    }
  }
  return usage;
}

}  // namespace evolt
