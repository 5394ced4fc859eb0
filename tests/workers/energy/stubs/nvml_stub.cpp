// A libnvidia-ml.so.1 for machines without a GPU. STUB_OLD: as before Volta, with names without _v2
// and without counters of energy.
#include "tests/workers/energy/stubs/stub_state.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace {

using evolt::stub::Gpu;
using evolt::stub::State;

using Device = void*;

constexpr int kUninitialized = 1;
constexpr int kInvalid = 2;
constexpr int kNotSupported = 3;
constexpr int kNoPermission = 4;
constexpr int kNotFound = 6;
constexpr int kTooSmall = 7;
constexpr std::uintptr_t kSliceFrom = 1000;

std::atomic<int> users = 0;

// A handle is 1 + index, or of a slice 1000 + 16 * index + its number.
Device handle_of(std::size_t index) {
  return reinterpret_cast<Device>(index + 1);
}

struct Called {
  State state;
  int code = 0;
  const Gpu* gpu = nullptr;
  int slice = -1;
  double time = 0;

  Called(const char* call, Device device) : state(evolt::stub::state()) {
    auto number = reinterpret_cast<std::uintptr_t>(device);
    if (users == 0) {
      code = kUninitialized;
      return;
    }
    if (number >= kSliceFrom) {
      slice = static_cast<int>((number - kSliceFrom) % 16);
      number = (number - kSliceFrom) / 16 + 1;
    }
    if (number == 0 || number > state.gpus.size()) {
      code = kInvalid;
      return;
    }
    gpu = &state.gpus[number - 1];
    code = evolt::stub::begin(state, call, static_cast<int>(number - 1));
    time = evolt::stub::elapsed(state);
  }
};

int text_of(const Called& called, const std::string& value, char* buffer, unsigned size) {
  if (called.code != 0) {
    return called.code;
  }
  if (value.size() >= size) {
    return kTooSmall;
  }
  std::memcpy(buffer, value.c_str(), value.size() + 1);
  return 0;
}

int watts_of(const char* call, Device device, unsigned* milliwatts, const char* key,
             double otherwise) {
  const Called called(call, device);
  if (called.code == 0) {
    *milliwatts = static_cast<unsigned>(std::lround(called.gpu->number(key, otherwise) * 1000));
  }
  return called.code;
}

int init() {
  const State state = evolt::stub::state();
  const int code = evolt::stub::begin(state, "nvmlInit", -1);
  if (code == 0) {
    ++users;
  }
  return code;
}

int count(unsigned* number) {
  if (users == 0) {
    return kUninitialized;
  }
  const State state = evolt::stub::state();
  *number = static_cast<unsigned>(state.gpus.size());
  return evolt::stub::begin(state, "nvmlDeviceGetCount", -1);
}

int by_index(unsigned index, Device* device) {
  const Called called("nvmlDeviceGetHandleByIndex", handle_of(index));
  if (called.code != 0) {
    return called.code;
  }
  *device = handle_of(index);
  return called.gpu->number("usable", 1) == 0 ? kNoPermission : 0;
}

}  // namespace

#define STUB extern "C" __attribute__((visibility("default")))

#ifdef STUB_OLD
STUB int nvmlInit() {
  return init();
}
STUB int nvmlDeviceGetCount(unsigned* number) {
  return count(number);
}
STUB int nvmlDeviceGetHandleByIndex(unsigned index, Device* device) {
  return by_index(index, device);
}
#else
STUB int nvmlInit_v2() {
  return init();
}
STUB int nvmlDeviceGetCount_v2(unsigned* number) {
  return count(number);
}
STUB int nvmlDeviceGetHandleByIndex_v2(unsigned index, Device* device) {
  return by_index(index, device);
}
// The names of old answer something else than the new ones; nobody should call them.
STUB int nvmlInit() {
  return 999;
}
STUB int nvmlDeviceGetCount(unsigned*) {
  return 999;
}
STUB int nvmlDeviceGetHandleByIndex(unsigned, Device*) {
  return 999;
}
#endif

STUB int nvmlShutdown() {
  if (users == 0) {
    return kUninitialized;
  }
  --users;
  return evolt::stub::begin(evolt::stub::state(), "nvmlShutdown", -1);
}

STUB const char* nvmlErrorString(int code) {
  switch (code) {
    case 0:
      return "Success";
    case kNotSupported:
      return "Not Supported";
    case kNoPermission:
      return "Insufficient Permissions";
    case 9:
      return "Driver Not Loaded";
    case 15:
      return "GPU is lost";
    default:
      return "Unknown Error";
  }
}

