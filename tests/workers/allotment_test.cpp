#include "workers/allotment.hpp"

#include "core/config_error.hpp"
#include "tests/workers/harness.hpp"

#include <map>

namespace evolt::testing {
namespace {

Lookup variables(std::map<std::string, std::string> values) {
  return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
    const auto found = values.find(std::string(name));
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

HostResources host(std::size_t cores, std::vector<std::string> gpus, HostShare share = {}) {
  return {.cores = cores, .gpus = std::move(gpus), .gpus_are_ours = false, .share = share};
}

}  // namespace

TEST_CASE("allotment: the launcher says who shares the host", "[workers]") {
  CHECK(host_share(variables({})).local_ranks == 1);
  const HostShare mpich =
      host_share(variables({{"MPI_LOCALRANKID", "2"}, {"MPI_LOCALNRANKS", "4"}}));
  CHECK(mpich.local_rank == 2);
  CHECK(mpich.local_ranks == 4);
  CHECK(host_share(
            variables({{"OMPI_COMM_WORLD_LOCAL_RANK", "1"}, {"OMPI_COMM_WORLD_LOCAL_SIZE", "3"}}))
            .local_ranks == 3);
  CHECK(host_share(variables({{"SLURM_LOCALID", "1"}, {"SLURM_STEP_TASKS_PER_NODE", "4(x2)"}}))
            .local_ranks == 4);
  CHECK(host_share(variables({{"MPI_LOCALRANKID", "x"}, {"MPI_LOCALNRANKS", "0"}})).local_ranks ==
        1);
}

TEST_CASE("allotment: GPUs are those the scheduler allows", "[workers]") {
  CHECK(host_resources(variables({{"CUDA_VISIBLE_DEVICES", "2, GPU-abc,5"}}),
                       {.directory = "/nowhere"})
            .gpus == std::vector<std::string>{"2", "GPU-abc", "5"});
  CHECK(host_resources(variables({{"CUDA_VISIBLE_DEVICES", ""}}), {.directory = "/nowhere"})
            .gpus.empty());
  CHECK(host_resources(variables({{"CUDA_VISIBLE_DEVICES", "-1"}}), {.directory = "/nowhere"})
            .gpus.empty());
  CHECK(host_resources(variables({{"CUDA_VISIBLE_DEVICES", "1,-1,2"}}), {.directory = "/nowhere"})
            .gpus.size() == 1);
  CHECK(host_resources(variables({}), {.directory = "/nowhere"}).gpus.empty());
  CHECK(host_resources(variables({}), {.directory = "/nowhere"}).cores >= 1);
}

TEST_CASE("allotment: without a scheduler the driver names every GPU", "[workers]") {
  TempDir dir;
  const auto add = [&](const std::string& bus, const std::string& uuid, int minor) {
    fs::create_directories(dir / bus);
    write(dir / bus / "information", "Model: \t\t A GPU\nGPU UUID: \t " + uuid +
                                         "\nBus Location: \t 0000:" + bus + "\nDevice Minor: \t " +
                                         std::to_string(minor) + "\n");
  };
  add("0000:0b:00.0", "GPU-first", 0);
  add("0000:0a:00.0", "GPU-second", 1);
  add("0000:0c:00.0", "GPU-????????", 2);
  CHECK(host_resources(variables({}), {.directory = dir.str()}).gpus ==
        std::vector<std::string>{"GPU-first", "GPU-second"});
}

namespace {

GpuSources library(std::vector<GpuDevice> devices) {
  return {.directory = "/nowhere", .list = [devices = std::move(devices)] { return devices; }};
}

std::vector<GpuDevice> devices(std::initializer_list<std::string> uuids) {
  std::vector<GpuDevice> list;
  for (const std::string& uuid : uuids) {
    list.push_back({.uuid = uuid, .name = "Model"});
  }
  return list;
}

}  // namespace

TEST_CASE("allotment: GPUs go by UUID where the library knows them", "[workers]") {
  const GpuSources known = library(devices({"GPU-a", "GPU-b", "GPU-c", "GPU-d"}));
  CHECK(host_resources(variables({{"CUDA_VISIBLE_DEVICES", "2,GPU-a"}}), known).gpus ==
        std::vector<std::string>{"GPU-c", "GPU-a"});
  CHECK(host_resources(variables({{"CUDA_VISIBLE_DEVICES", ""}}), known).gpus.empty());
  CHECK(host_resources(variables({}), known).gpus.size() == 4);
  CHECK(host_resources(variables({}), known).visible[3].gpu == "GPU-d");
  // Ranks of a host: disjoint, whatever they are called.
  std::vector<std::string> all;
  for (const std::string rank : {"0", "1"}) {
    const HostResources part = host_resources(variables({{"MPI_LOCALRANKID", rank},
                                                         {"MPI_LOCALNRANKS", "2"},
                                                         {"CUDA_VISIBLE_DEVICES", "3,2,1,0"}}),
                                              known);
    for (const SlotAllotment& slot : allot(part, 2, 1, 1)) {
      all.insert(all.end(), slot.gpus.begin(), slot.gpus.end());
    }
  }
  CHECK(all == std::vector<std::string>{"GPU-d", "GPU-c", "GPU-b", "GPU-a"});
}

TEST_CASE("allotment: without the library GPUs are named as ever", "[workers]") {
  const Lookup listed = variables({{"CUDA_VISIBLE_DEVICES", "2,GPU-abc"}});
  const std::vector<std::string> as_ever = {"2", "GPU-abc"};
  GpuSources none{.directory = "/nowhere", .list = []() -> absl::StatusOr<std::vector<GpuDevice>> {
                    return absl::NotFoundError("no such library");
                  }};
  CHECK(host_resources(listed, none).gpus == as_ever);
  CHECK(host_resources(listed, none).visible.empty());
  CHECK(host_resources(listed, library({})).gpus == as_ever);
  CHECK_FALSE(gpu_sources(0).list);
  CHECK(gpu_sources(0.5).list);
}

TEST_CASE("allotment: an error says what was wrong with the list of GPUs", "[workers]") {
  const HostResources one = host_resources(variables({{"CUDA_VISIBLE_DEVICES", "0,7,1"}}),
                                           library(devices({"GPU-a", "GPU-b"})));
  CHECK(allot(one, 1, 1, 1)[0].gpus == std::vector<std::string>{"GPU-a"});
  CHECK_THROWS_WITH(allot(one, 2, 1, 1), Catch::Contains("called '7'"));
}

TEST_CASE("allotment: over several hosts GPUs go as they were named to us", "[workers]") {
  const TrialPlace both{.hosts = {"n", "n", "m", "m"}, .parts = 2, .own = {0, 1}};
  const GpuSources known = library(devices({"GPU-a", "GPU-b"}));
  CHECK(allot(host_resources(variables({{"CUDA_VISIBLE_DEVICES", "1,0"}}), known), 1, 1, 1, both)[0]
            .gpus == std::vector<std::string>{"1", "0"});
  CHECK(allot(host_resources(variables({}), known), 1, 1, 1, both)[0].gpus ==
        std::vector<std::string>{"0", "1"});
}

TEST_CASE("allotment: slots by default", "[workers]") {
  CHECK(default_slots(host(8, {}), 1, 0) == 8);
  CHECK(default_slots(host(8, {}), 3, 0) == 2);
  CHECK(default_slots(host(8, {}, {1, 4}), 1, 0) == 2);
  CHECK(default_slots(host(2, {}, {0, 4}), 1, 0) == 1);
  CHECK(default_slots(host(8, {"a", "b"}), 1, 1) == 2);
  CHECK(default_slots(host(8, {"a", "b"}), 1, 0.25) == 8);
  CHECK(default_slots(host(64, {"a", "b"}), 1, 0.5) == 4);
}

TEST_CASE("allotment: no two slots on one GPU unless it is shared on purpose", "[workers]") {
  const auto whole = allot(host(8, {"a", "b", "c", "d"}), 2, 2, 2);
  CHECK(whole[0].gpus == std::vector<std::string>{"a", "b"});
  CHECK(whole[1].gpus == std::vector<std::string>{"c", "d"});
  CHECK(whole[0].cores == 2);
  const auto shared = allot(host(8, {"a", "b"}), 4, 1, 0.5);
  CHECK(shared[1].gpus == std::vector<std::string>{"a"});
  CHECK(shared[2].gpus == std::vector<std::string>{"b"});
  CHECK(allot(host(8, {"a"}), 2, 1, 0)[0].gpus.empty());
}

TEST_CASE("allotment: ranks of a host take disjoint parts", "[workers]") {
  CHECK(allot(host(8, {"a", "b", "c"}, {0, 2}), 1, 1, 1)[0].gpus == std::vector<std::string>{"a"});
  CHECK(allot(host(8, {"a", "b", "c"}, {1, 2}), 2, 1, 1)[1].gpus == std::vector<std::string>{"c"});
  HostResources own = host(8, {"a"}, {1, 2});
  own.gpus_are_ours = true;
  CHECK(allot(own, 1, 1, 1)[0].gpus == std::vector<std::string>{"a"});
}

TEST_CASE("allotment: a trial of several ranks has what they have together", "[workers]") {
  const TrialPlace pair{.hosts = {"n", "n"}, .parts = 4, .own = {2, 3}};
  const HostResources four = host(16, {"a", "b", "c", "d"}, {2, 4});
  CHECK(allot(four, 1, 2, 1, pair)[0].gpus == std::vector<std::string>{"c", "d"});
  CHECK(allot(four, 1, 2, 1, pair)[0].cores == 2);  // of each rank
  CHECK(default_slots(four, 2, 0, pair) == 2);
  CHECK(default_slots(four, 1, 1, pair) == 1);
  // Two slots of half a GPU for each rank: both share the two.
  const auto halves = allot(four, 2, 1, 0.5, pair);
  CHECK(halves[0].gpus == std::vector<std::string>{"c", "d"});
  CHECK(halves[1].gpus == std::vector<std::string>{"c", "d"});
  // Parts need not lie together, nor be equal.
  const TrialPlace apart{.hosts = {"n", "n"}, .parts = 3, .own = {0, 2}};
  CHECK(allot(host(8, {"a", "b", "c", "d", "e"}), 1, 1, 1, apart)[0].gpus ==
        std::vector<std::string>{"a", "d"});
  CHECK_THROWS_AS(allot(host(8, {"a", "b"}), 1, 1, 1, apart), ConfigError);
}

TEST_CASE("allotment: a lone rank runs trials of several ranks on its own", "[workers]") {
  const TrialPlace lone{.hosts = {"n", "n", "n", "n"}, .parts = 4, .own = {0, 1, 2, 3}};
  HostResources mine = host(8, {"a", "b", "c", "d"});
  CHECK(default_slots(mine, 1, 0, lone) == 2);
  CHECK(allot(mine, 1, 1, 1, lone)[0].gpus == mine.gpus);
  mine.gpus_are_ours = true;  // all of them: nobody else is here
  CHECK(allot(mine, 1, 1, 1, lone)[0].gpus == mine.gpus);
}

TEST_CASE("allotment: GPUs that were dealt to ranks one by one cannot be joined", "[workers]") {
  HostResources dealt = host(8, {"a"}, {0, 2});
  dealt.gpus_are_ours = true;
  CHECK_THROWS_WITH(
      allot(dealt, 1, 1, 1, TrialPlace{.hosts = {"n", "n"}, .parts = 2, .own = {0, 1}}),
      Catch::Contains("--gpus-per-node"));
  CHECK(allot(dealt, 1, 1, 1, TrialPlace{.hosts = {"n", "m"}, .parts = 1, .own = {0}})[0].gpus ==
        std::vector<std::string>{"a"});
}

TEST_CASE("allotment: over several hosts GPUs go by index", "[workers]") {
  const TrialPlace both{.hosts = {"n", "n", "m", "m"}, .parts = 2, .own = {0, 1}};
  HostResources named = host(8, {"GPU-a", "GPU-b"});
  CHECK(allot(named, 1, 1, 1, both)[0].gpus == named.gpus);  // the scheduler named them
  named.gpus_by_driver = true;
  CHECK(allot(named, 1, 1, 1, both)[0].gpus == std::vector<std::string>{"0", "1"});
}

TEST_CASE("allotment: too few GPUs say how many slots fit", "[workers]") {
  try {
    allot(host(8, {"a", "b", "c"}), 4, 1, 1);
    FAIL("accepted");
  } catch (const ConfigError& error) {
    CHECK(error.complaint().what ==
          "4 slots with trial.gpus = 1 do not fit: this process may use 3 of the host's 3 GPUs; "
          "--slots 3 "
          "fits");
    CHECK(error.complaint().key == "trial.gpus");
  }
  CHECK_THROWS_WITH(allot(host(8, {}), 1, 1, 1), Catch::Contains("none would"));
  CHECK_THROWS_AS(allot(host(8, {"a", "b"}), 1, 1, 1.5), ConfigError);
  CHECK_THROWS_AS(allot(host(8, {"a"}), 1, 1, -1), ConfigError);
}

}  // namespace evolt::testing
