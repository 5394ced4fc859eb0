#include "workers/energy/discovery.hpp"

#include "core/words.hpp"
#include "tests/workers/energy/named_hosts.hpp"
#include "workers/energy/channel_choice.hpp"
#include "workers/energy/file_sensor.hpp"
#include "workers/energy/host_file.hpp"

#include <catch2/catch.hpp>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr Seconds kTime{10};

/// Joules between two reads; nullopt: one of them failed, or the counter's wrap is not known.
std::optional<double> joules(const EnergyChannel& channel, const ChannelReading& before,
                             const ChannelReading& after) {
  if (before.status != ReadStatus::ok || after.status != ReadStatus::ok) {
    return std::nullopt;
  }
  if (channel.kind == EnergyChannel::Kind::power) {
    return (static_cast<double>(before.raw) + static_cast<double>(after.raw)) / 2 * channel.unit *
           kTime.value;
  }
  if (after.raw < before.raw && !channel.modulus) {
    return std::nullopt;
  }
  const std::uint64_t wrapped = after.raw < before.raw ? *channel.modulus : 0;
  return static_cast<double>(wrapped + after.raw - before.raw) * channel.unit;
}

std::string in_joules(std::optional<double> value) {
  if (!value) {
    return "no figure";
  }
  std::ostringstream out;
  out << *value << " J";
  return out.str();
}

HostSensors discover(const NamedHost& named, FixtureHost& host, FakePerf& kernel) {
  DiscoveryOptions options;
  options.model = named.model;
  options.perf = &kernel;
  options.pause = host.pause();
  const Unprivileged user(named.unprivileged);
  return find_sensors(host.roots(), host.clock(), std::move(options));
}

/// What a golden file holds: the channels with ten seconds of each, the sum, the label, what was
/// left out and why.
std::string account(const NamedHost& named, FixtureHost& host) {
  FakePerf kernel(host.clock());
  kernel.error = EACCES;
  if (named.perf) {
    kernel.error = 0;
    named.perf(kernel);
  }
  const HostSensors found = discover(named, host, kernel);
  std::vector<std::vector<ChannelReading>> before;
  for (const ChosenSensor& each : found.sensors) {
    before.push_back(read_all(*each.sensor));
  }
  host.advance(kTime);
  if (named.meanwhile) {
    named.meanwhile(host);
  }
  std::ostringstream out;
  std::optional<double> sum;
  for (std::size_t s = 0; s < found.sensors.size(); ++s) {
    const ChosenSensor& each = found.sensors[s];
    const auto after = read_all(*each.sensor);
    for (std::size_t i = 0; i < after.size(); ++i) {
      const EnergyChannel& channel = each.sensor->channels()[i];
      const std::optional<double> value = joules(channel, before[s][i], after[i]);
      const bool summed = each.uses[i] == ChannelUse::summed;
      out << (summed ? "summed " : "beside ") << channel.name << ' ' << in_joules(value);
      if (after[i].status != ReadStatus::ok) {
        out << " (" << describe(after[i].status) << ')';
      }
      out << '\n';
      if (summed && value) {
        sum = sum.value_or(0) + *value;
      }
    }
  }
  out << "sum " << in_joules(sum) << (found.partial ? " (partial)" : "") << "\nlabel "
      << word(found.label) << '\n';
  for (const SensorFinding& finding : found.findings) {
    if (!finding.used) {
      std::string reason = finding.reason;
      for (std::size_t at = reason.find(host.root()); at != std::string::npos;
           at = reason.find(host.root())) {
        reason.erase(at, host.root().size());
      }
      out << (finding.readable ? "left out " : "not readable ") << finding.name << ": " << reason
          << (finding.fix.empty() ? "" : " [fix]") << '\n';
    }
  }
  return out.str();
}

/// Whether modes of files mean something to this process once it gives up its rights.
bool can_be_refused() {
  const FixtureHost host;
  host.write("/sys/closed", "1");
  host.forbid("/sys/closed");
  const Unprivileged user;
  return HostFile(host.at("/sys/closed")).status() == ReadStatus::no_permission;
}

