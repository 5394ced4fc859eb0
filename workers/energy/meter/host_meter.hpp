#pragma once

#include "core/clock.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/gpu/gpu_users.hpp"
#include "workers/energy/meter/cpu_time.hpp"
#include "workers/energy/meter/energy_meter.hpp"
#include "workers/energy/meter/host_account.hpp"
#include "workers/energy/meter/host_view.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace evolt {

/// One edge of a window, as it was asked for.
struct WindowEdge {
  /// `look` is of no window: it asks for a reading, and what is known then.
  enum class Kind { open, mark, close, look };

  Kind kind = Kind::open;
  WindowId id = 0;
  Seconds asked;
  MeterTarget target;          ///< open
  std::string phase;           ///< mark
  std::int64_t items = 0;      ///< mark
  std::optional<Seconds> cpu;  ///< close
  WindowEnd end;               ///< close
};

struct HostMeterOptions {
  AccountOptions account;
  Seconds period{1};  ///< between two readings while a window is open; never above the guards'
  HostRoots roots;
  /// Hears what was learnt of the host at rest: as soon as something is, and every five minutes
  /// from then on. Thread: the meter's.
  std::function<void(const std::vector<RestRecord>&)> on_rest;
  /// CLOCK_BOOTTIME less CLOCK_MONOTONIC: it grows by the time that the host slept. Empty: ours.
  std::function<Seconds()> slept;
  MeasuredBy by = {};  ///< for those who look
  /// Tells who uses cards that several windows hold, or none. nullptr: nobody does.
  std::unique_ptr<GpuUsers> gpu_users = {};
};

/// Reads a host's sensors and keeps its account. Thread: one; may take as long as its sensors take.
class HostMeter {
 public:
  HostMeter(std::vector<std::unique_ptr<EnergySensor>> sensors, const Clock& clock,
            HostMeterOptions options);

  /// Reads everything once, then the edges are where they are now. Gives back what ended.
  std::vector<std::pair<WindowEnd, WindowReport>> apply(std::vector<WindowEdge> edges);

  /// When it must read again, though nothing happens.
  Seconds next() const;

  /// Of every open window.
  std::vector<std::pair<WindowId, WindowFigure>> figures() const;

  /// Everything that is known at the last reading.
  HostView view() const;

  const HostAccount& account() const { return account_; }

 private:
  struct Open {
    std::unique_ptr<HostProcesses::Tree> tree;
    std::string name;
    pid_t process = -1;
    std::vector<WindowShare::Device> devices;
  };

  void look(const std::vector<WindowEdge>& edges);
  void tell_rest();
  void ask_users();

  std::vector<std::unique_ptr<EnergySensor>> sensors_;
  const Clock& clock_;
  HostMeterOptions options_;
  HostProcesses processes_;
  HostAccount account_;
  Seconds guard_;
  Seconds slept_;
  Seconds last_;
  Seconds asked_;  // what was learnt
  bool told_ = false;
  std::map<WindowId, Open> open_;
  std::vector<std::pair<WindowId, std::optional<CpuTime>>> cpu_;
  std::vector<ChannelReading> readings_;
  std::vector<DeviceUsers> users_;
};

}  // namespace evolt
