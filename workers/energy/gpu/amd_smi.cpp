// AMD SMI, declared by ourselves. Source: its header amdsmi.h, as of ROCm 6 and 7.
#include "workers/energy/gpu/amd_library.hpp"
#include "workers/energy/gpu/shared_object.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

namespace evolt {
namespace {

using Handle = void*;

constexpr int kSuccess = 0;
constexpr int kFunctionMissing = -1;
constexpr std::uint64_t kGpus = 2;  // what to initialise
constexpr std::uint32_t kInvalid16 = 0xFFFF;
constexpr double kMostWatts = 5000;  // of a card; more is another field of another version

/// Structures grow from version to version: room for more than any, of which we read the beginning.
struct Room {
  alignas(8) unsigned char bytes[8192] = {};

  template <typename Number>
  Number at(std::size_t offset) const {
    Number number{};
    std::memcpy(&number, bytes + offset, sizeof number);
    return number;
  }
};

struct Cap {
  std::uint64_t current = 0;  // all in microwatts
  std::uint64_t normal = 0;
  std::uint64_t dpm = 0;
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  std::uint64_t reserved[3] = {};
};

struct Functions {
  int (*init)(std::uint64_t) = nullptr;
  int (*shut_down)() = nullptr;
  int (*version)(void*) = nullptr;
  int (*sockets)(std::uint32_t*, Handle*) = nullptr;
  int (*processors)(Handle, std::uint32_t*, Handle*) = nullptr;
  int (*uuid)(Handle, unsigned*, char*) = nullptr;
  int (*asic)(Handle, void*) = nullptr;
  int (*bus)(Handle, std::uint64_t*) = nullptr;
  int (*energy)(Handle, std::uint64_t*, float*, std::uint64_t*) = nullptr;
  int (*power)(Handle, void*) = nullptr;
  int (*cap)(Handle, std::uint32_t, Cap*) = nullptr;
  int (*set_cap)(Handle, std::uint32_t, std::uint64_t) = nullptr;
  int (*temperature)(Handle, int, int, std::int64_t*) = nullptr;
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
    case 3:  // not yet implemented
      return ReadStatus::not_supported;
    case 10:
      return ReadStatus::no_permission;
    case 8:   // time-out
    case 9:   // try again
    case 30:  // busy
    case 40:  // no data
      return ReadStatus::stale;
    default:
      return ReadStatus::gone;
  }
}

Watts from_micro(std::uint64_t microwatts) {
  return {static_cast<double>(microwatts) * 1e-6};
}

class AmdSmi final : public AmdLibrary {
 public:
  AmdSmi(SharedObject object, const Functions& functions)
      : object_(std::move(object)), f_(functions) {
    find_devices();
    Room version;
    // The version begins with the year until 24, and with the major number, 25 and more, since.
    generation_ = call(f_.version, static_cast<void*>(version.bytes)) == kSuccess
                      ? version.at<std::uint32_t>(0)
                      : 0;
  }
  AmdSmi(const AmdSmi&) = delete;
  AmdSmi& operator=(const AmdSmi&) = delete;
  ~AmdSmi() override { call(f_.shut_down); }

  std::size_t count() const override { return devices_.size(); }

  GpuDevice device(std::size_t index) override {
    GpuDevice device;
    char uuid[128] = {};
    unsigned length = sizeof uuid;
    if (call(f_.uuid, devices_[index], &length, static_cast<char*>(uuid)) == kSuccess) {
      uuid[sizeof uuid - 1] = '\0';
      device.uuid = concat("amd-", static_cast<const char*>(uuid));
    } else {
      device.usable = false;
    }
    Room asic;
    if (call(f_.asic, devices_[index], static_cast<void*>(asic.bytes)) == kSuccess) {
      asic.bytes[sizeof asic.bytes - 1] = 0;
      device.name = reinterpret_cast<const char*>(asic.bytes);  // it begins with the market name
    }
    std::uint64_t bus = 0;
    if (call(f_.bus, devices_[index], &bus) == kSuccess) {
      char text[20];
      std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(bus));
      device.bus = text;
    }
    return device;
  }

  ReadStatus energy(std::size_t index, AmdCounter& counter) override {
    float resolution = 0;
    const int code =
        call(f_.energy, devices_[index], &counter.raw, &resolution, &counter.device_ns);
    counter.resolution = static_cast<double>(resolution);
    return status_of(code);
  }

