#include "workers/energy/meter/open_meter.hpp"

#include "core/words.hpp"
#include "workers/energy/cpu_facts.hpp"
#include "workers/energy/gpu/nvml_driver.hpp"
#include "workers/energy/runtime_folder.hpp"
#include "workers/energy/selected_sensor.hpp"
#include "workers/text.hpp"

#include <absl/status/status.h>

#include <algorithm>
#include <cmath>
#include <unistd.h>
#include <utility>
#include <vector>

namespace evolt {
namespace {

absl::Status check_terms(const MeterOptions& options) {
  if (absl::Status status = check(options.wanted); !status.ok()) {
    return status;
  }
  for (const double ratio : {options.cpu_ratio, options.dram_ratio}) {
    if (!(ratio >= 1) || !std::isfinite(ratio)) {
      return absl::InvalidArgumentError(
          concat("a ratio of watts is ", ratio, "; it must be 1 or more"));
    }
  }
  if (options.steadiness && !(*options.steadiness >= 0 && std::isfinite(*options.steadiness))) {
    return absl::InvalidArgumentError(
        concat("steadiness is ", *options.steadiness, "; it must be 0 or more"));
  }
  return absl::OkStatus();
}

/// All that readings depend on; empty where it is what everybody has who asks for nothing. Two
/// processes with the same share a reader.
std::string terms_of(const MeterOptions& options, const SensorPlace& place) {
  const MeterOptions usual;
  const GpuLibraries here;
  std::string text;
  const auto differ = [&text](std::string_view name, const auto& value, const auto& normal) {
    if (value != normal) {
      text += concat(name, "=", value, ";");
    }
  };
  const auto list = [&text](std::string_view name, std::vector<std::string> words) {
    std::sort(words.begin(), words.end());
    for (const std::string& each : words) {
      text += concat(name, "=", each, ";");
    }
  };
  const WantedSensors& wanted = options.wanted;
  list("sensor", wanted.kinds);
  list("scope", wanted.scope);
  if (wanted.estimated) {
    text += concat("tdp=", wanted.model.tdp.value_or(Watts{0}).value,
                   ";idle_share=", wanted.model.idle_share, ";exponent=", wanted.model.exponent,
                   ";memory=", wanted.model.watts_per_gb, ";");
  }
  differ("redfish", wanted.redfish.url, usual.wanted.redfish.url);
  differ("chassis", wanted.redfish.chassis, usual.wanted.redfish.chassis);
  differ("account", wanted.redfish.credentials_file, usual.wanted.redfish.credentials_file);
  differ("ca", wanted.redfish.ca_file, usual.wanted.redfish.ca_file);
  differ("idle", word(options.idle), word(usual.idle));
  differ("cpu", options.cpu_ratio, usual.cpu_ratio);
  differ("dram", options.dram_ratio, usual.dram_ratio);
  differ("steady", options.steadiness.value_or(-1), -1.0);
  differ("class", options.host_class, usual.host_class);
  differ("root", place.tree, std::string());
  differ("nvml", place.libraries.nvml, here.nvml);
  differ("amd_smi", place.libraries.amd_smi, here.amd_smi);
  differ("rocm_smi", place.libraries.rocm_smi, here.rocm_smi);
  return text;
}

/// Of these, what decides what a meter of some name shows.
std::string meters_of(const MeterOptions& options, const SensorPlace& place) {
  MeterOptions bare;
  bare.wanted.estimated = options.wanted.estimated;
  bare.wanted.model = options.wanted.model;
  bare.wanted.redfish = options.wanted.redfish;
  return terms_of(bare, place);
}

std::string class_of(const CpuFacts& cpu) {
  return cpu.model_name.empty() ? "" : concat(cpu.packages(), " x ", cpu.model_name);
}

double cores_of_host() {
  return static_cast<double>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
}

/// NVIDIA's driver tells who uses a card; AMD's libraries do not.
std::unique_ptr<GpuUsers> users_of(const std::string& nvml) {
  if (nvml.empty() || !numbers_as_drivers_do({})) {
    return nullptr;
  }
  return std::make_unique<GpuUsers>([nvml] { return open_nvml_driver(nvml); });
}

/// Only what counts is read.
std::vector<std::unique_ptr<EnergySensor>> counted(HostSensors host) {
  std::vector<std::unique_ptr<EnergySensor>> sensors;
  for (ChosenSensor& each : host.sensors) {
    std::vector<std::size_t> keep;
    for (std::size_t i = 0; i < each.uses.size(); ++i) {
      if (each.uses[i] == ChannelUse::summed) {
        keep.push_back(i);
      }
    }
    if (auto sensor = select_channels(std::move(each.sensor), std::move(keep))) {
      sensors.push_back(std::move(sensor));
    }
  }
  return sensors;
}

/// `rest`: the file of what readers learnt.
HostMeterOptions terms(const MeterOptions& options, const SensorPlace& place,
                       const std::string& rest) {
  return {
      .account = {.idle = options.idle,
                  .cpu_ratio = options.cpu_ratio,
                  .dram_ratio = options.dram_ratio,
                  .steadiness = options.steadiness,
                  .cores = cores_of_host(),
                  .host_class = options.host_class.empty() ? class_of(read_cpu_facts(place.roots))
                                                           : options.host_class,
                  .rest = recall_rest(rest)},
      .on_rest = [rest](const std::vector<RestRecord>& learnt) {
        // Without it bounds are wider, and nothing else is lost.
        remember_rest(rest, learnt).IgnoreError();
      }};
}

absl::StatusOr<MeetingPlace> place_of(const MeterOptions& options, const SensorPlace& place) {
  absl::StatusOr<std::string> runtime =
      options.runtime.empty() ? runtime_folder() : absl::StatusOr<std::string>(options.runtime);
  if (!runtime.ok()) {
    return runtime.status();
  }
  const MeetingHost host = MeetingHost::here();
  absl::StatusOr<MeetingPlace> meeting = meeting_place(*runtime, host, terms_of(options, place));
  if (meeting.ok()) {
    const auto meters = meeting_place(*runtime, host, meters_of(options, place));
    meeting->rest = meters.ok() ? meters->rest : meeting->rest;
  }
  return meeting;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SharedMeter>> open_meter(MeterOptions options, const Clock& clock,
                                                        SensorsHeard heard) {
  if (absl::Status status = check_terms(options); !status.ok()) {
    return status;
  }
  absl::StatusOr<SensorPlace> place = SensorPlace::here();
  if (!place.ok()) {
    return place.status();
  }
  absl::StatusOr<MeetingPlace> meeting = place_of(options, *place);
  if (!meeting.ok()) {
    return meeting.status();
  }
  return std::make_unique<SharedMeter>(
      [options = std::move(options), place = *std::move(place), &clock, heard = std::move(heard),
       rest = meeting->rest] {
        HostSensors host = find_wanted(place, options.wanted, clock);
        MeasuredBy by = measured_by(host, options.wanted);
        if (heard) {
          heard(by);
        }
        HostMeterOptions made = terms(options, place, rest);
        made.by = std::move(by);
        made.gpu_users = users_of(place.libraries.nvml);
        return std::make_unique<HostMeter>(counted(std::move(host)), clock, std::move(made));
      },
      *std::move(meeting), clock);
}

absl::StatusOr<MeasuredBy> look_at_host(const MeterOptions& options, const Clock& clock) {
  if (absl::Status status = check_terms(options); !status.ok()) {
    return status;
  }
  absl::StatusOr<SensorPlace> place = SensorPlace::here();
  if (!place.ok()) {
    return place.status();
  }
  return measured_by(find_wanted(*place, options.wanted, clock), options.wanted);
}

absl::StatusOr<std::vector<RestRecord>> learn_rest(const MeterOptions& options, const Clock& clock,
                                                   Seconds patience, const Pause& pause) {
  if (absl::Status status = check_terms(options); !status.ok()) {
    return status;
  }
  absl::StatusOr<SensorPlace> place = SensorPlace::here();
  if (!place.ok()) {
    return place.status();
  }
  absl::StatusOr<MeetingPlace> meeting = place_of(options, *place);
  if (!meeting.ok()) {
    return meeting.status();
  }
  HostMeterOptions made = terms(options, *place, meeting->rest);
  made.account.rest.clear();
  made.on_rest = nullptr;
  HostMeter meter(counted(find_wanted(*place, options.wanted, clock)), clock, std::move(made));
  if (meter.account().pools().empty()) {
    return absl::NotFoundError("nothing measures this host");
  }
  const Seconds begin = clock.now();
  while (meter.account().learnt().empty() && clock.now() - begin < patience) {
    pause(Seconds{3});  // of less, ticks of a busy processor say little
    meter.apply({});
  }
  std::vector<RestRecord> learnt = meter.account().learnt();
  if (learnt.empty()) {
    return absl::UnavailableError(
        "this host was not at rest for half a minute: something used more than 2 % of its "
        "processors");
  }
  if (absl::Status status = remember_rest(meeting->rest, learnt); !status.ok()) {
    return status;
  }
  return learnt;
}

absl::StatusOr<std::vector<RestRecord>> known_rest(const MeterOptions& options) {
  absl::StatusOr<SensorPlace> place = SensorPlace::here();
  if (!place.ok()) {
    return place.status();
  }
  const absl::StatusOr<MeetingPlace> meeting = place_of(options, *place);
  if (!meeting.ok()) {
    return meeting.status();
  }
  return recall_rest(meeting->rest);
}

}  // namespace evolt
