#include "workers/energy/powercap.hpp"

#include "tests/workers/energy/fixture_host.hpp"
#include "workers/energy/host_file.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace evolt {
namespace {

FoundSensor find(FixtureHost& host) {
  return find_powercap(host.roots(), read_cpu_facts(host.roots()), host.clock(), host.pause());
}

std::vector<std::string> names(const FoundSensor& found) {
  std::vector<std::string> names;
  if (found.sensor) {
    for (const EnergyChannel& channel : found.sensor->channels()) {
      names.push_back(channel.name);
    }
  }
  return names;
}

std::string reason_of(const FoundSensor& found, const std::string& name) {
  const SensorFinding* const finding = finding_of(found.findings, name);
  return finding == nullptr ? "no finding" : finding->reason;
}

using Names = std::vector<std::string>;

TEST_CASE("powercap: packages, the dram of each, psys apart", "[workers][energy]") {
  FixtureHost host;
  host.cpus("GenuineIntel", "Intel(R) Xeon(R) Gold 6248", 2, 2);
  // Zone numbers are not package ids.
  host.zone({.folder = "intel-rapl:0", .name = "package-1", .watts = 80, .limit = 150});
  host.zone({.folder = "intel-rapl:0:0", .name = "dram", .watts = 9});
  host.zone({.folder = "intel-rapl:1", .name = "package-0", .watts = 60, .start = 5e9});
  host.zone({.folder = "intel-rapl:1:0", .name = "dram", .watts = 7});
  host.zone({.folder = "intel-rapl:1:1", .name = "core", .watts = 50});
  host.zone({.folder = "intel-rapl:2", .name = "psys", .watts = 200});
  const FoundSensor found = find(host);
  REQUIRE(names(found) == Names{"powercap:package-1", "powercap:dram-1", "powercap:package-0",
                                "powercap:dram-0", "powercap:psys"});
  const EnergyChannel& package = found.sensor->channels()[0];
  CHECK(package.part == EnergyPart::package);
  CHECK(package.package == 1);
  CHECK(package.kind == EnergyChannel::Kind::energy);
  CHECK(package.unit == 1e-6);
  CHECK(package.modulus == 262'143'328'851U);
  CHECK(package.most == Watts{150});
  CHECK(package.step == Seconds{0.001});
  CHECK(package.gain == 0.04);
  CHECK(package.label == EnergyLabel::counter_exclusive);
  CHECK(found.sensor->channels()[1].package == 1);
  CHECK(found.sensor->channels()[1].part == EnergyPart::dram);
  CHECK(found.sensor->channels()[2].most == Watts{0});
  CHECK(found.sensor->channels()[4].part == EnergyPart::platform);
  CHECK(found.sensor->channels()[4].package == std::nullopt);
  CHECK(reason_of(found, "powercap:core-0") == "within package-0");
  CHECK(finding_of(found.findings, "powercap:core-0")->readable);
  CHECK_FALSE(finding_of(found.findings, "powercap:core-0")->used);

  const auto before = read_all(*found.sensor);
  host.advance(Seconds{10});
  const auto after = read_all(*found.sensor);
  CHECK(after[0].raw - before[0].raw == 800'000'000);
  CHECK(after[3].raw - before[3].raw == 70'000'000);
  CHECK(after[0].taken - before[0].taken == Seconds{10});
}

TEST_CASE("powercap: numbers of two digits are numbers", "[workers][energy]") {
  FixtureHost host;
  host.cpus("GenuineIntel", "Intel(R) Xeon(R) Platinum 8280L", 12, 1);
  Names expected;
  for (int i = 0; i < 12; ++i) {
    const std::string number = std::to_string(i);
    host.zone({.folder = "intel-rapl:" + number,
               .name = "package-" + number,
               .watts = 100.0 + i,
               .start = 1e9 * i});
    expected.push_back("powercap:package-" + number);
  }
  const FoundSensor found = find(host);
  CHECK(names(found) == expected);
  CHECK(found.sensor->channels()[11].package == 11);
}

TEST_CASE("powercap: MMIO shows the same counter again", "[workers][energy]") {
  FixtureHost host;
  host.cpus("GenuineIntel", "13th Gen Intel(R) Core(TM) i9-13900K", 1, 4);
  host.zone({.folder = "intel-rapl-mmio:0", .name = "package-0", .watts = 20});
  SECTION("beside the MSR's door it is left out") {
    host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 20});
    const FoundSensor found = find(host);
    CHECK(names(found) == Names{"powercap:package-0"});
    CHECK(found.sensor->channels()[0].gain == 0.10);
    CHECK(reason_of(found, "powercap:package-0-mmio") == "the same counter as powercap:package-0");
  }
  SECTION("alone it is used") {
    CHECK(names(find(host)) == Names{"powercap:package-0-mmio"});
  }
  SECTION("where the MSR's door is closed it is used") {
    host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 20});
    host.write("/sys/class/powercap/intel-rapl:0/energy_uj", "junk");
    CHECK(names(find(host)) == Names{"powercap:package-0-mmio"});
  }
}

