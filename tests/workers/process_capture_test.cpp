#include "tests/workers/harness.hpp"
#include "workers/bounded_log.hpp"

#include <boost/asio/post.hpp>

#include <cmath>
#include <csignal>
#include <map>

namespace evolt::testing {

TEST_CASE("capture: dirty output gives right values or none", "[workers]") {
  Bench bench;
  bench.python(R"(
import sys
out = lambda b: (sys.stdout.buffer.write(b), sys.stdout.buffer.flush())
out(b"\r 10%|#   |\r 50%|##  |\r100%|####|\r{\"step\":1,\"v\":0.5}\r\n")
for part in (b"{\"step\"", b":2,\"v\"", b":0.625}\n"): out(part)
out(b"x" * 10_000_000 + b"{\"step\":9,\"v\":9}\n")
out(b"{\"step\":3,\"v\":0.75,\"n\":\"\xc3\"}\n")
out(b"{\"step\":3,\"v\":{\"step\":3,\"v\":0.75}\n")
out(b"{\"step\":3,\"v\":0.7")
sys.stderr.write("a warning\n"); sys.stderr.flush()
out(b"5} trailing\n")
out(b"not json {\"step\":4,\"v\":4}\n")
out(b"{\"step\":4,\"v\":1e400,\"w\":NaN,\"u\":-Infinity,\"t\":\"nan\",\"s\":\"text\",\"z\":null}\n")
sys.stderr.write("{\"step\":5,\"v\":0.875}\n")
sys.stderr.flush()
out(b"{\"step\":6,\"v\":1.0}")
)");
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::finished);
  // Two streams come in any order; within a stream, in its own.
  std::map<std::int64_t, Metrics> seen;
  for (const Measurement& measurement : bench.witness.measurements) {
    seen[measurement.step] = measurement.metrics;
  }
  CHECK(bench.witness.measurements.size() == 5);
  CHECK(seen[1] == Metrics{{"v", 0.5}});
  CHECK(seen[2] == Metrics{{"v", 0.625}});
  CHECK(seen[4].size() == 4);
  CHECK(std::isinf(find(seen[4], "v").value_or(0)));
  CHECK(std::isnan(find(seen[4], "w").value_or(0)));
  CHECK(find(seen[4], "u").value_or(0) < 0);
  CHECK(std::isnan(find(seen[4], "t").value_or(0)));
  CHECK(seen[5] == Metrics{{"v", 0.875}});
  CHECK(seen[6] == Metrics{{"v", 1.0}});
}

TEST_CASE("capture: a pattern reads a script that knows nothing of us", "[workers]") {
  Bench bench;
  bench.spec.capture = {
      CaptureSpec::Kind::regex,
      R"re(epoch (?P<step>\d+) val_acc=(?P<val_accuracy>\S+) loss=(?P<loss>\S+))re"};
  bench.python(R"(
print("loading")
print("2024 INFO epoch 1 val_acc=0.5 loss=1.25")
print("epoch 2 val_acc=nan loss=n/a")
print("epoch 3 val_acc=0.75 loss=1e-3 lr=0.1")
)");
  bench.run();
  const auto& seen = bench.witness.measurements;
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].metrics == Metrics{{"val_accuracy", 0.5}, {"loss", 1.25}});
  CHECK(seen[1].metrics.size() == 1);
  CHECK(std::isnan(seen[1].metrics[0].second));
  CHECK(seen[2].step == 3);
  CHECK(seen[2].metrics == Metrics{{"val_accuracy", 0.75}, {"loss", 1e-3}});
}

TEST_CASE("capture: a pattern may find step and metric on lines of their own", "[workers]") {
  Bench bench;
  bench.spec.capture = {CaptureSpec::Kind::regex,
                        R"re(Epoch (?P<step>\d+)/|acc: (?P<acc>[0-9.]+))re"};
  bench.shell("printf 'Epoch 4/9\\nacc: 0.5\\nEpoch 5/9\\nacc: 0.25\\n'");
  bench.run();
  const auto& seen = bench.witness.measurements;
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].step == 4);
  CHECK(seen[1].step == 5);
  CHECK(seen[1].metrics == Metrics{{"acc", 0.25}});
}

