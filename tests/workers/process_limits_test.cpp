#include "tests/workers/harness.hpp"
#include "workers/nanny_link.hpp"

#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace evolt::testing {

namespace {

/// The direct child of `parent` named `name`, from /proc; 0 where there is none.
pid_t child_named(pid_t parent, const std::string& name) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string number = entry.path().filename().string();
    if (number.find_first_not_of("0123456789") != std::string::npos) {
      continue;
    }
    const std::string text = slurp(entry.path() / "stat");
    const std::size_t open = text.find('(');
    const std::size_t close = text.rfind(')');
    if (open == std::string::npos || close == std::string::npos) {
      continue;
    }
    char state = 0;
    int owner = 0;
    std::sscanf(text.c_str() + close + 1, " %c %d", &state, &owner);
    if (owner == parent && state != 'Z' && text.substr(open + 1, close - open - 1) == name) {
      return std::stoi(number);
    }
  }
  return 0;
}

}  // namespace

TEST_CASE("stop: a trainer that listens to TERM may leave its checkpoint", "[workers]") {
  Bench bench;
  bench.spec.checkpoint = true;
  bench.python(R"(
import os, signal, sys, time
def end(*_):
    open(os.environ["EVOLT_CHECKPOINT_OUT"] + "/state", "w").write("saved")
    sys.exit(9)
signal.signal(signal.SIGTERM, end)
print('{"step":1,"loss":1}')
while True: time.sleep(0.05)
)");
  bench.witness.judge = [](const TrialId&, const Measurement&) {
    return Verdict{.decision = Verdict::Decision::stop, .reason = "weak"};
  };
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::stopped);
  CHECK(outcome.failure == Failure::none);
  CHECK(outcome.reason == "weak");
  CHECK(outcome.exit_code == 9);
  CHECK(outcome.steps == 1);
  CHECK(slurp(fs::path(outcome.checkpoint) / "state") == "saved");
}

TEST_CASE("stop: a wrapper that dies of TERM does not cost its child the grace", "[workers]") {
  Bench bench;
  bench.spec.checkpoint = true;
  write(bench.dir / "inner.py", R"(
import os, signal, sys, time
def end(*_):
    time.sleep(0.5)
    open(os.environ["EVOLT_CHECKPOINT_OUT"] + "/state", "w").write("saved")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print('{"step":1,"loss":1}')
while True: time.sleep(0.05)
)");
  bench.shell("/usr/bin/python3 inner.py; echo never");
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.measurements.empty(); }));
  bench.executor->stop(id_of(1), "enough");
  bench.executor->stop(id_of(1), "twice does not matter");
  bench.executor->stop(id_of(7), "unknown does not matter");
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  CHECK(bench.witness.outcome().ending == Ending::stopped);
  CHECK(bench.witness.outcome().reason == "enough");
  CHECK(slurp(fs::path(bench.witness.outcome().checkpoint) / "state") == "saved");
}

TEST_CASE("stop: a tree that ignores TERM is killed after the grace", "[workers]") {
  Bench bench;
  bench.spec.limits.grace = Seconds{0.3};
  bench.python(R"(
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pids = [os.getpid()]
def detach(depth):
    if os.fork() == 0:
        os.setsid()
        open("pids", "a").write(f"{os.getpid()}\n")
        if depth: detach(depth - 1)
        while True: time.sleep(0.05)
open("pids", "a").write(f"{os.getpid()}\n")
detach(2)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open("pids", "a").write(f"{os.getpid()}\n")
        while True: time.sleep(0.05)
    os._exit(0)
while len(open("pids").read().split()) < 5: time.sleep(0.02)
print('{"step":1,"loss":1}')
while True: time.sleep(0.05)
)");
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.measurements.empty(); }));
  bench.executor->stop(id_of(1), "enough");
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  CHECK(bench.witness.outcome().ending == Ending::stopped);
  CHECK(bench.witness.outcome().signal == SIGKILL);
  const auto pids = pids_in(bench.dir / "pids");
  CHECK(pids.size() == 5);
  for (const pid_t pid : pids) {
    CHECK_FALSE(lives(pid));
  }
}

