#include "propagator/reflect.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

namespace evolt {
namespace {

TEST_CASE("reflect: folds at both ends, however far", "[propagator]") {
  CHECK(reflect(0.25) == 0.25);
  CHECK(reflect(0) == 0);
  CHECK(reflect(1) == 1);
  CHECK(reflect(-0.25) == 0.25);
  CHECK(reflect(1.25) == 0.75);
  CHECK(reflect(2.25) == 0.25);
  CHECK(reflect(-1.25) == 0.75);
  CHECK(reflect(-2.25) == 0.25);
}

TEST_CASE("reflect: keeps what is not finite in range", "[propagator]") {
  CHECK(reflect(std::nan("")) == 0);
  CHECK(reflect(std::numeric_limits<double>::infinity()) == 0);
  CHECK(reflect(-std::numeric_limits<double>::infinity()) == 0);
}

}  // namespace
}  // namespace evolt
