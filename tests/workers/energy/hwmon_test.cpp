#include "workers/energy/hwmon.hpp"

#include "tests/workers/energy/fixture_host.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace evolt {
namespace {

/// A folder of hwmon whose device is a link, as the kernel makes it.
std::string device(const FixtureHost& host, const std::string& folder, const std::string& driver,
                   const std::string& bus) {
  const std::string path = "/sys/class/hwmon/" + folder;
  host.write(path + "/name", driver);
  host.write("/sys/devices/" + bus + "/uevent", "");
  host.link(path + "/device", "/sys/devices/" + bus);
  return path;
}

TEST_CASE("hwmon: a card's power has either name", "[workers][energy]") {
  FixtureHost host;
  const std::string file = GENERATE(as<std::string>{}, "power1_average", "power1_input");
  const std::string path = device(host, "hwmon7", "amdgpu", "pci0000:00/0000:c1:00.0");
  host.write(path + "/" + file, "215000000");
  host.write(path + "/power1_cap_max", "300000000");
  device(host, "hwmon1", "nvme", "pci0000:00/0000:01:00.0");
  const FoundSensor found = find_hwmon(host.roots(), host.clock());
  REQUIRE(found.sensor);
  REQUIRE(found.sensor->channels().size() == 1);
  const EnergyChannel& channel = found.sensor->channels()[0];
  CHECK(channel.name == "hwmon:amdgpu-0000:c1:00.0");
  CHECK(channel.device == "0000:c1:00.0");
  CHECK(channel.part == EnergyPart::gpu);
  CHECK(channel.kind == EnergyChannel::Kind::power);
  CHECK(channel.label == EnergyLabel::sampled);
  CHECK(channel.most == Watts{300});
  CHECK(static_cast<double>(read_all(*found.sensor)[0].raw) * channel.unit == Approx(215));
}

TEST_CASE("hwmon: cards keep their names when folders change places", "[workers][energy]") {
  FixtureHost host;
  const bool swapped = GENERATE(false, true);
  host.write(device(host, swapped ? "hwmon3" : "hwmon10", "amdgpu", "pci/0000:03:00.0") +
                 "/power1_average",
             "30000000");
  host.write(device(host, swapped ? "hwmon10" : "hwmon3", "amdgpu", "pci/0000:c1:00.0") +
                 "/power1_average",
             "40000000");
  const FoundSensor found = find_hwmon(host.roots(), host.clock());
  REQUIRE(found.sensor->channels().size() == 2);
  CHECK(found.sensor->channels()[0].name == "hwmon:amdgpu-0000:03:00.0");
  CHECK(read_all(*found.sensor)[0].raw == 30'000'000);
}

TEST_CASE("hwmon: the graphics of a processor are within its package", "[workers][energy]") {
  FixtureHost host;
  const std::string path = device(host, "hwmon4", "amdgpu", "pci/0000:04:00.0");
  host.write(path + "/power1_input", "12000000");
  host.write(path + "/in1_label", "vddnb");
  const FoundSensor found = find_hwmon(host.roots(), host.clock());
  CHECK(found.sensor == nullptr);
  CHECK(found.findings.at(0).readable);
  CHECK_FALSE(found.findings.at(0).used);
}

TEST_CASE("hwmon: amd_energy counts sockets and cores, and sockets hold cores",
          "[workers][energy]") {
  FixtureHost host;
  const std::string path = device(host, "hwmon2", "amd_energy", "platform/amd_energy.0");
  for (int core = 1; core <= 12; ++core) {
    const std::string number = std::to_string(core);
    host.write(path + "/energy" + number + "_label", "Ecore0" + number);
    host.write(path + "/energy" + number + "_input", "5");
  }
  host.write(path + "/energy13_label", "Esocket0");
  host.meter({.path = path + "/energy13_input", .rate = 90e6});
  host.write(path + "/energy14_label", "Esocket1");
  host.meter({.path = path + "/energy14_input", .rate = 80e6});
  const FoundSensor found = find_hwmon(host.roots(), host.clock());
  REQUIRE(found.sensor->channels().size() == 2);
  const EnergyChannel& channel = found.sensor->channels()[1];
  CHECK(channel.name == "hwmon:package-1");
  CHECK(channel.package == 1);
  CHECK(channel.kind == EnergyChannel::Kind::energy);
  CHECK(channel.modulus == std::nullopt);
  host.advance(Seconds{10});
  CHECK(read_all(*found.sensor)[1].raw == 800'000'000);
}

TEST_CASE("hwmon: what cannot be read is told", "[workers][energy]") {
  FixtureHost host;
  const std::string path = device(host, "hwmon7", "amdgpu", "pci/0000:c1:00.0");
  FoundSensor found = find_hwmon(host.roots(), host.clock());
  CHECK(found.sensor == nullptr);
  CHECK(found.findings.at(0).reason.find("power1_input: not there") != std::string::npos);
  host.write(path + "/power1_average", "lots");
  found = find_hwmon(host.roots(), host.clock());
  CHECK(found.sensor == nullptr);
  CHECK(found.findings.at(0).reason.find("power1_average: answers what cannot be") !=
        std::string::npos);
  host.remove("/sys/class/hwmon");
  found = find_hwmon(host.roots(), host.clock());
  CHECK(found.findings.at(0).name == "hwmon");
}

void meter(const FixtureHost& host, int number, const std::string& title, int watts) {
  const std::string text = std::to_string(number);
  const std::string path =
      device(host, "hwmon" + text, "power_meter", "LNXSYSTM:00/ACPI000D:0" + text);
  host.write(path + "/power1_average", std::to_string(watts) + "000000");
  host.write(path + "/power1_average_interval", "50");
  if (!title.empty()) {
    host.write(path + "/power1_oem_info", title);
  }
}

TEST_CASE("acpi: of Grace's nested meters one level is taken", "[workers][energy]") {
  FixtureHost host;
  meter(host, 2, "Grace Power Socket 0", 200);
  meter(host, 3, "CPU Power Socket 0", 150);
  meter(host, 4, "SysIO Power Socket 0", 20);
  meter(host, 6, "Grace Power Socket 1", 210);
  SECTION("the module, where it is") {
    meter(host, 1, "Module Power Socket 0", 700);
    meter(host, 5, "Module Power Socket 1", 710);
    const FoundSensor found = find_acpi_power(host.roots(), host.clock());
    REQUIRE(found.sensor->channels().size() == 2);
    const EnergyChannel& channel = found.sensor->channels()[0];
    CHECK(channel.name == "acpi:module-0");
    CHECK(channel.part == EnergyPart::module);
    CHECK(channel.step == Seconds{0.05});
    CHECK(channel.kind == EnergyChannel::Kind::power);
    CHECK(finding_of(found.findings, "acpi:grace-1")->reason == "within acpi:module-1");
    CHECK(finding_of(found.findings, "acpi:cpu-0")->reason == "within acpi:module-0");
    CHECK(read_all(*found.sensor)[1].raw == 710'000'000);
  }
  SECTION("else Grace") {
    const FoundSensor found = find_acpi_power(host.roots(), host.clock());
    REQUIRE(found.sensor->channels().size() == 2);
    CHECK(found.sensor->channels()[1].name == "acpi:grace-1");
    CHECK(found.sensor->channels()[1].part == EnergyPart::package);
    CHECK(found.sensor->channels()[1].package == 1);
    CHECK_FALSE(finding_of(found.findings, "acpi:sysio-0")->used);
  }
}

TEST_CASE("acpi: a level that cannot be read does not hide what is within", "[workers][energy]") {
  FixtureHost host;
  meter(host, 1, "Module Power Socket 0", 700);
  meter(host, 2, "Grace Power Socket 0", 200);
  host.write("/sys/class/hwmon/hwmon1/power1_average", "junk");
  const FoundSensor found = find_acpi_power(host.roots(), host.clock());
  REQUIRE(found.sensor->channels().size() == 1);
  CHECK(found.sensor->channels()[0].name == "acpi:grace-0");
  CHECK_FALSE(finding_of(found.findings, "acpi:module-0")->readable);
}

TEST_CASE("acpi: another meter is of the whole host", "[workers][energy]") {
  FixtureHost host;
  meter(host, 1, "", 420);
  host.write("/sys/class/hwmon/hwmon1/power1_accuracy", "98.000000%");
  FoundSensor found = find_acpi_power(host.roots(), host.clock());
  REQUIRE(found.sensor->channels().size() == 1);
  CHECK(found.sensor->channels()[0].name == "acpi:ACPI000D:01");
  CHECK(found.sensor->channels()[0].part == EnergyPart::node);
  CHECK(found.sensor->channels()[0].gain == Approx(0.02));
  const std::string junk = GENERATE(as<std::string>{}, "", "much", "100%", "3%");
  host.write("/sys/class/hwmon/hwmon1/power1_accuracy", junk);
  host.write("/sys/class/hwmon/hwmon1/power1_average_interval", "0");
  found = find_acpi_power(host.roots(), host.clock());
  CHECK(found.sensor->channels()[0].gain == 0.05);
  CHECK(found.sensor->channels()[0].step == Seconds{1});
}

TEST_CASE("acpi: no meter, nothing to read", "[workers][energy]") {
  const FixtureHost host;
  const FoundSensor found = find_acpi_power(host.roots(), host.clock());
  CHECK(found.sensor == nullptr);
  CHECK(found.findings.at(0).name == "acpi");
}

}  // namespace
}  // namespace evolt
