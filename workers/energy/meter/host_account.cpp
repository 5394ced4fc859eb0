#include "workers/energy/meter/host_account.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace evolt {

namespace {

std::string meters_of(const EnergyPool& pool) {
  return absl::StrJoin(pool.sensors, " ");
}

}  // namespace

HostAccount::HostAccount(std::vector<EnergyChannel> channels, AccountOptions options)
    : options_(std::move(options)),
      traits_(make_pools(channels)),
      rates_({.ratio = options_.cpu_ratio, .steadiness = options_.steadiness.value_or(0)}) {
  for (const EnergyChannel& channel : channels) {
    channels_.emplace_back(channel, options_.accumulator);
  }
  for (const EnergyPool& pool : traits_) {
    pools_.push_back({.meter = PoolMeter(pool)});
    for (const RestRecord& record : options_.rest) {
      if (record.meters == meters_of(pool)) {
        pools_.back().rest.know(record.power);
      }
    }
  }
}

void HostAccount::round(const HostRound& round) {
  assert(round.readings.size() == channels_.size() && (!begun_ || round.at >= at_));
  now_.clear();
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    channels_[i].add(round.readings[i]);
    now_.push_back(channels_[i].mark(round.at));
  }
  busy_known_ = round.busy.has_value();
  if (round.busy) {
    busy_ = *round.busy;
  }
  for (auto& [id, window] : windows_) {
    window.fresh = false;
  }
  for (const auto& [id, cpu] : round.windows) {
    const auto found = windows_.find(id);
    if (found != windows_.end() && cpu) {
      found->second.cpu = *cpu;
      found->second.fresh = true;
    }
  }
  at_ = round.at;
  if (!begun_) {
    begun_ = true;
    for (Pool& pool : pools_) {
      pool.meter.start(now_);
      pool.since = at_;
      pool.busy = busy_;
    }
    return;
  }
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    const EnergyPool::Kind kind = traits_[i].kind;
    const bool by_cpu = kind == EnergyPool::Kind::package || kind == EnergyPool::Kind::dram;
    const bool device = kind == EnergyPool::Kind::device;
    if (device) {
      hear(pools_[i], round.users);
    }
    // A residual is divided by what does not change between starts and ends. Of a device the use
    // is gathered, for each end of a segment that is shared widens its bounds.
    const bool unheld = device && pools_[i].members.empty();
    const Seconds shortest = std::max(2 * traits_[i].step, device ? kDeviceRest : Seconds{0});
    if ((by_cpu || unheld || windows_.empty()) && at_ - pools_[i].since >= shortest) {
      cut(i);
    }
  }
}

double HostAccount::device_share(WindowId id, const Pool& pool) const {
  for (const WindowShare::Device& device : windows_.at(id).share.devices) {
    if (device.uuid == pool.meter.pool().device) {
      return device.share;
    }
  }
  return 0;
}

WindowTally HostAccount::new_tally(const WindowShare& share) const {
  WindowTally tally;
  for (const EnergyPool& pool : traits_) {
    const bool own = pool.kind != EnergyPool::Kind::device ||
                     std::any_of(share.devices.begin(), share.devices.end(),
                                 [&](const auto& device) { return device.uuid == pool.device; });
    tally.pools.push_back({.part_of = own});
  }
  return tally;
}

void HostAccount::edge(WindowTally& tally, Seconds asked, bool first) const {
  const Seconds wait = std::max(Seconds{0}, at_ - asked);
  for (std::size_t i = 0; i < traits_.size(); ++i) {
    PoolTally& pool = tally.pools[i];
    if (!pool.part_of) {
      continue;
    }
    Watts most = traits_[i].most;
    if (most.value <= 0) {
      for (const std::size_t channel : traits_[i].channels) {
        most = most + channels_[channel].most();
      }
    }
    if (first) {
      pool.sum.early(wait, most);
    } else {
      pool.sum.late(wait, most);
    }
  }
}

void HostAccount::open(WindowId id, const WindowShare& share, Seconds asked,
                       std::optional<CpuTime> cpu) {
  assert(begun_ && !windows_.contains(id));
  Window window{.share = share,
                .opened = cpu.value_or(CpuTime{0, 0}),
                .cpu = cpu.value_or(CpuTime{0, 0}),
                .fresh = cpu.has_value(),
                .whole = new_tally(share),
                .piece = new_tally(share),
                .since = at_,
                .opened_at = at_};
  edge(window.whole, asked, true);
  edge(window.piece, asked, true);
  const auto& placed = windows_.emplace(id, std::move(window)).first->second;
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    if (!placed.whole.pools[i].part_of) {
      continue;
    }
    // A segment shorter than two steps goes on, with one more in it; but who holds a device has
    // nothing of the time before.
    if (at_ - pools_[i].since >= 2 * traits_[i].step ||
        traits_[i].kind == EnergyPool::Kind::device) {
      cut(i);
    }
    pools_[i].members.emplace(id, Member{at_, placed.cpu});
  }
}

void HostAccount::cut_of(WindowId id) {
  const Window& window = windows_.at(id);
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    if (window.whole.pools[i].part_of) {
      cut(i);
    }
  }
}