  /// Three layouts: the average alone; current and average, 32 bits each; and those behind a first
  /// figure of 64 bits. MI300 has the current one, what came before the average.
  ReadStatus power(std::size_t index, Watts& watts) override {
    Room room;
    if (const int code = call(f_.power, devices_[index], static_cast<void*>(room.bytes));
        code != kSuccess) {
      return status_of(code);
    }
    std::vector<std::size_t> places = {8, 12};
    if (generation_ <= 24) {
      places = generation_ < 24 ? std::vector<std::size_t>{0} : std::vector<std::size_t>{0, 4};
    }
    for (const std::size_t place : places) {
      const auto value = room.at<std::uint32_t>(place);
      if (value != 0 && value != kInvalid16 && value <= kMostWatts) {
        watts = {static_cast<double>(value)};
        return ReadStatus::ok;
      }
    }
    return ReadStatus::not_supported;
  }

  ReadStatus limits(std::size_t index, PowerLimits& limits) override {
    Cap cap;
    const int code = call(f_.cap, devices_[index], 0U, &cap);
    if (code == kSuccess) {
      limits.current = limits.enforced = from_micro(cap.current);
      limits.normal = from_micro(cap.normal);
      limits.least = from_micro(cap.least);
      limits.most = from_micro(cap.most);
    }
    return status_of(code);
  }

  ReadStatus set_limit(std::size_t index, Watts limit) override {
    return status_of(call(f_.set_cap, devices_[index], 0U,
                          static_cast<std::uint64_t>(std::llround(limit.value * 1e6))));
  }

  ReadStatus temperature(std::size_t index, double& celsius) override {
    std::int64_t value = 0;
    const int code = call(f_.temperature, devices_[index], 0, 0, &value);
    celsius = static_cast<double>(value);
    return status_of(code);
  }

 private:
  void find_devices() {
    std::uint32_t sockets = 0;
    if (call(f_.sockets, &sockets, static_cast<Handle*>(nullptr)) != kSuccess || sockets == 0) {
      return;
    }
    std::vector<Handle> handles(sockets);
    if (f_.sockets(&sockets, handles.data()) != kSuccess) {
      return;
    }
    handles.resize(std::min<std::size_t>(sockets, handles.size()));
    for (const Handle socket : handles) {
      std::uint32_t count = 0;
      if (call(f_.processors, socket, &count, static_cast<Handle*>(nullptr)) != kSuccess) {
        continue;
      }
      std::vector<Handle> processors(count);
      if (count > 0 && f_.processors(socket, &count, processors.data()) == kSuccess) {
        devices_.insert(devices_.end(), processors.begin(), processors.end());
      }
    }
  }

  SharedObject object_;
  Functions f_;
  std::vector<Handle> devices_;
  std::uint32_t generation_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<AmdLibrary>> open_amd_smi(const std::string& path) {
  absl::StatusOr<SharedObject> object = SharedObject::open(path);
  if (!object.ok()) {
    return object.status();
  }
  Functions f;
  object->find("amdsmi_init", f.init);
  object->find("amdsmi_shut_down", f.shut_down);
  object->find("amdsmi_get_lib_version", f.version);
  object->find("amdsmi_get_socket_handles", f.sockets);
  object->find("amdsmi_get_processor_handles", f.processors);
  object->find("amdsmi_get_gpu_device_uuid", f.uuid);
  object->find("amdsmi_get_gpu_asic_info", f.asic);
  object->find("amdsmi_get_gpu_device_bdf", f.bus);
  object->find("amdsmi_get_energy_count", f.energy);
  object->find("amdsmi_get_power_info", f.power);
  object->find("amdsmi_get_power_cap_info", f.cap);
  object->find("amdsmi_set_power_cap", f.set_cap);
  object->find("amdsmi_get_temp_metric", f.temperature);
  if (const int code = call(f.init, kGpus); code != kSuccess) {
    return absl::FailedPreconditionError(
        concat(path, " cannot be initialised: AMD SMI error ", code));
  }
  return std::unique_ptr<AmdLibrary>(std::make_unique<AmdSmi>(*std::move(object), f));
}

absl::StatusOr<std::unique_ptr<AmdLibrary>> open_amd_library(const std::string& amd_smi,
                                                             const std::string& rocm_smi) {
  absl::StatusOr<std::unique_ptr<AmdLibrary>> newer = open_amd_smi(amd_smi);
  if (newer.ok() && (*newer)->count() > 0) {
    return newer;
  }
  absl::StatusOr<std::unique_ptr<AmdLibrary>> older = open_rocm_smi(rocm_smi);
  return older.ok() || absl::IsNotFound(newer.status()) ? std::move(older) : std::move(newer);
}

}  // namespace evolt
