#pragma once

#include "core/clock.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/host_roots.hpp"
#include "workers/energy/mirrored_counters.hpp"
#include "workers/energy/perf_counter.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// A tree of files that looks like the /sys, /proc and /dev of a machine, and whose counters move
/// when time is told to pass.
class FixtureHost {
 public:
  FixtureHost();
  FixtureHost(const FixtureHost&) = delete;
  FixtureHost& operator=(const FixtureHost&) = delete;
  ~FixtureHost();

  /// Paths below are as on the machine: `/sys/class/...`.
  void write(const std::string& path, std::string_view text) const;
  void link(const std::string& path, const std::string& target) const;
  void remove(const std::string& path) const;
  void forbid(const std::string& path) const;  ///< mode 0000
  std::string at(const std::string& path) const { return root_ + path; }

  HostRoots roots() const { return {at("/sys"), at("/proc"), at("/dev")}; }
  const std::string& root() const { return root_; }
  const ManualClock& clock() const { return clock_; }

  /// A file whose number grows with time, between 0 and `modulus` (0: it does not wrap).
  struct Meter {
    std::string path;
    double rate = 0;  ///< counts a second
    double count = 0;
    double modulus = 0;
    std::string suffix;  ///< behind the number, ` J`
  };
  void meter(Meter meter);

  /// Time passes: the clock, and what the meters show.
  void advance(Seconds time);
  Pause pause() {
    return [this](Seconds time) { advance(time); };
  }

  // ---- parts of machines ----
  void cpus(std::string_view vendor, std::string_view model_name, int packages, int each,
            int dies = 1, int family = 6, int model = 85);
  struct Zone {
    std::string folder;  ///< `intel-rapl:0`, or `intel-rapl:0:1`
    std::string name;
    double watts = 0;
    double start = 0;  ///< microjoules
    double range = 262'143'328'850;
    double limit = 0;  ///< watts; 0: no constraint
  };
  void zone(const Zone& zone);
  /// Domains: `pkg`, `ram`, `psys`, ...
  void perf(std::string_view cpumask, const std::vector<std::string>& domains);

 private:
  std::string root_;
  ManualClock clock_;
  std::vector<Meter> meters_;
};

/// Acts as a user without rights while it lives, so that modes of files count for root too.
class Unprivileged {
 public:
  explicit Unprivileged(bool really = true);
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged();
};

/// A kernel whose events count as the test says.
class FakePerf final : public PerfOpener {
 public:
  explicit FakePerf(const Clock& clock) : clock_(clock) {}
  std::unique_ptr<PerfCounter> open(const PerfEvent& event, int& error) override;

  int error = 0;                          ///< every open fails so
  std::map<std::uint64_t, double> watts;  ///< by config, on each processor
  std::map<int, ReadStatus> broken;       ///< by processor: what its reads say
  std::vector<PerfEvent> opened;

 private:
  const Clock& clock_;
};

/// One read of all channels.
std::vector<ChannelReading> read_all(EnergySensor& sensor);

const SensorFinding* finding_of(const std::vector<SensorFinding>& findings, std::string_view name);
const EnergyChannel* channel_of(const EnergySensor& sensor, std::string_view name);

}  // namespace evolt