STUB int nvmlDeviceGetHandleByUUID(const char* uuid, Device* device) {
  if (users == 0) {
    return kUninitialized;
  }
  const State state = evolt::stub::state();
  for (std::size_t i = 0; i < state.gpus.size(); ++i) {
    if (state.gpus[i].text("uuid", "") == uuid) {
      *device = handle_of(i);
      return evolt::stub::begin(state, "nvmlDeviceGetHandleByUUID", static_cast<int>(i));
    }
  }
  return kNotFound;
}

STUB int nvmlDeviceGetUUID(Device device, char* buffer, unsigned size) {
  const Called called("nvmlDeviceGetUUID", device);
  if (called.gpu == nullptr) {
    return called.code;
  }
  const std::string uuid = called.slice >= 0
                               ? called.gpu->slices[static_cast<std::size_t>(called.slice)].uuid
                               : called.gpu->text("uuid", "");
  return text_of(called, uuid, buffer, size);
}

STUB int nvmlDeviceGetName(Device device, char* buffer, unsigned size) {
  const Called called("nvmlDeviceGetName", device);
  return called.gpu == nullptr
             ? called.code
             : text_of(called, called.gpu->text("name", "Stub GPU"), buffer, size);
}

STUB int nvmlDeviceGetArchitecture(Device device, unsigned* generation) {
  const Called called("nvmlDeviceGetArchitecture", device);
  if (called.code == 0) {
    *generation = static_cast<unsigned>(called.gpu->number("arch", 9));
  }
  return called.code;
}

STUB int nvmlDeviceGetCudaComputeCapability(Device device, int* major, int* minor) {
  const Called called("nvmlDeviceGetCudaComputeCapability", device);
  if (called.code == 0) {
    const auto both = static_cast<int>(std::lround(called.gpu->number("capability", 9.0) * 10));
    *major = both / 10;
    *minor = both % 10;
  }
  return called.code;
}

STUB int nvmlDeviceGetMinorNumber(Device device, unsigned* number) {
  const Called called("nvmlDeviceGetMinorNumber", device);
  if (called.code != 0 || !called.gpu->has("minor")) {
    return called.code != 0 ? called.code : kNotSupported;
  }
  *number = static_cast<unsigned>(called.gpu->number("minor", 0));
  return 0;
}

struct Pci {
  char legacy[16];
  unsigned domain, bus, device, id, subsystem;
  char text[32];
};

STUB int nvmlDeviceGetPciInfo_v3(Device device, Pci* pci) {
  const Called called("nvmlDeviceGetPciInfo", device);
  if (called.code == 0) {
    std::memset(pci, 0, sizeof *pci);
    pci->bus = static_cast<unsigned>(called.gpu->number("bus", 0));
  }
  return called.code;
}

#ifndef STUB_OLD
STUB int nvmlDeviceGetTotalEnergyConsumption(Device device, unsigned long long* millijoules) {
  const Called called("nvmlDeviceGetTotalEnergyConsumption", device);
  if (called.code == 0) {
    *millijoules =
        static_cast<unsigned long long>(evolt::stub::energy(*called.gpu, called.time) * 1000);
  }
  return called.code;
}

struct Field {
  unsigned field, scope;
  long long taken, latency;
  int type, code;
  unsigned long long value;
};

STUB int nvmlDeviceGetFieldValues(Device device, int fields, Field* values) {
  const Called called("nvmlDeviceGetFieldValues", device);
  for (int i = 0; i < fields && called.code == 0; ++i) {
    Field& value = values[i];
    const char* const key = value.scope == 0 ? "gpu_watts" : "module_watts";
    value.code = value.field == 186 && called.gpu->has(key) ? 0 : kNotSupported;
    value.type = 1;
    const auto milliwatts = static_cast<unsigned>(called.gpu->number(key, 0) * 1000);
    std::memcpy(&value.value, &milliwatts, sizeof milliwatts);
  }
  return called.code;
}
#endif

STUB int nvmlDeviceGetPowerUsage(Device device, unsigned* milliwatts) {
  const Called called("nvmlDeviceGetPowerUsage", device);
  if (called.code == 0) {
    *milliwatts =
        static_cast<unsigned>(std::lround(evolt::stub::power_at(*called.gpu, called.time) * 1000));
  }
  return called.code;
}

STUB int nvmlDeviceGetTemperature(Device device, int, unsigned* celsius) {
  const Called called("nvmlDeviceGetTemperature", device);
  if (called.code == 0) {
    *celsius = static_cast<unsigned>(called.gpu->number("celsius", 40));
  }
  return called.code;
}

STUB int nvmlDeviceGetPowerManagementLimit(Device device, unsigned* milliwatts) {
  const Called called("nvmlDeviceGetPowerManagementLimit", device);
  if (called.code == 0) {
    *milliwatts =
        static_cast<unsigned>(std::lround(evolt::stub::limit_of(called.state, *called.gpu) * 1000));
  }
  return called.code;
}

