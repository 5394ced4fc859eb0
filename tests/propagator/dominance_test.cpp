#include "propagator/dominance.hpp"

#include "core/rng.hpp"
#include "propagator/archive.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <vector>

namespace evolt {
namespace {

using test::individual;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::uint64_t> counters(const std::vector<const Individual*>& chosen) {
  std::vector<std::uint64_t> found;
  for (const Individual* const who : chosen) {
    found.push_back(who->id.counter);
  }
  return found;
}

TEST_CASE("dominates: no worse anywhere and better somewhere", "[propagator]") {
  CHECK(dominates(individual(1, {1, 2}), individual(2, {1, 3})));
  CHECK_FALSE(dominates(individual(1, {1, 2}), individual(2, {1, 2})));
  CHECK_FALSE(dominates(individual(1, {1, 4}), individual(2, {2, 3})));
  CHECK_FALSE(dominates(individual(1, {2, 3}), individual(2, {1, 4})));
}

TEST_CASE("dominates: requirements come first, NaN loses to everything", "[propagator]") {
  CHECK(dominates(individual(1, {9, 9}), individual(2, {1, 1}, {}, 0.1)));
  CHECK(dominates(individual(1, {9, 9}, {}, 0.1), individual(2, {1, 1}, {}, 0.2)));
  CHECK_FALSE(dominates(individual(1, {1, 1}, {}, 0.2), individual(2, {9, 9}, {}, 0.1)));
  CHECK(dominates(individual(1, {9, 9}, {}, 5), individual(2, {kNan, 1})));
  CHECK_FALSE(dominates(individual(1, {kNan, 1}), individual(2, {9, 9}, {}, 5)));
  CHECK_FALSE(dominates(individual(1, {kNan, 1}), individual(2, {kNan, 2})));
}

TEST_CASE("dominance: the lonely of a front that does not fit stay", "[propagator]") {
  const std::vector<Individual> front = {individual(1, {0, 10}),    individual(2, {1, 9}),
                                         individual(3, {1.1, 8.9}), individual(4, {5, 5}),
                                         individual(5, {10, 0}),    individual(6, {11, 11})};
  DominanceIndex index;
  for (const Individual& one : front) {
    index.insert(one);
  }
  CHECK(counters(index.best(3)) == std::vector<std::uint64_t>{1, 5, 4});
  CHECK(counters(index.best(5)) == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
  CHECK(counters(index.best(9)) == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6});
  index.erase(front[3]);
  CHECK(counters(index.best(3)) == std::vector<std::uint64_t>{1, 5, 3});
}

TEST_CASE("dominance: infinite scores do not disturb the crowding", "[propagator]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<Individual> front = {individual(1, {0, kInfinity}), individual(2, {1, 5}),
                                         individual(3, {2, 4}), individual(4, {9, -kInfinity})};
  DominanceIndex index;
  for (const Individual& one : front) {
    index.insert(one);
  }
  CHECK(counters(index.best(3)) == std::vector<std::uint64_t>{1, 4, 3});
}

TEST_CASE("dominance: counts stay right as individuals come and go", "[propagator]") {
  Rng rng{3};
  std::map<std::uint64_t, Individual> present;
  DominanceIndex index;
  for (int i = 0; i < 1'500; ++i) {
    const std::uint64_t counter = rng.below(80);
    if (const auto found = present.find(counter); found != present.end()) {
      index.erase(found->second);
      present.erase(found);
    } else {
      std::vector<double> scores;
      for (int m = 0; m < 3; ++m) {
        scores.push_back(rng.chance(0.03) ? kNan : static_cast<double>(rng.below(5)));
      }
      const double violation = rng.chance(0.2) ? 1.0 + static_cast<double>(rng.below(2)) : 0.0;
      const auto placed = present.emplace(counter, individual(counter, scores, {}, violation));
      index.insert(placed.first->second);
    }
    const std::vector<const Individual*> order = index.best(1'000);
    REQUIRE(order.size() == present.size());
    const auto rank = [&](const Individual* who) {
      const bool flawed = std::any_of(who->scores.begin(), who->scores.end(),
                                      [](double score) { return score != score; });
      const auto count = std::count_if(present.begin(), present.end(), [&](const auto& other) {
        return dominates(other.second, *who);
      });
      return std::tuple(flawed, flawed ? 0.0 : who->violation, count, who->id);
    };
    REQUIRE(std::is_sorted(order.begin(), order.end(),
                           [&](const auto* a, const auto* b) { return rank(a) < rank(b); }));
  }
}

}  // namespace
}  // namespace evolt
