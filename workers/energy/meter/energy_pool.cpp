#include "workers/energy/meter/energy_pool.hpp"

#include <algorithm>
#include <utility>

namespace evolt {
namespace {

void put(EnergyPool& pool, const EnergyChannel& channel, std::size_t index) {
  const bool first = pool.channels.empty();
  pool.most = first || (pool.most.value > 0 && channel.most.value > 0) ? pool.most + channel.most
                                                                       : Watts{0};
  pool.channels.push_back(index);
  pool.sensors.push_back(channel.name);
  pool.gain = std::max(pool.gain, channel.gain);
  pool.step = std::max(pool.step, channel.step);
  pool.label = first ? channel.label
               : pool.label == EnergyLabel::none || channel.label == EnergyLabel::none
                   ? EnergyLabel::none
                   : std::max(pool.label, channel.label);
}

}  // namespace

std::vector<EnergyPool> make_pools(std::span<const EnergyChannel> channels) {
  EnergyPool package{.kind = EnergyPool::Kind::package, .part = "package"};
  EnergyPool module{.kind = EnergyPool::Kind::package, .part = "module"};
  EnergyPool dram{.kind = EnergyPool::Kind::dram, .part = "dram"};
  EnergyPool node{.kind = EnergyPool::Kind::residual, .part = "node"};
  std::vector<EnergyPool> pools;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const EnergyChannel& channel = channels[i];
    switch (channel.part) {
      case EnergyPart::package:
        put(package, channel, i);
        break;
      case EnergyPart::dram:
        put(dram, channel, i);
        break;
      case EnergyPart::gpu: {
        auto card = std::find_if(pools.begin(), pools.end(), [&](const EnergyPool& pool) {
          return pool.device == channel.device;
        });
        if (card == pools.end()) {
          pools.push_back(
              {.kind = EnergyPool::Kind::device, .part = "gpu", .device = channel.device});
          put(pools.back(), channel, i);
        }
        break;
      }
      case EnergyPart::module:
        put(module, channel, i);
        break;
      case EnergyPart::node:
        if (node.channels.empty()) {
          put(node, channel, i);
        }
        break;
      case EnergyPart::core:
      case EnergyPart::uncore:
      case EnergyPart::platform:
        break;
    }
  }
  // A module has packages, memory and its GPU within.
  if (!module.channels.empty()) {
    pools = {std::move(module)};
  } else {
    for (EnergyPool* pool : {&dram, &package}) {
      if (!pool->channels.empty()) {
        pools.insert(pools.begin(), std::move(*pool));
      }
    }
  }
  if (!node.channels.empty()) {
    for (const EnergyPool& pool : pools) {
      node.parts.insert(node.parts.end(), pool.channels.begin(), pool.channels.end());
    }
    pools.push_back(std::move(node));
  }
  return pools;
}

PoolMeter::Measured PoolMeter::measure(std::span<const Accumulator> channels,
                                       const HostMarks& now) const {
  Measured measured;
  PoolSpan& all = measured.span;
  for (const std::size_t i : pool_.channels) {
    const EnergySpan one = channels[i].between(from_[i], now[i]);
    all.joules += one.counted.value;
    all.error.first += one.first;
    all.error.last += one.last;
    all.error.loose += one.loose;
    all.error.gap_most += one.gap_most.value;
    all.time = one.time;
    all.gap = std::max(all.gap, one.gap);
    all.suspect = all.suspect || one.suspect;
  }
  for (const std::size_t i : pool_.parts) {
    const EnergySpan one = channels[i].between(from_[i], now[i]);
    all.joules -= one.counted.value;
    all.error.first = all.error.first - one.first;
    all.error.last = all.error.last - one.last;
    all.error.loose += one.loose + one.gap_most.value;
    all.gap = std::max(all.gap, one.gap);
  }
  // The parts may be counted before the whole; what they are ahead is taken off later.
  all.error.first = all.error.first - Interval{debt_, debt_};
  all.joules -= debt_;
  measured.debt = std::max(0.0, -all.joules);
  all.error.last = all.error.last - Interval{measured.debt, measured.debt};
  all.joules = std::max(0.0, all.joules);
  return measured;
}

PoolSpan PoolMeter::span(std::span<const Accumulator> channels, const HostMarks& now) const {
  return measure(channels, now).span;
}

PoolSpan PoolMeter::cut(std::span<const Accumulator> channels, const HostMarks& now) {
  Measured measured = measure(channels, now);
  debt_ = measured.debt;
  from_ = now;
  return measured.span;
}

}  // namespace evolt