STUB int nvmlDeviceGetEnforcedPowerLimit(Device device, unsigned* milliwatts) {
  const Called called("nvmlDeviceGetEnforcedPowerLimit", device);
  if (called.code == 0) {
    const double limit = evolt::stub::limit_of(called.state, *called.gpu);
    *milliwatts = static_cast<unsigned>(
        std::lround(std::min(limit, called.gpu->number("rack_limit", limit)) * 1000));
  }
  return called.code;
}

STUB int nvmlDeviceGetPowerManagementDefaultLimit(Device device, unsigned* milliwatts) {
  return watts_of("nvmlDeviceGetPowerManagementDefaultLimit", device, milliwatts, "default_limit",
                  300);
}

STUB int nvmlDeviceGetPowerManagementLimitConstraints(Device device, unsigned* least,
                                                      unsigned* most) {
  const char* const call = "nvmlDeviceGetPowerManagementLimitConstraints";
  const int code = watts_of(call, device, least, "least_limit", 100);
  return code != 0 ? code : watts_of(call, device, most, "most_limit", 400);
}

STUB int nvmlDeviceSetPowerManagementLimit(Device device, unsigned milliwatts) {
  const Called called("nvmlDeviceSetPowerManagementLimit", device);
  if (called.code != 0) {
    return called.code;
  }
  if (called.gpu->number("may_set", 1) == 0) {
    return kNoPermission;
  }
  if (milliwatts < called.gpu->number("least_limit", 100) * 1000 ||
      milliwatts > called.gpu->number("most_limit", 400) * 1000) {
    return kInvalid;
  }
  evolt::stub::log_limit(called.state, *called.gpu, milliwatts / 1000.0);
  return 0;
}

STUB int nvmlDeviceGetMigMode(Device device, unsigned* current, unsigned* pending) {
  const Called called("nvmlDeviceGetMigMode", device);
  if (called.code == 0 && !called.gpu->has("mig_mode") && called.gpu->slices.empty()) {
    return kNotSupported;
  }
  if (called.code == 0) {
    *current = *pending =
        called.gpu->slices.empty() && called.gpu->number("mig_mode", 0) == 0 ? 0U : 1U;
  }
  return called.code;
}

STUB int nvmlDeviceGetMaxMigDeviceCount(Device device, unsigned* number) {
  const Called called("nvmlDeviceGetMaxMigDeviceCount", device);
  if (called.code == 0) {
    *number = static_cast<unsigned>(called.gpu->number("most_slices", 7));
  }
  return called.code;
}

STUB int nvmlDeviceGetMigDeviceHandleByIndex(Device device, unsigned index, Device* slice) {
  const Called called("nvmlDeviceGetMigDeviceHandleByIndex", device);
  if (called.code != 0) {
    return called.code;
  }
  if (index >= called.gpu->slices.size()) {
    return kNotFound;
  }
  *slice = reinterpret_cast<Device>(kSliceFrom +
                                    16 * (reinterpret_cast<std::uintptr_t>(device) - 1) + index);
  return 0;
}

struct Attributes {
  unsigned multiprocessors, engines[5], gpu_slices, compute_slices;
  unsigned long long memory;
};

STUB int nvmlDeviceGetAttributes_v2(Device device, Attributes* attributes) {
  const Called called("nvmlDeviceGetAttributes", device);
  if (called.code != 0 || called.slice < 0) {
    return called.code != 0 ? called.code : kNotSupported;
  }
  std::memset(attributes, 0, sizeof *attributes);
  attributes->compute_slices = called.gpu->slices[static_cast<std::size_t>(called.slice)].compute;
  attributes->gpu_slices = attributes->compute_slices;
  return 0;
}

struct ProcessSample {
  unsigned pid;
  unsigned long long taken;
  unsigned sm, memory, encoder, decoder;
};

STUB int nvmlDeviceGetProcessUtilization(Device device, ProcessSample* samples, unsigned* number,
                                         unsigned long long since) {
  const Called called("nvmlDeviceGetProcessUtilization", device);
  if (called.code != 0 || !called.gpu->slices.empty()) {
    return called.code != 0 ? called.code : kNotSupported;
  }
  const auto& running = called.gpu->processes;
  if (running.empty()) {
    return kNotFound;
  }
  const bool room = *number >= running.size();
  *number = static_cast<unsigned>(running.size());
  for (std::size_t i = 0; i < running.size() && room; ++i) {
    samples[i] = {.pid = running[i].first, .taken = since + 1, .sm = running[i].second};
  }
  return room ? 0 : kTooSmall;
}
