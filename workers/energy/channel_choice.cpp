#include "workers/energy/channel_choice.hpp"

#include "workers/energy/selected_sensor.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace evolt {
namespace {

bool within_a_module(EnergyPart part) {
  return part == EnergyPart::package || part == EnergyPart::dram || part == EnergyPart::gpu;
}

bool is_summed(EnergyPart part) {
  return within_a_module(part) || part == EnergyPart::module;
}

/// Sensors of AMD's cards themselves, by the names of their libraries.
bool claims_amd_cards(std::string_view sensor) {
  return sensor.starts_with("amd") || sensor.starts_with("rocm") || sensor.starts_with("rsmi");
}

/// From what was found to what is used.
class Choice {
 public:
  Choice(std::vector<FoundSensor> found, const std::optional<std::set<EnergyPart>>& perf_parts)
      : found_(std::move(found)), perf_parts_(perf_parts) {
    for (const FoundSensor& each : found_) {
      for (const SensorFinding& finding : each.findings) {
        chosen_.findings.push_back(finding);
      }
      if (each.sensor) {
        has_module_ = has_module_ || has(each, EnergyPart::module);
        sees_amd_cards_ = sees_amd_cards_ ||
                          (claims_amd_cards(each.sensor->name()) && has(each, EnergyPart::gpu));
      }
    }
  }

  HostSensors run() {
    bool summed = false;
    for (FoundSensor& each : found_) {
      if (each.sensor) {
        summed = take(std::move(each.sensor)) || summed;
      }
    }
    for (ChosenSensor& each : chosen_.sensors) {
      const auto channels = each.sensor->channels();
      for (std::size_t i = 0; i < channels.size(); ++i) {
        if (!summed && channels[i].part == EnergyPart::node) {
          each.uses[i] = ChannelUse::summed;
        } else if (each.uses[i] == ChannelUse::beside) {
          describe_beside(channels[i]);
        }
        if (each.uses[i] == ChannelUse::summed) {
          weaken(channels[i].label);
        }
      }
    }
    return std::move(chosen_);
  }

 private:
  static bool has(const FoundSensor& found, EnergyPart part) {
    const auto channels = found.sensor->channels();
    return std::any_of(channels.begin(), channels.end(),
                       [&](const EnergyChannel& channel) { return channel.part == part; });
  }

  /// Why a channel is not used at all; empty: it is.
  std::string rejected(std::string_view sensor, const EnergyChannel& channel) const {
    if (channel.part == EnergyPart::dram && (sensor == "perf" || sensor == "powercap")) {
      const std::string_view other = sensor == "perf" ? "powercap" : "perf";
      const bool known = sensor == "perf" ? powercap_lacks_dram() : perf_lacks_dram();
      if (known) {
        return std::string(other) + " has packages but no dram: one of the two is wrong";
      }
    }
    const auto found = owners_.find(channel.part);
    const std::string owner = found == owners_.end() ? "" : found->second;
    if (channel.part != EnergyPart::gpu) {
      return owner.empty() ? "" : "measured by " + owner;
    }
    // Cards of several makers stand beside one another; these see cards that others may see too.
    if (sensor == "cray" && !owner.empty()) {
      return "measured by " + owner;
    }
    if (sensor == "hwmon" && (sees_amd_cards_ || owner == "cray")) {
      return "measured by a sensor of the card's own";
    }
    return "";
  }

  bool perf_lacks_dram() const {
    return perf_parts_ && perf_parts_->contains(EnergyPart::package) &&
           !perf_parts_->contains(EnergyPart::dram);
  }

  bool powercap_lacks_dram() const {
    const auto shows = [&](std::string_view name) {
      return std::any_of(
          chosen_.findings.begin(), chosen_.findings.end(),
          [&](const SensorFinding& finding) { return finding.name.starts_with(name); });
    };
    return shows("powercap:package") && !shows("powercap:dram");
  }

  /// Whether anything of it is summed.
  bool take(std::unique_ptr<EnergySensor> sensor) {
    const std::string name(sensor->name());
    const auto channels = sensor->channels();
    std::vector<std::size_t> keep;
    std::vector<ChannelUse> uses;
    std::set<EnergyPart> parts;
    for (std::size_t i = 0; i < channels.size(); ++i) {
      const EnergyChannel& channel = channels[i];
      if (const std::string why = rejected(name, channel); !why.empty()) {
        reject(channel.name, why);
        continue;
      }
      const bool held = has_module_ && within_a_module(channel.part);
      keep.push_back(i);
      uses.push_back(is_summed(channel.part) && !held ? ChannelUse::summed : ChannelUse::beside);
      parts.insert(channel.part);
    }
    for (const EnergyPart part : parts) {
      owners_.emplace(part, name);
    }
    sensor = select_channels(std::move(sensor), std::move(keep));
    const bool summed = std::find(uses.begin(), uses.end(), ChannelUse::summed) != uses.end();
    if (sensor) {
      chosen_.sensors.push_back({std::move(sensor), std::move(uses)});
    }
    return summed;
  }

  void reject(const std::string& name, const std::string& why) {
    for (SensorFinding& finding : chosen_.findings) {
      if (finding.name == name) {
        finding.used = false;
        finding.reason = why;
      }
    }
  }

  void describe_beside(const EnergyChannel& channel) {
    const bool held = within_a_module(channel.part);
    reject(channel.name, held ? "within a module: recorded beside the sum"
                              : "holds what is summed: recorded beside the sum");
  }

  void weaken(EnergyLabel label) {
    chosen_.label = chosen_.label == EnergyLabel::none ? label : std::max(chosen_.label, label);
  }

  std::vector<FoundSensor> found_;
  const std::optional<std::set<EnergyPart>>& perf_parts_;
  HostSensors chosen_;
  bool has_module_ = false;
  bool sees_amd_cards_ = false;
  std::map<EnergyPart, std::string> owners_;  ///< who gives a part
};

}  // namespace

HostSensors choose_channels(std::vector<FoundSensor> found,
                            const std::optional<std::set<EnergyPart>>& perf_parts) {
  return Choice(std::move(found), perf_parts).run();
}

}  // namespace evolt
