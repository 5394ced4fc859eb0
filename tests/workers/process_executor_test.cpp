#include "workers/process_executor.hpp"

#include "tests/workers/harness.hpp"

#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdlib>

namespace evolt::testing {

TEST_CASE("process: a trainer that reports and ends well is finished", "[workers]") {
  Bench bench;
  bench.python(R"(
import json
for step in range(1, 4):
    print(json.dumps({"step": step, "val_accuracy": step / 10, "train_loss": 1.0 / step}))
)");
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::finished);
  CHECK(outcome.failure == Failure::none);
  CHECK(outcome.reason.empty());
  CHECK(outcome.steps == 3);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.started_at == 0);
  CHECK(find(outcome.metrics, "val_accuracy") == 0.3);
  CHECK(outcome.last_lines.empty());
  REQUIRE(bench.witness.measurements.size() == 3);
  CHECK(bench.witness.measurements[1].step == 2);
  CHECK(bench.witness.measurements[1].metrics ==
        Metrics{{"val_accuracy", 0.2}, {"train_loss", 0.5}});
}

TEST_CASE("process: usage is measured over the whole tree", "[workers]") {
  Bench bench;
  bench.shell(R"(
/usr/bin/python3 -c '
import time
end = time.process_time() + 0.3
while time.process_time() < end: pass
print("{\"loss\": 1}")'
)");
  const Outcome& outcome = bench.run();
  REQUIRE(outcome.usage.cpu);
  CHECK(outcome.usage.cpu->value >= 0.3);
  CHECK(outcome.usage.wall.value >= 0.3);
  REQUIRE(outcome.usage.startup);
  CHECK(outcome.usage.startup->value >= 0.3);
  REQUIRE(outcome.usage.max_rss);
  CHECK(*outcome.usage.max_rss > 1 << 20);
}

TEST_CASE("process: the trial file and the environment say what the contract promises",
          "[workers]") {
  Bench bench;
  bench.spec.checkpoint = true;
  bench.spec.cores = 3;
  bench.spec.steps = 50;
  bench.spec.env = {"MKL_NUM_THREADS=7", "MY_OWN=a b"};
  bench.python(R"(
import json, os
names = ["EVOLT_PARAMS", "EVOLT_REPORT_FD", "EVOLT_CHECKPOINT_IN", "EVOLT_CHECKPOINT_OUT",
         "OMP_NUM_THREADS", "MKL_NUM_THREADS", "MY_OWN"]
seen = {name: os.environ[name] for name in names}
seen["out_is_dir"] = os.path.isdir(os.environ["EVOLT_CHECKPOINT_OUT"])
seen["trial"] = json.load(open(os.environ["EVOLT_PARAMS"]))
seen["fds"] = sorted(int(n) for n in os.listdir("/proc/self/fd"))
seen["cwd"] = os.getcwd()
json.dump(seen, open("seen.json", "w"))
)");
  Params params = {{"lr", 0.5},
                   {"depth", std::int64_t{3}},
                   {"wide", 1.0},
                   {"act", std::string("re\"lu\n")},
                   {"flag", true}};
  bench.run(params);
  const auto seen = nlohmann::json::parse(slurp(bench.dir / "seen.json"));
  CHECK(seen["trial"]["params"].dump() ==
        R"({"act":"re\"lu\n","depth":3,"flag":true,"lr":0.5,"wide":1.0})");
  CHECK(seen["trial"]["trial"] == "1.0.1");
  CHECK(seen["trial"]["attempt"] == 1);
  CHECK(seen["trial"]["steps"] == 50);
  CHECK(seen["trial"]["fidelity"] == "step");
  CHECK(seen["EVOLT_CHECKPOINT_IN"] == "");
  CHECK(seen["out_is_dir"] == true);
  CHECK(seen["OMP_NUM_THREADS"] == "3");
  CHECK(seen["MKL_NUM_THREADS"] == "7");
  CHECK(seen["MY_OWN"] == "a b");
  CHECK(fs::canonical(seen["cwd"].get<std::string>()) == fs::canonical(bench.dir.str()));
  // 0, 1, 2, the report descriptor, and the one that lists the directory.
  CHECK(seen["fds"].size() == 5);
}

