// A libamd_smi.so, or with STUB_ROCM a librocm_smi64.so, for machines without a GPU.
#include "tests/workers/energy/stubs/stub_state.hpp"

#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

using evolt::stub::Gpu;
using evolt::stub::State;

constexpr int kNotSupported = 2;
constexpr double kResolution = 15.259;  // microjoules

std::atomic<int> users = 0;

struct Called {
  State state;
  int code = 0;
  const Gpu* gpu = nullptr;
  double time = 0;

  Called(const char* call, std::size_t index) : state(evolt::stub::state()) {
    if (users == 0 || index >= state.gpus.size()) {
      code = 1;
      return;
    }
    gpu = &state.gpus[index];
    code = evolt::stub::begin(state, call, static_cast<int>(index));
    time = evolt::stub::elapsed(state);
  }

  std::uint64_t micro(const char* key, double otherwise) const {
    return static_cast<std::uint64_t>(std::llround(gpu->number(key, otherwise) * 1e6));
  }
  double watts() const { return gpu->number("socket_power", evolt::stub::power_at(*gpu, time)); }
};

int energy(const char* call, std::size_t index, std::uint64_t* raw, float* resolution,
           std::uint64_t* taken) {
  const Called called(call, index);
  if (called.code != 0) {
    return called.code;
  }
  const double unit = called.gpu->number("resolution", kResolution);
  *raw =
      called.gpu->number("no_energy", 0) != 0
          ? 0
          : static_cast<std::uint64_t>(evolt::stub::energy(*called.gpu, called.time) * 1e6 / unit);
  *resolution = static_cast<float>(unit);
  *taken = static_cast<std::uint64_t>(called.time * 1e9);
  return 0;
}

int set_cap(const char* call, std::size_t index, std::uint64_t microwatts, int refused) {
  const Called called(call, index);
  if (called.code != 0) {
    return called.code;
  }
  if (called.gpu->number("may_set", 1) == 0) {
    return refused;
  }
  evolt::stub::log_limit(called.state, *called.gpu, static_cast<double>(microwatts) * 1e-6);
  return 0;
}

int init(const char* call) {
  const int code = evolt::stub::begin(evolt::stub::state(), call, -1);
  if (code == 0) {
    ++users;
  }
  return code;
}

}  // namespace

#define STUB extern "C" __attribute__((visibility("default")))

#ifdef STUB_ROCM

STUB int rsmi_init(std::uint64_t) {
  return init("rsmi_init");
}
STUB int rsmi_shut_down() {
  --users;
  return 0;
}
STUB int rsmi_num_monitor_devices(std::uint32_t* count) {
  *count = static_cast<std::uint32_t>(evolt::stub::state().gpus.size());
  return 0;
}
STUB int rsmi_dev_unique_id_get(std::uint32_t index, std::uint64_t* id) {
  const Called called("rsmi_dev_unique_id_get", index);
  if (called.code == 0) {
    *id = static_cast<std::uint64_t>(called.gpu->number("unique_id", index));
  }
  return called.code;
}
STUB int rsmi_dev_name_get(std::uint32_t index, char* text, std::size_t size) {
  const Called called("rsmi_dev_name_get", index);
  if (called.code == 0) {
    std::strncpy(text, called.gpu->text("name", "Stub Instinct").c_str(), size);
  }
  return called.code;
}
STUB int rsmi_dev_pci_id_get(std::uint32_t index, std::uint64_t* bus) {
  const Called called("rsmi_dev_pci_id_get", index);
  if (called.code == 0) {
    *bus = static_cast<std::uint64_t>(called.gpu->number("bus", 0)) << 8U;
  }
  return called.code;
}
STUB int rsmi_dev_energy_count_get(std::uint32_t index, std::uint64_t* raw, float* resolution,
                                   std::uint64_t* taken) {
  return energy("rsmi_dev_energy_count_get", index, raw, resolution, taken);
}
STUB int rsmi_dev_power_get(std::uint32_t index, std::uint64_t* microwatts, int* kind) {
  const Called called("rsmi_dev_power_get", index);
  if (called.code == 0) {
    *microwatts = static_cast<std::uint64_t>(called.watts() * 1e6);
    *kind = 0;
  }
  return called.code;
}
STUB int rsmi_dev_power_ave_get(std::uint32_t index, std::uint32_t, std::uint64_t* microwatts) {
  const Called called("rsmi_dev_power_ave_get", index);
  if (called.code == 0) {
    *microwatts = static_cast<std::uint64_t>(called.watts() * 1e6);
  }
  return called.code;
}
STUB int rsmi_dev_power_cap_get(std::uint32_t index, std::uint32_t, std::uint64_t* cap) {
  const Called called("rsmi_dev_power_cap_get", index);
  if (called.code == 0) {
    *cap = static_cast<std::uint64_t>(
        std::llround(evolt::stub::limit_of(called.state, *called.gpu) * 1e6));
  }
  return called.code;
}
STUB int rsmi_dev_power_cap_default_get(std::uint32_t index, std::uint64_t* cap) {
  const Called called("rsmi_dev_power_cap_default_get", index);
  if (called.code == 0) {
    *cap = called.micro("default_limit", 300);
  }
  return called.code;
}
STUB int rsmi_dev_power_cap_range_get(std::uint32_t index, std::uint32_t, std::uint64_t* most,
                                      std::uint64_t* least) {
  const Called called("rsmi_dev_power_cap_range_get", index);
  if (called.code == 0) {
    *most = called.micro("most_limit", 400);
    *least = called.micro("least_limit", 100);
  }
  return called.code;
}
STUB int rsmi_dev_power_cap_set(std::uint32_t index, std::uint32_t, std::uint64_t cap) {
  return set_cap("rsmi_dev_power_cap_set", index, cap, 4);
}
STUB int rsmi_dev_temp_metric_get(std::uint32_t index, std::uint32_t, int, std::int64_t* value) {
  const Called called("rsmi_dev_temp_metric_get", index);
  if (called.code == 0) {
    *value = static_cast<std::int64_t>(called.gpu->number("celsius", 40) * 1000);
  }
  return called.code;
}

