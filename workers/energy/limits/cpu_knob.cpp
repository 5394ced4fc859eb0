#include "workers/energy/limits/cpu_knob.hpp"

#include "workers/energy/host_file.hpp"
#include "workers/text.hpp"
#include "workers/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

namespace fs = std::filesystem;

absl::Status error_of(ReadStatus status, const std::string& path) {
  const std::string message = concat(path, ": ", std::string(describe(status)));
  switch (status) {
    case ReadStatus::no_permission:
      return absl::PermissionDeniedError(message);
    case ReadStatus::not_supported:
      return absl::UnimplementedError(message);
    default:
      return absl::UnavailableError(message);
  }
}

std::string text_of(const std::string& path) {
  HostFile file(path);
  std::string_view text;
  return file.read(text) == ReadStatus::ok ? std::string(text) : std::string();
}

std::string limit_file(int constraint) {
  return concat("constraint_", constraint, "_power_limit_uw");
}

class CpuKnob final : public LimitKnob {
 public:
  CpuKnob(const fs::path& zone, int constraint)
      : name_(concat("cpu:", zone.filename().string())),
        limit_((zone / limit_file(constraint)).string()),
        most_((zone / concat("constraint_", constraint, "_max_power_uw")).string()) {}

  const std::string& name() const override { return name_; }

  absl::StatusOr<PowerLimits> limits() override {
    std::uint64_t microwatts = 0;
    HostFile file(limit_);
    if (const ReadStatus status = file.read(microwatts); status != ReadStatus::ok) {
      return error_of(status, limit_);
    }
    PowerLimits limits;
    limits.current = limits.enforced = Watts{static_cast<double>(microwatts) * 1e-6};
    HostFile most(most_);
    if (most.read(microwatts) == ReadStatus::ok && microwatts > 0) {
      limits.most = Watts{static_cast<double>(microwatts) * 1e-6};
    }
    return limits;
  }

  absl::Status set(Watts limit) override {
    const UniqueFd file(::open(limit_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    const std::string text = concat(std::llround(limit.value * 1e6), "\n");
    if (file &&
        ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) {
      return absl::OkStatus();
    }
    const int error = errno;
    const std::string message = concat(limit_, ": ", std::strerror(error));
    if (error == EACCES || error == EPERM || error == EROFS) {
      return absl::PermissionDeniedError(
          concat(message, "; root may write it, or whom a udev rule lets"));
    }
    return error == EINVAL ? absl::InvalidArgumentError(message) : absl::UnavailableError(message);
  }

 private:
  std::string name_;
  std::string limit_;
  std::string most_;
};

/// The number of the constraint over the longest time; by its name, else the first.
int long_term(const fs::path& zone) {
  for (int k = 0; k < 4; ++k) {
    if (text_of((zone / concat("constraint_", k, "_name")).string()) == "long_term") {
      return k;
    }
  }
  return 0;
}

}  // namespace

std::vector<std::unique_ptr<LimitKnob>> find_cpu_knobs(const HostRoots& roots,
                                                       const std::string& zone) {
  std::vector<std::pair<int, fs::path>> zones;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(roots.sys + "/class/powercap", error)) {
    const std::string name = entry.path().filename().string();
    constexpr std::string_view kPrefix = "intel-rapl:";  // AMD's, too, are called so
    const auto number = name.starts_with(kPrefix)
                            ? read_whole<int>(std::string_view(name).substr(kPrefix.size()))
                            : std::nullopt;
    if (number && (zone.empty() || zone == name) &&
        text_of((entry.path() / "name").string()).starts_with("package-")) {
      zones.emplace_back(*number, entry.path());
    }
  }
  std::sort(zones.begin(), zones.end());
  std::vector<std::unique_ptr<LimitKnob>> knobs;
  for (const auto& [number, path] : zones) {
    const int constraint = long_term(path);
    if (fs::exists(path / limit_file(constraint), error)) {  // AMD's zones have none
      knobs.push_back(std::make_unique<CpuKnob>(path, constraint));
    }
  }
  return knobs;
}

}  // namespace evolt
