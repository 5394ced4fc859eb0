#include "propagator/cholesky.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <vector>

namespace evolt {
namespace {

TEST_CASE("cholesky: multiplies and solves with its factor", "[propagator]") {
  Cholesky root;
  REQUIRE(root.factor(std::vector<double>{4, 0, 0, 2, 10, 0, 6, 6, 26}, 3));  // upper is not read
  std::vector<double> out(3);
  root.multiply(std::vector<double>{1, 1, 1}, out);
  CHECK(out == std::vector<double>{2, 4, 8});
  root.solve_half(out);
  CHECK(out == std::vector<double>{1, 1, 1});
  std::vector<double> x{4 + 2 + 6, 2 + 10 + 6, 6 + 6 + 26};
  root.solve(x);
  for (const double one : x) {
    CHECK(one == Approx(1));
  }
}

TEST_CASE("cholesky: refuses what is not positive definite, and keeps its factor", "[propagator]") {
  Cholesky root;
  REQUIRE(root.factor(std::vector<double>{9}, 1));
  CHECK_FALSE(root.factor(std::vector<double>{1, 0, 2, 1}, 2));
  CHECK_FALSE(root.factor(std::vector<double>{0}, 1));
  CHECK_FALSE(root.factor(std::vector<double>{std::nan("")}, 1));
  CHECK_FALSE(root.factor(std::vector<double>{std::numeric_limits<double>::infinity()}, 1));
  std::vector<double> out(1);
  root.multiply(std::vector<double>{1}, out);
  CHECK(out[0] == 3);
}

TEST_CASE("cholesky: order 0 is fine", "[propagator]") {
  Cholesky root;
  CHECK(root.factor({}, 0));
  CHECK(root.order() == 0);
}

}  // namespace
}  // namespace evolt
