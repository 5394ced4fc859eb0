#include "workers/energy/cray.hpp"

#include "tests/workers/energy/fixture_host.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

namespace evolt {
namespace {

const std::string kFolder = "/sys/cray/pm_counters/";

struct Blade {
  FixtureHost host;

  Blade() {
    host.meter({.path = kFolder + "energy", .rate = 900, .suffix = " J 1700000000250000 us"});
    host.meter({.path = kFolder + "cpu_energy", .rate = 200, .suffix = " J"});
    host.meter({.path = kFolder + "memory_energy", .rate = 50, .suffix = " J"});
    host.meter({.path = kFolder + "accel0_energy", .rate = 500, .suffix = " J"});
    host.meter({.path = kFolder + "freshness", .rate = 10, .count = 40});
    host.write(kFolder + "power", "900 W");
    host.write(kFolder + "generation", "3");
    host.write(kFolder + "startup", "1690000000");
    host.write(kFolder + "raw_scan_hz", "10");
    host.write(kFolder + "version", "3");
  }
  FoundSensor find() { return find_cray(host.roots(), host.clock()); }
};

TEST_CASE("cray: values come with a unit, and maybe a stamp", "[workers][energy]") {
  CHECK(read_cray_value("12 J", "J")->value == 12);
  CHECK(read_cray_value("12 J", "J")->stamp == std::nullopt);
  CHECK(read_cray_value("12 J 1700000000250000 us\n", "J")->stamp->value ==
        Approx(1'700'000'000.25));
  const std::string junk = GENERATE(as<std::string>{}, "", "J", "12", "-12 J", "12 W", "12 J 5",
                                    "12 J 5 ms", "12 J x us", "1.5 J");
  CHECK(read_cray_value(junk, "J") == std::nullopt);
}

TEST_CASE("cray: the node, and what it holds", "[workers][energy]") {
  Blade blade;
  const FoundSensor found = blade.find();
  REQUIRE(found.sensor);
  REQUIRE(found.sensor->channels().size() == 4);
  const EnergyChannel* const node = channel_of(*found.sensor, "cray:node");
  REQUIRE(node != nullptr);
  CHECK(node->part == EnergyPart::node);
  CHECK(node->unit == 1);
  CHECK(node->step == Seconds{0.1});
  CHECK(node->label == EnergyLabel::node_metered);
  CHECK(node->modulus == std::nullopt);
  CHECK(channel_of(*found.sensor, "cray:cpu")->part == EnergyPart::package);
  CHECK(channel_of(*found.sensor, "cray:memory")->part == EnergyPart::dram);
  CHECK(channel_of(*found.sensor, "cray:accel0")->device == "accel0");
  CHECK(channel_of(*found.sensor, "cray:accel0")->label == EnergyLabel::counter_exclusive);
  const auto before = read_all(*found.sensor);
  blade.host.advance(Seconds{2});
  const auto after = read_all(*found.sensor);
  const std::size_t index = static_cast<std::size_t>(node - found.sensor->channels().data());
  CHECK(after[index].status == ReadStatus::ok);
  CHECK(after[index].raw - before[index].raw == 1800);
  CHECK(after[index].device_taken->value == Approx(1'700'000'000.25));
  CHECK(after[0].device_taken == std::nullopt);  // accel0: without a stamp
}

TEST_CASE("cray: a read that spans two scans is done again, ten times at most",
          "[workers][energy]") {
  const int scans_that_pass = GENERATE(0, 1, 9, 10, 1000);
  int asked = 0;
  int reads = 0;
  std::uint64_t seen = 0;
  const ReadStatus status = read_within_a_scan(
      [&](std::uint64_t& number) {
        number = static_cast<std::uint64_t>(5 + std::min(++asked / 2, scans_that_pass));
        return ReadStatus::ok;
      },
      [&] { ++reads; }, seen);
  CHECK(status == (scans_that_pass < 10 ? ReadStatus::ok : ReadStatus::stale));
  CHECK(reads == std::min(scans_that_pass + 1, 10));
  CHECK((status != ReadStatus::ok || seen == static_cast<std::uint64_t>(5 + scans_that_pass)));
}

TEST_CASE("cray: without its scan number nothing is believed", "[workers][energy]") {
  Blade blade;
  const FoundSensor found = blade.find();
  blade.host.write(kFolder + "freshness", "busy");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::suspect);
  blade.host.remove(kFolder + "freshness");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::gone);
}

TEST_CASE("cray: a controller that stands still is stale until it moves", "[workers][energy]") {
  Blade blade;
  const FoundSensor found = blade.find();
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::ok);
  blade.host.advance(Seconds{60});
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::ok);
  blade.host.meter({.path = kFolder + "freshness", .count = 700});
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::ok);
  blade.host.advance(Seconds{1.9});
  blade.host.write(kFolder + "freshness", "700");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::ok);
  blade.host.advance(Seconds{0.2});
  blade.host.write(kFolder + "freshness", "700");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::stale);
  blade.host.write(kFolder + "freshness", "701");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::ok);
}

TEST_CASE("cray: a restart of the controller voids one read", "[workers][energy]") {
  Blade blade;
  const FoundSensor found = blade.find();
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::ok);
  SECTION("its start is another") {
    blade.host.write(kFolder + "startup", "1700000000");
  }
  SECTION("its start is not told any more") {
    blade.host.remove(kFolder + "startup");
  }
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::gone);
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::ok);
}

TEST_CASE("cray: changes of a power cap are counted", "[workers][energy]") {
  Blade blade;
  const FoundSensor found = blade.find();
  auto& sensor = dynamic_cast<CraySensor&>(*found.sensor);
  read_all(sensor);
  CHECK(sensor.cap_changes() == 0);
  blade.host.write(kFolder + "generation", "4");
  read_all(sensor);
  read_all(sensor);
  CHECK(sensor.cap_changes() == 1);
  CHECK(read_all(sensor)[0].status == ReadStatus::ok);
}

TEST_CASE("cray: one counter that fails leaves the others", "[workers][energy]") {
  Blade blade;
  const FoundSensor found = blade.find();
  blade.host.write(kFolder + "accel0_energy", "600 W");
  const auto readings = read_all(*found.sensor);
  CHECK(readings[0].status == ReadStatus::suspect);
  CHECK(readings[1].status == ReadStatus::ok);
}

TEST_CASE("cray: what is no counter at the start is told", "[workers][energy]") {
  Blade blade;
  blade.host.write(kFolder + "cpu_energy", "junk");
  blade.host.write(kFolder + "raw_scan_hz", "junk");
  FoundSensor found = blade.find();
  CHECK(found.sensor->channels().size() == 3);
  CHECK(found.sensor->channels()[0].step == Seconds{0.1});
  CHECK(finding_of(found.findings, "cray:cpu")->reason.find("cannot be") != std::string::npos);
  blade.host.remove("/sys/cray");
  found = blade.find();
  CHECK(found.sensor == nullptr);
  CHECK(found.findings.at(0).name == "cray");
}

}  // namespace
}  // namespace evolt
