#include "workers/metered_executor.hpp"

#include "tests/workers/harness.hpp"

#include <map>
#include <thread>

namespace evolt::testing {
namespace {

/// Says what a script has it say, and writes down what it is asked.
class ScriptedMeter final : public EnergyMeter {
 public:
  struct Log {
    struct Mark {
      std::string phase;
      std::int64_t items = 0;
    };
    std::vector<MeterTarget> opened;
    std::vector<Mark> marks;
    std::vector<std::optional<Seconds>> closed;
    WindowFigure so_far;
    WindowReport report;
    bool silent = false;  // never tells the end, until it goes
  };

  explicit ScriptedMeter(Log& log) : log_(log) {}
  ~ScriptedMeter() override {
    for (const WindowEnd& end : held_) {
      end({.whole = {.missing = "the meter was ended"}});
    }
  }

  WindowId open(MeterTarget target) override {
    log_.opened.push_back(std::move(target));
    return log_.opened.size();
  }
  void mark(WindowId, std::string phase, std::int64_t items) override {
    log_.marks.push_back({std::move(phase), items});
  }
  void close(WindowId, std::optional<Seconds> cpu, WindowEnd end) override {
    log_.closed.push_back(cpu);
    if (log_.silent) {
      held_.push_back(std::move(end));
    } else {
      std::thread([end = std::move(end), report = log_.report] { end(report); }).join();
    }
  }
  WindowFigure so_far(WindowId) const override { return log_.so_far; }

 private:
  Log& log_;
  std::vector<WindowEnd> held_;
};

EnergyReading reading(double joules) {
  return {.joules = {joules},
          .lower = {0.9 * joules},
          .upper = {1.1 * joules},
          .label = EnergyLabel::counter_exclusive,
          .coverage = 1};
}

struct MeteredBench : Bench {
  void make_metered() {
    auto made = make_executor(loop, spec, std::make_unique<ScriptedMeter>(log));
    INFO(made.status());
    REQUIRE(made.ok());
    executor = *std::move(made);
  }

  ScriptedMeter::Log log;
};

/// Starts a process, and says that nothing could be started after all.
class LateExecutor final : public Executor {
 public:
  std::size_t slots() const override { return 1; }
  absl::Status start(const Trial&, const Attempt& attempt, TrialObserver& observer) override {
    started = attempt;
    hearer = &observer;
    return absl::OkStatus();
  }
  void stop(const TrialId&, std::string_view, StopFor) override {}

  Attempt started;
  TrialObserver* hearer = nullptr;
};

std::vector<std::string> names(const std::vector<ScriptedMeter::Log::Mark>& marks) {
  std::vector<std::string> names;
  for (const auto& mark : marks) {
    names.push_back(mark.phase);
  }
  return names;
}

}  // namespace

TEST_CASE("metered executor: an attempt's window is its nanny's, and its outcome has the energy",
          "[workers]") {
  MeteredBench bench;
  bench.spec.cores = 3;
  bench.shell("echo '{\"acc\":0.5}'; sleep 0.05; echo '{\"acc\":0.75}'");
  bench.log.so_far = {.energy = reading(3)};
  bench.log.report = {.whole = {.energy = reading(7)},
                      .phases = {{"train", Seconds{1}, 0, {.energy = reading(7)}}}};
  bench.make_metered();
  const Outcome& outcome = bench.run();
  REQUIRE(bench.log.opened.size() == 1);
  CHECK(bench.log.opened[0].process > 0);
  CHECK(bench.log.opened[0].name == "study/" + to_string(id_of(1)));
  CHECK(bench.log.opened[0].tree_only);
  CHECK(bench.log.opened[0].share == WindowShare{.cores = 3});
  REQUIRE(bench.witness.measurements.size() == 2);
  CHECK(bench.witness.measurements[0].energy->joules == Joules{3});
  CHECK(bench.witness.measurements[0].metrics == Metrics{{"acc", 0.5}});
  REQUIRE(outcome.usage.energy);
  CHECK(outcome.usage.energy->joules == Joules{7});
  CHECK(outcome.usage.unmeasured.empty());
  CHECK(outcome.usage.phases.empty());  // nobody named one
  REQUIRE(bench.log.closed.size() == 1);
  CHECK(bench.log.closed[0] == outcome.usage.cpu);
}

TEST_CASE("metered executor: without a figure the outcome says why", "[workers]") {
  MeteredBench bench;
  bench.shell("echo '{\"acc\":0.5}'");
  bench.log.report.whole.missing = "below resolution";
  bench.make_metered();
  const Outcome& outcome = bench.run();
  CHECK_FALSE(outcome.usage.energy.has_value());
  CHECK(outcome.usage.unmeasured == "below resolution");
  CHECK_FALSE(bench.witness.measurements.at(0).energy.has_value());
}

TEST_CASE("metered executor: phases are what was done since the line before", "[workers]") {
  MeteredBench bench;
  bench.python(
      "import sys\n"
      "for line in ['{\"phase\":\"train\"}', '{\"step\":1,\"acc\":0.5}', '{\"phase\":\"infer\"}',\n"
      "             '{\"items\":100,\"latency\":0.1}', '{\"step\":2,\"acc\":0.6}',\n"
      "             '{\"phase\":\"infer\",\"items\":50}']:\n"
      "    print(line, flush=True)\n");
  bench.log.report.phases = {{"infer", Seconds{2}, 150, {.energy = reading(5)}},
                             {"export", Seconds{1}, 0, {.missing = "too short"}}};
  bench.make_metered();
  const Outcome& outcome = bench.run();
  // Nothing was announced before the first line; between a report and a line that announces, the
  // trainer trained; what follows the last report is no phase.
  CHECK(names(bench.log.marks) ==
        std::vector<std::string>{"", "train", "infer", "train", "infer", ""});
  CHECK(bench.log.marks.at(2).items == 100);
  CHECK(bench.log.marks.at(4).items == 50);
  REQUIRE(bench.witness.measurements.size() == 4);
  CHECK(bench.witness.measurements[1].phase == "infer");
  CHECK(bench.witness.measurements[2].phase.empty());
  REQUIRE(outcome.usage.phases.size() == 2);
  CHECK(outcome.usage.phases[0] ==
        PhaseUse{.name = "infer", .time = Seconds{2}, .items = 150, .energy = reading(5)});
  CHECK(outcome.usage.phases[1].unmeasured == "too short");
}

TEST_CASE("metered executor: each trial of a server has a window of the server's process",
          "[workers]") {
  MeteredBench bench;
  bench.spec.mode = StartMode::server;
  bench.python(
      "import json, sys\n"
      "for line in sys.stdin:\n"
      "    trial = json.loads(line)['trial']\n"
      "    print(json.dumps({'trial': trial, 'acc': 0.5}), flush=True)\n"
      "    print(json.dumps({'trial': trial, 'done': True}), flush=True)\n");
  bench.log.report.whole.energy = reading(2);
  bench.make_metered();
  for (const std::uint64_t number : {1, 2}) {
    bench.start(make_trial(number), make_attempt(number));
    REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == number; }));
    CHECK(bench.witness.ends.back().outcome->usage.energy->joules == Joules{2});
  }
  REQUIRE(bench.log.opened.size() == 2);
  CHECK(bench.log.opened[0].process == bench.log.opened[1].process);
  // A server's own processor time is not all of its children's.
  CHECK(bench.log.closed == std::vector<std::optional<Seconds>>{std::nullopt, std::nullopt});
}

