#include "workers/energy/model.hpp"

#include "tests/workers/energy/fixture_host.hpp"
#include "workers/energy/cpu_tdp.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace evolt {
namespace {

/// Two sockets of 280 W, and 100 GB of memory.
struct Machine {
  FixtureHost host;
  ModelOptions options;

  Machine() {
    host.cpus("AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 2, 2, 1, 25, 1);
    host.write("/proc/meminfo", "MemTotal:       97656250 kB\nMemFree:        1 kB");
    ticks(0, 0);
  }
  void ticks(std::uint64_t busy, std::uint64_t idle) const {
    host.write("/proc/stat", "cpu  " + std::to_string(busy) + " 0 0 " + std::to_string(idle) +
                                 " 0 0 0 0 0 0\ncpu0 1 2 3\nbtime 5");
  }
  FoundSensor find() const {
    return find_model(host.roots(), read_cpu_facts(host.roots()), host.clock(), options);
  }
  /// Joules of a channel over 10 s in which the processors were busy for this share.
  double joules_at(double load, std::size_t channel = 0) {
    const FoundSensor found = find();
    const auto before = read_all(*found.sensor)[channel];
    host.advance(Seconds{10});
    ticks(static_cast<std::uint64_t>(4000 * load), static_cast<std::uint64_t>(4000 * (1 - load)));
    const auto after = read_all(*found.sensor)[channel];
    CHECK(after.status == ReadStatus::ok);
    CHECK((after.taken - before.taken).value == Approx(10));
    ticks(0, 0);
    return static_cast<double>(after.raw - before.raw) * found.sensor->channels()[channel].unit;
  }
};

TEST_CASE("model: watts follow the load", "[workers][energy]") {
  Machine machine;
  CHECK(machine.joules_at(0) == Approx(10 * 0.3 * 560));
  CHECK(machine.joules_at(1) == Approx(10 * 560.0));
  CHECK(machine.joules_at(0.5) == Approx(10 * (168 + 0.5 * 392)));
  CHECK(machine.joules_at(0.5, 1) == Approx(10 * 37.5));
  machine.options = {.tdp = Watts{100}, .idle_share = 0.1, .exponent = 2, .watts_per_gb = 1};
  CHECK(machine.joules_at(0.5) == Approx(10 * (20 + 0.25 * 180)));
  CHECK(machine.joules_at(0.5, 1) == Approx(10 * 100.0));
}

TEST_CASE("model: it says that it is one", "[workers][energy]") {
  const FoundSensor found = Machine().find();
  REQUIRE(found.sensor->channels().size() == 2);
  for (const EnergyChannel& channel : found.sensor->channels()) {
    CHECK(channel.label == EnergyLabel::model);
    CHECK(channel.gain == 0.5);
    CHECK(channel.kind == EnergyChannel::Kind::energy);
  }
  CHECK(found.sensor->channels()[0].most == Watts{560});
  CHECK(found.sensor->channels()[1].part == EnergyPart::dram);
}

TEST_CASE("model: between two ticks nothing is known, and nothing added", "[workers][energy]") {
  Machine machine;
  const FoundSensor found = machine.find();
  const auto before = read_all(*found.sensor)[0];
  machine.host.advance(Seconds{0.004});
  const auto after = read_all(*found.sensor)[0];
  CHECK(after.status == ReadStatus::ok);
  CHECK(after.raw == before.raw);
  CHECK(after.taken == before.taken);
  machine.host.advance(Seconds{0.006});
  machine.ticks(0, 4);
  CHECK(static_cast<double>(read_all(*found.sensor)[0].raw - before.raw) * 1e-6 ==
        Approx(0.01 * 168));
}

TEST_CASE("model: a virtual machine has its share of the processor", "[workers][energy]") {
  FixtureHost host;
  host.write("/proc/stat", "cpu  0 0 0 1 0 0 0 0 0 0");
  host.write("/proc/cpuinfo",
             "processor : 0\nvendor_id : AuthenticAMD\ncpu family : 26\nmodel name : AMD EPYC\n"
             "flags : fpu hypervisor\nprocessor : 1\n");
  const FoundSensor found =
      find_model(host.roots(), read_cpu_facts(host.roots()), host.clock(), {});
  REQUIRE(found.sensor->channels().size() == 1);  // its memory is not told
  CHECK(found.sensor->channels()[0].most.value == Approx(400.0 * 2 / 192));
}

TEST_CASE("model: what it stands on must be there", "[workers][energy]") {
  Machine machine;
  SECTION("an unknown processor") {
    machine.host.cpus("GenuineIntel", "Intel(R) Celeron(R) N4000", 1, 2);
    CHECK(machine.find().findings.at(0).reason.find("Celeron") != std::string::npos);
  }
  SECTION("no name at all") {
    machine.host.remove("/proc/cpuinfo");
  }
  SECTION("no CPU times") {
    machine.host.remove("/proc/stat");
  }
  SECTION("junk") {
    machine.host.write("/proc/stat", "cpu junk");
  }
  CHECK(machine.find().sensor == nullptr);
  CHECK_FALSE(machine.find().findings.at(0).readable);
  CHECK_FALSE(machine.find().findings.at(0).reason.empty());
}

TEST_CASE("model: CPU times that go away later are a status", "[workers][energy]") {
  const Machine machine;
  const FoundSensor found = machine.find();
  machine.host.write("/proc/stat", "junk");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::suspect);
  machine.host.remove("/proc/stat");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::gone);
}

TEST_CASE("model: the line of CPU times", "[workers][energy]") {
  const auto ticks = read_cpu_ticks("cpu  1 2 4 100 200 8 16 32 64 128\ncpu0 9");
  REQUIRE(ticks);
  CHECK(ticks->busy == 63);
  CHECK(ticks->total == 363);
  CHECK(read_cpu_ticks("cpu0 1 2 4 100 200 8 16 32 64 128") == std::nullopt);
  CHECK(read_cpu_ticks("cpu  1 2 4 100") == std::nullopt);
  CHECK(read_cpu_ticks("cpu  1 2 4 -1 0 0 0 0") == std::nullopt);
}

TEST_CASE("model: a row of the table is for that processor only", "[workers][energy]") {
  const auto watts = [](const std::string& name) {
    const auto row = table_tdp({.vendor = "GenuineIntel", .model_name = name, .family = 6});
    return row ? row->watts.value : 0;
  };
  CHECK(watts("Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz") == 150);
  CHECK(watts("Intel(R) Xeon(R) Gold 6248R CPU @ 3.00GHz") == 205);
  CHECK(watts("Intel(R) Xeon(R) Platinum 8480+") == 350);
  CHECK(watts("13th Gen Intel(R) Core(TM) i9-13900K") == 125);
  CHECK(watts("13th Gen Intel(R) Core(TM) i9-13900KS") == 0);
  CHECK(watts("AMD EPYC 7763 64-Core Processor") == 280);
  CHECK(watts("Intel Xeon Processor (Icelake)") == 0);  // a name for virtual machines only
}

}  // namespace
}  // namespace evolt
