#include "workers/energy/gpu/nvml_driver.hpp"

#include "tests/workers/energy/stub_gpus.hpp"

#include <catch2/catch.hpp>

namespace evolt::testing {
namespace {

std::unique_ptr<GpuDriver> opened(const std::string& library = kNvmlStub) {
  auto driver = open_nvml_driver(library);
  REQUIRE(driver.ok());
  return *std::move(driver);
}

TEST_CASE("nvml driver: no library, and one that cannot start, are told apart",
          "[workers][energy]") {
  const StubGpus stub("error nvmlInit 9\n");
  CHECK(open_nvml_driver("/nowhere/libnvidia-ml.so.1").status().code() ==
        absl::StatusCode::kNotFound);
  const auto none = open_nvml_driver(kNvmlStub);
  CHECK(none.status().code() == absl::StatusCode::kFailedPrecondition);
  CHECK_THAT(std::string(none.status().message()), Catch::Contains("Driver Not Loaded"));
}

TEST_CASE("nvml driver: devices come in the order of the bus", "[workers][energy]") {
  const StubGpus stub(
      "gpu 0 uuid GPU-b\ngpu 0 bus 200\ngpu 0 minor 1\ngpu 0 name Stub 9000\n"
      "gpu 1 uuid GPU-a\ngpu 1 bus 7\n"
      "gpu 2 uuid GPU-c\ngpu 2 usable 0\n");
  for (const std::string& library : {kNvmlStub, kOldNvmlStub}) {
    const auto devices = opened(library)->devices();
    REQUIRE(devices.ok());
    REQUIRE(devices->size() == 3);
    CHECK((*devices)[0].uuid == "GPU-a");
    CHECK_FALSE((*devices)[0].minor);
    CHECK((*devices)[1].uuid == "GPU-b");
    CHECK((*devices)[1].minor == 1);
    CHECK((*devices)[1].name == "Stub 9000");
    CHECK((*devices)[1].slices.empty());
    CHECK_FALSE((*devices)[2].usable);
  }
}

TEST_CASE("nvml driver: slices are listed with their share", "[workers][energy]") {
  const StubGpus stub(
      "gpu 0 uuid GPU-a\ngpu 0 mig MIG-1 3\ngpu 0 mig MIG-2 4\n"
      "gpu 1 uuid GPU-b\ngpu 1 mig_mode 1\n");
  const auto devices = opened()->devices();
  REQUIRE(devices.ok());
  const GpuDevice& cut = (*devices)[0];
  REQUIRE(cut.slices.size() == 2);
  CHECK(cut.slices[1].uuid == "MIG-2");
  CHECK(cut.slices[1].compute_slices == 4);
  CHECK(cut.compute_slices == 7);
  CHECK_FALSE((*devices)[1].usable);  // nothing was cut out of it
}

TEST_CASE("nvml driver: limits, as set and as enforced", "[workers][energy]") {
  const StubGpus stub(
      "gpu 0 uuid GPU-a\ngpu 0 limit 250\ngpu 0 rack_limit 220\ngpu 0 default_limit 350\n"
      "gpu 0 least_limit 150\ngpu 0 most_limit 360\n"
      "gpu 1 uuid GPU-b\ngpu 1 may_set 0\n"
      "gpu 2 uuid GPU-c\ngpu 2 error all 3\n");
  const auto driver = opened();
  const auto limits = driver->limits("GPU-a");
  REQUIRE(limits.ok());
  CHECK(limits->current->value == 250);
  CHECK(limits->enforced->value == 220);
  CHECK(limits->normal->value == 350);
  CHECK(limits->least->value == 150);
  CHECK(limits->most->value == 360);
  CHECK(driver->set_limit("GPU-a", {199.5}).ok());
  CHECK(driver->limits("GPU-a")->current->value == 199.5);
  CHECK_THAT(stub.limits_set(), Catch::StartsWith("GPU-a 199.500 "));
  CHECK(driver->set_limit("GPU-a", {50}).code() == absl::StatusCode::kInvalidArgument);
  CHECK(driver->set_limit("GPU-b", {200}).code() == absl::StatusCode::kPermissionDenied);
  CHECK(driver->limits("GPU-c").status().code() == absl::StatusCode::kUnimplemented);
  CHECK(driver->limits("GPU-none").status().code() == absl::StatusCode::kNotFound);
}

TEST_CASE("nvml driver: temperature and what processes had of it", "[workers][energy]") {
  const StubGpus stub(
      "gpu 0 uuid GPU-a\ngpu 0 celsius 61\ngpu 0 process 17:30,18:70\n"
      "gpu 1 uuid GPU-b\n"
      "gpu 2 uuid GPU-c\ngpu 2 mig MIG-1 7\n"
      "gpu 3 uuid GPU-d\ngpu 3 error nvmlDeviceGetTemperature 15\n");
  const auto driver = opened();
  CHECK(*driver->temperature("GPU-a") == 61);
  CHECK(driver->temperature("GPU-d").status().code() == absl::StatusCode::kUnavailable);
  const auto processes = driver->processes("GPU-a", 1000);
  REQUIRE(processes.ok());
  REQUIRE(processes->size() == 2);
  CHECK((*processes)[1].pid == 18);
  CHECK((*processes)[1].share == Approx(0.7));
  CHECK((*processes)[1].taken_us == 1001);
  CHECK(driver->processes("GPU-b", 0)->empty());
  CHECK(driver->processes("GPU-c", 0).status().code() == absl::StatusCode::kUnimplemented);
}

TEST_CASE("nvml driver: more processes than expected all come", "[workers][energy]") {
  std::string list = "1:1";
  for (int pid = 2; pid <= 100; ++pid) {
    list += "," + std::to_string(pid) + ":1";
  }
  const StubGpus stub("gpu 0 uuid GPU-a\ngpu 0 process " + list + "\n");
  CHECK(opened()->processes("GPU-a", 5)->size() == 100);
}

}  // namespace
}  // namespace evolt::testing
