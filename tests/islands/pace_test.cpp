#include "islands/pace.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

int results_until_a_turn(Pace& pace) {
  int results = 1;
  while (!pace.count()) {
    ++results;
  }
  return results;
}

}  // namespace

TEST_CASE("pace: as the study says, whatever the island does", "[islands]") {
  Pace pace(5, 2, false);
  for (int i = 0; i < 20; ++i) {
    CHECK(results_until_a_turn(pace) == 5);
    pace.turn({.improved = i % 2 == 0, .diversity = 0.01 * i});
    CHECK(pace.size() == 2);
  }
}

TEST_CASE("pace: slower where an island improves, faster where it stands still", "[islands]") {
  Pace pace(8, 1, true);
  for (int i = 0; i < 10; ++i) {
    pace.turn({.improved = true, .diversity = 0.5});
  }
  CHECK(results_until_a_turn(pace) == 64);
  for (int i = 0; i < 10; ++i) {
    pace.turn({.improved = false, .diversity = 0.5});
  }
  CHECK(results_until_a_turn(pace) == 2);
  CHECK(pace.size() == 1);
}

TEST_CASE("pace: more travel where the living have become alike", "[islands]") {
  Pace pace(5, 2, true);
  pace.turn({.improved = false, .diversity = 0.4});
  CHECK(pace.size() == 2);
  pace.turn({.improved = false, .diversity = 0.1});
  CHECK(pace.size() == 3);
  for (int i = 0; i < 10; ++i) {
    pace.turn({.improved = false, .diversity = 0.1});
  }
  CHECK(pace.size() == 5);
  for (int i = 0; i < 10; ++i) {
    pace.turn({.improved = false, .diversity = 0.3});
  }
  CHECK(pace.size() == 2);
}

TEST_CASE("pace: every result can be a turn", "[islands]") {
  Pace pace(1, 1, true);
  pace.turn({});
  CHECK(results_until_a_turn(pace) == 1);
}

}  // namespace evolt
