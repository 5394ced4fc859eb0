#include "workers/limited_executor.hpp"

#include "core/config_error.hpp"
#include "tests/workers/energy/stub_gpus.hpp"
#include "tests/workers/harness.hpp"

#include <cstdlib>

namespace evolt::testing {
namespace {

/// A bench on a machine of two pretended GPUs and a package, where limits may be set.
struct LimitedBench : Bench {
  StubGpus stub;

  explicit LimitedBench(const std::string& more = "")
      : stub(
            "gpu 0 uuid GPU-a\ngpu 0 limit 280\ngpu 0 power 0:50\n"
            "gpu 1 uuid GPU-b\ngpu 1 limit 333\ngpu 1 power 0:50\n" +
            more) {
    fs::create_directories(zone());
    write(zone() / "name", "package-0\n");
    write(zone() / "constraint_0_name", "long_term\n");
    write(zone() / "constraint_0_power_limit_uw", "125000000\n");
    ::setenv("EVOLT_NVML", kNvmlStub.c_str(), 1);
    ::setenv("EVOLT_SYS", (stub.folder() / "sys").c_str(), 1);
    ::setenv("EVOLT_RUNTIME", (stub.folder() / "runtime").c_str(), 1);
    ::unsetenv("CUDA_VISIBLE_DEVICES");
    spec.slots = 1;
    spec.gpus = 1;
    spec.gpu_power_limit = "limit";
    spec.parameters = {"x", "limit", "cap"};
  }

  ~LimitedBench() { executor.reset(); }  // while there is a machine to restore

  fs::path zone() const { return stub.folder() / "sys/class/powercap/intel-rapl:0"; }
  std::string package() const { return slurp(zone() / "constraint_0_power_limit_uw"); }

  /// The limit of a GPU as it was set last; 0: never.
  double gpu(const std::string& uuid) const {
    std::ifstream in(stub.log());
    std::string name;
    double watts = 0;
    double last = 0;
    long pid = 0;
    while (in >> name >> watts >> pid) {
      last = name == uuid ? watts : last;
    }
    return last;
  }

  /// What the log of limits holds when the trainer runs.
  void copy_log() {
    shell("cp " + stub.log() +
          " seen; echo \"$CUDA_VISIBLE_DEVICES\" \"$@\" > argv\n"
          "echo '{\"step\":1,\"loss\":1}'\n");
    spec.command.emplace_back("{params}");
  }
};

}  // namespace

TEST_CASE("limited: a limit is set before the trainer starts, and restored when it has ended",
          "[workers]") {
  LimitedBench bench;
  bench.copy_log();
  const Outcome& outcome = bench.run({{"x", 1.5}, {"limit", 200.0}});
  CHECK(outcome.ending == Ending::finished);
  REQUIRE(outcome.usage.gpu_power_limit);
  CHECK(outcome.usage.gpu_power_limit->value == 200);
  CHECK_FALSE(outcome.usage.cpu_power_limit);
  CHECK_THAT(slurp(bench.dir / "seen"), Catch::Contains("GPU-a 200.000"));
  CHECK(slurp(bench.dir / "argv") == "GPU-a --x=1.5\n");  // the trainer need not know
  bench.executor.reset();
  CHECK(bench.gpu("GPU-a") == 280);
}

TEST_CASE("limited: what was enforced is recorded, not what was asked", "[workers]") {
  LimitedBench bench("gpu 0 rack_limit 170\n");
  bench.copy_log();
  CHECK(bench.run({{"limit", 200.0}}).usage.gpu_power_limit->value == 170);
}

TEST_CASE("limited: a value that the device does not allow is moved", "[workers]") {
  LimitedBench bench;
  bench.copy_log();
  CHECK(bench.run({{"limit", 20.0}}).usage.gpu_power_limit->value == 100);
}

TEST_CASE("limited: without a value nothing is set", "[workers]") {
  LimitedBench bench;
  bench.copy_log();
  const Outcome& outcome = bench.run({{"x", 1.0}});
  CHECK(outcome.ending == Ending::finished);
  CHECK_FALSE(outcome.usage.gpu_power_limit);
  CHECK(bench.gpu("GPU-a") == 280);  // tried at the start, at what it was
}

TEST_CASE("limited: of the package, where the host is ours", "[workers]") {
  LimitedBench bench;
  bench.spec.gpus = 0;
  bench.spec.gpu_power_limit.clear();
  bench.spec.cpu_power_limit = "cap";
  bench.shell("cat " + (bench.zone() / "constraint_0_power_limit_uw").string() +
              " > seen; echo '{\"loss\":1}'");
  const Outcome& outcome = bench.run({{"cap", 75.0}});
  CHECK(outcome.usage.cpu_power_limit->value == 75);
  CHECK(slurp(bench.dir / "seen") == "75000000\n");
  bench.executor.reset();
  CHECK(bench.package() == "125000000\n");
}

TEST_CASE("limited: a slot has its own GPUs' limits, one attempt after the other", "[workers]") {
  LimitedBench bench;
  bench.spec.slots = 2;
  bench.shell("sleep 0.1; echo '{\"loss\":1}'");
  bench.start(make_trial(1, {{"limit", 150.0}}), make_attempt(1, 0));
  bench.start(make_trial(2, {{"limit", 160.0}}), make_attempt(2, 1));
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 2; }));
  bench.start(make_trial(3, {{"limit", 170.0}}), make_attempt(3, 0));
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 3; }));
  CHECK(bench.witness.ends[2].outcome->usage.gpu_power_limit->value == 170);
  bench.executor.reset();
  CHECK(bench.gpu("GPU-a") == 280);
  CHECK(bench.gpu("GPU-b") == 333);
  const std::string log = bench.stub.limits_set();
  for (const std::string set : {"GPU-a 150.000", "GPU-b 160.000", "GPU-a 170.000"}) {
    CHECK_THAT(log, Catch::Contains(set));
  }
}

