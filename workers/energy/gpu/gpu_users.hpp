#pragma once

#include "workers/energy/gpu/patient_driver.hpp"
#include "workers/energy/host_roots.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// Whether we number processes as drivers do, who know the numbers of the whole host alone: not in
/// a container with numbers of its own. Source: NVIDIA/nvidia-docker issue 1483; the number of the
/// first namespace is PROC_PID_INIT_INO of the kernel.
bool numbers_as_drivers_do(const HostRoots& roots);

/// Asks a driver, time and again, which processes used a card since it was asked before. The driver
/// is opened at the first question. What it can say is sampled: of each process that used the card
/// in its last sample period, a percentage of the time since then; how much of the time it looked
/// is not promised, and a process that has ended is forgotten. Thread: one.
/// Source: NVML API reference, nvmlDeviceGetProcessUtilization; NVIDIA/go-nvml issue 51.
class GpuUsers {
 public:
  explicit GpuUsers(OpenGpuDriver open, Seconds patience = {2});

  /// Of each process that used it, what it had. nullopt: the driver does not tell, or it is the
  /// first question, and all that it says is of a time before.
  std::optional<std::vector<GpuProcess>> since_last(const std::string& uuid);

  /// The next question about it is the first.
  void forget(const std::string& uuid) { asked_.erase(uuid); }

 private:
  struct Asked {
    std::uint64_t seen_us = 0;  // the newest sample
    bool never = false;         // the driver does not tell of this card
  };

  OpenGpuDriver open_;
  Seconds patience_;
  bool opened_ = false;
  std::unique_ptr<GpuDriver> driver_;  // nullptr: there is none
  std::map<std::string, Asked> asked_;
};

}  // namespace evolt
