#include "propagator/portfolio.hpp"

#include "tests/propagator/search_trial.hpp"
#include "tests/propagator/searches.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

TEST_CASE("portfolio: a sphere of five dimensions in 200 evaluations", "[propagator]") {
  const double found = test::median_best(test::box(5), "default", test::sphere, 200);
  CAPTURE(found);
  CHECK(found < 0.5);  // random search: 8
}

TEST_CASE("portfolio: finds the branch and its values in 150 evaluations", "[propagator]") {
  const double found = test::median_best(test::mixed(), "default", test::branches, 150);
  CAPTURE(found);
  CHECK(found < 0.5);  // random search: 1.2
}

}  // namespace
}  // namespace evolt
