#include "workers/table/table_executor.hpp"

#include "tests/workers/harness.hpp"
#include "tests/workers/table/toy_table.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace evolt {
namespace {

using testing::id_of;
using testing::ladder;
using testing::ToyTable;

/// Notes when it was told what.
class Witness final : public TrialObserver {
 public:
  explicit Witness(const ManualClock& clock) : clock_(clock) {}

  Verdict on_measurement(const TrialId& trial, std::int32_t /*attempt*/,
                         const Measurement& measurement) override {
    reports.push_back({trial.counter, measurement, clock_.now()});
    return judge ? judge(measurement) : Verdict{};
  }
  void on_outcome(const TrialId& trial, std::int32_t /*attempt*/, const Outcome& outcome) override {
    outcomes.push_back({trial.counter, outcome, clock_.now()});
  }
  void on_lost(const TrialId&, std::int32_t, std::string_view, const Usage&) override {}

  struct Report {
    std::uint64_t trial = 0;
    Measurement measurement;
    Seconds at;
  };
  struct End {
    std::uint64_t trial = 0;
    Outcome outcome;
    Seconds at;
  };
  std::vector<Report> reports;
  std::vector<End> outcomes;
  std::function<Verdict(const Measurement&)> judge;

 private:
  const ManualClock& clock_;
};

/// Trial n is row n - 1; others are not in the table.
struct Fixture {
  ToyTable table = ladder(3, 4);
  ManualClock clock;
  Witness witness{clock};
  TableExecutor executor;

  explicit Fixture(TableExecutorOptions options = {.slots = 2, .startup = {5}})
      : executor(table, clock, options, [](const Trial& trial) {
          const auto row = static_cast<std::size_t>(trial.id.counter - 1);
          return row < 3 ? std::optional(row) : std::nullopt;
        }) {}

  absl::Status start(std::uint64_t trial, std::int32_t slot, std::int32_t number = 1) {
    return executor.start({.id = id_of(trial)},
                          {.trial = id_of(trial), .number = number, .slot = slot}, witness);
  }
  void run() {
    while (executor.advance()) {
    }
  }
};

Verdict stop_at(std::int64_t step, const Measurement& measurement) {
  return measurement.step < step
             ? Verdict{}
             : Verdict{.decision = Verdict::Decision::stop, .reason = "too bad", .forecast = {}};
}

}  // namespace

TEST_CASE("table executor: epochs are reported at their recorded times", "[workers]") {
  Fixture f;
  REQUIRE(f.start(1, 0).ok());
  REQUIRE(f.start(3, 1).ok());
  f.run();
  REQUIRE(f.witness.reports.size() == 8);
  // Row 0 takes 1 s an epoch, row 2 takes 3 s; both start up for 5 s.
  const std::vector<double> times{6, 7, 8, 8, 9, 11, 14, 17};
  for (std::size_t i = 0; i < times.size(); ++i) {
    CHECK(f.witness.reports[i].at.value == times[i]);
  }
  CHECK(f.witness.reports[0].measurement.metrics ==
        Metrics{{"acc", f.table.at(0, 1).score}, {"train_loss", 1}});
  REQUIRE(f.witness.outcomes.size() == 2);
  const Outcome& first = f.witness.outcomes[0].outcome;
  CHECK(first.ending == Ending::finished);
  CHECK(first.steps == 4);
  CHECK(first.usage.wall == Seconds{9});
  CHECK(first.usage.startup == Seconds{5});
  CHECK(first.usage.energy->joules == Joules{40});
  CHECK(find(first.metrics, "acc") == f.table.last(0).score);
}

TEST_CASE("table executor: a verdict to stop holds at once", "[workers]") {
  Fixture f;
  f.witness.judge = [](const Measurement& m) { return stop_at(2, m); };
  REQUIRE(f.start(1, 0).ok());
  f.run();
  REQUIRE(f.witness.outcomes.size() == 1);
  CHECK(f.witness.outcomes[0].outcome.ending == Ending::stopped);
  CHECK(f.witness.outcomes[0].outcome.reason == "too bad");
  CHECK(f.witness.outcomes[0].outcome.steps == 2);
  CHECK(f.witness.outcomes[0].at == Seconds{7});
}

TEST_CASE("table executor: a verdict on the last epoch comes too late", "[workers]") {
  Fixture f;
  f.witness.judge = [](const Measurement& m) { return stop_at(4, m); };
  REQUIRE(f.start(1, 0).ok());
  f.run();
  CHECK(f.witness.outcomes.at(0).outcome.ending == Ending::finished);
}

