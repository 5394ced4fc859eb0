#pragma once

#include "core/units.hpp"
#include "workers/energy/meter/host_view.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// The power of one source or one window, over the last interval.
struct SourcePower {
  std::string name;
  EnergyPart part = EnergyPart::package;
  std::optional<Watts> watts;  ///< nullopt: not known yet, or not observed
};
struct WindowPower {
  OpenWindow window;
  std::optional<Watts> watts;
};

/// The power of a host at one moment.
struct PowerSample {
  std::optional<Watts> total;  ///< nullopt: of one source it is not known
  std::vector<SourcePower> sources;
  std::vector<WindowPower> windows;
  Seconds slowest;  ///< update of a source
};

/// Makes power of what readers have counted: of each source over the shortest time that has two of
/// its updates and is no shorter than the interval. Pure.
class PowerHistory {
 public:
  explicit PowerHistory(Seconds interval) : interval_(interval) {}

  /// `views`: of every reader of the host, by its socket. A channel that several of them read is
  /// shown once. What a node's meter shows is the total, the rest is within.
  PowerSample add(const std::map<std::string, HostView>& views);

 private:
  using Views = std::deque<HostView>;

  const HostView* before(const Views& views, Seconds step) const;
  static std::optional<Watts> channel_power(const ChannelTotal& now, const HostView* then,
                                            Seconds at);
  static std::optional<Watts> window_power(const OpenWindow& now, const HostView* then);

  Seconds interval_;
  std::map<std::string, Views> views_;  // the newest last
};

}  // namespace evolt
