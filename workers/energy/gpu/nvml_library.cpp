#include "workers/energy/gpu/nvml_library.hpp"

#include "workers/text.hpp"

#include <initializer_list>
#include <utility>

namespace evolt {

using namespace nvml_code;

struct NvmlLibrary::Functions {
  using One = int (*)(NvmlDevice, unsigned*);
  using Text = int (*)(NvmlDevice, char*, unsigned);

  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  const char* (*error_string)(int) = nullptr;
  int (*count)(unsigned*) = nullptr;
  int (*by_index)(unsigned, NvmlDevice*) = nullptr;
  int (*by_uuid)(const char*, NvmlDevice*) = nullptr;
  Text uuid = nullptr;
  Text name = nullptr;
  One architecture = nullptr;
  int (*capability)(NvmlDevice, int*, int*) = nullptr;
  int (*pci)(NvmlDevice, NvmlPci*) = nullptr;
  One minor = nullptr;
  int (*energy)(NvmlDevice, unsigned long long*) = nullptr;
  One power = nullptr;
  int (*fields)(NvmlDevice, int, NvmlFieldValue*) = nullptr;
  int (*temperature)(NvmlDevice, int, unsigned*) = nullptr;
  One limit = nullptr;
  One enforced = nullptr;
  One default_limit = nullptr;
  int (*range)(NvmlDevice, unsigned*, unsigned*) = nullptr;
  int (*set_limit)(NvmlDevice, unsigned) = nullptr;
  int (*mig_mode)(NvmlDevice, unsigned*, unsigned*) = nullptr;
  One most_slices = nullptr;
  int (*slice)(NvmlDevice, unsigned, NvmlDevice*) = nullptr;
  int (*attributes)(NvmlDevice, NvmlAttributes*) = nullptr;
  int (*processes)(NvmlDevice, NvmlProcessSample*, unsigned*, unsigned long long) = nullptr;
};

namespace {

/// The first of these names that the library has.
template <typename Function>
void find(const SharedObject& object, Function& function,
          std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    if (function == nullptr) {
      object.find(name, function);
    }
  }
}

template <typename Function, typename... Arguments>
int call(Function function, Arguments... arguments) {
  return function == nullptr ? kFunctionNotFound : function(arguments...);
}

int text_of(int (*function)(NvmlDevice, char*, unsigned), NvmlDevice device, std::string& text) {
  char buffer[96] = {};
  const int code = call(function, device, buffer, unsigned{sizeof buffer});
  if (code == kSuccess) {
    buffer[sizeof buffer - 1] = '\0';
    text = buffer;
  }
  return code;
}

}  // namespace

absl::StatusOr<std::unique_ptr<NvmlLibrary>> NvmlLibrary::open(const std::string& path) {
  absl::StatusOr<SharedObject> opened = SharedObject::open(path);
  if (!opened.ok()) {
    return opened.status();
  }
  const SharedObject& handle = *opened;
  auto found = std::make_unique<Functions>();
  Functions& f = *found;
  find(handle, f.init, {"nvmlInit_v2", "nvmlInit"});
  find(handle, f.shutdown, {"nvmlShutdown"});
  find(handle, f.error_string, {"nvmlErrorString"});
  find(handle, f.count, {"nvmlDeviceGetCount_v2", "nvmlDeviceGetCount"});
  find(handle, f.by_index, {"nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex"});
  find(handle, f.by_uuid, {"nvmlDeviceGetHandleByUUID"});
  find(handle, f.uuid, {"nvmlDeviceGetUUID"});
  find(handle, f.name, {"nvmlDeviceGetName"});
  find(handle, f.architecture, {"nvmlDeviceGetArchitecture"});
  find(handle, f.capability, {"nvmlDeviceGetCudaComputeCapability"});
  find(handle, f.pci, {"nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetPciInfo_v2"});
  find(handle, f.minor, {"nvmlDeviceGetMinorNumber"});
  find(handle, f.energy, {"nvmlDeviceGetTotalEnergyConsumption"});
  find(handle, f.power, {"nvmlDeviceGetPowerUsage"});
  find(handle, f.fields, {"nvmlDeviceGetFieldValues"});
  find(handle, f.temperature, {"nvmlDeviceGetTemperature"});
  find(handle, f.limit, {"nvmlDeviceGetPowerManagementLimit"});
  find(handle, f.enforced, {"nvmlDeviceGetEnforcedPowerLimit"});
  find(handle, f.default_limit, {"nvmlDeviceGetPowerManagementDefaultLimit"});
  find(handle, f.range, {"nvmlDeviceGetPowerManagementLimitConstraints"});
  find(handle, f.set_limit, {"nvmlDeviceSetPowerManagementLimit"});
  find(handle, f.mig_mode, {"nvmlDeviceGetMigMode"});
  find(handle, f.most_slices, {"nvmlDeviceGetMaxMigDeviceCount"});
  find(handle, f.slice, {"nvmlDeviceGetMigDeviceHandleByIndex"});
  find(handle, f.attributes, {"nvmlDeviceGetAttributes_v2"});
  find(handle, f.processes, {"nvmlDeviceGetProcessUtilization"});
  const int code = call(f.init);
  if (code != kSuccess) {
    const std::string why =
        f.error_string == nullptr ? concat("code ", code) : f.error_string(code);
    return absl::FailedPreconditionError(concat(path, " cannot be initialised: ", why));
  }
  return std::unique_ptr<NvmlLibrary>(new NvmlLibrary(*std::move(opened), std::move(found)));
}