TEST_CASE("powercap: dies that mirror one counter are counted once", "[workers][energy]") {
  FixtureHost host;
  host.cpus("AuthenticAMD", "AMD Ryzen Threadripper 2990WX 32-Core Processor", 1, 8, 4, 23, 8);
  for (int i = 0; i < 4; ++i) {
    const std::string number = std::to_string(i);
    host.zone({.folder = "intel-rapl:" + number,
               .name = "package-0-die-" + number,
               .watts = 180,
               .start = 7e9 + 1000.0 * i,  // read one after the other
               .range = 65'532'610'987});
  }
  SECTION("as long as they stay together") {
    const FoundSensor found = find(host);
    CHECK(names(found) == Names{"powercap:package-0-die-0"});
    CHECK(reason_of(found, "powercap:package-0-die-3") == "mirrors powercap:package-0-die-0");
    CHECK(found.sensor->channels()[0].gain == 0.10);
  }
  SECTION("but not when one of them goes its own way") {
    host.meter({.path = "/sys/devices/virtual/powercap/intel-rapl/intel-rapl:3/energy_uj",
                .rate = 400e6,
                .count = 7e9});
    CHECK(names(find(host)) == Names{"powercap:package-0-die-0", "powercap:package-0-die-3"});
  }
}

TEST_CASE("powercap: two sockets that happen to agree are two", "[workers][energy]") {
  FixtureHost host;
  host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 60, .start = 7e9});
  host.zone({.folder = "intel-rapl:1", .name = "package-1", .watts = 60, .start = 7e9});
  CHECK(names(find(host)) == Names{"powercap:package-0", "powercap:package-1"});
  CHECK(host.clock().now() == Seconds{0});  // and nobody waits for them to part
}

TEST_CASE("powercap: a range that is not told leaves the wrap unknown", "[workers][energy]") {
  FixtureHost host;
  host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 20});
  const std::string file = "/sys/class/powercap/intel-rapl:0/max_energy_range_uj";
  SECTION("missing") {
    host.remove(file);
  }
  SECTION("junk") {
    host.write(file, "junk");
  }
  SECTION("zero") {
    host.write(file, "0");
  }
  const FoundSensor found = find(host);
  REQUIRE(names(found) == Names{"powercap:package-0"});
  CHECK(found.sensor->channels()[0].modulus == std::nullopt);
}

TEST_CASE("powercap: limits that cannot be meant are no limits", "[workers][energy]") {
  FixtureHost host;
  host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 20, .limit = 125});
  const std::string folder = "/sys/class/powercap/intel-rapl:0/";
  host.write(folder + "constraint_1_power_limit_uw", "253000000");  // for a short while
  host.write(folder + "constraint_2_power_limit_uw", "4095937500");
  CHECK(find(host).sensor->channels()[0].most == Watts{253});
  host.write(folder + "constraint_1_power_limit_uw", "0");
  CHECK(find(host).sensor->channels()[0].most == Watts{125});
  host.write(folder + "constraint_0_power_limit_uw", "junk");
  host.remove(folder + "constraint_0_max_power_uw");
  CHECK(find(host).sensor->channels()[0].most == Watts{0});
}

TEST_CASE("powercap: what only root may read is named with its remedies", "[workers][energy]") {
  FixtureHost host;
  host.cpus("GenuineIntel", "Intel(R) Xeon(R) Gold 6248", 1, 2);
  host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 20});
  host.forbid("/sys/class/powercap/intel-rapl:0/energy_uj");
  const Unprivileged user;
  if (HostFile(host.at("/sys/class/powercap/intel-rapl:0/energy_uj")).status() == ReadStatus::ok) {
    WARN("skipped: this process cannot give up its rights over files");
    return;
  }
  const FoundSensor found = find(host);
  CHECK(found.sensor == nullptr);
  REQUIRE(found.findings.size() == 1);
  const SensorFinding& finding = found.findings[0];
  CHECK(finding.name == "powercap:package-0");
  CHECK_FALSE(finding.readable);
  CHECK_FALSE(finding.used);
  CHECK(finding.reason.find("permission denied") != std::string::npos);
  const std::size_t udev = finding.fix.find("udev");
  const std::size_t capability = finding.fix.find("cap_dac_read_search");
  const std::size_t perf = finding.fix.find("cap_perfmon");
  CHECK(udev < capability);
  CHECK(capability < perf);
  CHECK(perf != std::string::npos);
}

