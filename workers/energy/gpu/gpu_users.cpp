#include "workers/energy/gpu/gpu_users.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace evolt {

bool numbers_as_drivers_do(const HostRoots& roots) {
  std::error_code error;
  return std::filesystem::read_symlink(roots.proc + "/self/ns/pid", error) == "pid:[4026531836]";
}

GpuUsers::GpuUsers(OpenGpuDriver open, Seconds patience)
    : open_(std::move(open)), patience_(patience) {}

std::optional<std::vector<GpuProcess>> GpuUsers::since_last(const std::string& uuid) {
  if (!std::exchange(opened_, true)) {
    if (auto driver = open_patiently(open_, patience_); driver.ok()) {
      driver_ = *std::move(driver);
    }
  }
  if (driver_ == nullptr) {
    return std::nullopt;
  }
  const bool first = !asked_.contains(uuid);
  Asked& asked = asked_[uuid];
  if (asked.never) {
    return std::nullopt;
  }
  absl::StatusOr<std::vector<GpuProcess>> samples = driver_->processes(uuid, asked.seen_us);
  if (!samples.ok()) {
    asked.never = samples.status().code() == absl::StatusCode::kUnimplemented ||
                  samples.status().code() == absl::StatusCode::kPermissionDenied;
    if (first && !asked.never) {
      asked_.erase(uuid);
    }
    return std::nullopt;
  }
  // A driver may keep several samples of a process: of what it had, they are the parts.
  std::map<std::int64_t, std::pair<GpuProcess, int>> by_process;
  int most = 1;
  for (const GpuProcess& sample : *samples) {
    asked.seen_us = std::max(asked.seen_us, sample.taken_us);
    auto& [all, count] = by_process[sample.pid];
    all = {sample.pid, all.share + sample.share, std::max(all.taken_us, sample.taken_us)};
    most = std::max(most, ++count);
  }
  if (first) {
    return std::nullopt;
  }
  std::vector<GpuProcess> users;
  for (auto& [pid, entry] : by_process) {
    entry.first.share /= most;
    if (entry.first.share > 0) {
      users.push_back(entry.first);
    }
  }
  return users;
}

}  // namespace evolt