TEST_CASE("capture: a line torn off by a kill is not believed", "[workers]") {
  Bench bench;
  bench.spec.capture = {CaptureSpec::Kind::regex, R"re(acc=(?P<acc>[0-9.]+))re"};
  bench.shell("printf 'acc=0.5\\nacc=0.1'; kill -KILL $$");
  const Outcome& outcome = bench.run();
  CHECK(outcome.failure == Failure::signal);
  CHECK(outcome.reason.find("out of memory") != std::string::npos);
  REQUIRE(bench.witness.measurements.size() == 1);
  CHECK(bench.witness.measurements[0].metrics == Metrics{{"acc", 0.5}});
}

TEST_CASE("capture: the report descriptor answers each line with a verdict", "[workers]") {
  Bench bench;
  bench.python(R"(
import json, os, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)  # should the machine be too slow for the 2 s
channel = os.fdopen(int(os.environ["EVOLT_REPORT_FD"]), "r+b", buffering=0)
seen = []
for step in range(1, 100):
    channel.write(json.dumps({"step": step, "loss": 1.0 / step}).encode() + b"\n")
    answer = b""
    while not answer.endswith(b"\n"): answer += channel.read(1)
    seen.append(json.loads(answer))
    if seen[-1]["verdict"] == "stop": break
open("seen.json", "w").write(json.dumps(seen))
sys.exit(3)
)");
  bench.witness.judge = [](const TrialId&, const Measurement& measurement) {
    return measurement.step < 3
               ? Verdict{}
               : Verdict{.decision = Verdict::Decision::stop, .reason = "too \"slow\""};
  };
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::stopped);
  CHECK(outcome.failure == Failure::none);
  CHECK(outcome.reason == "too \"slow\"");
  CHECK(outcome.steps == 3);
  CHECK(outcome.exit_code == 3);  // it ended by itself, within the time for listeners
  CHECK(
      slurp(bench.dir / "seen.json") ==
      R"([{"verdict": "proceed"}, {"verdict": "proceed"}, {"verdict": "stop", "reason": "too \"slow\""}])");
}

TEST_CASE("capture: a verdict that comes later reaches the trainer that waits for it",
          "[workers]") {
  Bench bench;
  bench.python(R"(
import json, os, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)  # should the machine be too slow for the 2 s
channel = os.fdopen(int(os.environ["EVOLT_REPORT_FD"]), "r+b", buffering=0)
def hear():
    answer = b""
    while not answer.endswith(b"\n"): answer += channel.read(1)
    return json.loads(answer)["verdict"]
def say(step): channel.write(json.dumps({"step": step, "loss": 1.0 / step}).encode() + b"\n")
say(1)
seen = [hear()]
say(2)
say(3)
say(4)
seen += [hear(), hear(), hear()]
open("seen.json", "w").write(json.dumps(seen))
sys.exit(3)
)");
  // Each verdict is given in a turn of its own, after the report; the first twice, to no effect.
  bench.witness.judge = [&](const TrialId& trial, const Measurement& measurement) {
    boost::asio::post(bench.loop, [&bench, trial, step = measurement.step] {
      if (step < 3) {
        bench.executor->proceed(trial);
      } else if (step == 4) {
        bench.executor->stop(trial, "weak", StopFor::good);
      }
      if (step == 1) {
        bench.executor->proceed(trial);
      }
    });
    return Verdict{.decision = Verdict::Decision::later};
  };
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::stopped);
  CHECK(outcome.reason == "weak");
  CHECK(slurp(bench.dir / "seen.json") == R"(["proceed", "proceed", "stop", "stop"])");
}

TEST_CASE("capture: a trainer that is to be resumed is told to save, and has time for it",
          "[workers]") {
  Bench bench;
  bench.spec.checkpoint = true;
  bench.spec.limits.grace = Seconds{300};  // half of it is more than a slow machine needs
  bench.python(R"(
import json, os, sys, time
channel = os.fdopen(int(os.environ["EVOLT_REPORT_FD"]), "r+b", buffering=0)
answer = {}
step = 0
while answer.get("verdict") != "stop":
    step += 1
    channel.write(json.dumps({"step": step, "loss": 1.0 / step}).encode() + b"\n")
    line = b""
    while not line.endswith(b"\n"): line += channel.read(1)
    answer = json.loads(line)
    time.sleep(0.01)
time.sleep(3)  # longer than what other stops leave a listener
open(os.environ["EVOLT_CHECKPOINT_OUT"] + "/state", "w").write(json.dumps(answer))
)");
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.measurements.empty(); }));
  bench.executor->stop(id_of(1), "the run ends", StopFor::resume);
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  const Outcome& outcome = bench.witness.outcome();
  CHECK(outcome.ending == Ending::stopped);
  CHECK(outcome.exit_code == 0);
  CHECK(slurp(fs::path(outcome.checkpoint) / "state") ==
        R"({"verdict": "stop", "reason": "the run ends", "checkpoint": true})");
}