TEST_CASE("stop: what a trainer left behind is gone when its end is told", "[workers]") {
  Bench bench;
  bench.python(R"(
import os, signal, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            open("pids", "a").write(f"{os.getpid()}\n")
            while True: time.sleep(0.05)
        os._exit(0)
while not os.path.exists("pids") or len(open("pids").read().split()) < 3: time.sleep(0.02)
print('{"step":1,"loss":1}')
)");
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::finished);
  const auto pids = pids_in(bench.dir / "pids");
  CHECK(pids.size() == 3);
  for (const pid_t pid : pids) {
    CHECK_FALSE(lives(pid));
  }
}

TEST_CASE("stop: one that is stopped by the terminal dies all the same", "[workers]") {
  Bench bench;
  bench.spec.limits.grace = Seconds{0.3};
  bench.python(R"(
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('{"step":1,"loss":1}')
os.kill(os.getpid(), signal.SIGSTOP)
while True: signal.pause()
)");
  bench.witness.judge = [](const TrialId&, const Measurement&) {
    return Verdict{.decision = Verdict::Decision::stop, .reason = "weak"};
  };
  CHECK(bench.run().ending == Ending::stopped);
}

TEST_CASE("limits: wall time", "[workers]") {
  Bench bench;
  bench.spec.limits.wall = Seconds{0.5};
  bench.shell("echo '{\"step\":4,\"loss\":1}'; sleep 1000");
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::failed);
  CHECK(outcome.failure == Failure::wall_limit);
  CHECK(outcome.reason == "ran longer than limits.wall, 0.5 s");
  CHECK(outcome.signal == SIGTERM);
}

TEST_CASE("limits: no progress", "[workers]") {
  Bench bench;
  bench.spec.limits.no_progress = Seconds{4};
  bench.shell("echo '{\"step\":4,\"loss\":1}'; while :; do echo still here; sleep 0.1; done");
  const Outcome& outcome = bench.run();
  CHECK(outcome.failure == Failure::no_progress);
  CHECK(outcome.steps == 4);
  CHECK(outcome.reason == "reported nothing for limits.no_progress, 4 s");
  CHECK(outcome.last_lines.back() == "still here");
}

TEST_CASE("limits: memory of the whole tree", "[workers]") {
  Bench bench;
  bench.spec.limits.memory = std::int64_t{120} << 20;
  bench.python(R"(
import os, time
print('{"step":1,"loss":1}')
for _ in range(4): os.fork()
block = bytearray(os.urandom(1 << 20)) * 40
time.sleep(1000)
)");
  const Outcome& outcome = bench.run();
  CHECK(outcome.failure == Failure::memory);
  CHECK(outcome.reason.find("limits.memory is 120.0 MiB") != std::string::npos);
}

TEST_CASE("limits: memory that forks share counts once", "[workers]") {
  Bench bench;
  bench.spec.limits.memory = std::int64_t{300} << 20;
  bench.python(R"(
import os, time
block = bytearray(os.urandom(1 << 20)) * 100
children = []
for _ in range(6):
    pid = os.fork()
    if pid == 0:
        time.sleep(1.5)
        os._exit(0)
    children.append(pid)
for pid in children: os.waitpid(pid, 0)
print('{"step":1,"loss":1}')
)");
  CHECK(bench.run().ending == Ending::finished);
}

