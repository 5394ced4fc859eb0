#include "workers/energy/meter/open_meter.hpp"

#include "tests/workers/energy/fixture_host.hpp"
#include "workers/energy/meter/shortest_phase.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace evolt {
namespace {

/// A machine of files that EVOLT_HOST_ROOT names, with a runtime directory beside it.
class NamedRoot {
 public:
  NamedRoot() {
    ::setenv("EVOLT_HOST_ROOT", host.root().c_str(), 1);
    ::setenv("EVOLT_RUNTIME", host.at("/runtime").c_str(), 1);
    host.cpus("GenuineIntel", "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz", 1, 2);
    host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 140, .limit = 150});
    host.zone({.folder = "intel-rapl:0:0", .name = "dram", .watts = 20});
  }
  NamedRoot(const NamedRoot&) = delete;
  NamedRoot& operator=(const NamedRoot&) = delete;
  ~NamedRoot() {
    ::unsetenv("EVOLT_HOST_ROOT");
    ::unsetenv("EVOLT_RUNTIME");
  }

  void node() {
    host.meter({.path = "/sys/cray/pm_counters/energy", .rate = 300, .suffix = " J"});
    host.advance({1});
  }
  void whole_stat() const {
    host.write("/proc/stat", "cpu  100 0 50 1000 0 0 0 0 0 0\n");
    host.write("/proc/meminfo", "MemTotal: 8000000 kB\n");
  }

  /// Lets its counters follow the time until something holds.
  bool wait_for(const std::function<bool()>& what) {
    for (int i = 0; i < 4'000; ++i) {
      if (what()) {
        return true;
      }
      host.advance({0.002});
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }

  FixtureHost host;
  SystemClock clock;
};

std::string refusal(const MeterOptions& options) {
  const SystemClock clock;
  const auto opened = open_meter(options, clock);
  const auto looked = look_at_host(options, clock);
  CHECK(opened.status() == looked.status());
  CHECK(absl::IsInvalidArgument(opened.status()));
  return std::string(opened.status().message());
}

