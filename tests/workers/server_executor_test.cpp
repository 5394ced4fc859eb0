#include "tests/workers/harness.hpp"

#include <csignal>

namespace evolt::testing {
namespace {

constexpr std::string_view kServer = R"(
import json, os, sys
open("starts", "a").write(f"{os.getpid()}\n")
def say(**fields): print(json.dumps(fields), flush=True)
for line in sys.stdin:
    message = json.loads(line)
    if "stop" in message: continue
    handle(message)
)";

std::string server(std::string_view handle) {
  return std::string("def handle(m):\n") + std::string(handle) + "\n" + std::string(kServer);
}

struct ServerBench : Bench {
  ServerBench() { spec.mode = StartMode::server; }

  /// Runs trials one after the other on slot 0.
  void run_trials(std::uint64_t from, std::uint64_t to, Params params = {}) {
    for (std::uint64_t i = from; i <= to; ++i) {
      const std::size_t before = witness.ends.size();
      start(make_trial(i, params), make_attempt(i));
      REQUIRE(run_until([&] { return witness.ends.size() > before; }));
    }
  }
  const Outcome& last() {
    INFO("lost: " << witness.ends.back().lost);
    REQUIRE(witness.ends.back().outcome);
    return *witness.ends.back().outcome;
  }
  std::size_t starts() const { return pids_in(dir / "starts").size(); }
};

}  // namespace

TEST_CASE("server: one process takes many trials", "[workers]") {
  ServerBench bench;
  bench.spec.steps = 7;
  bench.python(server(R"(
  for step in (1, 2): say(step=step, x=m["params"]["x"] * step, steps=m["steps"], attempt_seen=m["attempt"])
  say(done=True))"));
  for (std::uint64_t i = 1; i <= 20; ++i) {
    bench.run_trials(i, i, {{"x", double(i)}});
    CHECK(bench.last().ending == Ending::finished);
    CHECK(bench.last().steps == 2);
    CHECK(find(bench.last().metrics, "x") == 2.0 * double(i));
    CHECK(find(bench.last().metrics, "steps") == 7);
    REQUIRE(bench.last().usage.startup);
    REQUIRE(bench.last().usage.cpu);
    CHECK(bench.last().usage.cpu->value >= 0);
    CHECK(bench.last().usage.cpu->value < 30);
  }
  CHECK(bench.starts() == 1);
  CHECK(bench.witness.measurements.size() == 40);
}

TEST_CASE("server: each slot has its own", "[workers]") {
  ServerBench bench;
  bench.spec.slots = 2;
  bench.python(server(R"(
  import time
  me, other = m["params"]["me"], m["params"]["other"]
  open("here-" + me, "w")
  while not os.path.exists("here-" + other): time.sleep(0.02)
  say(loss=1); say(done=True))"));
  bench.start(make_trial(1, {{"me", std::string("a")}, {"other", std::string("b")}}),
              make_attempt(1, 0));
  bench.start(make_trial(2, {{"me", std::string("b")}, {"other", std::string("a")}}),
              make_attempt(2, 1));
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 2; }));
  CHECK(bench.starts() == 2);
}

