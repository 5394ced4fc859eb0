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
  Wards wards;
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
  Wards wards;
  const Retry retry{.trial = trial(5), .attempt = 3, .checkpoint = {}, .known = {}, .losses = 1};
  wards.entrust(kHere, retry);
  const auto orphans = wards.orphan(kHere);
  REQUIRE(orphans.size() == 1);
  CHECK_FALSE(orphans[0].running);
  CHECK(orphans[0].retry == retry);
}

TEST_CASE("wards: an attempt that vanished on its rank waits there", "[islands]") {
  Wards wards;
  wards.note(kHere, event(Bred{trial(1)}));
  wards.note(kHere, event(leased(1, 1)));
  wards.note(kHere, event(Lost{.trial = trial(1).id, .attempt = 1}));
  const auto orphans = wards.orphan(kHere);
  REQUIRE(orphans.size() == 1);
  CHECK_FALSE(orphans[0].running);
  CHECK(orphans[0].retry.attempt == 2);
  CHECK(orphans[0].retry.losses == 0);
}

}  // namespace evolt