void HostAccount::mark(WindowId id, const std::string& phase, std::int64_t items, Seconds asked) {
  const auto found = windows_.find(id);
  if (found == windows_.end()) {
    return;
  }
  cut_of(id);
  Window& window = found->second;
  WindowTally piece = std::exchange(window.piece, new_tally(window.share));
  piece.time = at_ - std::exchange(window.since, at_);
  edge(piece, asked, false);
  end(piece);
  edge(window.piece, asked, true);
  if (phase.empty()) {
    return;
  }
  const auto known = std::find_if(window.phases.begin(), window.phases.end(),
                                  [&](const Phase& one) { return one.name == phase; });
  Phase& of = known != window.phases.end()
                  ? *known
                  : window.phases.emplace_back(Phase{phase, 0, new_tally(window.share)});
  of.items += items;
  of.tally += piece;
}

void HostAccount::end(WindowTally& tally) const {
  for (PoolTally& pool : tally.pools) {
    pool.sum.end();
  }
}

ReadingTerms HostAccount::terms() const {
  ReadingTerms terms{.idle = options_.idle, .host_class = options_.host_class};
  terms.attribution = absl::StrCat("cpu time, r ", options_.cpu_ratio);
  const bool dram = std::any_of(traits_.begin(), traits_.end(), [](const EnergyPool& pool) {
    return pool.kind == EnergyPool::Kind::dram;
  });
  if (dram) {
    absl::StrAppend(&terms.attribution, ", dram ", options_.dram_ratio);
  }
  if (options_.steadiness) {
    absl::StrAppend(&terms.attribution, ", steady within ", *options_.steadiness);
  }
  return terms;
}

/// By a meter of its own, by that of a superchip, or by the node's where nobody else ran.
bool HostAccount::measures(const std::string& device, const WindowTally& tally) const {
  for (std::size_t i = 0; i < traits_.size(); ++i) {
    const bool node = traits_[i].kind == EnergyPool::Kind::residual && !tally.pools[i].shared;
    if (traits_[i].device == device || traits_[i].part == "module" || node) {
      return true;
    }
  }
  return false;
}

WindowFigure HostAccount::finish(const WindowTally& tally, const Window& window) const {
  for (const WindowShare::Device& device : window.share.devices) {
    if (!measures(device.uuid, tally)) {
      return {std::nullopt, absl::StrCat(device.uuid, ", which it has, is not measured"),
              tally.time};
    }
  }
  WindowFigure made = figure(tally, traits_, terms());
  if (made.energy) {
    made.energy->power_limit = window.share.power_limit;
  }
  return made;
}

WindowReport HostAccount::close(WindowId id, Seconds asked, std::optional<Seconds> cpu) {
  const auto found = windows_.find(id);
  assert(found != windows_.end());
  Window& window = found->second;
  if (cpu) {
    // Whoever counted it counted what came after the last look, too.
    const double total = window.opened.lower + cpu->value;
    if (total >= window.cpu.lower) {
      window.cpu = {total, std::max(total, window.opened.upper + cpu->value)};
      window.fresh = true;
    }
  }
  cut_of(id);
  window.whole.time = at_ - window.opened_at;
  edge(window.whole, asked, false);
  end(window.whole);
  if (options_.steadiness) {
    for (std::size_t i = 0; i < traits_.size(); ++i) {
      if (traits_[i].kind == EnergyPool::Kind::package) {
        window.whole.pools[i].dynamic = rates_.joules(id);
      }
    }
    rates_.forget(id);
  }
  WindowReport report{.whole = finish(window.whole, window)};
  for (const Phase& phase : window.phases) {
    report.phases.push_back(
        {phase.name, phase.tally.time, phase.items, finish(phase.tally, window)});
  }
  for (Pool& pool : pools_) {
    pool.members.erase(id);
  }
  windows_.erase(found);
  return report;
}

WindowFigure HostAccount::so_far(WindowId id) const {
  const auto found = windows_.find(id);
  if (found == windows_.end()) {
    return {.missing = "no such window"};
  }
  WindowTally tally = found->second.whole;
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    if (!tally.pools[i].part_of || at_ <= pools_[i].since) {
      continue;
    }
    const Divided divided = divide(pools_[i], pools_[i].meter.span(channels_, now_));
    for (std::size_t k = 0; k < divided.order.size(); ++k) {
      if (divided.order[k] == id) {
        give(tally.pools[i], divided, k, is_shared(pools_[i], divided, k));
      }
    }
  }
  tally.time = at_ - found->second.opened_at;
  end(tally);
  return finish(tally, found->second);
}

std::vector<EnergySpan> HostAccount::counted() const {
  std::vector<EnergySpan> all;
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    all.push_back(channels_[i].between({}, now_[i]));
  }
  return all;
}

std::vector<RestRecord> HostAccount::learnt() const {
  std::vector<RestRecord> all;
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    if (pools_[i].rest.learnt()) {
      all.push_back({meters_of(traits_[i]), *pools_[i].rest.power()});
    }
  }
  return all;
}

void HostAccount::lose() {
  for (Accumulator& channel : channels_) {
    channel.lose();
  }
}

std::vector<PoolBalance> HostAccount::balance() const {
  std::vector<PoolBalance> all;
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    const Pool& pool = pools_[i];
    all.push_back({traits_[i].part, traits_[i].device, Joules{pool.counted}, Joules{pool.trials},
                   Joules{pool.other}, Joules{pool.idle}});
  }
  return all;
}

}  // namespace evolt