TEST_CASE("table executor: what the table does not have is infeasible and free", "[workers]") {
  Fixture f;
  REQUIRE(f.start(9, 0).ok());
  f.run();
  REQUIRE(f.witness.outcomes.size() == 1);
  CHECK(f.witness.outcomes[0].outcome.ending == Ending::infeasible);
  CHECK(f.witness.outcomes[0].outcome.usage.wall == Seconds{0});
  CHECK(f.clock.now() == Seconds{0});
}

TEST_CASE("table executor: a slot is given once", "[workers]") {
  Fixture f;
  REQUIRE(f.start(1, 0).ok());
  CHECK(absl::IsFailedPrecondition(f.start(2, 0)));
  CHECK(absl::IsFailedPrecondition(f.start(2, 7)));
  f.run();
  CHECK(f.witness.outcomes.size() == 1);
  CHECK(f.start(2, 0).ok());
}

TEST_CASE("table executor: an attempt that was to save goes on where it was", "[workers]") {
  Fixture f;
  REQUIRE(f.start(2, 0).ok());
  f.executor.advance();
  f.executor.advance();
  f.executor.stop(id_of(2), "paused", StopFor::resume);
  f.executor.stop(id_of(2), "again", StopFor::resume);
  f.executor.stop(id_of(3), "unknown", StopFor::good);
  f.run();
  REQUIRE(f.witness.outcomes.size() == 1);
  CHECK(f.witness.outcomes[0].outcome.ending == Ending::stopped);
  CHECK(f.witness.outcomes[0].outcome.reason == "paused");
  REQUIRE(f.start(2, 1, 2).ok());
  f.run();
  REQUIRE(f.witness.outcomes.size() == 2);
  const Outcome& second = f.witness.outcomes[1].outcome;
  CHECK(second.started_at == 2);
  CHECK(second.steps == 4);
  CHECK(second.usage.wall == Seconds{5 + 2 * 2});
  CHECK(second.usage.energy->joules == Joules{20});
  CHECK(f.witness.reports[2].measurement.step == 3);
}

TEST_CASE("table executor: one that was stopped for good begins anew", "[workers]") {
  Fixture f;
  REQUIRE(f.start(2, 0).ok());
  f.executor.advance();
  f.executor.stop(id_of(2), "enough", StopFor::good);
  f.run();
  REQUIRE(f.start(2, 0, 2).ok());
  f.run();
  CHECK(f.witness.outcomes.at(1).outcome.started_at == 0);
}

TEST_CASE("table executor: attempts can be shorter than the table", "[workers]") {
  Fixture f({.slots = 1, .startup = {}, .epochs = 2});
  REQUIRE(f.start(1, 0).ok());
  f.run();
  CHECK(f.witness.outcomes.at(0).outcome.ending == Ending::finished);
  CHECK(f.witness.outcomes.at(0).outcome.steps == 2);
}

TEST_CASE("table executor: a parked trial goes on where it was", "[workers]") {
  Fixture f;
  f.witness.judge = [](const Measurement& m) {
    Verdict verdict = stop_at(3, m);
    verdict.decision = m.step == 3 ? Verdict::Decision::park : Verdict::Decision::proceed;
    return verdict;
  };
  REQUIRE(f.start(1, 0).ok());
  f.run();
  CHECK(f.witness.outcomes.at(0).outcome.ending == Ending::stopped);
  REQUIRE(f.start(1, 0, 2).ok());
  f.run();
  const Outcome& second = f.witness.outcomes.at(1).outcome;
  CHECK(second.ending == Ending::finished);
  CHECK(second.started_at == 3);
  CHECK(f.witness.reports.size() == 4);
}

TEST_CASE("table executor: an attempt ends at its goal, and the next begins at the first epoch",
          "[workers]") {
  Fixture f;
  const auto run = [&](std::int32_t number, std::int64_t goal) {
    const Attempt attempt{.trial = id_of(2), .number = number, .goal = goal};
    REQUIRE(f.executor.start({.id = id_of(2)}, attempt, f.witness).ok());
    f.run();
    return f.witness.outcomes.back().outcome;
  };
  const Outcome part = run(1, 2);
  CHECK(part.ending == Ending::finished);
  CHECK(part.steps == 2);
  CHECK(part.usage.wall == Seconds{5 + 2 * 2});  // row 1 takes 2 s an epoch
  const Outcome whole = run(2, 99);
  CHECK(whole.steps == 4);
  CHECK(whole.started_at == 0);
  CHECK(whole.usage.wall == Seconds{5 + 4 * 2});
  CHECK(f.witness.reports.size() == 2 + 4);
}

}  // namespace evolt