// EVOLT_WRITE_GOLDEN=1 writes the files anew; read the difference before you keep it.
TEST_CASE("Each machine is discovered as its golden file says", "[workers][energy]") {
  const std::size_t index = GENERATE(range(std::size_t{0}, named_hosts().size()));
  const NamedHost& named = named_hosts()[index];
  CAPTURE(named.name);
  if (named.unprivileged && !can_be_refused()) {
    WARN("skipped: this process cannot give up its rights over files");
    return;
  }
  FixtureHost host;
  named.build(host);
  const std::string found = account(named, host);
  const std::string path = std::string(EVOLT_GOLDEN) + "/" + std::string(named.name) + ".txt";
  if (std::getenv("EVOLT_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path) << found;
  }
  std::ifstream file(path);
  const std::string golden((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
  CHECK(found == golden);
}

/// A meter that is a file in a folder of the test's.
FoundSensor meter(const FixtureHost& host, const std::string& sensor,
                  std::vector<EnergyChannel> channels) {
  FoundSensor found;
  std::vector<FileChannel> files;
  for (EnergyChannel& channel : channels) {
    host.write("/sys/" + channel.name, "1");
    found.findings.push_back({.name = channel.name, .readable = true, .used = true});
    HostFile file(host.at("/sys/" + channel.name));
    files.push_back({std::move(channel), std::move(file)});
  }
  found.sensor = std::make_unique<FileSensor>(sensor, std::move(files), host.clock());
  return found;
}

EnergyChannel channel(const std::string& name, EnergyPart part,
                      EnergyLabel label = EnergyLabel::counter_exclusive) {
  return {.name = name, .part = part, .device = name, .unit = 1, .label = label};
}

/// `+name` for what is summed, `name` for what is beside.
std::set<std::string> used(const HostSensors& chosen) {
  std::set<std::string> names;
  for (const ChosenSensor& each : chosen.sensors) {
    for (std::size_t i = 0; i < each.uses.size(); ++i) {
      names.insert((each.uses[i] == ChannelUse::summed ? "+" : "") +
                   each.sensor->channels()[i].name);
    }
  }
  return names;
}

using Used = std::set<std::string>;

template <typename... Found>
HostSensors choose(Found... found) {
  std::vector<FoundSensor> all;
  (all.push_back(std::move(found)), ...);
  return choose_channels(std::move(all), std::nullopt);
}

TEST_CASE("A part that two kinds of meter see is summed once", "[workers][energy]") {
  const FixtureHost host;
  const HostSensors chosen = choose(
      meter(host, "perf", {channel("perf:package-0", EnergyPart::package)}),
      meter(host, "powercap", {channel("powercap:package-0", EnergyPart::package)}),
      meter(host, "cray",
            {channel("cray:node", EnergyPart::node), channel("cray:cpu", EnergyPart::package),
             channel("cray:memory", EnergyPart::dram)}),
      meter(host, "ipmi", {channel("ipmi:node", EnergyPart::node)}));
  CHECK(used(chosen) == Used{"+perf:package-0", "+cray:memory", "cray:node"});
  CHECK(finding_of(chosen.findings, "powercap:package-0")->reason == "measured by perf");
  CHECK(finding_of(chosen.findings, "ipmi:node")->reason == "measured by cray");
  CHECK_FALSE(finding_of(chosen.findings, "cray:node")->used);
}

TEST_CASE("A node's meter is the sum where nothing else is", "[workers][energy]") {
  const FixtureHost host;
  const HostSensors chosen =
      choose(meter(host, "ipmi", {channel("ipmi:node", EnergyPart::node, EnergyLabel::sampled)}),
             meter(host, "battery", {channel("battery", EnergyPart::node)}));
  CHECK(used(chosen) == Used{"+ipmi:node"});
  CHECK(chosen.label == EnergyLabel::sampled);
}

TEST_CASE("A module holds its processor and its card", "[workers][energy]") {
  const FixtureHost host;
  const HostSensors chosen =
      choose(meter(host, "perf", {channel("perf:package-0", EnergyPart::package)}),
             meter(host, "nvml", {channel("nvml:GPU-1", EnergyPart::gpu)}),
             meter(host, "acpi", {channel("acpi:module-0", EnergyPart::module)}));
  CHECK(used(chosen) == Used{"perf:package-0", "nvml:GPU-1", "+acpi:module-0"});
  CHECK_FALSE(finding_of(chosen.findings, "nvml:GPU-1")->used);
}

TEST_CASE("AMD's cards are read from outside only where nobody reads them", "[workers][energy]") {
  const FixtureHost host;
  const auto hwmon = [&] {
    return meter(host, "hwmon", {channel("hwmon:amdgpu-1", EnergyPart::gpu)});
  };
  const auto nvml = [&] { return meter(host, "nvml", {channel("nvml:1", EnergyPart::gpu)}); };
  const auto amd = [&] { return meter(host, "amd_gpu", {channel("amd:1", EnergyPart::gpu)}); };
  const auto cray = [&] { return meter(host, "cray", {channel("cray:a0", EnergyPart::gpu)}); };
  CHECK(used(choose(nvml(), hwmon())) == Used{"+nvml:1", "+hwmon:amdgpu-1"});
  CHECK(used(choose(nvml(), amd(), hwmon())) == Used{"+nvml:1", "+amd:1"});
  CHECK(used(choose(cray(), hwmon())) == Used{"+cray:a0"});
  CHECK(used(choose(nvml(), cray(), hwmon())) == Used{"+nvml:1", "+hwmon:amdgpu-1"});
}

TEST_CASE("The label is that of the weakest figure in the sum", "[workers][energy]") {
  const FixtureHost host;
  const HostSensors chosen = choose(
      meter(host, "perf", {channel("perf:package-0", EnergyPart::package)}),
      meter(host, "hwmon", {channel("hwmon:amdgpu-1", EnergyPart::gpu, EnergyLabel::sampled)}),
      meter(host, "ipmi", {channel("ipmi:node", EnergyPart::node, EnergyLabel::model)}));
  CHECK(chosen.label == EnergyLabel::sampled);
  CHECK(choose().label == EnergyLabel::none);
}

TEST_CASE("The kind that measures more sockets is taken", "[workers][energy]") {
  FixtureHost host;
  host.cpus("GenuineIntel", "Intel(R) Xeon(R) Gold 6248", 2, 2);
  host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 80});
  host.zone({.folder = "intel-rapl:1", .name = "package-1", .watts = 80, .start = 5e9});
  host.perf("0", {"pkg"});
  FakePerf kernel(host.clock());
  kernel.watts = {{2, 100}};
  DiscoveryOptions options;
  options.perf = &kernel;
  options.pause = host.pause();
  const HostSensors chosen = find_sensors(host.roots(), host.clock(), std::move(options));
  CHECK(used(chosen) == Used{"+powercap:package-0", "+powercap:package-1"});
}

TEST_CASE("Dram that powercap lacks is not believed of perf", "[workers][energy]") {
  FixtureHost host;
  host.cpus("GenuineIntel", "Intel(R) Xeon(R) Gold 6248", 1, 2);
  host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 80});
  host.perf("0", {"pkg", "ram"});
  FakePerf kernel(host.clock());
  kernel.watts = {{2, 100}, {3, 10}};
  DiscoveryOptions options;
  options.perf = &kernel;
  options.pause = host.pause();
  HostSensors chosen = find_sensors(host.roots(), host.clock(), std::move(options));
  CHECK(used(chosen) == Used{"+perf:package-0"});
  CHECK(finding_of(chosen.findings, "perf:dram-0")->reason.find("powercap has packages") == 0);
  // Without a powercap tree there is nothing to compare it with.
  host.remove("/sys/class/powercap");
  options = {};
  options.perf = &kernel;
  chosen = find_sensors(host.roots(), host.clock(), std::move(options));
  CHECK(used(chosen) == Used{"+perf:package-0", "+perf:dram-0"});
}

}  // namespace
}  // namespace evolt
