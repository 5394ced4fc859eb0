#pragma once

#include "workers/energy/energy_sensor.hpp"

#include <cstdint>
#include <memory>

namespace evolt {

/// One counting event of a PMU on one processor.
struct PerfEvent {
  std::uint32_t type = 0;
  std::uint64_t config = 0;
  int cpu = 0;
};

/// An event that was opened, and counts until it is destroyed. Thread: one.
class PerfCounter {
 public:
  virtual ~PerfCounter() = default;
  virtual ReadStatus read(std::uint64_t& count) = 0;
};

/// Opens events; tests hand in one of their own.
class PerfOpener {
 public:
  virtual ~PerfOpener() = default;

  /// nullptr: it cannot be opened; `error` is the errno.
  virtual std::unique_ptr<PerfCounter> open(const PerfEvent& event, int& error) = 0;
};

/// The kernel's perf_event_open, for all processes on that processor.
class SystemPerf final : public PerfOpener {
 public:
  std::unique_ptr<PerfCounter> open(const PerfEvent& event, int& error) override;
};

}  // namespace evolt
