#include "workers/energy/perf.hpp"

#include "tests/workers/energy/fixture_host.hpp"
#include "workers/energy/host_file.hpp"

#include <catch2/catch.hpp>

#include <cerrno>
#include <string>
#include <vector>

namespace evolt {
namespace {

constexpr std::uint64_t kPackage = 2;
constexpr std::uint64_t kDram = 3;
constexpr std::uint64_t kPsys = 5;

struct Machine {
  FixtureHost host;
  FakePerf kernel{host.clock()};

  Machine() {
    host.cpus("GenuineIntel", "Intel(R) Xeon(R) Gold 6248", 2, 4);
    host.perf("0,4", {"pkg", "ram", "cores", "psys"});
    kernel.watts = {{1, 50}, {kPackage, 100}, {kDram, 10}, {kPsys, 300}};
  }
  FoundSensor find() {
    return find_perf(host.roots(), read_cpu_facts(host.roots()), host.clock(), &kernel);
  }
};

const std::string kEvents = "/sys/bus/event_source/devices/power/events/";

TEST_CASE("perf: one event for each socket that the mask names", "[workers][energy]") {
  Machine machine;
  const FoundSensor found = machine.find();
  REQUIRE(found.sensor);
  std::vector<std::string> names;
  for (const EnergyChannel& channel : found.sensor->channels()) {
    names.push_back(channel.name);
  }
  CHECK(names == std::vector<std::string>{"perf:package-0", "perf:package-1", "perf:dram-0",
                                          "perf:dram-1", "perf:psys"});
  REQUIRE_FALSE(machine.kernel.opened.empty());
  CHECK(machine.kernel.opened[1].type == 9);
  CHECK(machine.kernel.opened[1].cpu == 4);
  const EnergyChannel& channel = found.sensor->channels()[1];
  CHECK(channel.package == 1);
  CHECK(channel.modulus == std::nullopt);
  CHECK(channel.gain == 0.04);
  CHECK(finding_of(found.findings, "perf:core-0")->reason == "within package-0");
  machine.host.advance(Seconds{10});
  const auto readings = read_all(*found.sensor);
  CHECK(static_cast<double>(readings[0].raw) * channel.unit == Approx(1000));
  CHECK(static_cast<double>(readings[4].raw) * found.sensor->channels()[4].unit == Approx(3000));
}

TEST_CASE("perf: the scale is what the file says", "[workers][energy]") {
  Machine machine;
  machine.host.write(kEvents + "energy-pkg.scale", "6.103515625e-05");
  CHECK(machine.find().sensor->channels()[0].unit == 6.103515625e-05);
}

TEST_CASE("perf: files that say something else are not believed", "[workers][energy]") {
  Machine machine;
  SECTION("a scale that is none") {
    machine.host.write(kEvents + "energy-pkg.scale", "much");
  }
  SECTION("a scale of nothing") {
    machine.host.write(kEvents + "energy-pkg.scale", "0");
  }
  SECTION("a missing scale") {
    machine.host.remove(kEvents + "energy-pkg.scale");
  }
  SECTION("another unit") {
    machine.host.write(kEvents + "energy-pkg.unit", "Calories");
  }
  SECTION("a missing unit") {
    machine.host.remove(kEvents + "energy-pkg.unit");
  }
  SECTION("a further term") {
    machine.host.write(kEvents + "energy-pkg", "event=0x02,umask=1");
  }
  SECTION("junk") {
    machine.host.write(kEvents + "energy-pkg", "event=two");
  }
  const FoundSensor found = machine.find();
  CHECK(channel_of(*found.sensor, "perf:package-0") == nullptr);
  CHECK(channel_of(*found.sensor, "perf:dram-0") != nullptr);
  CHECK_FALSE(finding_of(found.findings, "perf:package")->readable);
  CHECK(finding_of(found.findings, "perf:package")->reason.find("energy-pkg") != std::string::npos);
}

TEST_CASE("perf: a refusal names the level and the remedies", "[workers][energy]") {
  Machine machine;
  machine.kernel.error = GENERATE(EACCES, EPERM);
  const FoundSensor found = machine.find();
  CHECK(found.sensor == nullptr);
  const SensorFinding* const finding = finding_of(found.findings, "perf:package-0");
  REQUIRE(finding != nullptr);
  CHECK(finding->reason == "perf_event_open: permission denied (kernel.perf_event_paranoid is 2)");
  CHECK(finding->fix.find("cap_perfmon") != std::string::npos);
  CHECK(finding->fix.find("kernel.perf_event_paranoid=0") != std::string::npos);
}

TEST_CASE("perf: other errors have no remedy of ours", "[workers][energy]") {
  Machine machine;
  machine.kernel.error = ENODEV;
  const FoundSensor found = machine.find();
  CHECK(found.sensor == nullptr);
  CHECK(finding_of(found.findings, "perf:package-0")->fix.empty());
}

TEST_CASE("perf: without the PMU, its type or a door to it nothing is opened",
          "[workers][energy]") {
  Machine machine;
  SECTION("no PMU") {
    machine.host.remove("/sys/bus");
    CHECK(perf_parts(machine.host.roots()) == std::nullopt);
  }
  SECTION("no type") {
    machine.host.remove("/sys/bus/event_source/devices/power/type");
  }
  SECTION("an empty mask") {
    machine.host.write("/sys/bus/event_source/devices/power/cpumask", "");
  }
  const FoundSensor found = machine.find();
  CHECK(found.sensor == nullptr);
  REQUIRE(found.findings.size() == 1);
  CHECK(found.findings[0].name == "perf");
  CHECK(machine.kernel.opened.empty());
  CHECK(find_perf(machine.host.roots(), {}, machine.host.clock(), nullptr).sensor == nullptr);
}

TEST_CASE("perf: dies of a socket that is not Intel's share a counter", "[workers][energy]") {
  Machine machine;
  machine.host.cpus("AuthenticAMD", "AMD Ryzen Threadripper 2990WX", 1, 8, 2, 23, 8);
  machine.host.remove(kEvents);
  machine.host.perf("0,4", {"pkg"});
  FoundSensor found = machine.find();
  REQUIRE(found.sensor->channels().size() == 1);
  CHECK(finding_of(found.findings, "perf:package-0-die-1")->reason == "mirrors perf:package-0");
  machine.host.cpus("GenuineIntel", "Intel(R) Xeon(R) Platinum 9242", 1, 8, 2);
  CHECK(machine.find().sensor->channels().size() == 2);
}

TEST_CASE("perf: a processor that nobody places is left out", "[workers][energy]") {
  Machine machine;
  machine.host.write("/sys/bus/event_source/devices/power/cpumask", "0,99");
  const FoundSensor found = machine.find();
  CHECK(channel_of(*found.sensor, "perf:package-0") != nullptr);
  CHECK(finding_of(found.findings, "perf:package-of-cpu-99") != nullptr);
}

TEST_CASE("perf: an event whose processor goes offline is gone", "[workers][energy]") {
  Machine machine;
  const FoundSensor found = machine.find();
  machine.kernel.broken[4] = ReadStatus::gone;
  const auto readings = read_all(*found.sensor);
  CHECK(readings[0].status == ReadStatus::ok);
  CHECK(readings[1].status == ReadStatus::gone);
}

TEST_CASE("perf: the most that it can be comes from powercap's limits", "[workers][energy]") {
  Machine machine;
  machine.host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 20, .limit = 150});
  const FoundSensor found = machine.find();
  CHECK(found.sensor->channels()[0].most == Watts{150});
  CHECK(found.sensor->channels()[1].most == Watts{0});
}

TEST_CASE("perf: the kernel's own door answers with an errno or counts", "[workers][energy]") {
  SystemPerf kernel;
  int error = 0;
  CHECK(kernel.open({.type = 0x7fffffff}, error) == nullptr);
  CHECK(error != 0);
  // A software event, so that this needs no special hardware: the clock of processor 0.
  if (const auto counter = kernel.open({.type = 1, .config = 0, .cpu = 0}, error)) {
    std::uint64_t count = 0;
    CHECK(counter->read(count) == ReadStatus::ok);
  } else {
    CHECK(status_of_errno(error) != ReadStatus::ok);
  }
}

}  // namespace
}  // namespace evolt
