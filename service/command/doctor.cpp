#include "core/clock.hpp"
#include "core/words.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "workers/energy/meter/open_meter.hpp"
#include "workers/energy/sensor_place.hpp"
#include "workers/energy/sensor_probe.hpp"
#include "workers/energy/wanted_sensors.hpp"

#include <absl/strings/str_format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {
namespace {

/// What was measured of each channel, by its name.
using Probes = std::map<std::string, ChannelProbe>;

Probes probe(const HostSensors& host, const Clock& clock) {
  Probes probes;
  for (const ChosenSensor& each : host.sensors) {
    const std::vector<ChannelProbe> measured = probe_sensor(*each.sensor, clock);
    for (std::size_t i = 0; i < measured.size(); ++i) {
      probes.emplace(each.sensor->channels()[i].name, measured[i]);
    }
  }
  return probes;
}

nlohmann::ordered_json rounded(const std::optional<Seconds>& time, double unit) {
  if (!time) {
    return nullptr;
  }
  return std::round(time->value / unit * 1000) / 1000;
}

nlohmann::ordered_json as_json(const HostSensors& host, const Probes& probes) {
  auto sensors = nlohmann::ordered_json::array();
  for (const SensorFinding& finding : host.findings) {
    const auto found = probes.find(finding.name);
    const ChannelProbe measured = found == probes.end() ? ChannelProbe{} : found->second;
    sensors.push_back({{"name", finding.name},
                       {"readable", finding.readable},
                       {"reason", finding.reason},
                       {"fix", finding.fix},
                       {"read_us", rounded(measured.read, 1e-6)},
                       {"step_ms", rounded(measured.step, 1e-3)}});
  }
  return {{"sensors", std::move(sensors)}, {"label", word(host.label)}};
}

std::string cost_of(const ChannelProbe& measured) {
  std::string text = measured.read ? absl::StrFormat("read %.1f us", measured.read->value * 1e6)
                                   : std::string("no read succeeded");
  text += measured.step ? absl::StrFormat(", step %.2f ms", measured.step->value * 1e3)
                        : std::string(", step not seen within a second");
  return text;
}

/// What can be done, indented; the same advice is given once.
void print_fix(const std::string& fix, std::set<std::string>& given) {
  if (fix.empty() || !given.insert(fix).second) {
    return;
  }
  std::istringstream lines(fix);
  for (std::string line; std::getline(lines, line);) {
    std::cout << "            fix: " << line << '\n';
  }
}

void print_label(const HostSensors& host) {
  std::cout << '\n';
  if (host.partial) {
    std::cout << "A socket of this host is not measured: figures are short of it.\n";
  }
  if (host.label == EnergyLabel::none) {
    std::cout << "Nothing here measures energy: trials have no joules (label none).\n";
  } else if (host.label == EnergyLabel::counter_exclusive) {
    std::cout << "A trial alone on this host is labelled counter-exclusive, one beside others "
                 "counter-shared.\n";
  } else {
    std::cout << "A trial on this host is labelled " << word(host.label) << ".\n";
  }
}

void print(const HostSensors& host, const Probes& probes) {
  std::size_t width = 0;
  for (const SensorFinding& finding : host.findings) {
    width = std::max(width, finding.name.size());
  }
  std::set<std::string> given;
  const auto section = [&](std::string_view title, auto belongs) {
    for (const SensorFinding& finding : host.findings) {
      if (!belongs(finding)) {
        continue;
      }
      const auto measured = probes.find(finding.name);
      std::string text = finding.reason;
      if (measured != probes.end()) {
        text = cost_of(measured->second) + (text.empty() ? "" : "; ") + text;
      }
      std::cout << absl::StrFormat("%-10s  %-*s  %s\n", std::string(title), static_cast<int>(width),
                                   finding.name, text);
      print_fix(finding.fix, given);
    }
  };
  section("used", [](const SensorFinding& each) { return each.used; });
  section("beside",
          [&](const SensorFinding& each) { return !each.used && probes.count(each.name) > 0; });
  section("left out", [&](const SensorFinding& each) {
    return !each.used && each.readable && probes.count(each.name) == 0;
  });
  section("not there", [](const SensorFinding& each) { return !each.readable; });
  print_label(host);
  std::cout << std::flush;
}

constexpr Seconds kRestPatience{90};

std::string rest_text(const RestRecord& record) {
  return absl::StrFormat("%s draws %.4g W (%.4g to %.4g)", record.meters, record.power.likely.value,
                         record.power.watts.lower, record.power.watts.upper);
}

ExitCode learn(const DoctorArguments& arguments, const Clock& clock) {
  const auto learnt = learn_rest(MeterOptions{}, clock, kRestPatience);
  if (!learnt.ok()) {
    return complain(absl::IsInvalidArgument(learnt.status()) ? ExitCode::usage : ExitCode::held,
                    std::string(learnt.status().message()));
  }
  auto json = nlohmann::ordered_json::array();
  for (const RestRecord& record : *learnt) {
    if (!arguments.json) {
      std::cout << "At rest " << rest_text(record) << '\n';
    }
    json.push_back({{"meters", record.meters},
                    {"watts", record.power.likely.value},
                    {"lower", record.power.watts.lower},
                    {"upper", record.power.watts.upper}});
  }
  if (arguments.json) {
    std::cout << printable(nlohmann::ordered_json{{"rest", json}});
  }
  std::cout << std::endl;
  return ExitCode::complete;
}

void print_rest() {
  const auto known = known_rest(MeterOptions{});
  if (known.ok() && !known->empty()) {
    for (const RestRecord& record : *known) {
      std::cout << "At rest " << rest_text(record) << ".\n";
    }
  } else {
    std::cout
        << "What it draws at rest is not known: while nothing runs, evolt doctor --rest learns "
           "it in half a minute, and\nbounds of trials side by side become narrower.\n";
  }
}

}  // namespace

ExitCode command_doctor(const DoctorArguments& arguments) {
  const SystemClock clock;
  const absl::StatusOr<SensorPlace> place =
      arguments.root.empty() ? SensorPlace::here() : SensorPlace::files(arguments.root);
  if (!place.ok()) {
    return complain(ExitCode::usage, (arguments.root.empty() ? "" : "--root: ") +
                                         std::string(place.status().message()));
  }
  if (arguments.rest) {
    return learn(arguments, clock);
  }
  const HostSensors host =
      find_wanted(*place,
                  {.redfish = {.url = arguments.redfish,
                               .credentials_file = arguments.redfish_credentials,
                               .ca_file = arguments.redfish_ca}},
                  clock);
  const Probes probes = probe(host, clock);
  if (arguments.json) {
    std::cout << printable(as_json(host, probes)) << std::endl;
  } else {
    print(host, probes);
    if (arguments.root.empty() && host.label != EnergyLabel::none) {
      print_rest();
    }
    std::cout << std::flush;
  }
  return ExitCode::complete;
}

}  // namespace evolt
