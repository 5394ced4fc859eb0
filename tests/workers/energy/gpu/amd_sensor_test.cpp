#include "workers/energy/gpu/amd_sensor.hpp"

#include "core/clock.hpp"
#include "tests/workers/energy/stub_gpus.hpp"
#include "workers/energy/gpu/amd_driver.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cmath>
#include <thread>

namespace evolt::testing {
namespace {

const std::string kNone = "/nowhere/library.so";

AmdOptions newer() {
  return {.amd_smi = kAmdStub, .rocm_smi = kNone, .probe = {0.3}};
}

AmdOptions older() {
  return {.amd_smi = kNone, .rocm_smi = kRocmStub, .probe = {0.3}};
}

std::vector<ChannelReading> read(EnergySensor& sensor) {
  std::vector<ChannelReading> readings(sensor.channels().size());
  sensor.read(readings);
  return readings;
}

TEST_CASE("amd: no library is a finding", "[workers][energy]") {
  const FoundSensor none = find_amd({.amd_smi = kNone, .rocm_smi = kNone});
  CHECK_FALSE(none.sensor);
  REQUIRE(none.findings.size() == 1);
  CHECK_FALSE(none.findings[0].reason.empty());
  const StubGpus stub("error amdsmi_init 34\n");
  CHECK_THAT(find_amd(newer()).findings[0].reason, Catch::Contains("cannot be initialised"));
}

TEST_CASE("amd: joules are counts times the library's resolution", "[workers][energy]") {
  const bool new_one = GENERATE(true, false);
  const double resolution = GENERATE(15.259, 1.0);
  const StubGpus stub("gpu 0 uuid u0\ngpu 0 unique_id 255\ngpu 0 power 0:200\ngpu 0 resolution " +
                      std::to_string(resolution) + "\n");
  const FoundSensor found = find_amd(new_one ? newer() : older());
  REQUIRE(found.sensor);
  const EnergyChannel& channel = found.sensor->channels()[0];
  CHECK(channel.device == (new_one ? "amd-u0" : "amd-00000000000000ff"));
  CHECK(channel.name == amd_channel(channel.device));
  CHECK(channel.kind == EnergyChannel::Kind::energy);
  CHECK(channel.unit == Approx(resolution * 1e-6));
  CHECK(channel.most.value == 400);
  const auto first = read(*found.sensor);
  std::this_thread::sleep_for(std::chrono::milliseconds(120));
  const auto second = read(*found.sensor);
  REQUIRE(second[0].status == ReadStatus::ok);
  const double time = second[0].taken.value - first[0].taken.value;
  const double joules = static_cast<double>(second[0].raw - first[0].raw) * channel.unit;
  CHECK(std::abs(joules - 200 * time) <= 200 * 0.021 + 0.01);
  CHECK(second[0].device_taken);
}

TEST_CASE("amd: a counter that is frozen or absurd is not used", "[workers][energy]") {
  const std::string how = GENERATE(as<std::string>{}, "frozen_at 0", "scale 1.5", "resolution 0",
                                   "error amdsmi_get_energy_count 2");
  const StubGpus stub("gpu 0 uuid u0\ngpu 0 power 0:200\ngpu 0 " + how + "\n");
  const FoundSensor found = find_amd(newer());
  REQUIRE(found.sensor);
  CHECK(found.sensor->channels()[0].kind == EnergyChannel::Kind::power);
  CHECK(found.sensor->channels()[0].label == EnergyLabel::sampled);
  CHECK_THAT(found.findings[0].reason, Catch::Contains("sampled instead"));
  const auto readings = read(*found.sensor);
  CHECK(readings[0].status == ReadStatus::ok);
  CHECK(static_cast<double>(readings[0].raw) * found.sensor->channels()[0].unit == Approx(200));
}

TEST_CASE("amd: a counter that freezes later is suspect", "[workers][energy]") {
  const std::string healthy = "gpu 0 uuid u0\ngpu 0 power 0:200\n";
  const StubGpus stub(healthy);
  AmdOptions options = newer();
  options.check.window = {0.2};
  const FoundSensor found = find_amd(options);
  REQUIRE(found.sensor->channels()[0].kind == EnergyChannel::Kind::energy);
  stub.change(healthy + "gpu 0 frozen_at " + std::to_string(stub.since_beginning().value) + "\n");
  ReadStatus status = ReadStatus::ok;
  for (int i = 0; i < 400 && status == ReadStatus::ok; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    status = read(*found.sensor)[0].status;
  }
  CHECK(status == ReadStatus::suspect);
}

TEST_CASE("amd: counts of another size are suspect", "[workers][energy]") {
  const StubGpus stub("gpu 0 uuid u0\ngpu 0 power 0:200\n");
  const FoundSensor found = find_amd(newer());
  stub.change("gpu 0 uuid u0\ngpu 0 power 0:200\ngpu 0 resolution 1\n");
  CHECK(read(*found.sensor)[0].status == ReadStatus::suspect);
}

TEST_CASE("amd: 65535 W means none, in every version of the structure", "[workers][energy]") {
  const std::string version = GENERATE(as<std::string>{}, "23", "24", "25", "26");
  ::setenv("EVOLT_STUB_AMD_VERSION", version.c_str(), 1);
  const StubGpus stub(
      "gpu 0 uuid u0\ngpu 0 average_power 137\n"
      "gpu 1 uuid u1\ngpu 1 average_power 65535\n"
      "gpu 2 uuid u2\ngpu 2 average_power 65535\ngpu 2 current_power 444\n");
  auto library = open_amd_smi(kAmdStub);
  REQUIRE(library.ok());
  Watts watts;
  REQUIRE((*library)->power(0, watts) == ReadStatus::ok);
  CHECK(watts.value == 137);
  CHECK((*library)->power(1, watts) == ReadStatus::not_supported);
  if (version != "23") {
    REQUIRE((*library)->power(2, watts) == ReadStatus::ok);
    CHECK(watts.value == 444);
  }
  ::unsetenv("EVOLT_STUB_AMD_VERSION");
}

TEST_CASE("amd: neither counter nor power is a finding, and no reading of 0", "[workers][energy]") {
  const StubGpus stub("gpu 0 uuid u0\ngpu 0 no_energy 1\ngpu 0 average_power 65535\n");
  const FoundSensor found = find_amd(newer());
  CHECK_FALSE(found.sensor);
  CHECK_FALSE(found.findings[0].readable);
}

TEST_CASE("amd: the halves of an MI250 are one device of energy", "[workers][energy]") {
  const bool new_one = GENERATE(true, false);
  const StubGpus stub(
      "gpu 0 uuid u0\ngpu 0 unique_id 1\ngpu 0 name Instinct MI250X\ngpu 0 bus 1\ngpu 0 power "
      "0:500\n"
      "gpu 1 uuid u1\ngpu 1 unique_id 2\ngpu 1 name Instinct MI250X\ngpu 1 bus 2\ngpu 1 no_energy "
      "1\n"
      "gpu 1 average_power 65535\ngpu 1 socket_power 0\n"
      "gpu 2 uuid u2\ngpu 2 unique_id 3\ngpu 2 name Instinct MI250X\ngpu 2 bus 3\ngpu 2 power "
      "0:300\n"
      "gpu 3 uuid u3\ngpu 3 unique_id 4\ngpu 3 name Instinct MI250X\ngpu 3 bus 4\ngpu 3 no_energy "
      "1\n"
      "gpu 3 average_power 65535\ngpu 3 socket_power 0\n");
  const FoundSensor found = find_amd(new_one ? newer() : older());
  REQUIRE(found.sensor);
  CHECK(found.sensor->channels().size() == 2);
  const auto driver = open_amd_driver(new_one ? kAmdStub : kNone, kRocmStub);
  const auto devices = (*driver)->devices();
  REQUIRE(devices->size() == 4);
  CHECK((*devices)[1].metered_by == (*devices)[0].uuid);
  CHECK((*devices)[3].metered_by == (*devices)[2].uuid);
  CHECK((*devices)[2].metered_by.empty());
}

TEST_CASE("amd: limits and temperature", "[workers][energy]") {
  const bool new_one = GENERATE(true, false);
  const StubGpus stub(
      "gpu 0 uuid 0\ngpu 0 unique_id 0\ngpu 0 limit 250\ngpu 0 most_limit 560\ngpu 0 celsius 55\n"
      "gpu 1 uuid 1\ngpu 1 unique_id 1\ngpu 1 may_set 0\n");
  const auto driver = open_amd_driver(new_one ? kAmdStub : kNone, kRocmStub);
  REQUIRE(driver.ok());
  const auto devices = (*driver)->devices();
  const std::string first = (*devices)[0].uuid;
  const auto limits = (*driver)->limits(first);
  REQUIRE(limits.ok());
  CHECK(limits->current->value == 250);
  CHECK(limits->least->value == 100);
  CHECK(limits->most->value == 560);
  CHECK(limits->normal->value == 300);
  CHECK((*driver)->set_limit(first, {180}).ok());
  CHECK(!stub.limits_set().empty());
  CHECK((*driver)->set_limit((*devices)[1].uuid, {180}).code() ==
        absl::StatusCode::kPermissionDenied);
  CHECK(*(*driver)->temperature(first) == 55);
  CHECK((*driver)->processes(first, 0).status().code() == absl::StatusCode::kUnimplemented);
  CHECK((*driver)->limits("amd-other").status().code() == absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace evolt::testing