TEST_CASE("lost: the nanny's death loses the attempt, and nothing of it lives on", "[workers]") {
  Bench bench;
  bench.python(R"(
import os, time
if os.fork() == 0:
    os.setsid()
    open("pids", "a").write(f"{os.getpid()}\n")
    while True: time.sleep(0.05)
open("pids", "a").write(f"{os.getpid()}\n")
while len(open("pids").read().split()) < 2: time.sleep(0.02)
print('{"step":1,"loss":1}')
while True: time.sleep(0.05)
)");
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.measurements.empty(); }));
  const pid_t nanny = child_named(::getpid(), "evolt-nanny");
  REQUIRE(nanny > 0);
  ::kill(nanny, SIGKILL);
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  REQUIRE(bench.witness.ends.size() == 1);
  CHECK_FALSE(bench.witness.ends[0].outcome);
  CHECK(bench.witness.ends[0].lost == "evolt-nanny died");
  CHECK(bench.witness.ends[0].usage.wall.value > 0);
  const auto pids = pids_in(bench.dir / "pids");
  REQUIRE(pids.size() == 2);
  CHECK(bench.run_until([&] { return !lives(pids[0]) && !lives(pids[1]); }));
}

TEST_CASE("lost: a nanny that is told to end is not the trial's fault", "[workers]") {
  Bench bench;
  bench.python(R"(
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print('{"step":1,"loss":1}')
while True: time.sleep(0.05)
)");
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.measurements.empty(); }));
  ::kill(child_named(::getpid(), "evolt-nanny"), SIGTERM);
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  CHECK_FALSE(bench.witness.ends[0].outcome);
  CHECK(bench.witness.ends[0].lost == "evolt-nanny was asked to end by signal 15 (SIGTERM)");
}

TEST_CASE("lost: an executor that goes takes its trials along", "[workers]") {
  Bench bench;
  bench.shell("echo $$ > pids; echo '{\"loss\":1}'; while :; do sleep 0.1; done");
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.measurements.empty(); }));
  bench.executor.reset();
  const auto pids = pids_in(bench.dir / "pids");
  REQUIRE(pids.size() == 1);
  CHECK(bench.run_until([&] { return !lives(pids[0]); }));
  CHECK(bench.witness.ends.empty());
}

TEST_CASE("nanny lines: read as docs/nanny.md has them", "[workers]") {
  NannyReport report;
  pid_t started = -1;
  CHECK_FALSE(read_nanny_line("started 42", report, started));
  CHECK(started == 42);
  CHECK_FALSE(read_nanny_line("limit wall", report, started));
  CHECK_FALSE(read_nanny_line("limit memory 1000", report, started));
  CHECK_FALSE(read_nanny_line("asked 15", report, started));
  CHECK_FALSE(read_nanny_line("something new", report, started));
  CHECK(read_nanny_line("ended signal 9 wall_us 1500000 cpu_us 500000 rss_kib 2048", report,
                        started));
  CHECK(report.wall_limit);
  CHECK(report.memory == 1000);
  CHECK(report.asked == 15);
  CHECK(report.signal == 9);
  CHECK_FALSE(report.exit_code);
  CHECK(report.wall == Seconds{1.5});
  CHECK(report.cpu == Seconds{0.5});
  CHECK(report.max_rss == 2048 * 1024);
  NannyReport failed;
  CHECK(read_nanny_line("failed 2 cannot run the command", failed, started));
  CHECK(failed.failed == 2);
}

TEST_CASE("stop: one that comes while the last step is reported is too late", "[workers]") {
  Bench bench;
  bench.spec.steps = 2;
  bench.python(R"(
import json, signal, time
signal.signal(signal.SIGTERM, lambda *_: None)
for step in (1, 2): print(json.dumps({"step": step, "loss": 1.0}), flush=True)
time.sleep(0.2)
)");
  bench.witness.judge = [](const TrialId&, const Measurement&) {
    return Verdict{.decision = Verdict::Decision::stop, .reason = "weak"};
  };
  const Outcome outcome = bench.run();
  CHECK(outcome.ending == Ending::finished);
  CHECK(outcome.steps == 2);
}

}  // namespace evolt::testing