std::vector<std::string> sensors_of(const MeterOptions& options) {
  const auto by = look_at_host(options, SystemClock());
  REQUIRE(by.ok());
  return by->sensors;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("open meter: a window is measured by what the host has, and somebody hears of it",
          "[energy]") {
  NamedRoot root;
  std::mutex mutex;
  std::vector<MeasuredBy> heard;
  const auto meter = open_meter({}, root.clock, [&](const MeasuredBy& by) {
    const std::lock_guard lock(mutex);
    heard.push_back(by);
  });
  REQUIRE(meter.ok());
  // Found before its files change: a file is empty for a moment while it is written.
  REQUIRE((*meter)->look(Seconds{20}));
  const WindowId id = (*meter)->open({.process = ::getpid(), .share = {.cores = 1}});
  REQUIRE(root.wait_for([&] { return (*meter)->so_far(id).energy.has_value(); }));
  REQUIRE(root.wait_for([&] { return (*meter)->so_far(id).energy.has_value(); }));
  const EnergyReading energy = *(*meter)->so_far(id).energy;
  CHECK(energy.sensors == Names{"powercap:package-0", "powercap:dram-0"});
  CHECK(energy.scope == Names{"package", "dram"});
  CHECK(energy.host_class == "1 x Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz");
  CHECK(energy.idle == IdlePolicy::reserved);
  CHECK(energy.joules.value > 0);
  const std::lock_guard lock(mutex);
  REQUIRE(heard.size() == 1);
  CHECK(heard[0] == *look_at_host({}, root.clock));
  CHECK(heard[0].label == EnergyLabel::counter_exclusive);
  CHECK(heard[0].steps == SlowestSteps{.host = Seconds{0.001}});
  CHECK(heard[0].parts == Names{"package", "dram"});
  CHECK(why_unmeasured(heard[0]).empty());
}

TEST_CASE("shortest phase: ten steps of the slowest meter that counts, and a little more",
          "[energy]") {
  MeasuredBy by;
  CHECK_FALSE(shortest_phase(by, true));
  by.steps.node = Seconds{5};
  CHECK(shortest_phase(by, false)->value == Approx(55.1));
  by.steps.devices = Seconds{0.1};
  CHECK(shortest_phase(by, true)->value == Approx(1.2));  // the node's meter is left out
  CHECK(shortest_phase(by, false)->value == Approx(55.1));
  by.steps.host = Seconds{0.001};
  CHECK(shortest_phase(by, false)->value == Approx(0.21));  // processor time has ticks of 10 ms
  CHECK(shortest_phase(by, true)->value == Approx(1.2));
}

TEST_CASE("open meter: who asks for the same shares a reader, who does not has another",
          "[energy]") {
  NamedRoot root;
  using Role = SharedMeter::Role;
  const auto first = open_meter({}, root.clock);
  REQUIRE(root.wait_for([&] { return (*first)->role() == Role::reader; }));
  const auto second = open_meter({}, root.clock);
  REQUIRE(root.wait_for([&] { return (*second)->role() == Role::client; }));
  for (const MeterOptions& other :
       {MeterOptions{.wanted = {.scope = {"package"}}}, MeterOptions{.idle = IdlePolicy::busy},
        MeterOptions{.wanted = {.estimated = true}}, MeterOptions{.cpu_ratio = 1.5}}) {
    const auto third = open_meter(other, root.clock);
    REQUIRE(root.wait_for([&] { return (*third)->role() == Role::reader; }));
  }
}

TEST_CASE("open meter: scope and kinds say what counts", "[energy]") {
  NamedRoot root;
  CHECK(sensors_of({.wanted = {.scope = {"dram"}}}) == Names{"powercap:dram-0"});
  CHECK(sensors_of({.wanted = {.kinds = {"battery"}}}).empty());
  const auto gpu = look_at_host({.wanted = {.scope = {"package", "gpu"}}}, root.clock);
  CHECK(gpu->sensors == Names{"powercap:package-0"});
  CHECK(gpu->lacking == Names{"gpu"});
  const auto left = std::find_if(gpu->findings.begin(), gpu->findings.end(),
                                 [](const auto& each) { return each.name == "powercap:dram-0"; });
  REQUIRE(left != gpu->findings.end());
  CHECK((!left->used && left->readable && left->reason == "not in the scope"));

  root.node();
  CHECK(sensors_of({}) == Names{"powercap:package-0", "powercap:dram-0"});
  const auto node = look_at_host({.wanted = {.scope = {"node"}}}, root.clock);
  CHECK(node->sensors == Names{"powercap:package-0", "powercap:dram-0", "cray:node"});
  CHECK(node->label == EnergyLabel::node_metered);
  CHECK(sensors_of({.wanted = {.kinds = {"cray"}}}) == Names{"cray:node"});
}

TEST_CASE("open meter: a module's parts count where the module does not", "[energy]") {
  NamedRoot root;
  const std::string folder = "/sys/class/hwmon/hwmon1";
  root.host.write(folder + "/name", "power_meter");
  root.host.write(folder + "/power1_average", "700000000");
  root.host.write(folder + "/power1_average_interval", "50");
  root.host.write(folder + "/power1_oem_info", "Module Power Socket 0");
  CHECK(look_at_host({}, root.clock)->parts == Names{"module"});
  const auto inner = look_at_host({.wanted = {.scope = {"package", "dram"}}}, root.clock);
  CHECK(inner->parts == Names{"package", "dram"});
  CHECK(inner->label == EnergyLabel::counter_exclusive);
  CHECK(look_at_host({.wanted = {.scope = {"package", "module"}}}, root.clock)->parts ==
        Names{"module"});
}

TEST_CASE("open meter: the model counts where it is allowed, and nothing else is there",
          "[energy]") {
  NamedRoot root;
  root.whole_stat();
  CHECK(sensors_of({.wanted = {.estimated = true}}) ==
        Names{"powercap:package-0", "powercap:dram-0"});
  root.host.remove("/sys/class/powercap");
  const auto without = look_at_host({}, root.clock);
  CHECK(without->label == EnergyLabel::none);
  CHECK(why_unmeasured(*without).find("nothing here measures energy") == 0);
  const auto with = look_at_host({.wanted = {.estimated = true}}, root.clock);
  CHECK(with->label == EnergyLabel::model);
  CHECK(with->sensors == Names{"model:cpu", "model:memory"});
}

TEST_CASE("open meter: why nothing is measured, and what helps", "[energy]") {
  NamedRoot root;
  root.host.forbid("/sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/energy_uj");
  root.host.forbid(
      "/sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/intel-rapl:0:0/energy_uj");
  const Unprivileged user;
  const std::string why = why_unmeasured(*look_at_host({}, root.clock));
  CHECK(why.find("powercap:package-0: ") != std::string::npos);
  CHECK(why.find("energy_uj") != std::string::npos);
  CHECK(why.find('\n') == std::string::npos);
}

TEST_CASE("open meter: what cannot be asked for is refused", "[energy]") {
  NamedRoot root;
  CHECK(refusal({.wanted = {.kinds = {"powercop"}}}).find("did you mean powercap?") !=
        std::string::npos);
  CHECK(refusal({.wanted = {.scope = {"gpus"}}}).find("known: package, dram, gpu") !=
        std::string::npos);
  CHECK(refusal({.wanted = {.kinds = {"model"}}}).find("allow estimates") != std::string::npos);
  CHECK(refusal({.cpu_ratio = 0.5}).find("1 or more") != std::string::npos);
  CHECK(refusal({.dram_ratio = NAN}).find("1 or more") != std::string::npos);
  CHECK(refusal({.steadiness = -1}).find("0 or more") != std::string::npos);
}

TEST_CASE("open meter: a place that cannot be used is an error that says so", "[energy]") {
  NamedRoot root;
  CHECK(absl::IsInvalidArgument(
      open_meter({.runtime = "/" + std::string(120, 'x')}, root.clock).status()));
  const std::string open_to_all = root.host.at("/public");
  REQUIRE(::mkdir(open_to_all.c_str(), 0777) == 0);
  REQUIRE(::chmod(open_to_all.c_str(), 0777) == 0);
  ::setenv("EVOLT_RUNTIME", open_to_all.c_str(), 1);
  CHECK(absl::IsPermissionDenied(open_meter({}, root.clock).status()));
  ::setenv("EVOLT_HOST_ROOT", "/nowhere/at/all", 1);
  const auto nowhere = look_at_host({}, root.clock);
  CHECK(absl::IsNotFound(nowhere.status()));
  CHECK(nowhere.status().message() == "EVOLT_HOST_ROOT: there is no directory /nowhere/at/all");
  CHECK(absl::IsNotFound(open_meter({}, root.clock).status()));
}

}  // namespace evolt