TEST_CASE("capture: saving ends with the grace", "[workers]") {
  Bench bench;
  bench.spec.checkpoint = true;
  bench.spec.limits.grace = Seconds{0.4};
  bench.python(R"(
import os, signal, time
signal.signal(signal.SIGTERM, lambda *_: open("term", "w").close())
channel = os.fdopen(int(os.environ["EVOLT_REPORT_FD"]), "r+b", buffering=0)
channel.write(b'{"step":1,"loss":1}\n')
while True: time.sleep(0.02)
)");
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.measurements.empty(); }));
  bench.executor->stop(id_of(1), "the run ends", StopFor::resume);
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  CHECK(bench.witness.outcome().ending == Ending::stopped);
  CHECK(bench.witness.outcome().signal == SIGKILL);
  CHECK(fs::exists(bench.dir / "term"));
}

TEST_CASE("capture: a trainer that never reads its verdicts is not stuck", "[workers]") {
  Bench bench;
  bench.python(R"(
import os
channel = os.fdopen(int(os.environ["EVOLT_REPORT_FD"]), "wb")
for step in range(1, 30001): channel.write(b'{"step":%d,"loss":1.0}\n' % step)
channel.flush()
)");
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::finished);
  CHECK(outcome.steps == 30000);
}

TEST_CASE("capture: what is no report on the descriptor is answered all the same", "[workers]") {
  Bench bench;
  bench.python(R"(
import os
channel = os.fdopen(int(os.environ["EVOLT_REPORT_FD"]), "r+b", buffering=0)
for line in (b"hello\n", b'{"step":1}\n', b'{"step":1,"loss":2}\n'):
    channel.write(line)
    answer = b""
    while not answer.endswith(b"\n"): answer += channel.read(1)
)");
  bench.run();
  REQUIRE(bench.witness.measurements.size() == 1);
  CHECK(bench.witness.measurements[0].step == 1);
}

TEST_CASE("capture: phases and items come along", "[workers]") {
  Bench bench;
  bench.shell(R"(echo '{"step":2,"loss":1}'; echo '{"phase":"infer","items":500,"latency":0.5}')");
  bench.run();
  const auto& seen = bench.witness.measurements;
  REQUIRE(seen.size() == 2);
  CHECK(seen[1].phase == "infer");
  CHECK(seen[1].items == 500);
  CHECK(seen[1].step == 2);
}

TEST_CASE("capture: result files of parallel trials do not meet", "[workers]") {
  Bench bench;
  bench.spec.slots = 2;
  bench.spec.capture = {CaptureSpec::Kind::file, "result.json"};
  bench.spec.parameters = {"me", "other"};
  write(bench.dir / "data.txt", "42");
  write(bench.dir / "result.json", "{\"value\": -1}");  // of yesterday
  bench.python(R"(
import os, sys, time
me, other, flags = sys.argv[1], sys.argv[2], os.path.dirname(os.path.realpath(__file__))
open("result.json", "w").write('{"value": %s, "data": %s}' % (me, open("data.txt").read()))
open(flags + "/here-" + me, "w")
while not os.path.exists(flags + "/here-" + other): time.sleep(0.02)
)");
  bench.spec.command.insert(bench.spec.command.end(), {"{me}", "{other}"});
  const Params first = {{"me", std::int64_t{1}}, {"other", std::int64_t{2}}};
  const Params second = {{"me", std::int64_t{2}}, {"other", std::int64_t{1}}};
  bench.start(make_trial(1, first), make_attempt(1, 0));
  bench.start(make_trial(2, second), make_attempt(2, 1));
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 2; }));
  for (const auto& end : bench.witness.ends) {
    REQUIRE(end.outcome);
    CHECK(find(end.outcome->metrics, "value") == double(end.trial.counter));
    CHECK(find(end.outcome->metrics, "data") == 42);
  }
  CHECK(slurp(bench.dir / "result.json") == "{\"value\": -1}");
}

