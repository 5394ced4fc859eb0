#include "workers/energy/wanted_sensors.hpp"

#include "core/config_error.hpp"
#include "workers/energy/gpu/gpu_sensors.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <utility>

namespace evolt {
namespace {

bool contains(std::span<const std::string> words, std::string_view wanted) {
  return std::find(words.begin(), words.end(), wanted) != words.end();
}

absl::Status check_words(std::string_view what, std::span<const std::string> words,
                         std::span<const std::string> known) {
  for (const std::string& one : words) {
    if (contains(known, one)) {
      continue;
    }
    std::string text = concat("there is no ", what, " '", one, "'; known: ");
    for (const std::string& each : known) {
      text += concat(&each == known.data() ? "" : ", ", each);
    }
    if (const std::string near = nearest_word(one, known); !near.empty()) {
      text += concat("; did you mean ", near, "?");
    }
    return absl::InvalidArgumentError(text);
  }
  return absl::OkStatus();
}

/// Whether a channel is in the figure; `use` is what discovery makes of it.
bool counts(const EnergyChannel& channel, ChannelUse use, const std::vector<std::string>& scope) {
  const bool summed = use == ChannelUse::summed;
  if (scope.empty()) {
    return summed;
  }
  if (contains(scope, "node")) {
    return summed || channel.part == EnergyPart::node;
  }
  // What lies within a module stands beside it, and counts where the module does not.
  const bool within = channel.part == EnergyPart::package || channel.part == EnergyPart::dram ||
                      channel.part == EnergyPart::gpu;
  return contains(scope, word(channel.part)) && (summed || (within && !contains(scope, "module")));
}

void leave_out(std::vector<SensorFinding>& findings, const std::string& name) {
  for (SensorFinding& finding : findings) {
    if (finding.name == name && finding.used) {
      finding.used = false;
      finding.reason = "not in the scope";
    }
  }
}

void take_in(std::vector<SensorFinding>& findings, const std::string& name) {
  for (SensorFinding& finding : findings) {
    if (finding.name == name && !finding.used) {
      finding.used = true;
      finding.reason.clear();
    }
  }
}

}  // namespace

std::span<const std::string> scope_parts() {
  static const std::vector<std::string> parts = {"package", "dram", "gpu", "module", "node"};
  return parts;
}

std::string_view word(EnergyPart part) {
  switch (part) {
    case EnergyPart::package:
      return "package";
    case EnergyPart::core:
      return "core";
    case EnergyPart::uncore:
      return "uncore";
    case EnergyPart::dram:
      return "dram";
    case EnergyPart::platform:
      return "platform";
    case EnergyPart::gpu:
      return "gpu";
    case EnergyPart::module:
      return "module";
    case EnergyPart::node:
      return "node";
  }
  return "";
}

absl::Status check(const WantedSensors& wanted) {
  if (absl::Status status = check_words("sensor", wanted.kinds, sensor_kinds()); !status.ok()) {
    return status;
  }
  if (absl::Status status = check_words("part of a host", wanted.scope, scope_parts());
      !status.ok()) {
    return status;
  }
  if (contains(wanted.kinds, "model") && !wanted.estimated) {
    return absl::InvalidArgumentError(
        "the sensor 'model' estimates: leave it out, or allow estimates");
  }
  return absl::OkStatus();
}

HostSensors find_wanted(const SensorPlace& place, const WantedSensors& wanted, const Clock& clock) {
  const auto asked = [&](std::string_view kind) {
    return wanted.kinds.empty() || contains(wanted.kinds, kind);
  };
  GpuLibraries libraries = place.libraries;
  if (!asked("nvml")) {
    libraries.nvml.clear();
  }
  if (!asked("amd_gpu")) {
    libraries.amd_smi.clear();
    libraries.rocm_smi.clear();
  }
  SystemPerf perf;
  SystemIpmi ipmi;
  DiscoveryOptions options{.kinds = wanted.kinds,
                           .redfish = wanted.redfish,
                           .model = wanted.estimated,
                           .model_options = wanted.model,
                           .perf = place.machine ? &perf : nullptr,
                           .ipmi = place.machine ? &ipmi : nullptr,
                           .others = find_gpu_sensors(libraries)};
  HostSensors host = find_sensors(place.roots, clock, std::move(options));
  for (ChosenSensor& each : host.sensors) {
    for (std::size_t i = 0; i < each.uses.size(); ++i) {
      const EnergyChannel& channel = each.sensor->channels()[i];
      const bool in = counts(channel, each.uses[i], wanted.scope);
      if (in != (each.uses[i] == ChannelUse::summed)) {
        in ? take_in(host.findings, channel.name) : leave_out(host.findings, channel.name);
        each.uses[i] = in ? ChannelUse::summed : ChannelUse::beside;
      }
    }
  }
  host.label = measured_by(host, wanted).label;
  return host;
}

MeasuredBy measured_by(const HostSensors& host, const WantedSensors& wanted) {
  MeasuredBy by{.partial = host.partial, .findings = host.findings};
  std::optional<EnergyLabel> whole;
  for (const ChosenSensor& each : host.sensors) {
    for (std::size_t i = 0; i < each.uses.size(); ++i) {
      if (each.uses[i] != ChannelUse::summed) {
        continue;
      }
      const EnergyChannel& channel = each.sensor->channels()[i];
      by.sensors.push_back(channel.name);
      if (const std::string part(word(channel.part)); !contains(by.parts, part)) {
        by.parts.push_back(part);
      }
      if (channel.part == EnergyPart::gpu) {
        by.devices.push_back(channel.device);
      }
      Seconds& step = channel.part == EnergyPart::gpu    ? by.steps.devices
                      : channel.part == EnergyPart::node ? by.steps.node
                                                         : by.steps.host;
      step = std::max(step, channel.step);
      if (channel.part == EnergyPart::node) {
        whole = channel.label;  // everything else is within
      }
      by.label = by.label == EnergyLabel::none ? channel.label : std::max(by.label, channel.label);
    }
  }
  by.label = whole.value_or(by.label);
  for (const std::string& part : wanted.scope) {
    if (!contains(by.parts, part)) {
      by.lacking.push_back(part);
    }
  }
  return by;
}

std::string why_unmeasured(const MeasuredBy& by) {
  if (by.label != EnergyLabel::none) {
    return "";
  }
  const SensorFinding* nearest = nullptr;
  for (const SensorFinding& finding : by.findings) {
    if (!finding.fix.empty()) {
      nearest = &finding;
      break;
    }
  }
  std::string text = "nothing here measures energy";
  if (nearest != nullptr) {
    text += concat(" (", nearest->name, ": ", nearest->reason, "); ",
                   nearest->fix.substr(0, nearest->fix.find('\n')));
  }
  return text + "; evolt doctor tells more";
}

}  // namespace evolt