TEST_CASE("server: failed and infeasible are said in words", "[workers]") {
  ServerBench bench;
  bench.python(server(R"(
  print("some talk", file=sys.stderr, flush=True)
  if m["trial"] == "1.0.1": say(failed="diverged at \"once\"")
  if m["trial"] == "1.0.2": say(failed="too many heads", infeasible=True)
  if m["trial"] == "1.0.3": say(done=True, loss=0.5))"));
  bench.run_trials(1, 1);
  CHECK(bench.last().ending == Ending::failed);
  CHECK(bench.last().failure == Failure::told);
  CHECK(bench.last().last_lines.front() == "some talk");
  CHECK(slurp(bench.dir / "study/servers/rank-0-slot-0/log").find("some talk\n") !=
        std::string::npos);
  CHECK(bench.last().reason == "diverged at \"once\"");
  bench.run_trials(2, 2);
  CHECK(bench.last().ending == Ending::infeasible);
  CHECK(bench.last().reason == "too many heads");
  bench.run_trials(3, 3);
  CHECK(bench.last().ending == Ending::finished);
  CHECK(find(bench.last().metrics, "loss") == 0.5);
}

TEST_CASE("server: late words about another trial do not count", "[workers]") {
  ServerBench bench;
  bench.python(server(R"(
  say(trial="1.0.99", step=9, loss=99); say(trial="1.0.99", done=True)
  say(trial=m["trial"], step=1, loss=0.5); say(trial=m["trial"], done=True))"));
  bench.run_trials(1, 1);
  CHECK(bench.last().steps == 1);
  CHECK(bench.last().metrics == Metrics{{"loss", 0.5}});
}

TEST_CASE("server: a stop is said, and any answer to it is a stop", "[workers]") {
  ServerBench bench;
  bench.python(R"(
import json, sys
def say(**fields): print(json.dumps(fields), flush=True)
for line in sys.stdin:
    m = json.loads(line)
    if "stop" in m: say(failed="as told " + m["stop"])
    else: say(step=1, loss=1.0)
)");
  bench.witness.judge = [](const TrialId& trial, const Measurement&) {
    return trial == id_of(1) ? Verdict{.decision = Verdict::Decision::stop, .reason = "weak"}
                             : Verdict{};
  };
  bench.run_trials(1, 1);
  CHECK(bench.last().ending == Ending::stopped);
  CHECK(bench.last().reason == "weak");
  CHECK(bench.last().metrics == Metrics{{"loss", 1.0}});
  bench.start(make_trial(2), make_attempt(2));
  REQUIRE(bench.run_until([&] { return bench.witness.measurements.size() == 2; }));
  bench.executor->stop(id_of(2), "by hand");
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 2; }));
  CHECK(bench.last().ending == Ending::stopped);
  CHECK(bench.last().reason == "by hand");
}

TEST_CASE("server: trials of several ranks find their hosts", "[workers]") {
  ServerBench bench;
  bench.spec.place = TrialPlace{.hosts = {"n1", "n1"}, .parts = 2, .own = {0, 1}};
  bench.python(server(R"(
  import os
  lines = open(os.environ["EVOLT_HOSTFILE"]).read().split()
  right = lines == ["n1", "n1"] and os.environ["EVOLT_HOSTS"] == "n1:2"
  say(step=1, loss=1, right=float(right), ranks=int(os.environ["EVOLT_RANKS"]))
  say(done=True))"));
  bench.run_trials(1, 2);
  CHECK(find(bench.last().metrics, "right") == 1);
  CHECK(find(bench.last().metrics, "ranks") == 2);
}

TEST_CASE("server: a trial that is to be resumed is told to save", "[workers]") {
  ServerBench bench;
  bench.spec.checkpoint = true;
  bench.python(R"(
import json, sys
def say(**fields): print(json.dumps(fields), flush=True)
for line in sys.stdin:
    m = json.loads(line)
    if "stop" in m:
        open(saves + "/state", "w").write(line)
        say(done=True)
    else:
        saves = m["checkpoint_out"]
        say(step=1, loss=1.0)
)");
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.measurements.empty(); }));
  bench.executor->stop(id_of(1), "the run ends", StopFor::resume);
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  CHECK(bench.last().ending == Ending::stopped);
  CHECK(slurp(fs::path(bench.last().checkpoint) / "state") ==
        "{\"stop\":\"1.0.1\",\"checkpoint\":true}\n");
}