TEST_CASE("process: a trial of several ranks finds its hosts", "[workers]") {
  Bench bench;
  bench.spec.place = TrialPlace{.hosts = {"n1", "n1", "n2"}, .parts = 2, .own = {0, 1}};
  bench.shell("cat \"$EVOLT_HOSTFILE\"; echo \"$EVOLT_RANKS $EVOLT_HOSTS\"");
  bench.run();
  CHECK(slurp(bench.attempt_dir() / "log") == "n1\nn1\nn2\n3 n1:2,n2:1\n");
  Bench alone;
  alone.shell("echo \"${EVOLT_HOSTFILE-none} ${EVOLT_RANKS-none} ${EVOLT_HOSTS-none}\"");
  alone.run();
  CHECK(slurp(alone.attempt_dir() / "log") == "none none none\n");
  CHECK_FALSE(fs::exists(alone.attempt_dir() / "hosts"));
}

TEST_CASE("process: no descriptor of ours leaks into a trial", "[workers]") {
  Bench bench;
  const int leaky = ::dup(0);  // not close-on-exec
  bench.python(R"(
import os
count = len(os.listdir("/proc/self/fd"))
open("fds", "w").write(str(count))
)");
  bench.run();
  ::close(leaky);
  CHECK(slurp(bench.dir / "fds") == "5");
}

TEST_CASE("process: values reach the trainer byte for byte and never a shell", "[workers]") {
  const std::string value =
      GENERATE(as<std::string>{}, "plain", "it's \"quoted\"", "a;touch pwned;b", "$(touch pwned)",
               "`touch pwned`", "line\nbreak", "-rf", "", "ünï😀", "a b\tc", "%s%n", "{params}",
               "{other}", "--x=1", "\x01\x7f");
  Bench bench;
  bench.spec.parameters = {"name", "other"};
  bench.python(R"(
import json, os, sys
params = json.load(open(os.environ["EVOLT_PARAMS"]))["params"]
json.dump({"argv": sys.argv[1:], "params": params}, open("seen.json", "w"))
)");
  bench.spec.command.insert(bench.spec.command.end(), {"{params}", "<{name}>"});
  const Outcome& outcome = bench.run({{"name", value}});
  CHECK(outcome.ending == Ending::finished);
  const auto seen = nlohmann::json::parse(slurp(bench.dir / "seen.json"));
  CHECK(seen["argv"] == nlohmann::json({"--name=" + value, "<" + value + ">"}));
  CHECK(seen["params"]["name"] == value);
  CHECK_FALSE(fs::exists(bench.dir / "pwned"));
}

TEST_CASE("process: a value that no program can be given is refused as an outcome", "[workers]") {
  const std::string value = GENERATE(as<std::string>{}, std::string("a\0b", 3), "torn \xC3");
  Bench bench;
  bench.shell("exit 0");
  const Outcome& outcome = bench.run({{"name", value}});
  CHECK(outcome.ending == Ending::failed);
  CHECK(outcome.failure == Failure::not_started);
  CHECK(outcome.reason.find("\"name\"") != std::string::npos);
}

TEST_CASE("process: arguments longer than the system allows are an outcome", "[workers]") {
  Bench bench;
  bench.shell("exit 0");
  bench.spec.command.emplace_back("{params}");
  const Outcome& outcome = bench.run({{"name", std::string(std::size_t{4} << 20, 'x')}});
  CHECK(outcome.failure == Failure::not_started);
  CHECK(outcome.reason.find("longer than this system allows") != std::string::npos);
}

TEST_CASE("process: a crash is an outcome with the last lines", "[workers]") {
  Bench bench;
  bench.python(R"(
import sys
for i in range(30): print("line", i)
print("{\"step\": 1, \"loss\": 2.5}")
raise RuntimeError("out of luck")
)");
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::failed);
  CHECK(outcome.failure == Failure::exit_code);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.reason == "ended with exit code 1");
  REQUIRE(outcome.last_lines.size() == 20);
  CHECK(outcome.last_lines.back() == "RuntimeError: out of luck");
  CHECK(find(outcome.metrics, "loss") == 2.5);
  CHECK(slurp(bench.attempt_dir() / "log").find("line 0\n") != std::string::npos);
}

