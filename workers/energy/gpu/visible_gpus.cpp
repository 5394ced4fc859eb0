#include "workers/energy/gpu/visible_gpus.hpp"

#include "workers/energy/gpu/nvml_driver.hpp"
#include "workers/energy/gpu/patient_driver.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace evolt {
namespace {

constexpr std::string_view kOrder =
    "the GPUs of this host differ, so their numbers depend on how CUDA sorts them; set "
    "CUDA_DEVICE_ORDER=PCI_BUS_ID, or name them by UUID";

/// Builds the list.
class Resolver {
 public:
  Resolver(std::span<const GpuDevice> devices, bool by_bus) : by_bus_(by_bus) {
    for (const GpuDevice& device : devices) {
      if (device.usable) {
        usable_.push_back(&device);
      }
    }
  }

  std::size_t count() const { return usable_.size(); }
  VisibleGpus result() && { return std::move(result_); }

  void complain(std::string text) {
    if (result_.trouble.empty()) {
      result_.trouble = std::move(text);
    }
  }

  /// False ends the list.
  bool add_named(std::string_view entry) {
    if (const auto index = read_whole<std::int64_t>(entry)) {
      return add_index(*index, entry);
    }
    if (entry.starts_with("MIG-")) {
      return add_slice(entry);
    }
    const GpuDevice* const device = entry.starts_with("GPU-") ? by_prefix(entry) : nullptr;
    return device != nullptr ? add_device(*device, entry) : invalid(entry);
  }

  bool add_minor(std::string_view entry) {
    const auto number = read_whole<std::int32_t>(entry);
    const auto found = std::find_if(usable_.begin(), usable_.end(), [&](const GpuDevice* device) {
      return number && device->minor == number;
    });
    return found != usable_.end() ? add_device(**found, entry) : invalid(entry);
  }

  void add_all() {
    for (std::size_t i = 0; i < usable_.size(); ++i) {
      add_device(*usable_[i], concat(i));
    }
  }

 private:
  bool invalid(std::string_view entry) {
    complain(concat("no GPU that may be used here is called '", entry,
                    "'; it and what follows it are left out, as CUDA does"));
    return false;
  }

  bool add(VisibleGpu gpu) {
    for (const VisibleGpu& known : result_.gpus) {
      if (known.name == gpu.name) {
        complain(concat("'", gpu.given, "' is the same GPU as '", known.given,
                        "'; it and what follows it are left out"));
        return false;
      }
    }
    result_.gpus.push_back(std::move(gpu));
    return true;
  }

  static double share_of(const GpuDevice& device, const GpuSlice& slice) {
    if (slice.compute_slices > 0 && device.compute_slices > 0) {
      return static_cast<double>(slice.compute_slices) / device.compute_slices;
    }
    return 1.0 / static_cast<double>(device.slices.size());
  }

  bool add_device(const GpuDevice& device, std::string_view given) {
    if (device.slices.empty()) {
      return add({.name = device.uuid, .given = std::string(given), .gpu = device.uuid});
    }
    return std::all_of(device.slices.begin(), device.slices.end(), [&](const GpuSlice& slice) {
      return add({.name = slice.uuid,
                  .given = std::string(given),
                  .gpu = device.uuid,
                  .share = share_of(device, slice)});
    });
  }

  bool add_index(std::int64_t index, std::string_view entry) {
    if (index < 0 || index >= static_cast<std::int64_t>(usable_.size())) {
      return invalid(entry);
    }
    const bool alike = std::all_of(usable_.begin(), usable_.end(), [&](const GpuDevice* device) {
      return device->name == usable_.front()->name;
    });
    if (!by_bus_ && !alike) {
      complain(std::string(kOrder));
      return add({.name = std::string(entry), .given = std::string(entry), .gpu = {}});
    }
    return add_device(*usable_[static_cast<std::size_t>(index)], entry);
  }

  /// The only GPU whose UUID begins like that.
  const GpuDevice* by_prefix(std::string_view entry) const {
    const GpuDevice* found = nullptr;
    for (const GpuDevice* device : usable_) {
      if (device->uuid.starts_with(entry)) {
        if (found != nullptr) {
          return nullptr;
        }
        found = device;
      }
    }
    return found;
  }

  bool add_slice(std::string_view entry) {
    for (const GpuDevice* device : usable_) {
      for (const GpuSlice& slice : device->slices) {
        if (slice.uuid == entry) {
          return add({.name = slice.uuid,
                      .given = std::string(entry),
                      .gpu = device->uuid,
                      .share = share_of(*device, slice)});
        }
      }
    }
    return invalid(entry);
  }

  bool by_bus_;
  std::vector<const GpuDevice*> usable_;
  VisibleGpus result_;
};

}  // namespace

VisibleGpus visible_gpus(std::span<const GpuDevice> devices, const GpuVariables& variables) {
  Resolver resolver(devices, variables.cuda_order == "PCI_BUS_ID");
  if (!variables.cuda_visible && (!variables.slurm || strip(*variables.slurm).empty())) {
    resolver.add_all();
    return std::move(resolver).result();
  }
  const std::string& list = variables.cuda_visible ? *variables.cuda_visible : *variables.slurm;
  for (std::string_view entry : split(list, ',')) {
    entry = strip(entry);
    if (entry.empty() || entry == "-1" || entry == "NoDevFiles") {
      break;
    }
    if (!(variables.cuda_visible ? resolver.add_named(entry) : resolver.add_minor(entry))) {
      break;
    }
  }
  return std::move(resolver).result();
}

absl::StatusOr<std::vector<GpuDevice>> list_gpus(const std::string& nvml, Seconds patience) {
  const auto driver = open_patiently([nvml] { return open_nvml_driver(nvml); }, patience);
  return driver.ok() ? (*driver)->devices() : driver.status();
}

}  // namespace evolt