TEST_CASE("powercap: links that lead nowhere tell of a container", "[workers][energy]") {
  FixtureHost host;
  host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 20});
  host.remove("/sys/devices/virtual/powercap");
  const FoundSensor found = find(host);
  CHECK(found.sensor == nullptr);
  CHECK(reason_of(found, "powercap:intel-rapl:0").find("leads nowhere") != std::string::npos);
  CHECK(finding_of(found.findings, "powercap:intel-rapl:0")->fix.find("podman") !=
        std::string::npos);

  // What the fix brings: the control type's folder itself.
  host.remove("/sys/class/powercap/intel-rapl");
  host.write("/sys/class/powercap/intel-rapl/intel-rapl:0/name", "package-0");
  host.write("/sys/class/powercap/intel-rapl/intel-rapl:0/energy_uj", "1");
  host.write("/sys/class/powercap/intel-rapl/intel-rapl:0/intel-rapl:0:0/name", "dram");
  host.write("/sys/class/powercap/intel-rapl/intel-rapl:0/intel-rapl:0:0/energy_uj", "1");
  CHECK(names(find(host)) == Names{"powercap:package-0", "powercap:dram-0"});
}

TEST_CASE("powercap: junk is never a counter", "[workers][energy]") {
  FixtureHost host;
  host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 20});
  host.zone({.folder = "intel-rapl:1", .name = "package-1", .watts = 20, .start = 9e9});
  host.zone({.folder = "intel-rapl:1:0", .name = "dram", .watts = 2});
  host.zone({.folder = "intel-rapl:2", .name = "tachyon", .watts = 2});
  host.zone({.folder = "intel-rapl:3:0", .name = "dram", .watts = 2});  // within nothing
  host.write("/sys/class/powercap/intel-rapl:a/energy_uj", "1");
  host.write("/sys/class/powercap/intel-rapl:1/energy_uj", "junk");
  const FoundSensor found = find(host);
  CHECK(names(found) == Names{"powercap:package-0", "powercap:dram-1"});
  CHECK(reason_of(found, "powercap:package-1").find("cannot be") != std::string::npos);
  CHECK(reason_of(found, "powercap:intel-rapl:2") == "'tachyon' is no domain that we know");
  CHECK(reason_of(found, "powercap:intel-rapl:3:0") == "its package is not known");
}

TEST_CASE("powercap: a label that is gone leaves nothing to go by", "[workers][energy]") {
  FixtureHost host;
  host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 20});
  host.remove("/sys/class/powercap/intel-rapl:0/name");
  const FoundSensor found = find(host);
  CHECK(found.sensor == nullptr);
  CHECK(reason_of(found, "powercap:intel-rapl:0").find("/name: cannot be read") !=
        std::string::npos);
}

TEST_CASE("powercap: a socket without a zone is named", "[workers][energy]") {
  FixtureHost host;
  host.cpus("AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 2, 2, 1, 25, 1);
  host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 20});
  const FoundSensor found = find(host);
  CHECK(names(found) == Names{"powercap:package-0"});
  CHECK(reason_of(found, "powercap:package-1") == "this socket has no zone");
}

TEST_CASE("powercap: a counter that vanishes is gone, the others go on", "[workers][energy]") {
  FixtureHost host;
  host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 20});
  host.zone({.folder = "intel-rapl:1", .name = "package-1", .watts = 20, .start = 9e9});
  const FoundSensor found = find(host);
  host.remove("/sys/devices/virtual/powercap/intel-rapl/intel-rapl:1");
  const auto readings = read_all(*found.sensor);
  CHECK(readings[0].status == ReadStatus::ok);
  CHECK(readings[1].status == ReadStatus::gone);
}

TEST_CASE("powercap: where there is none it says so", "[workers][energy]") {
  FixtureHost host;
  FoundSensor found = find(host);
  CHECK(found.sensor == nullptr);
  REQUIRE(found.findings.size() == 1);
  CHECK(found.findings[0].fix.empty());
  host.write("/proc/cpuinfo", "processor : 0\nvendor_id : AuthenticAMD\nflags : fpu hypervisor");
  found = find(host);
  CHECK(found.findings[0].fix == "measure on the machine that it runs on");
  host.write("/proc/cpuinfo", "processor : 0\nvendor_id : AuthenticAMD\nflags : fpu");
  CHECK(find(host).findings[0].fix.find("modprobe") != std::string::npos);
}

}  // namespace
}  // namespace evolt