TEST_CASE("process: a signal is an outcome that names it", "[workers]") {
  Bench bench;
  bench.shell("kill -SEGV $$");
  const Outcome& outcome = bench.run();
  CHECK(outcome.failure == Failure::signal);
  CHECK(outcome.signal == SIGSEGV);
  CHECK(outcome.reason == "killed by signal 11 (SIGSEGV)");
}

TEST_CASE("process: the infeasible exit code is no failure", "[workers]") {
  Bench bench;
  bench.spec.infeasible_exit = 77;
  bench.shell("exit 77");
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::infeasible);
  CHECK(outcome.failure == Failure::none);
  CHECK(outcome.exit_code == 77);
}

TEST_CASE("process: a script without an interpreter is not started", "[workers]") {
  Bench bench;
  write(bench.dir / "train", "#!/no/such/interpreter\n");
  fs::permissions(bench.dir / "train", fs::perms::owner_all);
  bench.spec.command = {"./train"};
  const Outcome& outcome = bench.run();
  CHECK(outcome.failure == Failure::not_started);
  CHECK(outcome.reason.find("./train") != std::string::npos);
  CHECK(outcome.reason.find("No such file") != std::string::npos);
}

TEST_CASE("process: a checkpoint goes from attempt to attempt", "[workers]") {
  Bench bench;
  bench.spec.checkpoint = true;
  bench.python(R"(
import json, os
came = os.environ["EVOLT_CHECKPOINT_IN"]
step = int(open(came + "/step").read()) if came else 0
for _ in range(2):
    step += 1
    print(json.dumps({"step": step, "loss": 1.0}))
open(os.environ["EVOLT_CHECKPOINT_OUT"] + "/step", "w").write(str(step))
)");
  std::string checkpoint;
  for (int number = 1; number <= 3; ++number) {
    Attempt attempt = make_attempt(1, 0, number);
    // The third is told a place that is gone: the study was moved, or its predecessor was lost.
    attempt.checkpoint = number == 2 ? checkpoint : number == 3 ? "/no/such/place" : "";
    bench.start(make_trial(1), attempt);
    REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == std::size_t(number); }));
    const Outcome& outcome = *bench.witness.ends.back().outcome;
    CHECK(outcome.ending == Ending::finished);
    CHECK(outcome.steps == 2 * number);
    CHECK(outcome.started_at == 2 * (number - 1));
    checkpoint = outcome.checkpoint;
    CHECK(checkpoint == (bench.attempt_dir(1, number) / "checkpoint").string());
  }
}

TEST_CASE("process: a trial starts from the newest checkpoint of the parent it inherits from",
          "[workers]") {
  Bench bench;
  bench.spec.checkpoint = true;
  bench.python(R"(
import json, os
m = json.load(open(os.environ["EVOLT_PARAMS"]))
came, parent = os.environ["EVOLT_CHECKPOINT_IN"], os.environ.get("EVOLT_CHECKPOINT_FROM", "")
assert m["checkpoint_in"] == came and m.get("checkpoint_from", "") == parent
open("came", "w").write(came + " " + parent)
print(json.dumps({"step": 3, "loss": 1.0}))
)");
  const auto come = [&](const Attempt& attempt) {
    const std::size_t before = bench.witness.ends.size();
    bench.start(make_trial(2), attempt);
    REQUIRE(bench.run_until([&] { return bench.witness.ends.size() > before; }));
    CHECK(bench.witness.ends.back().outcome->ending == Ending::finished);
    return slurp(bench.dir / "came");
  };
  Attempt attempt = make_attempt(2);
  attempt.inherits_from = id_of(1);
  CHECK(come(attempt) == " ");  // it left nothing that can be seen
  for (const int number : {1, 2, 10, 11}) {
    fs::create_directories(bench.attempt_dir(1, number) / "checkpoint");
    if (number < 11) {  // the last one never saved
      write(bench.attempt_dir(1, number) / "checkpoint" / "weights", "w");
    }
  }
  CHECK(come(attempt) == (bench.attempt_dir(1, 10) / "checkpoint").string() + " 1.0.1");
  CHECK(bench.witness.ends.back().outcome->started_at == 0);  // it counts its own steps
  write(bench.attempt_dir(2, 1) / "checkpoint" / "weights", "own");
  attempt.number = 2;
  CHECK(come(attempt) == (bench.attempt_dir(2, 1) / "checkpoint").string() + " ");
  CHECK(bench.witness.ends.back().outcome->started_at == 2);
}

