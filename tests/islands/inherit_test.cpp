// Trials that start from a parent's checkpoint.
#include "lone_rank.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace evolt::test {
namespace {

/// One slot; nothing is bred, what runs comes as a retry. `left`: who left a checkpoint.
struct Heirs : LoneRank {
  Heirs()
      : LoneRank(0, {{"x", FloatDomain{.low = 0, .high = 1}, {}}}, [this](RankPlan& plan) {
          plan.continues = true;
          plan.unfinished = 1;
          plan.left_checkpoint = [this](const TrialId& id) { return left.contains(id); };
        }) {}

  const Attempt& run(Retry retry) {
    rank.on_message(RankId{0}, retry);
    collect();
    return last().attempt;
  }

  static Retry retry(std::int32_t attempt = 1, std::string_view propagator = "blend") {
    return Retry{.trial = Trial{.id = {1, 0, 9},
                                .genome = Genome{{0.25}},
                                .params = {{"x", 0.25}},
                                .lineage = {std::string(propagator), {{1, 3, 1}, {1, 0, 2}}}},
                 .attempt = attempt,
                 .checkpoint = {},
                 .known = {}};
  }

  std::set<TrialId> left;
};

}  // namespace

TEST_CASE("inherit: from the first parent that left a checkpoint", "[islands]") {
  Heirs bench;
  SECTION("the first, of another rank") {
    bench.left = {{1, 3, 1}, {1, 0, 2}};
    CHECK(bench.run(Heirs::retry()).inherits_from == TrialId{1, 3, 1});
  }
  SECTION("the second") {
    bench.left = {{1, 0, 2}};
    CHECK(bench.run(Heirs::retry()).inherits_from == TrialId{1, 0, 2});
  }
  SECTION("none: from scratch") {
    CHECK(bench.run(Heirs::retry()).inherits_from == std::nullopt);
  }
  REQUIRE(bench.all<Leased>().size() == 1);
  CHECK(bench.all<Leased>()[0].attempt == bench.last().attempt);
}

TEST_CASE("inherit: its own checkpoint comes before its parent's", "[islands]") {
  Heirs bench;
  bench.left = {{1, 3, 1}};
  Retry again = Heirs::retry(2);
  SECTION("a lost attempt left none") {
    CHECK(bench.run(again).inherits_from == TrialId{1, 3, 1});
  }
  SECTION("a lost attempt left one") {
    bench.left.insert(again.trial.id);
    CHECK(bench.run(again).inherits_from == std::nullopt);
  }
  SECTION("a parked one says where") {
    again.checkpoint = "trials/1.0.9/attempt-1/checkpoint";
    CHECK(bench.run(again).inherits_from == std::nullopt);
    CHECK(bench.last().attempt.checkpoint == again.checkpoint);
  }
}

TEST_CASE("inherit: what is evaluated again because results are noisy inherits nothing",
          "[islands]") {
  Heirs bench;
  bench.left = {{1, 3, 1}};
  CHECK(bench.run(Heirs::retry(1, kReplicate)).inherits_from == std::nullopt);
}

TEST_CASE("inherit: without parents, or unless the study says so, from scratch", "[islands]") {
  Heirs bench;
  bench.left = {{1, 3, 1}};
  Retry orphan = Heirs::retry();
  orphan.trial.lineage.parents.clear();
  CHECK(bench.run(orphan).inherits_from == std::nullopt);
  LoneRank plain(0, {{"x", FloatDomain{.low = 0, .high = 1}, {}}},
                 [](RankPlan& plan) { plan.unfinished = 1; });
  plain.rank.on_message(RankId{0}, Heirs::retry());
  plain.collect();
  REQUIRE(plain.started.size() == 1);
  CHECK(plain.last().attempt.inherits_from == std::nullopt);
}

}  // namespace evolt::test
