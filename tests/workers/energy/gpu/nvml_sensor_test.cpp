#include "workers/energy/gpu/nvml_sensor.hpp"

#include "core/clock.hpp"
#include "tests/workers/energy/stub_gpus.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cmath>
#include <thread>

namespace evolt::testing {
namespace {

NvmlOptions quick(const std::string& library = kNvmlStub) {
  return {.library = library, .probe = {0.3}, .retry = {0}};
}

std::vector<ChannelReading> read(EnergySensor& sensor) {
  std::vector<ChannelReading> readings(sensor.channels().size());
  sensor.read(readings);
  return readings;
}

/// Until it says so, for at most two seconds.
template <typename Claim>
bool eventually(Claim&& claim) {
  for (int i = 0; i < 400; ++i) {
    if (claim()) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

TEST_CASE("nvml: no library is a finding, and no sensor", "[workers][energy]") {
  const FoundSensor none = find_nvml({.library = "/nowhere/libnvidia-ml.so.1"});
  CHECK_FALSE(none.sensor);
  REQUIRE(none.findings.size() == 1);
  CHECK(none.findings[0].name == "nvml");
  CHECK_FALSE(none.findings[0].readable);
  CHECK_FALSE(none.findings[0].reason.empty());
}

TEST_CASE("nvml: a library without a driver says so, with a fix", "[workers][energy]") {
  const StubGpus stub("error nvmlInit 9\n");
  const FoundSensor none = find_nvml(quick());
  CHECK_FALSE(none.sensor);
  CHECK_THAT(none.findings[0].reason, Catch::Contains("Driver Not Loaded"));
  CHECK_FALSE(none.findings[0].fix.empty());
}

TEST_CASE("nvml: a channel a GPU, by UUID, with the step of its counter", "[workers][energy]") {
  const StubGpus stub(
      "gpu 0 uuid GPU-a\ngpu 0 power 0:200\ngpu 0 step_ms 20\ngpu 0 most_limit 450\n"
      "gpu 1 uuid GPU-b\ngpu 1 power 0:90\ngpu 1 step_ms 40\n");
  const FoundSensor found = find_nvml(quick());
  REQUIRE(found.sensor);
  CHECK(found.sensor->name() == "nvml");
  const auto channels = found.sensor->channels();
  REQUIRE(channels.size() == 2);
  CHECK(channels[0].name == nvml_channel("GPU-a"));
  CHECK(channels[0].device == "GPU-a");
  CHECK(channels[0].part == EnergyPart::gpu);
  CHECK(channels[0].kind == EnergyChannel::Kind::energy);
  CHECK(channels[0].unit == 1e-3);
  CHECK_FALSE(channels[0].modulus);
  CHECK(channels[0].most.value == 450);
  CHECK(channels[0].step.value == Approx(0.02).margin(0.015));
  CHECK(channels[1].step.value == Approx(0.04).margin(0.02));
  CHECK(channels[0].label == EnergyLabel::counter_exclusive);
  REQUIRE(found.findings.size() == 2);
  CHECK(found.findings[1].used);

  const auto first = read(*found.sensor);
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  const auto second = read(*found.sensor);
  REQUIRE(first[0].status == ReadStatus::ok);
  REQUIRE(second[0].status == ReadStatus::ok);
  const double time = second[0].taken.value - first[0].taken.value;
  const double joules = static_cast<double>(second[0].raw - first[0].raw) * channels[0].unit;
  CHECK(std::abs(joules - 200 * time) <= 200 * 0.021 + 0.002);
  CHECK(first[0].half_width.value >= 0);
}

TEST_CASE("nvml: before Volta, or where the counter is refused, power is sampled",
          "[workers][energy]") {
  const bool old = GENERATE(true, false);
  const StubGpus stub(
      "gpu 0 uuid GPU-a\ngpu 0 power 0:123.5\ngpu 0 arch 4\n"
      "gpu 0 error nvmlDeviceGetTotalEnergyConsumption 3\n");
  const FoundSensor found = find_nvml(quick(old ? kOldNvmlStub : kNvmlStub));
  REQUIRE(found.sensor);
  const EnergyChannel& channel = found.sensor->channels()[0];
  CHECK(channel.kind == EnergyChannel::Kind::power);
  CHECK(channel.label == EnergyLabel::sampled);
  CHECK(channel.step.value == 0.1);
  CHECK_THAT(found.findings[0].reason, Catch::Contains("sampled instead"));
  const auto readings = read(*found.sensor);
  CHECK(readings[0].status == ReadStatus::ok);
  CHECK(static_cast<double>(readings[0].raw) * channel.unit == Approx(123.5));
}

TEST_CASE("nvml: power is an average over a second, but not on GA100", "[workers][energy]") {
  const StubGpus stub(
      "error nvmlDeviceGetTotalEnergyConsumption 3\n"
      "gpu 0 uuid GPU-a\ngpu 0 power 0:9\ngpu 0 arch 7\ngpu 0 capability 8.0\n"
      "gpu 1 uuid GPU-b\ngpu 1 power 0:9\ngpu 1 arch 7\ngpu 1 capability 8.6\n");
  const FoundSensor found = find_nvml(quick());
  CHECK(found.sensor->channels()[0].step.value == 0.1);
  CHECK(found.sensor->channels()[1].step.value == 1);
}

TEST_CASE("nvml: a counter that stands still is not used", "[workers][energy]") {
  const StubGpus stub("gpu 0 uuid GPU-a\ngpu 0 power 0:70\ngpu 0 frozen_at 0\n");
  const FoundSensor found = find_nvml(quick());
  REQUIRE(found.sensor);
  CHECK(found.sensor->channels()[0].kind == EnergyChannel::Kind::power);
  CHECK_THAT(found.findings[0].reason, Catch::Contains("stands still"));
}

TEST_CASE("nvml: a GPU that answers nothing is a finding, the others are read",
          "[workers][energy]") {
  const StubGpus stub(
      "gpu 0 uuid GPU-a\ngpu 0 power 0:70\n"
      "gpu 1 uuid GPU-b\ngpu 1 error nvmlDeviceGetTotalEnergyConsumption 3\n"
      "gpu 1 error nvmlDeviceGetPowerUsage 3\n"
      "gpu 2 uuid GPU-c\ngpu 2 usable 0\n");
  const FoundSensor found = find_nvml(quick());
  REQUIRE(found.sensor);
  CHECK(found.sensor->channels().size() == 1);
  int unreadable = 0;
  for (const SensorFinding& finding : found.findings) {
    unreadable += finding.readable ? 0 : 1;
    CHECK((finding.readable || !finding.reason.empty()));
  }
  CHECK(unreadable == 2);
}

TEST_CASE("nvml: a failed read is a status", "[workers][energy]") {
  const StubGpus stub("gpu 0 uuid GPU-a\ngpu 0 power 0:70\n");
  const FoundSensor found = find_nvml(quick());
  REQUIRE(read(*found.sensor)[0].status == ReadStatus::ok);
  const auto [code, status] = GENERATE(table<int, ReadStatus>({{3, ReadStatus::not_supported},
                                                               {4, ReadStatus::no_permission},
                                                               {10, ReadStatus::stale},
                                                               {15, ReadStatus::gone},
                                                               {999, ReadStatus::gone}}));
  stub.change("gpu 0 uuid GPU-a\ngpu 0 power 0:70\ngpu 0 error all " + std::to_string(code) + "\n");
  CHECK(read(*found.sensor)[0].status == status);
  stub.change("gpu 0 uuid GPU-a\ngpu 0 power 0:70\n");
  CHECK(eventually([&] { return read(*found.sensor)[0].status == ReadStatus::ok; }));
}

TEST_CASE("nvml: a GPU that is lost takes no other along, and is found again",
          "[workers][energy]") {
  const std::string healthy =
      "gpu 0 uuid GPU-a\ngpu 0 power 0:70\ngpu 1 uuid GPU-b\ngpu 1 power 0:70\n";
  const StubGpus stub(healthy);
  const FoundSensor found = find_nvml(quick());
  stub.change(healthy + "gpu 0 error all 15\n");
  CHECK(read(*found.sensor)[0].status == ReadStatus::gone);
  CHECK(read(*found.sensor)[1].status == ReadStatus::ok);
  // Back, in another place.
  stub.change("gpu 0 uuid GPU-b\ngpu 0 power 0:70\ngpu 1 uuid GPU-a\ngpu 1 power 0:7\n");
  stub.change(
      "gpu 0 uuid GPU-b\ngpu 0 power 0:70\ngpu 1 uuid GPU-a\ngpu 1 power 0:7\n"
      "error nvmlDeviceGetTotalEnergyConsumption 15\n");
  CHECK(read(*found.sensor)[0].status == ReadStatus::gone);
  stub.change("gpu 0 uuid GPU-b\ngpu 0 power 0:70\ngpu 1 uuid GPU-a\ngpu 1 power 0:7\n");
  const auto readings = read(*found.sensor);
  CHECK(readings[0].status == ReadStatus::ok);
  CHECK(readings[0].raw < readings[1].raw / 2);  // by its UUID, not by its place
}

TEST_CASE("nvml: a driver that is loaded anew is initialised anew, its counter smaller",
          "[workers][energy]") {
  const StubGpus stub("gpu 0 uuid GPU-a\ngpu 0 power 0:70\ngpu 0 start_joules 5000\n");
  const FoundSensor found = find_nvml(quick());
  const auto before = read(*found.sensor);
  stub.change("gpu 0 uuid GPU-a\ngpu 0 error all 9\nerror nvmlInit 9\n");
  CHECK(read(*found.sensor)[0].status == ReadStatus::gone);
  CHECK(read(*found.sensor)[0].status == ReadStatus::gone);  // not initialised now
  stub.change("gpu 0 uuid GPU-a\ngpu 0 power 0:70\ngpu 0 start_joules 0\n");
  CHECK(eventually([&] { return read(*found.sensor)[0].status == ReadStatus::ok; }));
  CHECK(read(*found.sensor)[0].raw < before[0].raw);
  CHECK_FALSE(found.sensor->channels()[0].modulus);  // so that it counts as a reset
}

TEST_CASE("nvml: a call that hangs leaves the readings stale, and holds nobody up",
          "[workers][energy]") {
  const SystemClock clock;
  const StubGpus stub("gpu 0 uuid GPU-a\ngpu 0 power 0:70\n");
  NvmlOptions options = quick();
  options.patience.read = {0.05};
  {
    const FoundSensor found = find_nvml(options);
    REQUIRE(found.sensor);
    stub.change(
        "gpu 0 uuid GPU-a\ngpu 0 power 0:70\n"
        "hang nvmlDeviceGetTotalEnergyConsumption 400\n");
    const Seconds before = clock.now();
    for (int i = 0; i < 5; ++i) {
      const auto readings = read(*found.sensor);
      CHECK(readings[0].status == ReadStatus::stale);
      CHECK(readings[0].taken.value >= before.value);
    }
    CHECK(clock.now().value - before.value < 0.3);
    stub.change("gpu 0 uuid GPU-a\ngpu 0 power 0:70\n");
    CHECK(eventually([&] { return read(*found.sensor)[0].status == ReadStatus::ok; }));
  }
}

TEST_CASE("nvml: a driver that never starts is a finding", "[workers][energy]") {
  const SystemClock clock;
  const StubGpus stub("hang nvmlInit 500\n");
  NvmlOptions options = quick();
  options.patience.open = {0.05};
  const Seconds before = clock.now();
  const FoundSensor none = find_nvml(options);
  CHECK(clock.now().value - before.value < 0.4);
  CHECK_FALSE(none.sensor);
  CHECK_THAT(none.findings[0].reason, Catch::Contains("has not answered"));
  std::this_thread::sleep_for(std::chrono::milliseconds(700));  // the stub goes when it is done
}

TEST_CASE("nvml: counter and power that disagree are suspect", "[workers][energy]") {
  const StubGpus stub(
      "gpu 0 uuid GPU-a\ngpu 0 power 0:100\ngpu 0 scale 0.57\n"
      "gpu 1 uuid GPU-b\ngpu 1 power 0:100\n");
  NvmlOptions options = quick();
  options.check.window = {0.4};
  const FoundSensor found = find_nvml(options);
  CHECK(eventually([&] { return read(*found.sensor)[0].status == ReadStatus::suspect; }));
  const auto readings = read(*found.sensor);
  CHECK(readings[0].raw > 0);  // kept
  CHECK(readings[1].status == ReadStatus::ok);
}

TEST_CASE("nvml: a superchip's counter is of the module", "[workers][energy]") {
  const StubGpus stub(
      // by its rate, by lack of another scope, and one that counts the GPU alone
      "gpu 0 uuid GPU-a\ngpu 0 power 0:600\ngpu 0 gpu_watts 400\ngpu 0 module_watts 600\n"
      "gpu 1 uuid GPU-b\ngpu 1 power 0:600\ngpu 1 module_watts 600\n"
      "gpu 2 uuid GPU-c\ngpu 2 power 0:400\ngpu 2 gpu_watts 400\ngpu 2 module_watts 600\n"
      "gpu 3 uuid GPU-d\ngpu 3 power 0:400\ngpu 3 gpu_watts 400\n");
  const FoundSensor found = find_nvml(quick());
  const auto channels = found.sensor->channels();
  CHECK(channels[0].part == EnergyPart::module);
  CHECK(channels[1].part == EnergyPart::module);
  CHECK(channels[2].part == EnergyPart::gpu);
  CHECK(channels[3].part == EnergyPart::gpu);
}

}  // namespace
}  // namespace evolt::testing
