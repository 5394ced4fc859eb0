#include "workers/energy/gpu/visible_gpus.hpp"

#include "core/clock.hpp"
#include "tests/workers/energy/stub_gpus.hpp"

#include <catch2/catch.hpp>

namespace evolt::testing {
namespace {

using Names = std::vector<std::string>;

std::vector<GpuDevice> four() {
  std::vector<GpuDevice> devices;
  for (int i = 0; i < 4; ++i) {
    const std::string letter(1, static_cast<char>('a' + i));
    devices.push_back({.uuid = "GPU-" + letter + letter + "11", .name = "Model", .minor = 3 - i});
  }
  return devices;
}

std::vector<GpuDevice> cut() {
  std::vector<GpuDevice> devices = four();
  devices[1].slices = {{"MIG-one", 3}, {"MIG-two", 2}};
  devices[1].compute_slices = 7;
  return devices;
}

Names names(const VisibleGpus& found) {
  Names result;
  for (const VisibleGpu& gpu : found.gpus) {
    result.push_back(gpu.name);
  }
  return result;
}

VisibleGpus named(const std::string& list, const std::vector<GpuDevice>& devices = four(),
                  const std::string& order = "") {
  return visible_gpus(devices, {.cuda_visible = list, .cuda_order = order});
}

TEST_CASE("visible gpus: indices, UUIDs and beginnings of UUIDs", "[workers][energy]") {
  const VisibleGpus found = named("2, GPU-aa11,GPU-d");
  CHECK(names(found) == Names{"GPU-cc11", "GPU-aa11", "GPU-dd11"});
  CHECK(found.gpus[0].given == "2");
  CHECK(found.gpus[0].gpu == "GPU-cc11");
  CHECK(found.gpus[0].share == 1);
  CHECK(found.trouble.empty());
}

TEST_CASE("visible gpus: the first that is invalid ends the list", "[workers][energy]") {
  CHECK(names(named("1,9,2")) == Names{"GPU-bb11"});
  CHECK(names(named("1,GPU-x,2")) == Names{"GPU-bb11"});
  CHECK(names(named("1,GPU-,2")) == Names{"GPU-bb11"});  // more than one begins so
  CHECK(names(named("1,2x,3")) == Names{"GPU-bb11"});
  CHECK(names(named("1,MIG-none,3")) == Names{"GPU-bb11"});
  CHECK(names(named("1,PU-cc11")) == Names{"GPU-bb11"});
  CHECK_THAT(named("1,9,2").trouble, Catch::Contains("'9'"));
  // What is meant to end it is no trouble.
  for (const std::string end : {"1,-1,2", "1,,2", "1,NoDevFiles"}) {
    CHECK(names(named(end)) == Names{"GPU-bb11"});
    CHECK(named(end).trouble.empty());
  }
}

TEST_CASE("visible gpus: an empty list names none, no list all", "[workers][energy]") {
  CHECK(named("").gpus.empty());
  CHECK(named("NoDevFiles").gpus.empty());
  CHECK(names(visible_gpus(four(), {})) == Names{"GPU-aa11", "GPU-bb11", "GPU-cc11", "GPU-dd11"});
}

TEST_CASE("visible gpus: one that comes twice ends the list", "[workers][energy]") {
  CHECK(names(named("0,1,0,2")) == Names{"GPU-aa11", "GPU-bb11"});
  CHECK(names(named("0,GPU-aa,2")) == Names{"GPU-aa11"});
  CHECK_THAT(named("0,GPU-aa,2").trouble, Catch::Contains("the same GPU as '0'"));
}

TEST_CASE("visible gpus: those that are not ours have no number", "[workers][energy]") {
  std::vector<GpuDevice> devices = four();
  devices[0].usable = false;
  devices[2].usable = false;
  CHECK(names(named("0,1", devices)) == Names{"GPU-bb11", "GPU-dd11"});
  CHECK(names(named("2", devices)).empty());
  CHECK(names(named("GPU-aa11", devices)).empty());
  CHECK(names(visible_gpus(devices, {})) == Names{"GPU-bb11", "GPU-dd11"});
}

TEST_CASE("visible gpus: where models differ an index needs the order of the bus",
          "[workers][energy]") {
  std::vector<GpuDevice> devices = four();
  devices[3].name = "Faster model";
  const VisibleGpus unclear = named("1,GPU-dd11", devices);
  CHECK(names(unclear) == Names{"1", "GPU-dd11"});
  CHECK(unclear.gpus[0].gpu.empty());
  CHECK_THAT(unclear.trouble, Catch::Contains("CUDA_DEVICE_ORDER"));
  CHECK(names(named("1", devices, "PCI_BUS_ID")) == Names{"GPU-bb11"});
  CHECK(named("1", devices, "FASTEST_FIRST").gpus[0].gpu.empty());
}

TEST_CASE("visible gpus: a GPU that is cut stands for its slices", "[workers][energy]") {
  const VisibleGpus found = named("1,0", cut());
  CHECK(names(found) == Names{"MIG-one", "MIG-two", "GPU-aa11"});
  CHECK(found.gpus[0].gpu == "GPU-bb11");
  CHECK(found.gpus[0].share == Approx(3.0 / 7));
  CHECK(found.gpus[1].share == Approx(2.0 / 7));
  CHECK(names(named("MIG-two", cut())) == Names{"MIG-two"});
  CHECK(named("MIG-two", cut()).gpus[0].share == Approx(2.0 / 7));
  // Sizes unknown: equal parts.
  std::vector<GpuDevice> devices = cut();
  devices[1].slices[1].compute_slices = 0;
  CHECK(named("MIG-two", devices).gpus[0].share == 0.5);
}

TEST_CASE("visible gpus: Slurm names device files", "[workers][energy]") {
  CHECK(names(visible_gpus(four(), {.slurm = "0,2"})) == Names{"GPU-dd11", "GPU-bb11"});
  // What CUDA is told comes first.
  CHECK(names(visible_gpus(four(), {.cuda_visible = "0", .slurm = "0"})) == Names{"GPU-aa11"});
  CHECK(visible_gpus(four(), {.slurm = "7"}).gpus.empty());
  CHECK(visible_gpus(four(), {.slurm = ""}).gpus.size() == 4);
}

TEST_CASE("visible gpus: the library lists them, or does not answer", "[workers][energy]") {
  const StubGpus stub("gpu 0 uuid GPU-a\ngpu 1 uuid GPU-b\n");
  const auto devices = list_gpus(kNvmlStub);
  REQUIRE(devices.ok());
  CHECK(devices->size() == 2);
  CHECK(list_gpus("/nowhere/library.so").status().code() == absl::StatusCode::kNotFound);
  stub.change("hang nvmlInit 300\n");
  CHECK(list_gpus(kNvmlStub, {0.02}).status().code() == absl::StatusCode::kDeadlineExceeded);
  stub.change("");
  CHECK(list_gpus(kNvmlStub).ok());
}

}  // namespace
}  // namespace evolt::testing
