#include "service/report/repeated_results.hpp"

#include <catch2/catch.hpp>

namespace evolt {

TEST_CASE("repeated results: one lucky result does not beat a good mean", "[report]") {
  RepeatedResults results;
  CHECK(results.best() == 0);
  results.add(1, 0.5);
  results.add(3, 0.40);
  CHECK(results.best() == 3);
  CHECK_FALSE(results.any());
  for (const double score : {0.35, 0.55, 0.45, 0.47}) {
    results.add(2, score);
  }
  CHECK(results.any());
  CHECK(results.mean(2) == Approx(0.455));
  CHECK(results.count(2) == 4);
  // 0.40 once, with a spread of about 0.08: its bound is 0.48; that of the mean 0.455 is 0.496.
  CHECK(results.best() == 3);
  results.add(3, 0.56);
  CHECK(results.best() == 2);
}

TEST_CASE("repeated results: of equals the first", "[report]") {
  RepeatedResults results;
  results.add(4, 1);
  results.add(2, 1);
  CHECK(results.best() == 2);
}

}  // namespace evolt
