#include "workers/attempt_record.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

const SteadyTime kStart = std::chrono::steady_clock::now();

SteadyTime at(int seconds) {
  return kStart + std::chrono::seconds(seconds);
}

Report report(std::optional<std::int64_t> step, Metrics metrics, std::string phase = "") {
  return {.metrics = std::move(metrics), .step = step, .phase = std::move(phase), .items = {}};
}

}  // namespace

TEST_CASE("record: a missing step is the next where none is ever named", "[workers]") {
  AttemptRecord record;
  record.begin(at(0), false, 50);
  CHECK(record.take(report({}, {{"a", 1}}), at(1))->step == 1);
  CHECK(record.take(report({}, {{"a", 1}}), at(1))->step == 2);
  CHECK(record.take(report(7, {{"a", 1}}), at(1))->step == 7);
  CHECK(record.take(report({}, {{"a", 1}}), at(1))->step == 7);
  CHECK(record.take(report(20, {}), at(1)) == nullptr);
  CHECK(record.take(report({}, {{"a", 1}}), at(1))->step == 20);
  CHECK(record.take(report({}, {{"b", 1}}), at(1))->step == 20);
  CHECK(record.take(report({}, {{"b", 1}}, "infer"), at(1))->step == 20);
  CHECK(record.take(report(21, {{"a", 1}}), at(1))->step == 21);
  CHECK(record.take(report({}, {{"a", 1}}, "infer"), at(1))->step == 21);
}

TEST_CASE("record: numbers beside the end belong to the last step", "[workers]") {
  AttemptRecord record;
  record.begin(at(0), false, 3);
  CHECK(record.take_last(report({}, {{"a", 1}}), at(1))->step == 1);
  record.begin(at(0), false, 3);
  record.take(report({}, {{"a", 1}}), at(1));
  record.take(report({}, {{"a", 1}}), at(1));
  CHECK(record.take_last(report({}, {{"b", 1}}), at(1))->step == 2);
  CHECK(record.take_last(report(3, {{"b", 1}}), at(1))->step == 3);
  CHECK(record.ran_in_full());
}

TEST_CASE("record: who told one result without a step ran to the end if it ended well",
          "[workers]") {
  AttemptRecord record;
  record.begin(at(0), false, 30);
  CHECK_FALSE(record.ran_in_full());
  record.take(report({}, {{"a", 1}}), at(1));
  CHECK(record.outcome(at(2), true).steps == 30);
  CHECK(record.outcome(at(2), false).steps == 1);
  record.take(report({}, {{"a", 1}}), at(1));
  CHECK(record.outcome(at(2), true).steps == 2);
  record.begin(at(0), false, 30);
  record.take(report(1, {{"a", 1}}), at(1));
  CHECK(record.outcome(at(2), true).steps == 1);
}

TEST_CASE("record: an outcome has the last value of every metric and its times", "[workers]") {
  AttemptRecord record;
  record.begin(at(0), false, 0);
  record.take(report(1, {{"a", 1}, {"b", 2}}), at(3));
  record.take(report(2, {{"a", 3}}), at(5));
  const Outcome outcome = record.outcome(at(9));
  CHECK(outcome.metrics == Metrics{{"a", 3}, {"b", 2}});
  CHECK(outcome.steps == 2);
  CHECK(outcome.started_at == 0);
  CHECK(outcome.usage.startup == Seconds{3});
  CHECK(outcome.usage.wall == Seconds{9});
  CHECK(record.last_report() == at(5));
}

TEST_CASE("record: where a checkpoint left off is one stride before the first report",
          "[workers]") {
  AttemptRecord record;
  record.begin(at(0), true, 0);
  record.take(report(60, {{"a", 1}}), at(1));
  CHECK(record.outcome(at(2)).started_at == 59);
  record.take(report(70, {{"a", 1}}), at(2));
  record.take(report(90, {{"a", 1}}), at(2));
  CHECK(record.outcome(at(2)).started_at == 50);
}

TEST_CASE("record: a line with nothing but a phase is that of the next report alone", "[workers]") {
  AttemptRecord record;
  record.begin(at(0), false, 0);
  Report announces;
  announces.phase = "infer";
  CHECK(record.take(std::move(announces), at(1)) == nullptr);
  CHECK(record.announced_phase() == "infer");
  const Measurement* first = record.take(report(std::nullopt, {{"a", 1}}), at(2));
  REQUIRE(first != nullptr);
  CHECK(first->phase == "infer");
  CHECK(first->step == 0);  // nothing was trained
  CHECK(record.announced_phase().empty());
  CHECK(record.take(report(std::nullopt, {{"a", 1}}), at(3))->phase.empty());
}

TEST_CASE("record: the last lines are few, short and printable", "[workers]") {
  LastLines lines;
  for (int i = 0; i < 50; ++i) {
    lines.add("line " + std::to_string(i) + "\r\n");
  }
  lines.add("\n");
  lines.add("torn \xC3");
  lines.add(std::string(10000, 'x'));
  const auto kept = lines.lines();
  REQUIRE(kept.size() == 20);
  CHECK(kept[0] == "line 32");
  CHECK(kept[18] == "torn \xEF\xBF\xBD");
  CHECK(kept[19].size() == 2000);
}

}  // namespace evolt
