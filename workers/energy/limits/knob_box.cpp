#include "workers/energy/limits/knob_box.hpp"

#include "workers/energy/gpu/amd_driver.hpp"
#include "workers/energy/gpu/nvml_driver.hpp"
#include "workers/energy/gpu/patient_driver.hpp"
#include "workers/energy/limits/cpu_knob.hpp"
#include "workers/text.hpp"

#include <utility>

namespace evolt {

KnobBox::KnobBox(GpuLibraries libraries, HostRoots roots, Seconds patience)
    : libraries_(std::move(libraries)), roots_(std::move(roots)), patience_(patience) {}

absl::StatusOr<GpuDriver*> KnobBox::driver_of(const std::string& uuid) {
  const bool amd = uuid.starts_with("amd-");
  std::unique_ptr<GpuDriver>& driver = amd ? amd_ : nvidia_;
  if (!driver) {
    const auto open = [libraries = libraries_, amd] {
      return amd ? open_amd_driver(libraries.amd_smi, libraries.rocm_smi)
                 : open_nvml_driver(libraries.nvml);
    };
    absl::StatusOr<std::unique_ptr<GpuDriver>> opened = open_patiently(open, patience_);
    if (!opened.ok()) {
      return opened.status();
    }
    driver = *std::move(opened);
  }
  return driver.get();
}

absl::StatusOr<std::vector<std::unique_ptr<LimitKnob>>> KnobBox::find(const std::string& name) {
  std::vector<std::unique_ptr<LimitKnob>> knobs;
  if (name.starts_with("gpu:")) {
    const std::string uuid = name.substr(4);
    const absl::StatusOr<GpuDriver*> driver = driver_of(uuid);
    if (!driver.ok()) {
      return driver.status();
    }
    knobs.push_back(make_gpu_knob(**driver, uuid));
    return knobs;
  }
  if (name != "cpu" && !name.starts_with("cpu:")) {
    return absl::InvalidArgumentError(concat("'", name, "' is no power limit"));
  }
  knobs = find_cpu_knobs(roots_, name == "cpu" ? "" : name.substr(4));
  if (knobs.empty()) {
    return absl::NotFoundError(concat("no power limit of a processor package in ", roots_.sys,
                                      "/class/powercap: the processor or its driver has none"));
  }
  return knobs;
}

}  // namespace evolt