TEST_CASE("process: the goal of an attempt is told in every way", "[workers]") {
  Bench bench;
  bench.spec.steps = 27;
  bench.python(R"(
import json, os, sys
m = json.load(open(os.environ["EVOLT_PARAMS"]))
print(json.dumps({"loss": 1.0, "argv": int(sys.argv[1]), "env": int(os.environ["EVOLT_GOAL"]),
                  "json": m["goal"], "steps_said": m["steps"]}))
)");
  bench.spec.command.emplace_back("{goal}");
  Attempt attempt = make_attempt(1);
  const std::int64_t goal = GENERATE(0, 9);  // 0: the full length
  attempt.goal = goal;
  bench.start(make_trial(1), attempt);
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  const Outcome& outcome = bench.witness.outcome();
  const auto told = static_cast<double>(goal == 0 ? 27 : goal);
  CHECK(outcome.metrics ==
        Metrics{{"loss", 1}, {"argv", told}, {"env", told}, {"json", told}, {"steps_said", 27}});
  CHECK(outcome.steps == (goal == 0 ? 27 : goal));  // it spoke once, without a step
}

TEST_CASE("process: slots run side by side and are checked", "[workers]") {
  Bench bench;
  bench.spec.slots = 2;
  // Each waits for the other: they end only when both run at once.
  bench.spec.parameters = {"me", "other"};
  bench.shell("touch here-$1; while [ ! -e here-$2 ]; do sleep 0.02; done; echo '{\"loss\":1}'");
  bench.spec.command.insert(bench.spec.command.end(), {"{me}", "{other}"});
  bench.start(make_trial(1, {{"me", std::string("a")}, {"other", std::string("b")}}),
              make_attempt(1, 0));
  CHECK(absl::IsFailedPrecondition(
      bench.executor->start(make_trial(2), make_attempt(2, 0), bench.witness)));
  CHECK(absl::IsFailedPrecondition(
      bench.executor->start(make_trial(2), make_attempt(2, 2), bench.witness)));
  bench.start(make_trial(2, {{"me", std::string("b")}, {"other", std::string("a")}}),
              make_attempt(2, 1));
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 2; }));
}

TEST_CASE("process: the next trial may start from within an outcome", "[workers]") {
  Bench bench;
  bench.shell("echo '{\"loss\":1}'");
  std::uint64_t next = 2;
  bench.witness.then = [&](const Witness::End&) {
    if (next <= 5) {
      bench.start(make_trial(next), make_attempt(next));
      ++next;
    }
  };
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 5; }));
}

TEST_CASE("process: the loop runs dry when nothing runs", "[workers]") {
  Bench bench;
  bench.shell("exit 0");
  bench.start(make_trial(1), make_attempt(1));
  bench.loop.run();
  CHECK(bench.witness.ends.size() == 1);
}

TEST_CASE("process: a study directory that cannot be written is an error, not an outcome",
          "[workers]") {
  Bench bench;
  bench.shell("exit 0");
  bench.make();
  fs::remove_all(bench.dir / "study");
  write(bench.dir / "study", "a file in the way");
  CHECK(absl::IsUnavailable(bench.executor->start(make_trial(1), make_attempt(1), bench.witness)));
  fs::remove(bench.dir / "study");
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
}

TEST_CASE("process: a plan shows what would run and touches nothing", "[workers]") {
  Bench bench;
  bench.shell("exit 0");
  bench.spec.command.emplace_back("{params}");
  auto executor = ProcessExecutor::make(bench.loop, bench.spec);
  REQUIRE(executor.ok());
  const auto plan = (*executor)->plan(make_trial(1, {{"lr", 0.25}}), make_attempt(1));
  REQUIRE(plan.ok());
  CHECK(plan->program == "/bin/sh");
  CHECK(plan->argv == std::vector<std::string>{"/bin/sh", "train.sh", "--lr=0.25"});
  CHECK(plan->variables[0] == "EVOLT_PARAMS=" + (bench.attempt_dir() / "params.json").string());
  CHECK(plan->directory == bench.dir.str());
  CHECK_FALSE(fs::exists(bench.attempt_dir()));
}

}  // namespace evolt::testing
