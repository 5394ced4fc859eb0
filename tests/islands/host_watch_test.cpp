#include "islands/host_watch.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

constexpr RankId kRank{1};

/// A watch that sees whole trials of some ranks.
struct Watched {
  void lease(RankId on) {
    const TrialId id{1, static_cast<std::uint32_t>(index(on)), ++counter};
    watch.note(on, Event{{}, Leased{Attempt{.trial = id, .rank = on}}});
  }
  void end(RankId on, const Outcome& outcome) {
    const TrialId id{1, static_cast<std::uint32_t>(index(on)), counter};
    watch.note(on, Event{{}, Finished{.trial = id, .outcome = outcome}});
  }
  void fail(RankId on, int times = 1) {
    for (int i = 0; i < times; ++i) {
      lease(on);
      end(on, Outcome{.ending = Ending::failed,
                      .failure = Failure::exit_code,
                      .reason = "exit code 1",
                      .last_lines = {"first", "no driver"}});
    }
  }
  void work(RankId on, int times = 1) {
    for (int i = 0; i < times; ++i) {
      lease(on);
      end(on, Outcome{.metrics = {{"loss", 1}}});
    }
  }

  HostWatch watch{5};
  std::uint64_t counter = 0;
};

}  // namespace

TEST_CASE("host watch: before anybody has reported, five silent failures condemn", "[islands]") {
  Watched all;
  all.fail(kRank, 4);
  CHECK_FALSE(all.watch.condemns(kRank, false));
  CHECK(all.watch.trusts(kRank));
  all.fail(kRank);
  CHECK(all.watch.condemns(kRank, false));
  CHECK_FALSE(all.watch.condemns(kRank, true));
  CHECK_FALSE(all.watch.trusts(kRank));
  CHECK_FALSE(all.watch.reported(kRank));
  CHECK_FALSE(all.watch.condemns(RankId{0}, false));
  CHECK(all.watch.last_failure(kRank) == "exit code 1; last line: no driver");
  CHECK(all.watch.rows() == 5);
}

TEST_CASE("host watch: a report ends the row", "[islands]") {
  Watched all;
  all.fail(kRank, 5);
  SECTION("a step") {
    all.watch.note(kRank, Event{{}, Measured{.trial = {1, 1, 1}}});
  }
  SECTION("a result") {
    all.work(kRank);
  }
  SECTION("a failure that had reported") {
    all.lease(kRank);
    all.end(kRank, Outcome{.ending = Ending::failed, .metrics = {{"loss", 1}}});
  }
  SECTION("infeasible is an answer") {
    all.lease(kRank);
    all.end(kRank, Outcome{.ending = Ending::infeasible});
  }
  CHECK(all.watch.reported(kRank));
  CHECK(all.watch.row(kRank) == 0);
  CHECK_FALSE(all.watch.condemns(kRank, false));
}

TEST_CASE("host watch: among trials that work a row of ten is no chance", "[islands]") {
  Watched all;
  all.work(RankId{0}, 3);
  all.fail(kRank, 9);
  CHECK_FALSE(all.watch.condemns(kRank, true));
  all.fail(kRank);
  CHECK(all.watch.condemns(kRank, true));
}

TEST_CASE("host watch: where most configurations fail, a row must be long to mean something",
          "[islands]") {
  Watched all;
  for (int i = 0; i < 20; ++i) {
    all.fail(RankId{0}, 9);
    all.work(RankId{0});
  }
  all.fail(kRank, 100);
  CHECK_FALSE(all.watch.condemns(kRank, true));
  all.fail(kRank, 50);
  CHECK(all.watch.condemns(kRank, true));
}

TEST_CASE("host watch: one event that ends all that runs is one failure", "[islands]") {
  Watched all;
  all.work(RankId{0}, 50);
  for (int i = 0; i < 16; ++i) {
    all.lease(kRank);
  }
  for (int i = 0; i < 16; ++i) {
    all.end(kRank, Outcome{.ending = Ending::failed, .failure = Failure::signal});
  }
  CHECK_FALSE(all.watch.condemns(kRank, true));
  all.fail(kRank, 9);
  CHECK(all.watch.condemns(kRank, true));
}

TEST_CASE("host watch: rank 0 is not blamed for trials that died with their ranks", "[islands]") {
  Watched all;
  for (std::uint64_t i = 1; i <= 9; ++i) {
    all.watch.note(
        RankId{0},
        Event{{},
              Finished{.trial = {1, 3, i},
                       .outcome = {.ending = Ending::failed, .failure = Failure::attempts}}});
  }
  CHECK(all.watch.row(RankId{0}) == 0);
}

TEST_CASE("host watch: what is parked does not run, and excuses nobody", "[islands]") {
  Watched seen;
  seen.work(RankId{2}, 300);
  for (int i = 0; i < 200; ++i) {
    seen.lease(kRank);
    const TrialId id{1, static_cast<std::uint32_t>(index(kRank)), seen.counter};
    seen.watch.note(kRank, Event{{}, Measured{.trial = id}});
    seen.watch.note(kRank, Event{{}, Parked{.trial = id}});
    if (i % 2 == 0) {
      seen.end(kRank, Outcome{.ending = Ending::stopped, .metrics = {{"loss", 1}}});
    }
  }
  seen.fail(kRank, 9);
  CHECK_FALSE(seen.watch.condemns(kRank, true));
  seen.fail(kRank, 3);
  CHECK(seen.watch.condemns(kRank, true));
}

TEST_CASE("host watch: without patience nobody is condemned", "[islands]") {
  HostWatch watch(0);
  for (std::uint64_t i = 1; i <= 50; ++i) {
    watch.note(kRank,
               Event{{}, Finished{.trial = {1, 1, i}, .outcome = {.ending = Ending::failed}}});
  }
  CHECK_FALSE(watch.condemns(kRank, false));
  CHECK(watch.trusts(kRank));
}

}  // namespace evolt
