#pragma once

#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/gpu/nvml_api.hpp"
#include "workers/energy/gpu/shared_object.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <memory>
#include <string>

namespace evolt {

/// NVIDIA's management library, opened by name, initialised for as long as this lives. A function
/// that this version lacks answers kFunctionNotFound. Thread: any, but calls may hang on a sick
/// GPU.
class NvmlLibrary {
 public:
  /// Errors: not_found where there is no such library; failed_precondition where it cannot be
  /// initialised (no driver, no permission), with what it says.
  static absl::StatusOr<std::unique_ptr<NvmlLibrary>> open(const std::string& path);

  NvmlLibrary(const NvmlLibrary&) = delete;
  NvmlLibrary& operator=(const NvmlLibrary&) = delete;
  ~NvmlLibrary();

  /// Shuts it down and initialises it again, as a driver that was loaded anew wants.
  int restart();

  std::string describe(int code) const;

  int device_count(unsigned& count) const;
  int device_at(unsigned index, NvmlDevice& device) const;
  int device_by_uuid(const std::string& uuid, NvmlDevice& device) const;
  int uuid(NvmlDevice device, std::string& text) const;
  int name(NvmlDevice device, std::string& text) const;
  int architecture(NvmlDevice device, unsigned& generation) const;
  int compute_capability(NvmlDevice device, int& major, int& minor) const;
  int pci(NvmlDevice device, NvmlPci& place) const;
  int minor(NvmlDevice device, unsigned& number) const;

  int total_energy(NvmlDevice device, unsigned long long& millijoules) const;
  int power_usage(NvmlDevice device, unsigned& milliwatts) const;
  int field(NvmlDevice device, NvmlFieldValue& value) const;
  int temperature(NvmlDevice device, unsigned& celsius) const;

  int power_limit(NvmlDevice device, unsigned& milliwatts) const;
  int enforced_limit(NvmlDevice device, unsigned& milliwatts) const;
  int default_limit(NvmlDevice device, unsigned& milliwatts) const;
  int limit_range(NvmlDevice device, unsigned& least, unsigned& most) const;
  int set_power_limit(NvmlDevice device, unsigned milliwatts) const;

  int mig_mode(NvmlDevice device, unsigned& current) const;
  int most_slices(NvmlDevice device, unsigned& count) const;
  int slice_at(NvmlDevice device, unsigned index, NvmlDevice& slice) const;
  int attributes(NvmlDevice slice, NvmlAttributes& attributes) const;

  /// `count`: room in `samples`, then how many there are.
  int process_utilisation(NvmlDevice device, NvmlProcessSample* samples, unsigned& count,
                          unsigned long long since) const;

 private:
  struct Functions;
  NvmlLibrary(SharedObject object, std::unique_ptr<Functions> functions);

  SharedObject object_;
  std::unique_ptr<Functions> functions_;
};

/// What an answer of the library means for a read.
ReadStatus status_of_nvml(int code);

/// What it means for a request: permission_denied, unimplemented, not_found, unavailable, ...
absl::Status error_of_nvml(const NvmlLibrary& library, int code, const std::string& what);

}  // namespace evolt
