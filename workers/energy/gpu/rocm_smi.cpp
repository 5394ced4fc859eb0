// ROCm SMI, declared by ourselves. Source: its header rocm_smi.h.
#include "workers/energy/gpu/amd_library.hpp"
#include "workers/energy/gpu/shared_object.hpp"

#include <cmath>
#include <cstdio>

namespace evolt {
namespace {

constexpr int kSuccess = 0;
constexpr int kFunctionMissing = -1;
constexpr std::uint64_t kInvalid = 0xFFFF;  // watts, as the firmware's table has it

struct Functions {
  int (*init)(std::uint64_t) = nullptr;
  int (*shut_down)() = nullptr;
  int (*count)(std::uint32_t*) = nullptr;
  int (*unique_id)(std::uint32_t, std::uint64_t*) = nullptr;
  int (*name)(std::uint32_t, char*, std::size_t) = nullptr;
  int (*bus)(std::uint32_t, std::uint64_t*) = nullptr;
  int (*energy)(std::uint32_t, std::uint64_t*, float*, std::uint64_t*) = nullptr;
  int (*power)(std::uint32_t, std::uint64_t*, int*) = nullptr;
  int (*average)(std::uint32_t, std::uint32_t, std::uint64_t*) = nullptr;
  int (*cap)(std::uint32_t, std::uint32_t, std::uint64_t*) = nullptr;
  int (*normal_cap)(std::uint32_t, std::uint64_t*) = nullptr;
  int (*range)(std::uint32_t, std::uint32_t, std::uint64_t*, std::uint64_t*) = nullptr;
  int (*set_cap)(std::uint32_t, std::uint32_t, std::uint64_t) = nullptr;
  int (*temperature)(std::uint32_t, std::uint32_t, int, std::int64_t*) = nullptr;
};

template <typename Function, typename... Arguments>
int call(Function function, Arguments... arguments) {
  return function == nullptr ? kFunctionMissing : function(arguments...);
}

ReadStatus status_of(int code) {
  switch (code) {
    case kSuccess:
      return ReadStatus::ok;
    case kFunctionMissing:
    case 2:  // not supported
    case 9:  // not yet implemented
      return ReadStatus::not_supported;
    case 4:
      return ReadStatus::no_permission;
    case 14:  // no data
    case 16:  // busy
      return ReadStatus::stale;
    default:
      return ReadStatus::gone;
  }
}

Watts from_micro(std::uint64_t microwatts) {
  return {static_cast<double>(microwatts) * 1e-6};
}

class RocmSmi final : public AmdLibrary {
 public:
  RocmSmi(SharedObject object, const Functions& functions)
      : object_(std::move(object)), f_(functions) {
    std::uint32_t count = 0;
    count_ = call(f_.count, &count) == kSuccess ? count : 0;
  }
  RocmSmi(const RocmSmi&) = delete;
  RocmSmi& operator=(const RocmSmi&) = delete;
  ~RocmSmi() override { call(f_.shut_down); }

  std::size_t count() const override { return count_; }

  GpuDevice device(std::size_t index) override {
    GpuDevice device;
    const auto number = static_cast<std::uint32_t>(index);
    std::uint64_t value = 0;
    char text[256] = {};
    if (call(f_.unique_id, number, &value) == kSuccess) {
      std::snprintf(text, sizeof text, "amd-%016llx", static_cast<unsigned long long>(value));
      device.uuid = text;
    } else {
      device.usable = false;
    }
    if (call(f_.name, number, static_cast<char*>(text), sizeof text) == kSuccess) {
      text[sizeof text - 1] = '\0';
      device.name = text;
    }
    if (call(f_.bus, number, &value) == kSuccess) {
      std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
      device.bus = text;
    }
    return device;
  }

  ReadStatus energy(std::size_t index, AmdCounter& counter) override {
    float resolution = 0;
    const int code = call(f_.energy, static_cast<std::uint32_t>(index), &counter.raw, &resolution,
                          &counter.device_ns);
    counter.resolution = static_cast<double>(resolution);
    return status_of(code);
  }

  ReadStatus power(std::size_t index, Watts& watts) override {
    const auto number = static_cast<std::uint32_t>(index);
    std::uint64_t microwatts = 0;
    int kind = 0;
    int code = call(f_.power, number, &microwatts, &kind);
    if (code != kSuccess) {
      code = call(f_.average, number, 0U, &microwatts);
    }
    if (code == kSuccess && (microwatts == 0 || microwatts == kInvalid * 1000000)) {
      return ReadStatus::not_supported;
    }
    watts = from_micro(microwatts);
    return status_of(code);
  }

  ReadStatus limits(std::size_t index, PowerLimits& limits) override {
    const auto number = static_cast<std::uint32_t>(index);
    std::uint64_t value = 0;
    std::uint64_t least = 0;
    const int code = call(f_.cap, number, 0U, &value);
    if (code != kSuccess) {
      return status_of(code);
    }
    limits.current = limits.enforced = from_micro(value);
    if (call(f_.normal_cap, number, &value) == kSuccess) {
      limits.normal = from_micro(value);
    }
    if (call(f_.range, number, 0U, &value, &least) == kSuccess) {
      limits.most = from_micro(value);
      limits.least = from_micro(least);
    }
    return ReadStatus::ok;
  }

  ReadStatus set_limit(std::size_t index, Watts limit) override {
    return status_of(call(f_.set_cap, static_cast<std::uint32_t>(index), 0U,
                          static_cast<std::uint64_t>(std::llround(limit.value * 1e6))));
  }

  ReadStatus temperature(std::size_t index, double& celsius) override {
    std::int64_t thousandths = 0;
    const int code = call(f_.temperature, static_cast<std::uint32_t>(index), 0U, 0, &thousandths);
    celsius = static_cast<double>(thousandths) / 1000;
    return status_of(code);
  }

 private:
  SharedObject object_;
  Functions f_;
  std::size_t count_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<AmdLibrary>> open_rocm_smi(const std::string& path) {
  absl::StatusOr<SharedObject> object = SharedObject::open(path);
  if (!object.ok()) {
    return object.status();
  }
  Functions f;
  object->find("rsmi_init", f.init);
  object->find("rsmi_shut_down", f.shut_down);
  object->find("rsmi_num_monitor_devices", f.count);
  object->find("rsmi_dev_unique_id_get", f.unique_id);
  object->find("rsmi_dev_name_get", f.name);
  object->find("rsmi_dev_pci_id_get", f.bus);
  object->find("rsmi_dev_energy_count_get", f.energy);
  object->find("rsmi_dev_power_get", f.power);
  object->find("rsmi_dev_power_ave_get", f.average);
  object->find("rsmi_dev_power_cap_get", f.cap);
  object->find("rsmi_dev_power_cap_default_get", f.normal_cap);
  object->find("rsmi_dev_power_cap_range_get", f.range);
  object->find("rsmi_dev_power_cap_set", f.set_cap);
  object->find("rsmi_dev_temp_metric_get", f.temperature);
  if (const int code = call(f.init, std::uint64_t{0}); code != kSuccess) {
    return absl::FailedPreconditionError(
        concat(path, " cannot be initialised: ROCm SMI error ", code));
  }
  return std::unique_ptr<AmdLibrary>(std::make_unique<RocmSmi>(*std::move(object), f));
}

}  // namespace evolt
