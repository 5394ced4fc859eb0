#include "workers/inproc_executor.hpp"

#include "tests/workers/harness.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace evolt::testing {
namespace {

struct InprocBench : Bench {
  void use(ObjectiveFunction objective, InprocOptions options = {}) {
    executor = std::make_unique<InprocExecutor>(loop, std::move(objective), options);
  }
};

}  // namespace

TEST_CASE("inproc: a function reports and returns", "[workers]") {
  InprocBench bench;
  bench.use([](const Params& params, Reporter& reporter) -> absl::StatusOr<Metrics> {
    const double x = std::get<double>(*find(params, "x"));
    for (std::int64_t step = 1; step <= 3; ++step) {
      if (!reporter.report(step, {{"loss", x / double(step)}})) {
        break;
      }
    }
    return Metrics{{"final", x}, {"loss", 0.5}};
  });
  const Outcome& outcome = bench.run({{"x", 6.0}});
  CHECK(outcome.ending == Ending::finished);
  CHECK(outcome.steps == 3);
  CHECK(outcome.metrics == Metrics{{"loss", 0.5}, {"final", 6.0}});
  REQUIRE(bench.witness.measurements.size() == 3);
  CHECK(bench.witness.measurements[1].metrics == Metrics{{"loss", 3.0}});
  CHECK(outcome.usage.cpu.has_value());
}

TEST_CASE("inproc: a verdict reaches the function", "[workers]") {
  InprocBench bench;
  bench.use([](const Params&, Reporter& reporter) -> absl::StatusOr<Metrics> {
    std::int64_t step = 1;
    while (reporter.report(step, {{"loss", double(step)}})) {
      ++step;
    }
    return Metrics{};
  });
  bench.witness.judge = [](const TrialId&, const Measurement& measurement) {
    return measurement.step < 4 ? Verdict{}
                                : Verdict{.decision = Verdict::Decision::stop, .reason = "weak"};
  };
  const Outcome& outcome = bench.run();
  CHECK(outcome.ending == Ending::stopped);
  CHECK(outcome.reason == "weak");
  CHECK(outcome.steps == 4);
}

TEST_CASE("inproc: stop() reaches a function that only looks", "[workers]") {
  InprocBench bench;
  std::atomic<bool> runs = false;
  bench.use([&](const Params&, Reporter& reporter) -> absl::StatusOr<Metrics> {
    runs = true;
    while (!reporter.should_stop()) {
      std::this_thread::yield();
    }
    return absl::UnknownError("interrupted");
  });
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return runs.load(); }));
  bench.executor->stop(id_of(1), "enough");
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  CHECK(bench.witness.outcome().ending == Ending::stopped);
  CHECK(bench.witness.outcome().reason == "enough");
}

TEST_CASE("inproc: errors and exceptions are outcomes", "[workers]") {
  InprocBench bench;
  bench.use([](const Params& params, Reporter&) -> absl::StatusOr<Metrics> {
    const auto kind = std::get<std::int64_t>(*find(params, "kind"));
    if (kind == 0) {
      return absl::UnknownError("diverged");
    }
    if (kind == 1) {
      return absl::InvalidArgumentError("too wide");
    }
    if (kind == 2) {
      throw std::runtime_error("thrown");
    }
    throw 3;
  });
  const auto [kind, ending, reason] = GENERATE(table<std::int64_t, Ending, std::string>(
      {{0, Ending::failed, "diverged"},
       {1, Ending::infeasible, "too wide"},
       {2, Ending::failed, "exception: thrown"},
       {3, Ending::failed, "exception that is no std::exception"}}));
  const Outcome& outcome = bench.run({{"kind", kind}});
  CHECK(outcome.ending == ending);
  CHECK(outcome.reason == reason);
  CHECK(outcome.failure == (ending == Ending::failed ? Failure::told : Failure::none));
}

TEST_CASE("inproc: a wall limit ends what reports", "[workers]") {
  InprocBench bench;
  bench.use(
      [](const Params&, Reporter& reporter) -> absl::StatusOr<Metrics> {
        std::int64_t step = 0;
        while (reporter.report(++step, {{"loss", 1.0}})) {
        }
        return Metrics{};
      },
      {.wall = Seconds{0.05}});
  CHECK(bench.run().failure == Failure::wall_limit);
}

TEST_CASE("inproc: slots run side by side, many trials in all", "[workers]") {
  InprocBench bench;
  std::atomic<int> inside = 0;
  bench.use(
      [&](const Params&, Reporter& reporter) -> absl::StatusOr<Metrics> {
        ++inside;
        while (inside.load() < 3 && !reporter.should_stop()) {
          std::this_thread::yield();
        }
        reporter.report(1, {{"loss", double(reporter.trial().id.counter)}});
        return Metrics{};
      },
      {.slots = 3});
  CHECK(bench.executor->slots() == 3);
  std::uint64_t next = 1;
  bench.witness.then = [&](const Witness::End&) {
    if (next <= 200) {
      const auto slot = std::int32_t((bench.witness.ends.back().trial.counter - 1) % 3);
      // The slot that has just become free.
      Attempt attempt = make_attempt(next, slot);
      for (std::int32_t s = 0; s < 3; ++s) {
        attempt.slot = s;
        if (bench.executor->start(make_trial(next), attempt, bench.witness).ok()) {
          ++next;
          break;
        }
      }
    }
  };
  for (; next <= 3; ++next) {
    bench.start(make_trial(next), make_attempt(next, std::int32_t(next - 1)));
  }
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 200; }));
  for (const auto& end : bench.witness.ends) {
    CHECK(find(end.outcome->metrics, "loss") == double(end.trial.counter));
  }
}

