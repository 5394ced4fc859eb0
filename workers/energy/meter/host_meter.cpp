#include "workers/energy/meter/host_meter.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

namespace evolt {
namespace {

constexpr Seconds kBetweenTellings{300};
constexpr Seconds kSleep{0.1};  // more than this between the two clocks: the host slept

Seconds time_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return Seconds{static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec)};
}

std::vector<EnergyChannel> all_channels(const std::vector<std::unique_ptr<EnergySensor>>& sensors) {
  std::vector<EnergyChannel> all;
  for (const std::unique_ptr<EnergySensor>& sensor : sensors) {
    all.insert(all.end(), sensor->channels().begin(), sensor->channels().end());
  }
  return all;
}

}  // namespace

HostMeter::HostMeter(std::vector<std::unique_ptr<EnergySensor>> sensors, const Clock& clock,
                     HostMeterOptions options)
    : sensors_(std::move(sensors)),
      clock_(clock),
      options_(std::move(options)),
      processes_(options_.roots),
      account_(all_channels(sensors_), options_.account),
      guard_{10} {
  if (!options_.slept) {
    options_.slept = [] { return time_of(CLOCK_BOOTTIME) - time_of(CLOCK_MONOTONIC); };
  }
  slept_ = options_.slept();
  for (const EnergyChannel& channel : all_channels(sensors_)) {
    guard_ = std::min(guard_, guard_period(channel));
    readings_.emplace_back();
  }
  look({});
}

void HostMeter::look(const std::vector<WindowEdge>& edges) {
  if (const Seconds slept = options_.slept(); slept - slept_ > kSleep) {
    account_.lose();
    slept_ = slept;
  }
  std::size_t at = 0;
  for (const std::unique_ptr<EnergySensor>& sensor : sensors_) {
    const std::size_t count = sensor->channels().size();
    sensor->read(std::span(readings_).subspan(at, count));
    at += count;
  }
  const std::optional<Interval> busy = processes_.busy();
  last_ = clock_.now();
  cpu_.clear();
  for (const WindowEdge& edge : edges) {
    if (edge.kind == WindowEdge::Kind::open) {
      const MeterTarget& target = edge.target;
      open_[edge.id] = {processes_.tree(target.process, target.tree_only), target.name,
                        target.process, target.share.devices};
    }
  }
  for (auto& [id, open] : open_) {
    cpu_.emplace_back(id, open.tree->cpu(last_));
  }
  ask_users();
  // Whatever a sensor says of its time, the account goes forward.
  for (ChannelReading& reading : readings_) {
    reading.taken = std::min(reading.taken, last_);
  }
  account_.round({last_, readings_, busy, cpu_, users_});
  tell_rest();
}

void HostMeter::tell_rest() {
  if (!options_.on_rest || last_ - asked_ < (told_ ? kBetweenTellings : Seconds{1})) {
    return;
  }
  asked_ = last_;
  const std::vector<RestRecord> learnt = account_.learnt();
  if (!learnt.empty()) {
    told_ = true;
    options_.on_rest(learnt);
  }
}

/// A card with one holder is all its own, whoever uses it; the others' drivers are asked.
void HostMeter::ask_users() {
  users_.clear();
  if (options_.gpu_users == nullptr) {
    return;
  }
  for (const EnergyPool& pool : account_.pools()) {
    if (pool.kind != EnergyPool::Kind::device) {
      continue;
    }
    std::vector<WindowId> holders;
    for (const auto& [id, open] : open_) {
      if (std::any_of(open.devices.begin(), open.devices.end(),
                      [&](const auto& device) { return device.uuid == pool.device; })) {
        holders.push_back(id);
      }
    }
    if (holders.size() == 1) {
      options_.gpu_users->forget(pool.device);
      continue;
    }
    const auto processes = options_.gpu_users->since_last(pool.device);
    if (!processes) {
      continue;
    }
    DeviceUsers& users = users_.emplace_back(DeviceUsers{.device = pool.device});
    for (const GpuProcess& process : *processes) {
      const auto of = std::find_if(holders.begin(), holders.end(), [&](WindowId id) {
        return open_.at(id).tree->has(static_cast<pid_t>(process.pid));
      });
      if (of == holders.end()) {
        users.others += process.share;
      } else {
        users.windows.emplace_back(*of, process.share);
      }
    }
  }
}

std::vector<std::pair<WindowEnd, WindowReport>> HostMeter::apply(std::vector<WindowEdge> edges) {
  look(edges);
  std::vector<std::pair<WindowEnd, WindowReport>> ended;
  for (WindowEdge& edge : edges) {
    if (!open_.contains(edge.id)) {
      if (edge.kind == WindowEdge::Kind::close && edge.end) {
        ended.emplace_back(std::move(edge.end),
                           WindowReport{.whole = {.missing = "the window was not open"}});
      }
      continue;
    }
    switch (edge.kind) {
      case WindowEdge::Kind::open: {
        const auto cpu = std::find_if(cpu_.begin(), cpu_.end(),
                                      [&](const auto& one) { return one.first == edge.id; });
        account_.open(edge.id, edge.target.share, edge.asked, cpu->second);
        break;
      }
      case WindowEdge::Kind::mark:
        account_.mark(edge.id, edge.phase, edge.items, edge.asked);
        break;
      case WindowEdge::Kind::close:
        ended.emplace_back(std::move(edge.end), account_.close(edge.id, edge.asked, edge.cpu));
        open_.erase(edge.id);
        break;
      case WindowEdge::Kind::look:
        break;
    }
  }
  return ended;
}

Seconds HostMeter::next() const {
  return last_ + (open_.empty() ? guard_ : std::min(guard_, options_.period));
}

std::vector<std::pair<WindowId, WindowFigure>> HostMeter::figures() const {
  std::vector<std::pair<WindowId, WindowFigure>> all;
  for (const auto& [id, open] : open_) {
    all.emplace_back(id, account_.so_far(id));
  }
  return all;
}

HostView HostMeter::view() const {
  HostView view{.at = last_, .by = options_.by};
  const std::vector<EnergySpan> counted = account_.counted();
  std::size_t i = 0;
  for (const EnergyChannel& channel : all_channels(sensors_)) {
    const EnergySpan& span = counted[i++];
    view.channels.push_back({channel.name, channel.part, span.counted, span.gap, channel.step});
  }
  for (const auto& [id, open] : open_) {
    view.windows.push_back({id, open.name, open.process, account_.so_far(id)});
  }
  return view;
}

}  // namespace evolt
