#include "tests/islands/lone_rank.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>
#include <vector>

namespace evolt {
namespace {

using Decision = Verdict::Decision;

struct BenchOptions {
  double audit = 0;
  bool parks = false;
  std::string fallback = "none";
  std::int32_t slots = 1;
};

/// One rank whose stopping rule is a program, and what the rank did.
struct Bench {
  explicit Bench(const BenchOptions& options = {})
      : encoding(SearchSpace({{"x", FloatDomain{.low = 0, .high = 1}, {}}})),
        rank(plan(options), encoding, clock) {
    rank.begin();
    collect();
  }

  RankPlan plan(const BenchOptions& options) const {
    return RankPlan{
        .self = RankId{0},
        .slots = options.slots,
        .credits = 4,
        .continues = options.parks,
        .fidelity = Fidelity{"epoch", 9},
        .objective = Objective(ObjectiveOptions{.names = {"acc"}, .maximized = 1}),
        .estimator = make_estimator(options.fallback, {.steps = 9, .parks = options.parks}),
        .outlook = Outlook::of_metric("acc", true),
        .rule = AskedRule{.window = {.steps = 9, .min_steps = 2}, .parks = options.parks},
        .audit = options.audit,
        .topology = make_topology("ring", {}),
        .propagators = {make_propagator("random", encoding)}};
  }

  void collect() {
    for (Action& action : rank.take_actions()) {
      if (auto* start = std::get_if<StartAttempt>(&action)) {
        started.push_back(std::move(*start));
      } else if (auto* report = std::get_if<TellReport>(&action)) {
        reports.push_back(std::move(*report));
      } else if (auto* point = std::get_if<TellPoint>(&action)) {
        points.push_back(std::move(*point));
      } else if (auto* end = std::get_if<TellCurveEnd>(&action)) {
        ends.push_back(std::move(*end));
      } else if (auto* stop = std::get_if<StopAttempt>(&action)) {
        stops.push_back(std::move(*stop));
      } else if (std::holds_alternative<ProceedAttempt>(action)) {
        ++proceeds;
      } else if (auto* record = std::get_if<RecordEvent>(&action)) {
        if (auto* stopped = std::get_if<Stopped>(&record->event.what)) {
          stopped_events.push_back(*stopped);
        } else if (auto* parked = std::get_if<Parked>(&record->event.what)) {
          parked_events.push_back(*parked);
        }
      }
    }
  }

  Verdict report(const StartAttempt& start, std::int64_t step, double accuracy = 0.5) {
    const Verdict verdict =
        rank.on_measurement(start.trial.id, start.attempt.number,
                            Measurement{.step = step, .metrics = {{"acc", accuracy}}});
    collect();
    return verdict;
  }
  absl::Status answer(const StartAttempt& start, std::int64_t step, Verdict verdict) {
    absl::Status status =
        rank.on_verdict(start.trial.id, start.attempt.number, step, std::move(verdict));
    collect();
    return status;
  }
  void end(const StartAttempt& start, Ending ending = Ending::finished) {
    rank.on_outcome(start.trial.id, start.attempt.number,
                    Outcome{.ending = ending, .metrics = {{"acc", 0.5}}, .steps = 9});
    collect();
  }

