#include "workers/energy/gpu/amd_driver.hpp"

#include "workers/energy/host_file.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <utility>

namespace evolt {
namespace {

absl::Status error_of(ReadStatus status, const std::string& what) {
  const std::string message = concat(what, ": ", describe(status));
  switch (status) {
    case ReadStatus::ok:
      return absl::OkStatus();
    case ReadStatus::no_permission:
      return absl::PermissionDeniedError(message);
    case ReadStatus::not_supported:
      return absl::UnimplementedError(message);
    default:
      return absl::UnavailableError(message);
  }
}

class AmdDriver final : public GpuDriver {
 public:
  explicit AmdDriver(std::unique_ptr<AmdLibrary> library) : library_(std::move(library)) {}

  absl::StatusOr<std::vector<GpuDevice>> devices() override {
    std::vector<GpuDevice> devices;
    for (AmdDevice& device : amd_devices(*library_)) {
      devices.push_back(std::move(device.gpu));
    }
    return devices;
  }

  absl::StatusOr<PowerLimits> limits(const std::string& uuid) override {
    PowerLimits limits;
    const absl::Status status = with(uuid, "power limit of ", [&](std::size_t index) {
      return library_->limits(index, limits);
    });
    return status.ok() ? absl::StatusOr<PowerLimits>(limits) : status;
  }

  absl::Status set_limit(const std::string& uuid, Watts limit) override {
    return with(uuid, "set the power limit of ",
                [&](std::size_t index) { return library_->set_limit(index, limit); });
  }

  absl::StatusOr<double> temperature(const std::string& uuid) override {
    double celsius = 0;
    const absl::Status status = with(uuid, "temperature of ", [&](std::size_t index) {
      return library_->temperature(index, celsius);
    });
    return status.ok() ? absl::StatusOr<double>(celsius) : status;
  }

  absl::StatusOr<std::vector<GpuProcess>> processes(const std::string&, std::uint64_t) override {
    return absl::UnimplementedError("AMD's libraries do not tell what processes had of a GPU");
  }

 private:
  template <typename Call>
  absl::Status with(const std::string& uuid, const char* what, Call&& call) {
    for (const AmdDevice& device : amd_devices(*library_)) {
      if (device.gpu.uuid == uuid) {
        return error_of(call(device.index), concat(what, uuid));
      }
    }
    return absl::NotFoundError(concat("GPU ", uuid, ": no such device"));
  }

  std::unique_ptr<AmdLibrary> library_;
};

bool measures(AmdLibrary& library, std::size_t index) {
  AmdCounter counter;
  Watts watts;
  return (library.energy(index, counter) == ReadStatus::ok && counter.raw != 0) ||
         library.power(index, watts) == ReadStatus::ok;
}

}  // namespace

std::vector<AmdDevice> amd_devices(AmdLibrary& library) {
  std::vector<AmdDevice> devices;
  for (std::size_t i = 0; i < library.count(); ++i) {
    devices.push_back({.index = i, .gpu = library.device(i)});
  }
  std::stable_sort(devices.begin(), devices.end(), [](const AmdDevice& a, const AmdDevice& b) {
    return !a.gpu.bus.empty() && !b.gpu.bus.empty() && a.gpu.bus < b.gpu.bus;
  });
  for (std::size_t i = 1; i < devices.size(); ++i) {
    GpuDevice& first = devices[i - 1].gpu;
    GpuDevice& second = devices[i].gpu;
    const auto half = [](const GpuDevice& gpu) {
      return gpu.name.find("MI250") != std::string::npos;
    };
    if (half(first) && half(second) && first.metered_by.empty() &&
        measures(library, devices[i - 1].index) && !measures(library, devices[i].index)) {
      second.metered_by = first.uuid;
    }
  }
  return devices;
}

absl::StatusOr<std::unique_ptr<GpuDriver>> open_amd_driver(const std::string& amd_smi,
                                                           const std::string& rocm_smi) {
  absl::StatusOr<std::unique_ptr<AmdLibrary>> library = open_amd_library(amd_smi, rocm_smi);
  if (!library.ok()) {
    return library.status();
  }
  return std::unique_ptr<GpuDriver>(std::make_unique<AmdDriver>(*std::move(library)));
}

}  // namespace evolt