TEST_CASE("server: one that does not heed a stop is killed and replaced", "[workers]") {
  ServerBench bench;
  bench.spec.limits.grace = Seconds{0.3};
  bench.python(server(R"(
  import signal, time
  say(step=1, loss=1)
  if m["trial"] == "1.0.1":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True: time.sleep(0.05)
  say(done=True))"));
  bench.witness.judge = [](const TrialId& trial, const Measurement&) {
    return trial == id_of(1) ? Verdict{.decision = Verdict::Decision::stop, .reason = "weak"}
                             : Verdict{};
  };
  bench.run_trials(1, 1);
  CHECK(bench.last().ending == Ending::stopped);
  bench.run_trials(2, 2);
  CHECK(bench.last().ending == Ending::finished);
  CHECK(bench.starts() == 2);
}

TEST_CASE("server: one that dies fails its trial and is there for the next", "[workers]") {
  ServerBench bench;
  bench.python(server(R"(
  say(step=1, loss=1)
  if m["trial"] == "1.0.1": raise RuntimeError("no luck")
  if m["trial"] == "1.0.2": os.kill(os.getpid(), 9)
  say(done=True))"));
  bench.run_trials(1, 1);
  CHECK(bench.last().failure == Failure::exit_code);
  CHECK(bench.last().reason == "the server ended with exit code 1 in the middle of the trial");
  CHECK(bench.last().last_lines.back() == "RuntimeError: no luck");
  bench.run_trials(2, 2);
  CHECK(bench.last().failure == Failure::signal);
  CHECK(bench.last().signal == SIGKILL);
  bench.run_trials(3, 3);
  CHECK(bench.last().ending == Ending::finished);
  CHECK(bench.starts() == 3);
}

TEST_CASE("server: three deaths before a report mean that it cannot start", "[workers]") {
  ServerBench bench;
  bench.python("import no_such_module");
  bench.run_trials(1, 1);
  CHECK(bench.last().failure == Failure::exit_code);
  bench.run_trials(2, 2);
  CHECK(bench.last().failure == Failure::exit_code);
  bench.run_trials(3, 3);
  CHECK(bench.last().failure == Failure::not_started);
  CHECK(bench.last().reason.find("3 times in a row") != std::string::npos);
  CHECK(bench.last().last_lines.back() == "ModuleNotFoundError: No module named 'no_such_module'");
}

TEST_CASE("server: one that ends on purpose is replaced without a word", "[workers]") {
  ServerBench bench;
  bench.python(server(R"(
  say(step=1, loss=1); say(done=True)
  sys.exit(0))"));
  bench.run_trials(1, 6);
  for (const auto& end : bench.witness.ends) {
    REQUIRE(end.outcome);
    CHECK(end.outcome->ending == Ending::finished);
  }
  CHECK(bench.starts() == 6);
}

TEST_CASE("server: one that ends at once without a word is not started for ever", "[workers]") {
  ServerBench bench;
  bench.shell("echo $$ >> starts; exit 0");
  bench.run_trials(1, 1);
  CHECK(bench.last().failure == Failure::not_started);
  CHECK(bench.starts() == 3);
}

TEST_CASE("server: one that ends well in the middle of a trial fails it", "[workers]") {
  ServerBench bench;
  bench.python(server(R"(
  say(step=1, loss=1)
  sys.exit(0))"));
  bench.run_trials(1, 1);
  CHECK(bench.last().failure == Failure::exit_code);
  CHECK(bench.last().reason == "the server ended with exit code 0 in the middle of the trial");
}

TEST_CASE("server: limits hold for each trial", "[workers]") {
  ServerBench bench;
  const bool wall = GENERATE(true, false);
  bench.spec.limits.grace = Seconds{0.2};
  (wall ? bench.spec.limits.wall : bench.spec.limits.no_progress) = Seconds{6};
  bench.python(server(R"(
  import time
  say(step=1, loss=1)
  if m["trial"] == "1.0.2":
    while True: time.sleep(0.05)
  say(done=True))"));
  bench.run_trials(1, 3);
  CHECK(bench.witness.ends[0].outcome->ending == Ending::finished);
  CHECK(bench.witness.ends[1].outcome->failure ==
        (wall ? Failure::wall_limit : Failure::no_progress));
  CHECK(bench.witness.ends[2].outcome->ending == Ending::finished);
}

TEST_CASE("server: memory counts for the server", "[workers]") {
  ServerBench bench;
  bench.spec.limits.memory = std::int64_t{150} << 20;
  bench.python(server(R"(
  import time
  say(step=1, loss=1)
  block = bytearray(os.urandom(1 << 20)) * 400
  while True: time.sleep(0.05))"));
  bench.run_trials(1, 1);
  CHECK(bench.last().failure == Failure::memory);
}

TEST_CASE("server: checkpoints come as paths", "[workers]") {
  ServerBench bench;
  bench.spec.checkpoint = true;
  bench.python(server(R"(
  step = int(open(m["checkpoint_in"] + "/step").read()) if m["checkpoint_in"] else 0
  say(step=step + 1, loss=1)
  open(m["checkpoint_out"] + "/step", "w").write(str(step + 1))
  say(done=True))"));
  bench.start(make_trial(1), make_attempt(1, 0, 1));
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 1; }));
  CHECK(bench.last().checkpoint == (bench.attempt_dir() / "checkpoint").string());
  bench.start(make_trial(1), make_attempt(1, 0, 2));
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 2; }));
  CHECK(bench.last().steps == 2);
  CHECK(bench.last().started_at == 1);
}

TEST_CASE("server: a server that cannot be run is not started", "[workers]") {
  ServerBench bench;
  write(bench.dir / "train", "#!/no/such/interpreter\n");
  fs::permissions(bench.dir / "train", fs::perms::owner_all);
  bench.spec.command = {"./train"};
  bench.run_trials(1, 1);
  CHECK(bench.last().failure == Failure::not_started);
}

TEST_CASE("server: its nanny's death loses the trial", "[workers]") {
  ServerBench bench;
  bench.python(server(R"(
  import time
  open("nanny", "w").write(str(os.getppid()))
  say(step=1, loss=1)
  while m["trial"] == "1.0.1": time.sleep(0.05)
  say(done=True))"));
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.measurements.empty(); }));
  const auto nanny = pids_in(bench.dir / "nanny");
  REQUIRE(nanny.size() == 1);
  ::kill(nanny[0], SIGKILL);
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  CHECK_FALSE(bench.witness.ends[0].outcome);
  CHECK(bench.witness.ends[0].lost == "evolt-nanny died");
  const auto servers = pids_in(bench.dir / "starts");
  CHECK(bench.run_until([&] { return !lives(servers[0]); }));
  bench.run_trials(2, 2);
  CHECK(bench.last().ending == Ending::finished);
}

