#include "estimators/rungs.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <vector>

using namespace evolt;

namespace {

std::vector<std::int64_t> first_five(const Rungs& rungs) {
  std::vector<std::int64_t> all{rungs.first};
  while (all.size() < 5) {
    all.push_back(rungs.after(all.back()));
  }
  return all;
}

}  // namespace

TEST_CASE("rungs: a factor apart, on whole steps, each above the last", "[estimators]") {
  CHECK(first_five({1, 3}) == std::vector<std::int64_t>{1, 3, 9, 27, 81});
  CHECK(first_five({2, 2.5}) == std::vector<std::int64_t>{2, 5, 13, 33, 83});
  CHECK(first_five({1, 1.01}) == std::vector<std::int64_t>{1, 2, 3, 4, 5});
}

TEST_CASE("rungs: the highest that a step has come to", "[estimators]") {
  const Rungs rungs{2, 3};
  const auto& [step, rung] = GENERATE(table<std::int64_t, std::int64_t>(
      {{2, 2}, {5, 2}, {6, 6}, {7, 6}, {17, 6}, {18, 18}, {1000, 486}}));
  CHECK(rungs.below(step) == rung);
}

TEST_CASE("rungs: they end where whole numbers do", "[estimators]") {
  constexpr auto kHuge = std::numeric_limits<std::int64_t>::max();
  CHECK(Rungs{kHuge / 2, 3}.after(kHuge / 2) == kHuge);
  CHECK(Rungs{1, 3}.after(kHuge) == kHuge);
  CHECK(Rungs{1, 3}.below(kHuge) == kHuge);
}

TEST_CASE("rungs: the lowest above a step", "[estimators]") {
  const Rungs rungs{2, 3};
  const auto& [step, rung] = GENERATE(table<std::int64_t, std::int64_t>(
      {{0, 2}, {1, 2}, {2, 6}, {5, 6}, {6, 18}, {17, 18}, {18, 54}}));
  CHECK(rungs.above(step) == rung);
}
