#include "workers/energy/ipmi.hpp"

#include "tests/workers/energy/fixture_host.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace evolt {
namespace {

using Bytes = std::vector<std::uint8_t>;

// 212 W now, 3 to 484 W, 198 W on average, over 60 s, measuring.
const Bytes kAnswer = {0x00, 0xDC, 0xD4, 0x00, 0x03, 0x00, 0xE4, 0x01, 0xC6, 0x00,
                       0x80, 0xC3, 0x5B, 0x65, 0x60, 0xEA, 0x00, 0x00, 0x40};

/// A controller that answers the same each time.
class FakeIpmi final : public IpmiOpener {
 public:
  ReadStatus opening = ReadStatus::ok;
  ReadStatus asking = ReadStatus::ok;
  Bytes answer = kAnswer;
  std::string path;
  std::vector<IpmiRequest> requests;

  std::unique_ptr<IpmiDevice> open(const std::string& at, ReadStatus& status) override {
    class Device final : public IpmiDevice {
     public:
      explicit Device(FakeIpmi& controller) : controller_(controller) {}
      ReadStatus ask(const IpmiRequest& request, Bytes& answer) override {
        controller_.requests.push_back(request);
        if (controller_.asking == ReadStatus::ok) {
          answer = controller_.answer;
        }
        return controller_.asking;
      }

     private:
      FakeIpmi& controller_;
    };
    path = at;
    status = opening;
    return opening == ReadStatus::ok ? std::make_unique<Device>(*this) : nullptr;
  }
};

TEST_CASE("ipmi: an answer of DCMI's", "[workers][energy]") {
  DcmiPower power;
  REQUIRE(read_dcmi_power(kAnswer, power) == ReadStatus::ok);
  CHECK(power.current == 212);
  CHECK(power.least == 3);
  CHECK(power.most == 484);
  CHECK(power.average == 198);
  CHECK(power.taken == 0x655BC380);
  CHECK(power.period == 60'000);
}

TEST_CASE("ipmi: an answer that is none is a status, never 0 W", "[workers][energy]") {
  Bytes answer = kAnswer;
  ReadStatus expected = ReadStatus::suspect;
  SECTION("nothing") {
    answer.clear();
  }
  SECTION("cut short") {
    answer.pop_back();
  }
  SECTION("of another group") {
    answer[1] = 0xDD;
  }
  SECTION("a code for none") {
    answer[2] = answer[3] = 0xFF;
  }
  SECTION("an unknown completion") {
    answer = {0x81};
  }
  SECTION("not measuring") {
    answer[18] = 0;
    expected = ReadStatus::stale;
  }
  SECTION("not measured yet") {
    answer[2] = answer[3] = 0;
    expected = ReadStatus::stale;
  }
  SECTION("busy") {
    answer = {0xC0};
    expected = ReadStatus::stale;
  }
  SECTION("no such command") {
    answer = {0xC1};
    expected = ReadStatus::not_supported;
  }
  SECTION("no rights") {
    answer = {0xD4};
    expected = ReadStatus::no_permission;
  }
  DcmiPower power{.current = 7};
  CHECK(read_dcmi_power(answer, power) == expected);
  CHECK(power.current == 7);
}

TEST_CASE("ipmi: the power of the host", "[workers][energy]") {
  const FixtureHost host;
  FakeIpmi controller;
  const FoundSensor found = find_ipmi(host.roots(), host.clock(), &controller, Seconds{3600});
  REQUIRE(found.sensor);
  CHECK(controller.path == host.at("/dev/ipmi0"));
  REQUIRE_FALSE(controller.requests.empty());
  CHECK(controller.requests[0].function == 0x2C);
  CHECK(controller.requests[0].command == 0x02);
  CHECK(controller.requests[0].data == Bytes{0xDC, 0x01, 0x00, 0x00});
  const EnergyChannel& channel = found.sensor->channels()[0];
  CHECK(channel.name == "ipmi:node");
  CHECK(channel.part == EnergyPart::node);
  CHECK(channel.kind == EnergyChannel::Kind::power);
  CHECK(channel.label == EnergyLabel::sampled);
  const auto reading = read_all(*found.sensor)[0];
  CHECK(reading.status == ReadStatus::ok);
  CHECK(static_cast<double>(reading.raw) * channel.unit == 212);
  CHECK(found.findings.at(0).used);
}

TEST_CASE("ipmi: what cannot be asked is told", "[workers][energy]") {
  const FixtureHost host;
  FakeIpmi controller;
  std::string fix;
  SECTION("no device") {
    controller.opening = ReadStatus::gone;
  }
  SECTION("no permission") {
    controller.opening = ReadStatus::no_permission;
    fix = "udev";
  }
  SECTION("no answer") {
    controller.asking = ReadStatus::stale;
  }
  SECTION("no such command") {
    controller.answer = {0xC1};
  }
  const FoundSensor found = find_ipmi(host.roots(), host.clock(), &controller);
  CHECK(found.sensor == nullptr);
  REQUIRE(found.findings.size() == 1);
  CHECK_FALSE(found.findings[0].readable);
  CHECK_FALSE(found.findings[0].reason.empty());
  CHECK(found.findings[0].fix.empty() == fix.empty());
  CHECK(found.findings[0].fix.find(fix) != std::string::npos);
}

TEST_CASE("ipmi: the kernel's device that is no controller", "[workers][energy]") {
  const FixtureHost host;
  SystemIpmi kernel;
  ReadStatus status = ReadStatus::ok;
  CHECK(kernel.open(host.at("/dev/ipmi0"), status) == nullptr);
  CHECK(status == ReadStatus::gone);
  host.write("/dev/ipmi0", "");
  const auto device = kernel.open(host.at("/dev/ipmi0"), status);
  REQUIRE(device);
  Bytes answer;
  CHECK(device->ask({.function = 0x2C, .command = 2}, answer) != ReadStatus::ok);
  CHECK(find_ipmi(host.roots(), host.clock(), &kernel).sensor == nullptr);
  CHECK(find_ipmi(host.roots(), host.clock(), nullptr).sensor == nullptr);
}

}  // namespace
}  // namespace evolt