TEST_CASE("metered executor: an attempt that was lost is measured too", "[workers]") {
  MeteredBench bench;
  bench.shell("echo '{\"acc\":0.5}'; sleep 600");
  bench.log.report.whole.energy = reading(9);
  bench.make_metered();
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return !bench.witness.measurements.empty(); }));
  REQUIRE(::kill(bench.log.opened.at(0).process, SIGKILL) == 0);
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  CHECK_FALSE(bench.witness.ends[0].outcome.has_value());
  REQUIRE(bench.witness.ends[0].usage.energy);
  CHECK(bench.witness.ends[0].usage.energy->joules == Joules{9});
}

TEST_CASE("metered executor: a command that cannot start has no window and frees its slot",
          "[workers]") {
  MeteredBench bench;
  bench.spec.command = {"{x}"};
  bench.spec.parameters = {"x"};
  bench.make_metered();
  for (const std::uint64_t number : {1, 2}) {
    bench.start(make_trial(number, {{"x", std::string("/no/such/program")}}), make_attempt(number));
    REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == number; }));
    CHECK(bench.witness.ends.back().outcome->failure == Failure::not_started);
  }
  CHECK(bench.log.opened.empty());
}

TEST_CASE("metered executor: what was not started after all has no window and frees its slot",
          "[workers]") {
  MeteredBench bench;
  auto inner = std::make_unique<LateExecutor>();
  LateExecutor& late = *inner;
  bench.executor = make_metered_executor(bench.loop, std::make_unique<ScriptedMeter>(bench.log),
                                         {.shares = {WindowShare{}}}, std::move(inner));
  for (const std::int32_t number : {1, 2}) {
    bench.start(make_trial(1), make_attempt(1, 0, number));
    late.hearer->on_process(late.started.trial, number, 1);
    late.hearer->on_not_started(late.started.trial, number, "too many open files");
    CHECK(bench.log.closed.size() == static_cast<std::size_t>(number));
  }
  CHECK(bench.witness.not_started ==
        std::vector<std::string>{"too many open files", "too many open files"});
  CHECK(bench.witness.ends.empty());
}

TEST_CASE("metered executor: no outcome waits for ever for a meter that hangs", "[workers]") {
  MeteredBench bench;
  bench.shell("echo '{\"acc\":0.5}'");
  bench.log.silent = true;
  bench.make_metered();
  bench.start(make_trial(1), make_attempt(1));
  CHECK_FALSE(bench.executor->start(make_trial(2), make_attempt(2), bench.witness).ok());
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  CHECK(bench.witness.outcome().usage.unmeasured == "the meter did not answer within 10 s");
  bench.executor.reset();  // the end that it held comes now, and hurts nobody
}

}  // namespace evolt::testing
