#include "benchmarks/search_quality/bbob/bbob.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <stdexcept>

using namespace evolt;

namespace {

constexpr std::array kNumbers = {1, 3, 6, 8, 10, 13, 15, 17, 21};

}  // namespace

TEST_CASE("bbob: every function is 0 at its optimum, inside the box, and more elsewhere",
          "[benchmarks]") {
  for (const int number : kNumbers) {
    for (const std::size_t dimension : {2U, 5U, 20U}) {
      for (const std::uint64_t instance : {1U, 2U, 3U}) {
        const BbobFunction function = bbob_function(number, dimension, instance);
        CAPTURE(number, dimension, instance);
        REQUIRE(function.optimum.size() == dimension);
        CHECK(function.distance(function.optimum) == Approx(0).margin(1e-9));
        Rng rng({instance, dimension});
        for (int draw = 0; draw < 20; ++draw) {
          Point x(dimension);
          for (std::size_t i = 0; i < dimension; ++i) {
            x[i] = rng.uniform(-5, 5);
            REQUIRE(std::abs(function.optimum[i]) <= 4);
          }
          CHECK(function.distance(x) > 0);
        }
      }
    }
  }
}

// Computed once by a second implementation of the generator and of the definitions (numpy).
TEST_CASE("bbob: values agree with an independent implementation", "[benchmarks]") {
  struct Known {
    int number;
    double first;
    double second;
  };
  const Known known = GENERATE(
      Known{1, 39.0864644718578, 44.3976043117468}, Known{3, 65.6681286510929, 259.468340362118},
      Known{6, 101703.696493728, 694015.995861574}, Known{8, 5496.33828312519, 75316.0305351257},
      Known{10, 4596794.39386193, 10183784.0238861}, Known{13, 563.650202715363, 2248.92206293781},
      Known{15, 214.742301858495, 161.742859987124}, Known{17, 37.8745029581819, 75.7232474425455},
      Known{21, 7.55247548425106, 69.084011530465});
  const BbobFunction function = bbob_function(known.number, 4, 2);
  CAPTURE(known.number);
  CHECK(function.distance(Point{1, -2, 3, 0.5}) == Approx(known.first).epsilon(1e-10));
  CHECK(function.distance(Point{-4.5, 2.25, 5.5, 0}) == Approx(known.second).epsilon(1e-10));
}

TEST_CASE("bbob: another instance is another function, the same one is the same", "[benchmarks]") {
  for (const int number : kNumbers) {
    CAPTURE(number);
    const Point x = {1, 2, 3};
    const double value = bbob_function(number, 3, 1).distance(x);
    CHECK(bbob_function(number, 3, 1).distance(x) == value);
    CHECK(bbob_function(number, 3, 2).distance(x) != value);
  }
}

TEST_CASE("bbob: a function that is not there is refused", "[benchmarks]") {
  CHECK_THROWS_AS(bbob_function(2, 5, 1), std::invalid_argument);
}