TEST_CASE("server: a slot that is busy is refused", "[workers]") {
  ServerBench bench;
  bench.python(server("  say(done=True)"));
  bench.start(make_trial(1), make_attempt(1));
  CHECK(absl::IsFailedPrecondition(
      bench.executor->start(make_trial(2), make_attempt(2), bench.witness)));
  CHECK(absl::IsFailedPrecondition(
      bench.executor->start(make_trial(2), make_attempt(2, 5), bench.witness)));
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
}

TEST_CASE("server: numbers beside the end belong to the last step", "[workers]") {
  ServerBench bench;
  bench.spec.steps = 2;
  bench.python(server(R"(
  if "once" in m["params"]: say(loss=1, done=True); return
  for step in (1, 2): say(step=step, loss=1)
  say(done=True, size=3))"));
  bench.run_trials(1, 1);
  CHECK(bench.last().steps == 2);
  CHECK(bench.witness.measurements.back().step == 2);
  CHECK(find(bench.last().metrics, "size") == 3);
  bench.run_trials(2, 2, {{"once", 1.0}});
  CHECK(bench.last().steps == 2);
}

TEST_CASE("server: a stop that comes after the last step is too late", "[workers]") {
  ServerBench bench;
  bench.spec.steps = 3;
  bench.python(server(R"(
  for step in (1, 2, 3): say(step=step, loss=1)
  say(done=True))"));
  bench.witness.judge = [](const TrialId&, const Measurement& measurement) {
    return measurement.step == 2 ? Verdict{.decision = Verdict::Decision::stop, .reason = "weak"}
                                 : Verdict{};
  };
  bench.run_trials(1, 1);
  CHECK(bench.last().ending == Ending::finished);
  CHECK(bench.last().reason.empty());
}

TEST_CASE("server: goals and a parent's checkpoint come with the trial", "[workers]") {
  ServerBench bench;
  bench.spec.checkpoint = true;
  bench.spec.steps = 27;
  bench.python(server(R"(
  open("came", "a").write(f"{m['goal']} {m['steps']} {m.get('checkpoint_from')}\n")
  say(done=True, loss=1.0))"));
  bench.run_trials(1, 1);
  CHECK(bench.last().steps == 27);
  fs::create_directories(bench.attempt_dir(1, 1) / "checkpoint");
  write(bench.attempt_dir(1, 1) / "checkpoint" / "weights", "w");
  Attempt attempt = make_attempt(2);
  attempt.goal = 9;
  attempt.inherits_from = id_of(1);
  bench.start(make_trial(2), attempt);
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 2; }));
  CHECK(bench.last().steps == 9);
  CHECK(bench.last().started_at == 0);
  CHECK(slurp(bench.dir / "came") == "27 27 None\n9 27 1.0.1\n");
}

}  // namespace evolt::testing
