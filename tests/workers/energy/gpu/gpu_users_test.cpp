#include "workers/energy/gpu/gpu_users.hpp"

#include "tests/workers/energy/stub_gpus.hpp"
#include "workers/energy/gpu/amd_driver.hpp"
#include "workers/energy/gpu/nvml_driver.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

namespace evolt::testing {
namespace {

GpuUsers users() {
  return GpuUsers([] { return open_nvml_driver(kNvmlStub); });
}

TEST_CASE("gpu users: the first answer is of a time before, those after it count",
          "[workers][energy]") {
  const StubGpus stub("gpu 0 uuid GPU-a\ngpu 0 process 17:30,18:70\n");
  GpuUsers asked = users();
  CHECK_FALSE(asked.since_last("GPU-a"));
  const auto heard = asked.since_last("GPU-a");
  REQUIRE(heard);
  REQUIRE(heard->size() == 2);
  CHECK((*heard)[0].pid == 17);
  CHECK((*heard)[0].share == Approx(0.3));
  asked.forget("GPU-a");
  CHECK_FALSE(asked.since_last("GPU-a"));
  CHECK(asked.since_last("GPU-a"));
}

TEST_CASE("gpu users: several samples of one process are parts of what it had",
          "[workers][energy]") {
  const StubGpus stub("gpu 0 uuid GPU-a\ngpu 0 process 17:80,17:40,18:60,19:0\n");
  GpuUsers asked = users();
  asked.since_last("GPU-a");
  const auto heard = asked.since_last("GPU-a");
  REQUIRE(heard);
  REQUIRE(heard->size() == 2);  // 19 had nothing
  CHECK((*heard)[0].share == Approx(0.6));
  CHECK((*heard)[1].share == Approx(0.3));  // in one of two sample periods
}

TEST_CASE("gpu users: a card without users says so, one that does not tell says nothing",
          "[workers][energy]") {
  const StubGpus stub(
      "gpu 0 uuid GPU-a\n"
      "gpu 1 uuid GPU-mig\ngpu 1 process 17:30\ngpu 1 mig MIG-1 7\n"
      "gpu 2 uuid GPU-closed\ngpu 2 process 17:30\n"
      "gpu 2 error nvmlDeviceGetProcessUtilization 4\n"
      "gpu 3 uuid GPU-lost\ngpu 3 process 17:30\n"
      "gpu 3 error nvmlDeviceGetProcessUtilization 15\n");
  GpuUsers asked = users();
  for (int round = 0; round < 3; ++round) {
    const auto free = asked.since_last("GPU-a");
    CHECK(free.has_value() == (round > 0));
    CHECK((!free || free->empty()));
    CHECK_FALSE(asked.since_last("GPU-mig"));
    CHECK_FALSE(asked.since_last("GPU-closed"));
    CHECK_FALSE(asked.since_last("GPU-lost"));
    CHECK_FALSE(asked.since_last("GPU-none"));
  }
  stub.change(
      "gpu 0 uuid GPU-closed\ngpu 0 process 17:30\ngpu 1 uuid GPU-lost\ngpu 1 process 17:30\n");
  asked.since_last("GPU-closed");
  CHECK_FALSE(asked.since_last("GPU-closed"));  // a right that was refused is not asked for again
  asked.since_last("GPU-lost");
  CHECK(asked.since_last("GPU-lost"));  // it is back
}

TEST_CASE("gpu users: without a driver, and with AMD's, nothing is told", "[workers][energy]") {
  const StubGpus stub("gpu 0 unique_id 7\n");
  GpuUsers none([] { return open_nvml_driver("/nowhere/libnvidia-ml.so"); });
  GpuUsers amd([] { return open_amd_driver(kAmdStub, ""); });
  for (int round = 0; round < 2; ++round) {
    CHECK_FALSE(none.since_last("GPU-a"));
    CHECK_FALSE(amd.since_last("amd-7"));
  }
}

TEST_CASE("gpu users: process numbers of a container are not the driver's", "[workers][energy]") {
  const StubGpus folder("");
  const std::string proc = folder.folder() / "proc";
  std::filesystem::create_directories(proc + "/self/ns");
  CHECK_FALSE(numbers_as_drivers_do({.proc = proc}));
  std::filesystem::create_symlink("pid:[4026532251]", proc + "/self/ns/pid");
  CHECK_FALSE(numbers_as_drivers_do({.proc = proc}));
  std::filesystem::remove(proc + "/self/ns/pid");
  std::filesystem::create_symlink("pid:[4026531836]", proc + "/self/ns/pid");
  CHECK(numbers_as_drivers_do({.proc = proc}));
}

}  // namespace
}  // namespace evolt::testing