  ManualClock clock;
  Encoding encoding;
  Rank rank;
  int proceeds = 0;
  std::vector<StartAttempt> started;
  std::vector<TellReport> reports;
  std::vector<TellPoint> points;
  std::vector<TellCurveEnd> ends;
  std::vector<StopAttempt> stops;
  std::vector<Stopped> stopped_events;
  std::vector<Parked> parked_events;
};

const Verdict kStop{Decision::stop, "rule: weak", 0.75, 0.25};
const Verdict kPark{Decision::park, "rule: later", {}, {}};

}  // namespace

TEST_CASE("rank with a rule's program: asks, and the answer stops the attempt", "[islands]") {
  Bench bench;
  const StartAttempt first = bench.started.at(0);
  CHECK(bench.report(first, 3).comes_later());
  REQUIRE(bench.reports.size() == 1);
  CHECK(bench.reports[0].trial == first.trial.id);
  CHECK(bench.reports[0].params == first.trial.params);
  CHECK(bench.reports[0].point.value == -0.5);
  CHECK(bench.reports[0].otherwise == Verdict{});
  CHECK(bench.answer(first, 3, kStop).ok());
  REQUIRE(bench.stops.size() == 1);
  CHECK(bench.stops[0].reason == "rule: weak");
  CHECK(!bench.stops[0].resumes);
  REQUIRE(bench.stopped_events.size() == 1);
  CHECK(bench.stopped_events[0].step == 3);
  CHECK(bench.stopped_events[0].forecast == 0.75);
  CHECK(bench.stopped_events[0].spread == 0.25);
  CHECK(absl::IsNotFound(bench.answer(first, 3, kStop)));
  CHECK(bench.stops.size() == 1);
  bench.end(first, Ending::stopped);
  REQUIRE(bench.ends.size() == 1);
  CHECK(bench.ends[0].ending == Ending::stopped);
}

TEST_CASE("rank with a rule's program: a word to proceed reaches who waits", "[islands]") {
  Bench bench;
  bench.report(bench.started.at(0), 3);
  CHECK(bench.answer(bench.started.at(0), 3, {}).ok());
  CHECK(bench.proceeds == 1);
  CHECK(bench.stops.empty());
}

TEST_CASE("rank with a rule's program: what no rule answers alike is not asked", "[islands]") {
  Bench bench;
  const StartAttempt first = bench.started.at(0);
  CHECK(!bench.report(first, 1).comes_later());
  CHECK(!bench.report(first, 9).comes_later());
  REQUIRE(bench.reports.size() == 2);
  CHECK(!bench.reports[0].otherwise);
  CHECK(!bench.reports[1].otherwise);
  CHECK(!bench.report(first, 9).comes_later());
  CHECK(bench.reports.size() == 2);  // no new point
  Bench other;
  const Verdict verdict =
      other.report(other.started.at(0), 3, std::numeric_limits<double>::quiet_NaN());
  CHECK(verdict.stops());
  CHECK(verdict.reason == "not finite at step 3");
  CHECK(!other.reports.at(0).otherwise);
}

TEST_CASE("rank with a rule's program: an answer to an attempt that has ended changes nothing",
          "[islands]") {
  Bench bench;
  const StartAttempt first = bench.started.at(0);
  bench.report(first, 3);
  bench.end(first);
  CHECK(absl::IsNotFound(bench.answer(first, 3, kStop)));
  bench.report(bench.started.at(1), 3);
  bench.rank.on_lost(bench.started.at(1).trial.id, 1, "gone", {});
  bench.collect();
  CHECK(absl::IsNotFound(bench.answer(bench.started.at(1), 3, kStop)));
  CHECK(bench.stops.empty());
}

TEST_CASE("rank with a rule's program: a late stop ends a later step", "[islands]") {
  Bench bench;
  const StartAttempt first = bench.started.at(0);
  bench.report(first, 3);
  bench.report(first, 4);
  CHECK(bench.answer(first, 3, {}).ok());
  CHECK(bench.answer(first, 3, kStop).ok());
  CHECK(bench.stops.size() == 1);
}

TEST_CASE("rank with a rule's program: an audit lets the trial run on, and asks no more",
          "[islands]") {
  Bench bench({.audit = 1});
  const StartAttempt first = bench.started.at(0);
  bench.report(first, 3);
  CHECK(bench.answer(first, 3, kStop).ok());
  CHECK(bench.stops.empty());
  CHECK(bench.proceeds == 1);
  REQUIRE(bench.stopped_events.size() == 1);
  CHECK(bench.stopped_events[0].audited);
  const std::size_t told = bench.reports.size();
  CHECK(!bench.report(first, 4).comes_later());
  CHECK(bench.reports.size() == told);
}

TEST_CASE("rank with a rule's program: what it parks goes on when it says so", "[islands]") {
  Bench bench({.parks = true});
  const StartAttempt first = bench.started.at(0);
  bench.report(first, 3);
  CHECK(absl::IsNotFound(bench.rank.on_recall(first.trial.id)));
  CHECK(bench.answer(first, 3, kPark).ok());
  CHECK(bench.stops.at(0).resumes);
  bench.end(first, Ending::stopped);
  REQUIRE(bench.parked_events.size() == 1);
  CHECK(bench.parked_events[0].reason == "rule: later");
  REQUIRE(bench.ends.size() == 1);
  CHECK(!bench.ends[0].ending);
  REQUIRE(bench.started.size() == 2);
  CHECK(bench.started[1].trial.id != first.trial.id);
  CHECK(bench.rank.on_recall(first.trial.id).ok());
  bench.collect();
  CHECK(bench.started.size() == 2);  // no slot is free
  bench.end(bench.started[1]);
  REQUIRE(bench.started.size() == 3);
  CHECK(bench.started[2].trial.id == first.trial.id);
  CHECK(bench.started[2].attempt.number == 2);
}

TEST_CASE("rank with a rule's program: without checkpoints to park is to stop", "[islands]") {
  Bench bench;
  bench.report(bench.started.at(0), 3);
  CHECK(bench.answer(bench.started.at(0), 3, kPark).ok());
  CHECK(!bench.stops.at(0).resumes);
  CHECK(bench.stopped_events.size() == 1);
}

TEST_CASE("rank with a rule's program: a study of parked trials ends", "[islands]") {
  Bench bench({.parks = true, .fallback = "default"});
  std::size_t next = 0;
  while (!bench.rank.done()) {
    REQUIRE(next < bench.started.size());
    REQUIRE(next < 20);
    const StartAttempt start = bench.started[next++];
    const std::int64_t step = start.attempt.number + 2;
    bench.report(start, step);
    CHECK(bench.answer(start, step, kPark).ok());
    bench.end(start, Ending::stopped);
  }
  CHECK(bench.parked_events.size() == 4);
  CHECK(bench.stopped_events.size() == 4);
  CHECK(bench.rank.ending()->reason == EndReason::complete);
}

TEST_CASE("rank with a rule's program: it hears of the other ranks' curves once", "[islands]") {
  Bench bench;
  const TrialId other{1, 1, 1};
  bench.rank.on_message(RankId{1}, Progress{other, {.step = 2, .value = -1}});
  bench.rank.on_message(RankId{1}, Progress{other, {.step = 1, .value = -1}});
  bench.rank.on_message(RankId{1}, CurveEnded{other, Ending::finished});
  bench.collect();
  REQUIRE(bench.points.size() == 1);
  CHECK(bench.points[0].trial == other);
  REQUIRE(bench.ends.size() == 1);
  CHECK(bench.ends[0].ending == Ending::finished);
}

TEST_CASE("rank with a rule's program: when it is gone the fallback judges at once", "[islands]") {
  Bench bench({.fallback = "median", .slots = 1});
  const StartAttempt first = bench.started.at(0);
  for (std::uint64_t i = 1; i <= 6; ++i) {
    bench.rank.on_message(RankId{1}, Progress{{1, 1, i}, {.step = 3, .value = -0.9}});
  }
  bench.collect();
  CHECK(bench.report(first, 3).comes_later());
  REQUIRE(bench.reports.at(0).otherwise);
  CHECK(bench.reports[0].otherwise->stops());
  bench.rank.on_rule_gone();
  const Verdict verdict = bench.report(first, 4, 0.1);
  CHECK(!verdict.comes_later());
  CHECK(bench.reports.size() == 1);
  bench.rank.on_message(RankId{1}, Progress{{1, 1, 1}, {.step = 4, .value = -0.9}});
  bench.collect();
  CHECK(bench.points.size() == 6);
}

}  // namespace evolt
