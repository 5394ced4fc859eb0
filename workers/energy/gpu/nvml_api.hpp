#pragma once

#include <cstdint>

namespace evolt {

// What we use of NVIDIA's management library, declared by ourselves, so that it is needed neither
// to build nor to start. Layouts and numbers as its documentation gives them (NVML API reference,
// the sections on device queries, field values and multi-instance GPUs).

/// Return codes. Every function returns one.
namespace nvml_code {
constexpr int kSuccess = 0;
constexpr int kUninitialized = 1;
constexpr int kInvalidArgument = 2;
constexpr int kNotSupported = 3;
constexpr int kNoPermission = 4;
constexpr int kNotFound = 6;
constexpr int kDriverNotLoaded = 9;
constexpr int kTimeout = 10;
constexpr int kFunctionNotFound = 13;
constexpr int kGpuIsLost = 15;
constexpr int kResetRequired = 16;
constexpr int kNoData = 21;
constexpr int kNotReady = 27;
constexpr int kGpuNotFound = 28;
constexpr int kUnknown = 999;
}  // namespace nvml_code

/// Generations of GPUs.
namespace nvml_arch {
constexpr unsigned kVolta = 5;
constexpr unsigned kAmpere = 7;
}  // namespace nvml_arch

/// Numbers of nvmlDeviceGetFieldValues().
namespace nvml_field {
constexpr unsigned kPowerInstant = 186;  // mW
constexpr unsigned kScopeGpu = 0;
constexpr unsigned kScopeModule = 1;
}  // namespace nvml_field

/// An opaque handle of a GPU or of a part of one.
using NvmlDevice = void*;

struct NvmlFieldValue {
  unsigned field = 0;
  unsigned scope = 0;
  long long timestamp = 0;  // us since 1970
  long long latency = 0;    // us
  int type = 0;             // 1: unsigned, 3: unsigned long long
  int code = 0;
  union {
    double as_double;
    unsigned as_unsigned;
    unsigned long long as_long = 0;
  };
};

struct NvmlPci {
  char legacy_id[16] = {};
  unsigned domain = 0;
  unsigned bus = 0;
  unsigned device = 0;
  unsigned pci_id = 0;
  unsigned subsystem_id = 0;
  char id[32] = {};
};

struct NvmlAttributes {
  unsigned multiprocessors = 0;
  unsigned shared_engines[5] = {};
  unsigned gpu_slices = 0;
  unsigned compute_slices = 0;
  unsigned long long memory_mib = 0;
};

struct NvmlProcessSample {
  unsigned pid = 0;
  unsigned long long taken = 0;  // us since 1970
  unsigned sm = 0;               // percent
  unsigned memory = 0;
  unsigned encoder = 0;
  unsigned decoder = 0;
};

}  // namespace evolt
