#include "workers/energy/meter/host_account.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

// How an account divides the time between two edges.

namespace evolt {
namespace {

/// Of what is busy, more than this for others means that a trial was not alone.
constexpr double kAloneShare = 0.95;

double middle(Interval a) {
  return (a.lower + a.upper) / 2;
}

Interval difference(const CpuTime& from, const CpuTime& to) {
  const Interval all = to - from;
  return {std::max(0.0, all.lower), std::max(0.0, all.upper)};
}

SharedSegment shared_segment(const PoolSpan& span, Seconds time, IdlePolicy policy) {
  return {.joules = span.joules,
          .error = span.error.last - span.error.first +
                   Interval{-span.error.loose, span.error.loose + span.error.gap_most},
          .time = time,
          .policy = policy};
}

}  // namespace

/// What the driver says since the last round of who used a device.
void HostAccount::hear(Pool& pool, std::span<const DeviceUsers> users) {
  const auto told = std::find_if(users.begin(), users.end(), [&](const DeviceUsers& one) {
    return one.device == pool.meter.pool().device;
  });
  pool.quiet = pool.quiet && told != users.end() && told->windows.empty() && !(told->others > 0);
  if (told != users.end() && pool.members.size() > 1) {
    pool.use.add(pool.meter.span(channels_, now_).joules, at_ - pool.since, pool.rest.power(),
                 *told);
  }
}

void HostAccount::divide_device_of(const Pool& pool, Divided& divided) const {
  std::vector<double> given;
  for (const auto& [id, member] : pool.members) {
    divided.order.push_back(id);
    given.push_back(device_share(id, pool));
  }
  divided.by_use = divided.order.size() > 1 && pool.use.told();
  divided.by_share = divided.order.size() > 1 && !divided.by_use;
  if (!divided.by_use) {
    divided.parts = divide_device(divided.span.joules, given);
    return;
  }
  const Seconds time = at_ - pool.since;
  divided.idle = pool.rest.power();
  SharedSegment segment = shared_segment(divided.span, time, options_.idle);
  segment.idle = divided.idle;
  divided.parts = divide_by_use(
      segment, pool.use.loads(divided.span.joules, time, divided.idle, divided.order, given));
}

Interval HostAccount::busy_since(const CpuTime& start, Seconds time) const {
  const double most = options_.cores * time.value;
  if (!busy_known_) {
    return {0, most};
  }
  return difference(start, busy_);
}

Interval HostAccount::cpu_since(const Window& window, const CpuTime& start, Interval busy) const {
  Interval cpu = difference(start, window.cpu);
  if (!window.fresh) {
    // It ended, or cannot be read any more: it may have used all that was used since.
    cpu.upper = std::max(cpu.upper, busy.upper);
  }
  return cpu;
}

HostAccount::Divided HostAccount::divide(const Pool& pool, const PoolSpan& span) const {
  const EnergyPool& traits = pool.meter.pool();
  Divided divided{.span = span};
  if (traits.kind == EnergyPool::Kind::device) {
    divide_device_of(pool, divided);
    return divided;
  }
  const Seconds time = at_ - pool.since;
  divided.busy = busy_since(pool.busy, time);
  for (const auto& [id, member] : pool.members) {
    const Window& window = windows_.at(id);
    divided.order.push_back(id);
    divided.loads.push_back(
        {.cpu = cpu_since(window, member.cpu, divided.busy),
         .reserved = options_.cores > 0 ? std::min(1.0, window.share.cores / options_.cores) : 0,
         .present = time.value > 0 ? (at_ - member.from) / time : 1});
  }
  SharedSegment segment = shared_segment(span, time, options_.idle);
  segment.busy = divided.busy;
  segment.ratio = options_.cpu_ratio;
  if (traits.kind == EnergyPool::Kind::residual) {
    divided.parts = divide_residual(segment, divided.loads);
    return divided;
  }
  divided.idle = pool.rest.power();
  segment.idle = divided.idle;
  if (traits.kind == EnergyPool::Kind::dram) {
    segment.ratio = options_.dram_ratio;
  }
  divided.parts = divide_by_cpu(segment, divided.loads);
  return divided;
}

bool HostAccount::is_shared(const Pool& pool, const Divided& divided, std::size_t trial) const {
  if (divided.order.size() > 1) {
    return true;
  }
  if (pool.meter.pool().kind == EnergyPool::Kind::device) {
    return false;
  }
  const double busy = middle(divided.busy);
  return middle(*divided.loads[trial].cpu) < kAloneShare * busy &&
         busy > kRestLoad * options_.cores * divided.span.time.value;
}

void HostAccount::give(PoolTally& tally, const Divided& divided, std::size_t trial,
                       bool shared) const {
  tally.sum.add(divided.parts.trials[trial], divided.span.error);
  tally.gap += divided.span.gap;
  tally.gap_most += Joules{divided.span.error.gap_most};
  tally.suspect = tally.suspect || divided.span.suspect;
  tally.shared = tally.shared || shared;
  tally.by_use = tally.by_use || divided.by_use;
  tally.by_share = tally.by_share || divided.by_share;
}

void HostAccount::rest(Pool& pool, const PoolSpan& span, const Divided& divided) {
  const double capacity = options_.cores * span.time.value;
  const bool rested = pool.meter.pool().kind == EnergyPool::Kind::device
                          ? pool.quiet && span.time >= kDeviceRest
                          : busy_known_ && divided.busy.upper <= kRestLoad * capacity;
  if (!divided.order.empty() || !rested || span.gap.value > 0 || span.suspect) {
    return;
  }
  const Interval energy = Interval{span.joules, span.joules} - span.error.first + span.error.last;
  pool.rest.add(span.time,
                {std::max(0.0, energy.lower - span.error.loose), energy.upper + span.error.loose});
}

void HostAccount::cut(std::size_t index) {
  Pool& pool = pools_[index];
  if (at_ <= pool.since) {
    return;
  }
  const PoolSpan span = pool.meter.cut(channels_, now_);
  const Divided divided = divide(pool, span);
  for (std::size_t k = 0; k < divided.order.size(); ++k) {
    Window& window = windows_.at(divided.order[k]);
    const bool shared = is_shared(pool, divided, k);
    give(window.whole.pools[index], divided, k, shared);
    give(window.piece.pools[index], divided, k, shared);
    pool.trials += divided.parts.trials[k].joules;
  }
  pool.counted += span.joules;
  pool.other += divided.parts.other;
  pool.idle += divided.parts.idle;
  if (traits_[index].kind == EnergyPool::Kind::package) {
    rest(pool, span, divided);
    if (options_.steadiness && !divided.order.empty()) {
      const Interval all = Interval{span.joules, span.joules} - span.error.first + span.error.last;
      const Interval bottom = divided.idle ? span.time.value * divided.idle->watts
                                           : Interval{0, std::max(0.0, all.upper)};
      RateRow row{.joules = {std::max(0.0, all.lower - bottom.upper - span.error.loose),
                             std::max(0.0, all.upper - bottom.lower + span.error.loose +
                                               span.error.gap_most)}};
      row.other = divided.busy;
      for (std::size_t k = 0; k < divided.order.size(); ++k) {
        row.cpu.emplace_back(divided.order[k], *divided.loads[k].cpu);
        row.other = row.other - *divided.loads[k].cpu;
      }
      row.other = {std::max(0.0, row.other.lower), std::max(0.0, row.other.upper)};
      rates_.add(std::move(row));
    }
  } else if (traits_[index].kind != EnergyPool::Kind::residual) {
    rest(pool, span, divided);
  }
  pool.since = at_;
  pool.use = {};
  pool.quiet = true;
  pool.busy = busy_;
  for (auto& [id, member] : pool.members) {
    const Window& window = windows_.at(id);
    member = {at_, window.cpu};
  }
}

}  // namespace evolt