#else

using Handle = void*;

namespace {

std::size_t index_of(Handle handle) {
  return reinterpret_cast<std::size_t>(handle) - 1;
}

}  // namespace

STUB int amdsmi_init(std::uint64_t flags) {
  return flags == 2 ? init("amdsmi_init") : 1;
}
STUB int amdsmi_shut_down() {
  --users;
  return 0;
}
STUB int amdsmi_get_lib_version(std::uint32_t* words) {
  const char* const version = std::getenv("EVOLT_STUB_AMD_VERSION");
  words[0] = version == nullptr ? 26U : static_cast<std::uint32_t>(std::atoi(version));
  return 0;
}
// A socket for each device.
STUB int amdsmi_get_socket_handles(std::uint32_t* count, Handle* handles) {
  const auto gpus = static_cast<std::uint32_t>(evolt::stub::state().gpus.size());
  for (std::uint32_t i = 0; handles != nullptr && i < *count && i < gpus; ++i) {
    handles[i] = reinterpret_cast<Handle>(std::size_t{i} + 1);
  }
  *count = gpus;
  return 0;
}
STUB int amdsmi_get_processor_handles(Handle socket, std::uint32_t* count, Handle* handles) {
  if (handles != nullptr) {
    handles[0] = socket;
  }
  *count = 1;
  return 0;
}
STUB int amdsmi_get_gpu_device_uuid(Handle handle, unsigned* length, char* text) {
  const Called called("amdsmi_get_gpu_device_uuid", index_of(handle));
  if (called.code == 0) {
    std::strncpy(text, called.gpu->text("uuid", "").c_str(), *length);
  }
  return called.code;
}
STUB int amdsmi_get_gpu_asic_info(Handle handle, char* structure) {
  const Called called("amdsmi_get_gpu_asic_info", index_of(handle));
  if (called.code == 0) {
    std::strncpy(structure, called.gpu->text("name", "Stub Instinct").c_str(), 256);
  }
  return called.code;
}
STUB int amdsmi_get_gpu_device_bdf(Handle handle, std::uint64_t* bus) {
  const Called called("amdsmi_get_gpu_device_bdf", index_of(handle));
  if (called.code == 0) {
    *bus = static_cast<std::uint64_t>(called.gpu->number("bus", 0)) << 8U;
  }
  return called.code;
}
STUB int amdsmi_get_energy_count(Handle handle, std::uint64_t* raw, float* resolution,
                                 std::uint64_t* taken) {
  return energy("amdsmi_get_energy_count", index_of(handle), raw, resolution, taken);
}
STUB int amdsmi_get_power_info(Handle handle, std::uint32_t* words) {
  const Called called("amdsmi_get_power_info", index_of(handle));
  if (called.code != 0) {
    return called.code;
  }
  const auto average =
      static_cast<std::uint32_t>(called.gpu->number("average_power", called.watts()));
  const auto current = static_cast<std::uint32_t>(called.gpu->number("current_power", 0xFFFF));
  std::uint32_t version[4] = {};
  amdsmi_get_lib_version(version);
  std::memset(words, 0xFF, 64);
  if (version[0] < 24) {
    words[0] = average;
  } else if (version[0] == 24) {
    words[0] = current;
    words[1] = average;
  } else {
    words[2] = current;
    words[3] = average;
  }
  return 0;
}
STUB int amdsmi_get_power_cap_info(Handle handle, std::uint32_t, std::uint64_t* words) {
  const Called called("amdsmi_get_power_cap_info", index_of(handle));
  if (called.code == 0) {
    words[0] = static_cast<std::uint64_t>(
        std::llround(evolt::stub::limit_of(called.state, *called.gpu) * 1e6));
    words[1] = called.micro("default_limit", 300);
    words[2] = 0;
    words[3] = called.micro("least_limit", 100);
    words[4] = called.micro("most_limit", 400);
  }
  return called.code;
}
STUB int amdsmi_set_power_cap(Handle handle, std::uint32_t, std::uint64_t cap) {
  return set_cap("amdsmi_set_power_cap", index_of(handle), cap, 10);
}
STUB int amdsmi_get_temp_metric(Handle handle, int, int, std::int64_t* value) {
  const Called called("amdsmi_get_temp_metric", index_of(handle));
  if (called.code == 0) {
    *value = static_cast<std::int64_t>(called.gpu->number("celsius", 40));
  }
  return called.code;
}

#endif