TEST_CASE("inproc: a quick function moves to the loop, a slow call moves it back", "[workers]") {
  InprocBench bench;
  const std::thread::id here = std::this_thread::get_id();
  std::vector<bool> on_loop;
  bool slow = false;
  bench.use(
      [&](const Params&, Reporter& reporter) -> absl::StatusOr<Metrics> {
        on_loop.push_back(std::this_thread::get_id() == here);
        if (slow) {
          std::this_thread::sleep_for(std::chrono::milliseconds(1100));
        }
        CHECK(reporter.report(1, {{"loss", 0.5}}));
        return Metrics{{"final", 2.0}};
      },
      {.quick = Seconds{1}});
  const auto run = [&](std::uint64_t next) {
    bench.start(make_trial(next), make_attempt(next, 0));
    REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == next; }));
  };
  for (std::uint64_t next = 1; next <= 102; ++next) {
    run(next);
  }
  CHECK_FALSE(on_loop[24]);
  CHECK(on_loop[25]);
  CHECK(on_loop[101]);
  const Usage& quick = bench.witness.ends.back().outcome->usage;
  CHECK(quick.cpu.has_value());
  CHECK(*quick.cpu <= quick.wall);
  CHECK(bench.witness.ends.back().outcome->metrics == Metrics{{"loss", 0.5}, {"final", 2.0}});
  CHECK(bench.witness.measurements.size() == 102);
  slow = true;
  run(103);
  CHECK_FALSE(bench.witness.ends.back().outcome->usage.cpu.has_value());  // it slept
  run(104);
  run(105);
  CHECK(on_loop[103]);  // once is no reason
  CHECK_FALSE(on_loop[104]);
}

TEST_CASE("inproc: on the loop too, exceptions are outcomes and verdicts are heard", "[workers]") {
  InprocBench bench;
  bench.use(
      [&](const Params&, Reporter& reporter) -> absl::StatusOr<Metrics> {
        if (!reporter.report(1, {{"loss", 0.5}})) {
          return Metrics{};
        }
        if (reporter.trial().id.counter > 100) {
          throw std::runtime_error("boom");
        }
        return Metrics{};
      },
      {.quick = Seconds{3600}});
  for (std::uint64_t next = 1; next <= 101; ++next) {
    bench.start(make_trial(next), make_attempt(next, 0));
    REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == next; }));
  }
  CHECK(bench.witness.ends.back().outcome->ending == Ending::failed);
  CHECK(bench.witness.ends.back().outcome->reason == "exception: boom");
  bench.witness.judge = [](const TrialId&, const Measurement&) {
    return Verdict{.decision = Verdict::Decision::stop, .reason = "weak"};
  };
  bench.start(make_trial(102), make_attempt(102, 0));
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 102; }));
  CHECK(bench.witness.ends.back().outcome->ending == Ending::stopped);
}

TEST_CASE("inproc: the loop waits for a running function and then runs dry", "[workers]") {
  InprocBench bench;
  bench.use([](const Params&, Reporter&) -> absl::StatusOr<Metrics> {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    return Metrics{{"loss", 1.0}};
  });
  bench.start(make_trial(1), make_attempt(1));
  bench.loop.run();
  CHECK(bench.witness.ends.size() == 1);
}

TEST_CASE("inproc: an executor that goes ends what runs", "[workers]") {
  InprocBench bench;
  std::atomic<bool> ended = false;
  bench.use([&](const Params&, Reporter& reporter) -> absl::StatusOr<Metrics> {
    std::int64_t step = 0;
    while (reporter.report(++step, {{"loss", 1.0}})) {
    }
    ended = true;
    return Metrics{};
  });
  bench.start(make_trial(1), make_attempt(1));
  REQUIRE(bench.run_until([&] { return bench.witness.measurements.size() > 3; }));
  bench.executor.reset();
  CHECK(ended);
  bench.loop.restart();
  bench.loop.poll();
  CHECK(bench.witness.ends.empty());
}

TEST_CASE("inproc: a function can ask for its goal", "[workers]") {
  InprocBench bench;
  bench.use([](const Params&, Reporter& reporter) -> absl::StatusOr<Metrics> {
    return Metrics{{"goal", static_cast<double>(reporter.goal())}};
  });
  Trial trial = make_trial(1);
  trial.fidelity.steps = 27;
  Attempt attempt = make_attempt(1);
  const std::int64_t goal = GENERATE(0, 9);  // 0: the full length
  attempt.goal = goal;
  bench.start(trial, attempt);
  REQUIRE(bench.run_until([&] { return !bench.witness.ends.empty(); }));
  const std::int64_t asked = goal == 0 ? 27 : goal;
  CHECK(bench.witness.outcome().metrics == Metrics{{"goal", static_cast<double>(asked)}});
  CHECK(bench.witness.outcome().steps == asked);  // it never reported
}

}  // namespace evolt::testing
