#include "service/measure/power_sample.hpp"

#include <algorithm>
#include <set>

namespace evolt {
namespace {

constexpr Seconds kLongest{120};  // that views are kept: two updates of the slowest meter
constexpr double kSlack = 0.9;    // of the interval: clocks and loads are not exact

const ChannelTotal* channel_in(const HostView& view, const std::string& name) {
  const auto found = std::find_if(view.channels.begin(), view.channels.end(),
                                  [&](const ChannelTotal& one) { return one.name == name; });
  return found == view.channels.end() ? nullptr : &*found;
}

/// The longest step of the channels that are in a window's figure.
Seconds slowest_of(const OpenWindow& window, const HostView& view) {
  Seconds slowest;
  if (window.figure.energy) {
    for (const std::string& sensor : window.figure.energy->sensors) {
      const ChannelTotal* const channel = channel_in(view, sensor);
      slowest = std::max(slowest, channel == nullptr ? Seconds{0} : channel->step);
    }
  }
  return slowest;
}

/// Another reader has taken over: what it counts begins again.
bool begun_anew(const HostView& before, const HostView& now) {
  return now.at < before.at ||
         std::any_of(now.channels.begin(), now.channels.end(), [&](const ChannelTotal& one) {
           const ChannelTotal* const then = channel_in(before, one.name);
           return then == nullptr || then->joules > one.joules || then->gap > one.gap;
         });
}

std::optional<Watts> total_of(const std::vector<SourcePower>& sources) {
  const bool node = std::any_of(sources.begin(), sources.end(), [](const SourcePower& one) {
    return one.part == EnergyPart::node;
  });
  std::optional<Watts> total;
  for (const SourcePower& one : sources) {
    if (node && one.part != EnergyPart::node) {
      continue;
    }
    if (!one.watts) {
      return std::nullopt;
    }
    total = total.value_or(Watts{0}) + *one.watts;
    if (node) {
      break;  // a host has one
    }
  }
  return total;
}

}  // namespace

const HostView* PowerHistory::before(const Views& views, Seconds step) const {
  const Seconds least = std::max(kSlack * interval_, 2 * step);
  for (auto view = views.rbegin(); view != views.rend(); ++view) {
    if (views.back().at - view->at >= least) {
      return &*view;
    }
  }
  return nullptr;
}

std::optional<Watts> PowerHistory::channel_power(const ChannelTotal& now, const HostView* then,
                                                 Seconds at) {
  const ChannelTotal* const last = then == nullptr ? nullptr : channel_in(*then, now.name);
  if (last == nullptr) {
    return std::nullopt;
  }
  const Seconds time = at - then->at;
  const Seconds seen = time - (now.gap - last->gap);
  // Less than half observed says little.
  return seen > 0.5 * time ? std::optional((now.joules - last->joules) / seen) : std::nullopt;
}

std::optional<Watts> PowerHistory::window_power(const OpenWindow& now, const HostView* then) {
  if (then == nullptr || !now.figure.energy) {
    return std::nullopt;
  }
  for (const OpenWindow& last : then->windows) {
    if (last.id == now.id && last.figure.energy && now.figure.time > last.figure.time) {
      const Joules used = now.figure.energy->joules - last.figure.energy->joules;
      // What was divided earlier may be divided otherwise now.
      return used.value >= 0 ? std::optional(used / (now.figure.time - last.figure.time))
                             : std::nullopt;
    }
  }
  return std::nullopt;
}

PowerSample PowerHistory::add(const std::map<std::string, HostView>& views) {
  std::erase_if(views_, [&](const auto& one) { return !views.contains(one.first); });
  PowerSample sample;
  std::set<std::string> shown;
  for (const auto& [socket, view] : views) {
    Views& history = views_[socket];
    if (!history.empty() && begun_anew(history.back(), view)) {
      history.clear();
    }
    history.push_back(view);
    while (view.at - history.front().at > kLongest) {
      history.pop_front();
    }
    for (const ChannelTotal& channel : view.channels) {
      sample.slowest = std::max(sample.slowest, channel.step);
      if (shown.insert(channel.name).second) {
        sample.sources.push_back({channel.name, channel.part,
                                  channel_power(channel, before(history, channel.step), view.at)});
      }
    }
    for (const OpenWindow& window : view.windows) {
      const Seconds step = slowest_of(window, view);
      sample.windows.push_back({window, window_power(window, before(history, step))});
    }
  }
  sample.total = total_of(sample.sources);
  return sample;
}

}  // namespace evolt