TEST_CASE("capture: a result file may be a curve, in CSV", "[workers]") {
  Bench bench;
  bench.spec.capture = {CaptureSpec::Kind::file, "out/curve.csv"};
  bench.shell("printf 'step,acc\\n1,0.5\\n2,0.75\\n' > out/curve.csv");
  const Outcome& outcome = bench.run();
  CHECK(outcome.steps == 2);
  CHECK(find(outcome.metrics, "acc") == 0.75);
  CHECK(bench.witness.measurements.size() == 2);
}

TEST_CASE("capture: a stale result file at a shared path is not believed", "[workers]") {
  Bench bench;
  bench.spec.capture = {CaptureSpec::Kind::file, (bench.dir / "shared.json").string()};
  write(bench.dir / "shared.json", "{\"value\": 1}");
  bench.shell("exit 0");
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::finished);
  CHECK(outcome.metrics.empty());
}

TEST_CASE("capture: a broken result file says why", "[workers]") {
  Bench bench;
  bench.spec.capture = {CaptureSpec::Kind::file, "result.json"};
  bench.shell("echo '{\"value\": 1' > result.json");
  const Outcome& outcome = bench.run();
  CHECK(outcome.metrics.empty());
  CHECK(outcome.reason.find("result.json") != std::string::npos);
}

TEST_CASE("capture: the tap hears every line with what was understood", "[workers]") {
  Bench bench;
  std::vector<std::pair<std::string, bool>> heard;
  bench.spec.tap = [&](std::string_view line, const Measurement* understood) {
    heard.emplace_back(line, understood != nullptr);
  };
  bench.shell("echo hello; echo '{\"loss\":1}'; echo bye");
  bench.run();
  CHECK(heard == std::vector<std::pair<std::string, bool>>{
                     {"hello", false}, {"{\"loss\":1}", true}, {"bye", false}});
}

TEST_CASE("capture: a flood of output is drained and its log bounded", "[workers]") {
  Bench bench;
  bench.python(R"(
import sys
print("the first line")
block = b"0123456789abcdef" * 4096 + b"\n"
for _ in range(800): sys.stdout.buffer.write(block)
print('{"step":1,"loss":0.5}')
print("the last line")
)");
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::finished);
  CHECK(find(outcome.metrics, "loss") == 0.5);
  std::uintmax_t size = 0;
  for (const auto& entry : fs::directory_iterator(bench.attempt_dir())) {
    size += entry.path().filename().string().starts_with("log") ? entry.file_size() : 0;
  }
  CHECK(size <= std::uintmax_t{16} << 20);
  const std::string log = read_log(bench.attempt_dir().string());
  CHECK(log.starts_with("the first line\n"));
  CHECK(log.ends_with("the last line\n"));
}

TEST_CASE("capture: streams of noise never give a value nobody wrote", "[workers]") {
  // Reports with v == step among random bytes, cut anywhere: whatever is read must hold that.
  Bench bench;
  bench.python(R"(
import os, random
random.seed(7)
noise = [b"{", b"}", b"\"", b"\r", b"\n", b"\xff", b"\xc3", b"{\"step\":", b"\"v\":", b"1", b"NaN", b",", b"e9"]
out = bytearray()
for step in range(1, 2001):
    out += b"".join(random.choice(noise) for _ in range(random.randrange(8))) + b"\n"
    out += b'{"step":%d,"v":%d,"marker":true}\n' % (step, step)
while out:
    n = random.randrange(1, 3000)
    os.write(1, bytes(out[:n]))
    del out[:n]
)");
  bench.run();
  std::size_t good = 0;
  for (const Measurement& measurement : bench.witness.measurements) {
    if (find(measurement.metrics, "v") == double(measurement.step) &&
        measurement.metrics.size() == 1) {
      ++good;
    }
  }
  CHECK(good >= 2000);
}

}  // namespace evolt::testing