TEST_CASE("limited: stopped before it was started, it is stopped all the same", "[workers]") {
  LimitedBench bench;
  bench.shell("sleep 600");
  bench.spec.limits.grace = Seconds{1};
  bench.start(make_trial(1, {{"limit", 150.0}}), make_attempt(1));
  bench.executor->stop(id_of(1), "enough");
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  CHECK(bench.witness.outcome().ending == Ending::stopped);
}

TEST_CASE("limited: a GPU that is lost in between loses the attempt, and frees the slot",
          "[workers]") {
  LimitedBench bench;
  bench.copy_log();
  bench.make();
  bench.stub.change(
      "gpu 0 uuid GPU-a\ngpu 0 limit 280\ngpu 0 error all 15\n"
      "gpu 1 uuid GPU-b\ngpu 1 limit 333\n");
  bench.start(make_trial(1, {{"limit", 150.0}}), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  CHECK_THAT(bench.witness.ends[0].lost, Catch::Contains("GPU is lost"));
  bench.stub.change("gpu 0 uuid GPU-a\ngpu 0 limit 280\n");
  bench.start(make_trial(1, {{"limit", 150.0}}), make_attempt(1, 0, 2));
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 2; }));
  CHECK(bench.witness.ends[1].outcome->ending == Ending::finished);
}

TEST_CASE("limited: what cannot be started costs the trial no attempt, and frees the slot",
          "[workers]") {
  LimitedBench bench;
  bench.copy_log();
  bench.make();
  const fs::path trials = fs::path(bench.spec.study_dir) / "trials";
  fs::remove_all(trials);
  write(trials, "in the way");  // no attempt can have its folder
  bench.start(make_trial(1, {{"limit", 150.0}}), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.not_started.empty(); }));
  CHECK(bench.witness.ends.empty());
  CHECK_FALSE(bench.witness.not_started[0].empty());
  CHECK(bench.run_until([&] { return bench.gpu("GPU-a") == 280; }));
  fs::remove(trials);
  bench.start(make_trial(1, {{"limit", 150.0}}), make_attempt(1, 0, 2));
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  CHECK(bench.witness.outcome().ending == Ending::finished);
}

TEST_CASE("limited: where it is not permitted or not clear, no study starts", "[workers]") {
  LimitedBench bench("gpu 0 may_set 0\n");
  bench.copy_log();
  CHECK_THROWS_WITH(make_executor(bench.loop, bench.spec),
                    Catch::Contains("does not let us set it") && Catch::Contains("only root"));
  bench.spec.gpus = 0.5;
  CHECK_THROWS_WITH(make_executor(bench.loop, bench.spec), Catch::Contains("trial.gpus"));
  bench.spec.gpus = 1;
  bench.stub.change("gpu 0 uuid GPU-a\ngpu 0 mig MIG-1 7\n");
  CHECK_THROWS_WITH(make_executor(bench.loop, bench.spec), Catch::Contains("slice"));
  ::setenv("EVOLT_NVML", "/nowhere/library.so", 1);
  ::setenv("CUDA_VISIBLE_DEVICES", "0", 1);
  CHECK_THROWS_WITH(make_executor(bench.loop, bench.spec), Catch::Contains("which GPU '0' is"));
  ::unsetenv("CUDA_VISIBLE_DEVICES");
  bench.spec.gpus = 0;
  bench.spec.gpu_power_limit.clear();
  bench.spec.cpu_power_limit = "cap";
  bench.spec.slots = 2;
  CHECK_THROWS_WITH(make_executor(bench.loop, bench.spec), Catch::Contains("--slots 1"));
  bench.spec.slots = 1;
  fs::remove_all(bench.zone());
  CHECK_THROWS_WITH(make_executor(bench.loop, bench.spec), Catch::Contains("no power limit"));
}

TEST_CASE("limited: without its warden no study starts", "[workers]") {
  LimitedBench bench;
  ::setenv("EVOLT_WARDEN", "/nowhere/evolt-warden", 1);
  bench.copy_log();
  const auto none = make_executor(bench.loop, bench.spec);
  CHECK(none.status().code() == absl::StatusCode::kNotFound);
  ::unsetenv("EVOLT_WARDEN");
}

}  // namespace evolt::testing
