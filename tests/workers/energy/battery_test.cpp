#include "workers/energy/battery.hpp"

#include "tests/workers/energy/fixture_host.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace evolt {
namespace {

const std::string kBattery = "/sys/class/power_supply/BAT0/";

struct Laptop {
  FixtureHost host;

  Laptop() {
    host.write("/sys/class/power_supply/AC/type", "Mains");
    host.write(kBattery + "type", "Battery");
    host.write(kBattery + "status", "Discharging");
    host.write(kBattery + "power_now", "14500000");
  }
  FoundSensor find() { return find_battery(host.roots(), host.clock()); }
};

TEST_CASE("battery: the power of the host while it discharges", "[workers][energy]") {
  Laptop laptop;
  const FoundSensor found = laptop.find();
  REQUIRE(found.sensor);
  REQUIRE(found.sensor->channels().size() == 1);
  const EnergyChannel& channel = found.sensor->channels()[0];
  CHECK(channel.name == "battery");
  CHECK(channel.part == EnergyPart::node);
  CHECK(channel.label == EnergyLabel::sampled);
  CHECK(static_cast<double>(read_all(*found.sensor)[0].raw) * channel.unit == Approx(14.5));
  laptop.host.write(kBattery + "status", "Charging");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::stale);
  laptop.host.write(kBattery + "status", "Discharging");
  laptop.host.write(kBattery + "power_now", "0");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::stale);
  laptop.host.remove(kBattery + "status");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::gone);
}

TEST_CASE("battery: some tell current and voltage instead", "[workers][energy]") {
  Laptop laptop;
  laptop.host.remove(kBattery + "power_now");
  laptop.host.write(kBattery + "current_now", "1200000");
  laptop.host.write(kBattery + "voltage_now", "12000000");
  const FoundSensor found = laptop.find();
  REQUIRE(found.sensor);
  CHECK(read_all(*found.sensor)[0].raw == 14'400'000);
  laptop.host.write(kBattery + "voltage_now", "-1");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::suspect);
  laptop.host.remove(kBattery + "current_now");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::gone);
}

TEST_CASE("battery: on the mains it tells nothing, and that is said", "[workers][energy]") {
  Laptop laptop;
  laptop.host.write(kBattery + "status",
                    GENERATE(as<std::string>{}, "Charging", "Full", "Not charging", "Unknown"));
  const FoundSensor found = laptop.find();
  CHECK(found.sensor == nullptr);
  REQUIRE(found.findings.size() == 1);
  CHECK_FALSE(found.findings[0].readable);
  CHECK_FALSE(found.findings[0].fix.empty());
}

TEST_CASE("battery: that of a mouse is not the host's", "[workers][energy]") {
  Laptop laptop;
  laptop.host.write(kBattery + "scope", "Device");
  const FoundSensor found = laptop.find();
  CHECK(found.sensor == nullptr);
  CHECK(found.findings.at(0).name == "battery");
}

TEST_CASE("battery: of two, those that discharge count", "[workers][energy]") {
  Laptop laptop;
  const std::string second = "/sys/class/power_supply/BAT1/";
  laptop.host.write(second + "type", "Battery");
  laptop.host.write(second + "power_now", "3000000");
  laptop.host.write(second + "status", "Not charging");
  const FoundSensor found = laptop.find();
  REQUIRE(found.sensor);
  REQUIRE(found.sensor->channels().size() == 1);
  CHECK(read_all(*found.sensor)[0].raw == 14'500'000);
  laptop.host.write(second + "status", "Discharging");
  CHECK(read_all(*found.sensor)[0].raw == 17'500'000);
  laptop.host.write(kBattery + "status", "Not charging");
  CHECK(read_all(*found.sensor)[0].raw == 3'000'000);
  laptop.host.write(second + "power_now", "junk");
  CHECK(read_all(*found.sensor)[0].status == ReadStatus::suspect);
}

TEST_CASE("battery: one without figures is told", "[workers][energy]") {
  Laptop laptop;
  laptop.host.remove(kBattery + "power_now");
  const FoundSensor found = laptop.find();
  CHECK(found.sensor == nullptr);
  CHECK(found.findings.at(0).reason.find("not there") != std::string::npos);
}

}  // namespace
}  // namespace evolt
