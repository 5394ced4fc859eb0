#include "archipelago.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace evolt {
namespace {

using test::Archipelago;
using test::ArchipelagoOptions;

/// Rank 0 of `ranks`, two slots, and whose run ends at 100 s.
struct Bench {
  explicit Bench(KnownTimes times, bool continues = false, std::optional<Seconds> wall = {},
                 std::int32_t ranks = 1, std::optional<Seconds> longest = Seconds{100})
      : encoding(test::scripted_space()) {
    RankPlan plan =
        test::scripted_plan({.ranks = ranks, .islands = 1, .stopper = "none"}, encoding, 0);
    plan.limit = RunLimit{.ends = Seconds{100}, .longest = longest};
    plan.times = std::move(times);
    plan.continues = continues;
    plan.wall = wall;
    rank.emplace(std::move(plan), encoding, clock);
  }

  void begin() {
    rank->begin();
    collect();
  }
  void collect() {
    for (Action& action : rank->take_actions()) {
      if (auto* const start = std::get_if<StartAttempt>(&action)) {
        started.push_back(*start);
      } else if (auto* const send = std::get_if<SendMessage>(&action)) {
        sent.push_back(send->message);
      }
    }
  }
  /// Ends the i-th attempt that was started, at the time `at`.
  void end(std::size_t i, double at, double wall) {
    clock.set(Seconds{at});
    rank->on_outcome(started[i].trial.id, started[i].attempt.number,
                     Outcome{.metrics = {{"loss", 1}}, .steps = 8, .usage = {.wall = {wall}}});
    collect();
  }

  Retry lost(std::uint64_t counter, double longest_cut) const {
    Rng rng{counter};
    return Retry{.trial = Trial{.id = {1, 9, counter}, .genome = encoding.random(rng)},
                 .attempt = 2,
                 .longest_cut = Seconds{longest_cut}};
  }

  ManualClock clock;
  Encoding encoding;
  std::optional<Rank> rank;
  std::vector<StartAttempt> started;
  std::vector<Message> sent;
};

}  // namespace

TEST_CASE("limit: what would not end in time is not begun, and the run ends with work left",
          "[islands]") {
  Bench bench(KnownTimes{.ended = {Seconds{30}}});
  bench.begin();
  REQUIRE(bench.started.size() == 2);
  bench.end(0, 60, 60);  // from now on a trial needs 60 s
  CHECK(bench.started.size() == 2);
  CHECK_FALSE(bench.rank->ending().has_value());  // one still runs
  bench.end(1, 70, 70);
  CHECK(bench.started.size() == 2);
  REQUIRE(bench.rank->ending().has_value());
  CHECK(bench.rank->ending()->reason == EndReason::interrupted);
  CHECK(bench.rank->done());
}

TEST_CASE("limit: without knowledge trials are begun, and so are those that can be resumed",
          "[islands]") {
  Bench unknown(KnownTimes{});
  unknown.begin();
  CHECK(unknown.started.size() == 2);
  Bench resumed(KnownTimes{.ended = {Seconds{300}}}, true);
  resumed.begin();
  CHECK(resumed.started.size() == 2);
}

TEST_CASE("limit: once it has come nothing is begun, whatever is known", "[islands]") {
  for (const bool continues : {false, true}) {
    Bench bench(KnownTimes{}, continues);
    bench.clock.set(Seconds{100});
    bench.begin();
    CHECK(bench.started.empty());
  }
}

TEST_CASE("limit: no trial outlives limits.wall", "[islands]") {
  Bench bench(KnownTimes{.ended = {}, .longest_cut = Seconds{300}}, false, Seconds{40});
  bench.begin();
  CHECK(bench.started.size() == 2);
}

TEST_CASE("limit: a trial that was cut short is left for later, shorter ones go on", "[islands]") {
  Bench bench(KnownTimes{.ended = {Seconds{10}}, .longest_cut = Seconds{95}});
  bench.rank->on_message(RankId{0}, bench.lost(1, 101));
  bench.rank->on_message(RankId{0}, bench.lost(2, 95));
  bench.begin();
  REQUIRE(bench.started.size() == 2);
  CHECK(bench.started[0].trial.id == TrialId{1, 9, 2});  // it may just end
  CHECK(bench.started[1].attempt.number == 1);           // a new one
}

