#include "islands/wards.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

constexpr RankId kHere{3};

Event event(decltype(Event::what) what) {
  return Event{{}, std::move(what)};
}

Trial trial(std::uint64_t counter) {
  return Trial{.id = TrialId{1, 3, counter}, .genome = Genome{{0.5}}};
}

Leased leased(std::uint64_t counter, std::int32_t number) {
  return Leased{Attempt{.trial = trial(counter).id, .number = number, .rank = kHere}};
}

}  // namespace

TEST_CASE("wards: what a rank had when it died", "[islands]") {
  Wards wards(true);
  wards.note(kHere, event(Bred{trial(1)}));
  wards.note(kHere, event(leased(1, 1)));
  wards.note(kHere, event(Bred{trial(2)}));
  wards.note(kHere, event(leased(2, 1)));
  wards.note(kHere, event(Measured{
                        .trial = trial(2).id,
                        .measurement = {.step = 4, .metrics = {{"loss", 0.5}}, .elapsed = {8}}}));
  wards.note(kHere, event(Finished{.trial = trial(1).id}));
  wards.note(RankId{4}, event(Bred{trial(9)}));
  const auto orphans = wards.orphan(kHere);
  REQUIRE(orphans.size() == 1);
  CHECK(orphans[0].running);
  CHECK(orphans[0].usage.wall == Seconds{8});
  CHECK(orphans[0].retry == Retry{.trial = trial(2),
                                  .attempt = 2,
                                  .checkpoint = {},
                                  .known = {{"loss", 0.5}},
                                  .steps = 4,
                                  .used = Usage{.wall = {8}},
                                  .longest_cut = {8},
                                  .losses = 1});
}

TEST_CASE("wards: a retry that had not begun is no loss", "[islands]") {
  Wards wards(GENERATE(false, true));
  const Retry retry{.trial = trial(5), .attempt = 3, .checkpoint = {}, .known = {}, .losses = 1};
  wards.entrust(kHere, retry);
  const auto orphans = wards.orphan(kHere);
  REQUIRE(orphans.size() == 1);
  CHECK_FALSE(orphans[0].running);
  CHECK(orphans[0].retry == retry);
}

TEST_CASE("wards: an attempt that vanished on its rank waits there", "[islands]") {
  Wards wards(GENERATE(false, true));
  wards.note(kHere, event(Bred{trial(1)}));
  wards.note(kHere, event(leased(1, 1)));
  wards.note(kHere, event(Lost{.trial = trial(1).id, .attempt = 1}));
  const auto orphans = wards.orphan(kHere);
  REQUIRE(orphans.size() == 1);
  CHECK_FALSE(orphans[0].running);
  CHECK(orphans[0].retry.attempt == 2);
  CHECK(orphans[0].retry.losses == 0);
}

TEST_CASE("wards: where attempts begin anew, only the last that was not lost tells what one uses",
          "[islands]") {
  Wards wards(false);
  Leased first = leased(1, 1);
  first.attempt.goal = 3;
  wards.note(kHere, event(Bred{trial(1)}));
  wards.note(kHere, event(first));
  wards.note(kHere, event(Parked{.trial = trial(1).id,
                                 .attempt = 1,
                                 .step = 3,
                                 .reason = "came to its goal",
                                 .forecast = {},
                                 .spread = {},
                                 .usage = {.wall = {5}},
                                 .goes_on = true}));
  Leased second = leased(1, 2);
  second.attempt.goal = 9;
  wards.note(kHere, event(second));
  wards.note(kHere, event(Lost{.trial = trial(1).id, .attempt = 2, .reason = "", .usage = {{7}}}));
  const auto orphans = wards.orphan(kHere);
  REQUIRE(orphans.size() == 1);
  CHECK(orphans[0].retry.used == Usage{.wall = {5}});
  CHECK(orphans[0].retry.goal == 9);
  CHECK_FALSE(orphans[0].retry.parked.has_value());
}

TEST_CASE("wards: what is parked, or audited, says so, and its goal is open", "[islands]") {
  Wards wards(false);
  Leased first = leased(1, 1);
  first.attempt.goal = 3;
  wards.note(kHere, event(Bred{trial(1)}));
  wards.note(kHere, event(first));
  wards.note(kHere, event(Stopped{.trial = trial(1).id, .reason = "weak", .audited = true}));
  CHECK(wards.orphan(kHere)[0].retry.audited);
  CHECK(wards.orphan(kHere)[0].retry.goal == 3);
  wards.note(kHere, event(Parked{.trial = trial(1).id, .reason = "weak", .usage = {}}));
  CHECK(wards.orphan(kHere)[0].retry.parked.has_value());
  CHECK(wards.orphan(kHere)[0].retry.goal == 0);
}

TEST_CASE("wards: the energy that was last told is not forgotten", "[islands]") {
  Wards wards(true);
  wards.note(kHere, event(Bred{trial(2)}));
  wards.note(kHere, event(leased(2, 1)));
  const EnergyReading reading{.joules = {40}, .label = EnergyLabel::sampled};
  wards.note(kHere, event(Measured{.trial = trial(2).id,
                                   .measurement = {.step = 4, .elapsed = {8}, .energy = reading}}));
  wards.note(kHere,
             event(Measured{.trial = trial(2).id, .measurement = {.step = 5, .elapsed = {9}}}));
  const auto orphans = wards.orphan(kHere);
  REQUIRE(orphans.size() == 1);
  CHECK(orphans[0].usage.wall == Seconds{9});
  CHECK(orphans[0].usage.energy == reading);
  REQUIRE(orphans[0].retry.used);
  CHECK(orphans[0].retry.used->energy == reading);
}

}  // namespace evolt