NvmlLibrary::NvmlLibrary(SharedObject object, std::unique_ptr<Functions> functions)
    : object_(std::move(object)), functions_(std::move(functions)) {}

NvmlLibrary::~NvmlLibrary() {
  call(functions_->shutdown);
}

int NvmlLibrary::restart() {
  call(functions_->shutdown);
  return call(functions_->init);
}

std::string NvmlLibrary::describe(int code) const {
  const char* const text =
      functions_->error_string == nullptr ? nullptr : functions_->error_string(code);
  return text == nullptr ? concat("NVML error ", code) : concat(text, " (NVML error ", code, ")");
}

int NvmlLibrary::device_count(unsigned& count) const {
  return call(functions_->count, &count);
}
int NvmlLibrary::device_at(unsigned index, NvmlDevice& device) const {
  return call(functions_->by_index, index, &device);
}
int NvmlLibrary::device_by_uuid(const std::string& uuid, NvmlDevice& device) const {
  return call(functions_->by_uuid, uuid.c_str(), &device);
}
int NvmlLibrary::uuid(NvmlDevice device, std::string& text) const {
  return text_of(functions_->uuid, device, text);
}
int NvmlLibrary::name(NvmlDevice device, std::string& text) const {
  return text_of(functions_->name, device, text);
}
int NvmlLibrary::architecture(NvmlDevice device, unsigned& generation) const {
  return call(functions_->architecture, device, &generation);
}
int NvmlLibrary::compute_capability(NvmlDevice device, int& major, int& minor) const {
  return call(functions_->capability, device, &major, &minor);
}
int NvmlLibrary::pci(NvmlDevice device, NvmlPci& place) const {
  return call(functions_->pci, device, &place);
}
int NvmlLibrary::minor(NvmlDevice device, unsigned& number) const {
  return call(functions_->minor, device, &number);
}
int NvmlLibrary::total_energy(NvmlDevice device, unsigned long long& millijoules) const {
  return call(functions_->energy, device, &millijoules);
}
int NvmlLibrary::power_usage(NvmlDevice device, unsigned& milliwatts) const {
  return call(functions_->power, device, &milliwatts);
}
int NvmlLibrary::field(NvmlDevice device, NvmlFieldValue& value) const {
  const int code = call(functions_->fields, device, 1, &value);
  return code == kSuccess ? value.code : code;
}
int NvmlLibrary::temperature(NvmlDevice device, unsigned& celsius) const {
  return call(functions_->temperature, device, 0, &celsius);
}
int NvmlLibrary::power_limit(NvmlDevice device, unsigned& milliwatts) const {
  return call(functions_->limit, device, &milliwatts);
}
int NvmlLibrary::enforced_limit(NvmlDevice device, unsigned& milliwatts) const {
  return call(functions_->enforced, device, &milliwatts);
}
int NvmlLibrary::default_limit(NvmlDevice device, unsigned& milliwatts) const {
  return call(functions_->default_limit, device, &milliwatts);
}
int NvmlLibrary::limit_range(NvmlDevice device, unsigned& least, unsigned& most) const {
  return call(functions_->range, device, &least, &most);
}
int NvmlLibrary::set_power_limit(NvmlDevice device, unsigned milliwatts) const {
  return call(functions_->set_limit, device, milliwatts);
}
int NvmlLibrary::mig_mode(NvmlDevice device, unsigned& current) const {
  unsigned pending = 0;
  return call(functions_->mig_mode, device, &current, &pending);
}
int NvmlLibrary::most_slices(NvmlDevice device, unsigned& count) const {
  return call(functions_->most_slices, device, &count);
}
int NvmlLibrary::slice_at(NvmlDevice device, unsigned index, NvmlDevice& slice) const {
  return call(functions_->slice, device, index, &slice);
}
int NvmlLibrary::attributes(NvmlDevice slice, NvmlAttributes& attributes) const {
  return call(functions_->attributes, slice, &attributes);
}
int NvmlLibrary::process_utilisation(NvmlDevice device, NvmlProcessSample* samples, unsigned& count,
                                     unsigned long long since) const {
  return call(functions_->processes, device, samples, &count, since);
}

ReadStatus status_of_nvml(int code) {
  switch (code) {
    case kSuccess:
      return ReadStatus::ok;
    case kNoPermission:
      return ReadStatus::no_permission;
    case kNotSupported:
    case kFunctionNotFound:
      return ReadStatus::not_supported;
    case kTimeout:
    case kNoData:
    case kNotReady:
      return ReadStatus::stale;
    default:
      return ReadStatus::gone;
  }
}

absl::Status error_of_nvml(const NvmlLibrary& library, int code, const std::string& what) {
  const std::string message = concat(what, ": ", library.describe(code));
  switch (status_of_nvml(code)) {
    case ReadStatus::ok:
      return absl::OkStatus();
    case ReadStatus::no_permission:
      return absl::PermissionDeniedError(message);
    case ReadStatus::not_supported:
      return absl::UnimplementedError(message);
    default:
      break;
  }
  if (code == kInvalidArgument) {
    return absl::InvalidArgumentError(message);
  }
  return code == kNotFound ? absl::NotFoundError(message) : absl::UnavailableError(message);
}

}  // namespace evolt