TEST_CASE("limit: where no trial can end in any run, it says so", "[islands]") {
  Bench bench(KnownTimes{.ended = {Seconds{130}}});
  bench.begin();
  CHECK(bench.started.empty());
  REQUIRE(bench.rank->ending().has_value());
  CHECK(bench.rank->ending()->reason == EndReason::failed);
  CHECK(bench.rank->ending()->text.find("130 s") != std::string::npos);
  CHECK(bench.rank->ending()->text.find("trial.checkpoint") != std::string::npos);

  // Late in a longer job, the next one has more time.
  Bench late(KnownTimes{.ended = {Seconds{130}}}, false, {}, 1, Seconds{500});
  late.begin();
  REQUIRE(late.rank->ending().has_value());
  CHECK(late.rank->ending()->reason == EndReason::interrupted);
  Bench unknown(KnownTimes{.ended = {Seconds{130}}}, false, {}, 1, {});
  unknown.begin();
  CHECK(unknown.rank->ending()->reason == EndReason::interrupted);
}

TEST_CASE("limit: rank 0 waits until every rank rests or waits for credits", "[islands]") {
  Bench bench(KnownTimes{.ended = {Seconds{130}}}, false, {}, 3, {});
  bench.begin();
  CHECK_FALSE(bench.rank->ending().has_value());
  bench.rank->on_message(RankId{1}, Rest{.held = 0, .needed = Seconds{130}});
  CHECK_FALSE(bench.rank->ending().has_value());
  SECTION("the last rests too") {
    bench.rank->on_message(RankId{2}, Rest{.held = 0, .needed = Seconds{140}});
    CHECK(bench.rank->ending().has_value());
  }
  SECTION("the last has shorter trials") {
    bench.rank->on_message(RankId{2}, CreditAsk{4});
    CHECK_FALSE(bench.rank->ending().has_value());
    bench.collect();
    CHECK(std::any_of(bench.sent.begin(), bench.sent.end(), [](const Message& message) {
      return std::holds_alternative<CreditGrant>(message);
    }));
    bench.rank->on_message(RankId{2}, Rest{.held = 0, .needed = Seconds{140}});
    CHECK_FALSE(bench.rank->ending().has_value());  // credits are out
    bench.rank->on_message(RankId{2}, CreditReturn{4});
    CHECK(bench.rank->ending().has_value());
  }
}

TEST_CASE("limit: rank 0 waits while a trial that rests nowhere is not ended", "[islands]") {
  Bench bench(KnownTimes{.ended = {Seconds{130}}}, false, {}, 2, {});
  bench.begin();
  const auto recorded = [&](auto what) {
    bench.rank->on_message(RankId{1}, Recorded{Event{{}, std::move(what)}});
  };
  Trial trial{.id = {1, 1, 1}};
  bench.rank->on_message(RankId{1}, CreditAsk{1});
  recorded(Bred{trial});
  recorded(Leased{Attempt{.trial = trial.id}});
  bench.rank->on_message(RankId{1}, CreditReturn{0});
  CHECK_FALSE(bench.rank->ending().has_value());
  recorded(Lost{trial.id, 1, "gone", {}});
  CHECK_FALSE(bench.rank->ending().has_value());  // it is about to run again, or to be held
  bench.rank->on_message(RankId{1}, Rest{.held = 1, .needed = Seconds{130}});
  REQUIRE(bench.rank->ending().has_value());
  CHECK(bench.rank->ending()->reason == EndReason::interrupted);
}

TEST_CASE("limit: whole archipelagos begin nothing shortly before it, and end by themselves",
          "[islands]") {
  for (const std::int32_t ranks : {1, 2, 5}) {
    for (const std::uint64_t seed : {1, 2, 3}) {
      INFO(ranks << " ranks, seed " << seed);
      Archipelago study(ArchipelagoOptions{
          .ranks = ranks, .islands = 2, .trials = 400, .seed = seed, .lose = 0.1, .limit = 120});
      REQUIRE(study.run());
      Seconds last;
      std::size_t begun = 0;
      for (const Event& event : study.journal()) {
        if (std::holds_alternative<Leased>(event.what)) {
          last = std::max(last, event.at);
          ++begun;
        }
      }
      CHECK(begun > 10);
      CHECK(last < Seconds{115});  // the shortest of trials takes longer than the rest
      REQUIRE(study.rank(0).ending().has_value());
      CHECK(study.rank(0).ending()->reason == EndReason::interrupted);
      CHECK(study.stopped().empty());
      CHECK(study.status().ok());
    }
  }
}

}  // namespace evolt
