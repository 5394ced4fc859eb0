#include "workers/energy/gpu/nvml_driver.hpp"

#include "workers/energy/gpu/nvml_library.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace evolt {
namespace {

using namespace nvml_code;

constexpr unsigned kMostProcesses = 4096;

using Asks = int (NvmlLibrary::*)(NvmlDevice, unsigned&) const;

/// The answer of a function that tells milliwatts.
std::optional<Watts> watts(const NvmlLibrary& library, NvmlDevice device, Asks ask) {
  unsigned milliwatts = 0;
  return (library.*ask)(device, milliwatts) == kSuccess ? std::optional(Watts{milliwatts / 1000.0})
                                                        : std::nullopt;
}

class NvmlDriver final : public GpuDriver {
 public:
  explicit NvmlDriver(std::unique_ptr<NvmlLibrary> library) : library_(std::move(library)) {}

  absl::StatusOr<std::vector<GpuDevice>> devices() override {
    unsigned count = 0;
    if (const int code = library_->device_count(count); code != kSuccess) {
      return error_of_nvml(*library_, code, "cannot count the GPUs");
    }
    std::vector<GpuDevice> devices;
    for (unsigned i = 0; i < count; ++i) {
      devices.push_back(device_at(i));
    }
    // A driver lists them in this order already; nothing promises it.
    std::stable_sort(devices.begin(), devices.end(), [](const GpuDevice& a, const GpuDevice& b) {
      return !a.bus.empty() && !b.bus.empty() && a.bus < b.bus;
    });
    return devices;
  }

  absl::StatusOr<PowerLimits> limits(const std::string& uuid) override {
    NvmlDevice device = nullptr;
    if (const absl::Status found = find(uuid, device); !found.ok()) {
      return found;
    }
    PowerLimits limits;
    limits.current = watts(*library_, device, &NvmlLibrary::power_limit);
    limits.enforced = watts(*library_, device, &NvmlLibrary::enforced_limit);
    limits.normal = watts(*library_, device, &NvmlLibrary::default_limit);
    unsigned value = 0;
    unsigned most = 0;
    if (library_->limit_range(device, value, most) == kSuccess) {
      limits.least = Watts{value / 1000.0};
      limits.most = Watts{most / 1000.0};
    }
    if (!limits.current && !limits.enforced) {
      return error_of_nvml(*library_, library_->power_limit(device, value),
                           concat("power limit of ", uuid));
    }
    return limits;
  }

  absl::Status set_limit(const std::string& uuid, Watts limit) override {
    NvmlDevice device = nullptr;
    if (const absl::Status found = find(uuid, device); !found.ok()) {
      return found;
    }
    const int code =
        library_->set_power_limit(device, static_cast<unsigned>(std::lround(limit.value * 1000)));
    return error_of_nvml(*library_, code, concat("set the power limit of ", uuid));
  }

  absl::StatusOr<double> temperature(const std::string& uuid) override {
    NvmlDevice device = nullptr;
    if (const absl::Status found = find(uuid, device); !found.ok()) {
      return found;
    }
    unsigned celsius = 0;
    const int code = library_->temperature(device, celsius);
    if (code != kSuccess) {
      return error_of_nvml(*library_, code, concat("temperature of ", uuid));
    }
    return celsius;
  }

  absl::StatusOr<std::vector<GpuProcess>> processes(const std::string& uuid,
                                                    std::uint64_t since_us) override {
    NvmlDevice device = nullptr;
    if (const absl::Status found = find(uuid, device); !found.ok()) {
      return found;
    }
    std::vector<NvmlProcessSample> samples(64);
    auto count = static_cast<unsigned>(samples.size());
    int code = library_->process_utilisation(device, samples.data(), count, since_us);
    if (code == 7 && count <= kMostProcesses) {  // insufficient size: it says how many there are
      samples.resize(count);
      code = library_->process_utilisation(device, samples.data(), count, since_us);
    }
    if (code == kNotFound) {
      return std::vector<GpuProcess>();  // nobody used it since
    }
    if (code != kSuccess) {
      return error_of_nvml(*library_, code, concat("processes of ", uuid));
    }
    std::vector<GpuProcess> processes;
    for (unsigned i = 0; i < std::min<std::size_t>(count, samples.size()); ++i) {
      if (samples[i].sm <= 100 && samples[i].taken > since_us) {
        processes.push_back(
            {.pid = samples[i].pid, .share = samples[i].sm / 100.0, .taken_us = samples[i].taken});
      }
    }
    return processes;
  }

 private:
  absl::Status find(const std::string& uuid, NvmlDevice& device) {
    return error_of_nvml(*library_, library_->device_by_uuid(uuid, device), concat("GPU ", uuid));
  }

  GpuDevice device_at(unsigned index) {
    GpuDevice gpu;
    NvmlDevice device = nullptr;
    if (library_->device_at(index, device) != kSuccess ||
        library_->uuid(device, gpu.uuid) != kSuccess) {
      gpu.usable = false;  // a device that the control group keeps from us, or a sick one
      return gpu;
    }
    library_->name(device, gpu.name);
    NvmlPci place;
    if (library_->pci(device, place) == kSuccess) {
      char bus[32];
      std::snprintf(bus, sizeof bus, "%08x:%02x:%02x", place.domain, place.bus, place.device);
      gpu.bus = bus;
    }
    unsigned minor = 0;
    if (library_->minor(device, minor) == kSuccess) {
      gpu.minor = static_cast<std::int32_t>(minor);
    }
    add_slices(device, gpu);
    return gpu;
  }

  void add_slices(NvmlDevice device, GpuDevice& gpu) {
    unsigned enabled = 0;
    unsigned most = 0;
    if (library_->mig_mode(device, enabled) != kSuccess || enabled == 0 ||
        library_->most_slices(device, most) != kSuccess) {
      return;
    }
    gpu.compute_slices = static_cast<int>(most);  // as many as there can be of the smallest
    for (unsigned i = 0; i < most; ++i) {
      NvmlDevice part = nullptr;
      GpuSlice slice;
      if (library_->slice_at(device, i, part) != kSuccess ||
          library_->uuid(part, slice.uuid) != kSuccess) {
        continue;
      }
      NvmlAttributes attributes;
      if (library_->attributes(part, attributes) == kSuccess) {
        slice.compute_slices = static_cast<int>(attributes.compute_slices);
      }
      gpu.slices.push_back(std::move(slice));
    }
    if (gpu.slices.empty()) {
      gpu.usable = false;  // MIG is on and nothing was cut: CUDA finds no device on it
    }
  }

  std::unique_ptr<NvmlLibrary> library_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GpuDriver>> open_nvml_driver(const std::string& library) {
  absl::StatusOr<std::unique_ptr<NvmlLibrary>> opened = NvmlLibrary::open(library);
  if (!opened.ok()) {
    return opened.status();
  }
  return std::unique_ptr<GpuDriver>(std::make_unique<NvmlDriver>(*std::move(opened)));
}

}  // namespace evolt
