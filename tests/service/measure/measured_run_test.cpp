#include "service/measure/measured_run.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

MeasuredRun run_of(double joules, double seconds, std::int64_t executions = 1) {
  return {.wall = {seconds},
          .executions = executions,
          .figure = {.energy = EnergyReading{.joules = {joules},
                                             .lower = {0.9 * joules},
                                             .upper = {1.2 * joules},
                                             .label = EnergyLabel::counter_exclusive,
                                             .coverage = 1},
                     .time = {seconds}}};
}

}  // namespace

TEST_CASE("measured runs: mean, deviation, range, and what the mean lies between", "[measure]") {
  std::vector<MeasuredRun> runs = {run_of(10, 1), run_of(20, 2), run_of(30, 3)};
  runs[1].figure.energy->label = EnergyLabel::counter_shared;
  const RunSummary all = summarize(runs);
  CHECK(all.measured == 3);
  CHECK(all.joules->mean == Approx(20));
  CHECK(*all.joules->deviation == Approx(10));
  CHECK(all.joules->least == 10);
  CHECK(all.joules->most == 30);
  CHECK(all.watts->mean == Approx(10));
  CHECK(*all.watts->deviation == Approx(0));
  CHECK(all.lower.value == Approx(18));
  CHECK(all.upper.value == Approx(24));
  CHECK(all.label == EnergyLabel::counter_shared);
}

TEST_CASE("measured runs: what has no figure counts in the time alone", "[measure]") {
  const std::vector<MeasuredRun> runs = {run_of(10, 1),
                                         {.wall = {3}, .figure = {.missing = "short"}}};
  const RunSummary all = summarize(runs);
  CHECK(all.measured == 1);
  CHECK(all.seconds->mean == Approx(2));
  CHECK(all.joules->mean == Approx(10));
  CHECK_FALSE(all.joules->deviation);
  CHECK_FALSE(mean_power(runs[1]));

  const RunSummary none = summarize(std::span(runs).last(1));
  CHECK(none.measured == 0);
  CHECK_FALSE(none.joules);
  CHECK(none.label == EnergyLabel::none);
  CHECK_FALSE(summarize({}).seconds);
}

TEST_CASE("measured runs: a batch counts for each execution", "[measure]") {
  const std::vector<MeasuredRun> runs = {run_of(10, 1, 5)};
  const RunSummary all = summarize(runs);
  CHECK(all.joules->mean == Approx(2));
  CHECK(all.seconds->mean == Approx(0.2));
  CHECK(all.upper.value == Approx(2.4));
  CHECK(all.watts->mean == Approx(10));
}

}  // namespace evolt
