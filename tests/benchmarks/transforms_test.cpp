#include "benchmarks/search_quality/bbob/transforms.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace evolt;

TEST_CASE("transforms: a random rotation is orthogonal", "[benchmarks]") {
  for (const std::size_t size : {2U, 5U, 40U}) {
    Rng rng({size});
    const Matrix rotation = random_rotation(size, rng);
    for (std::size_t a = 0; a < size; ++a) {
      for (std::size_t b = 0; b < size; ++b) {
        double product = 0;
        for (std::size_t k = 0; k < size; ++k) {
          product += rotation.at(a, k) * rotation.at(b, k);
        }
        CHECK(product == Approx(a == b ? 1 : 0).margin(1e-12));
      }
    }
  }
}

TEST_CASE("transforms: products of matrices and points", "[benchmarks]") {
  const Matrix a{2, {1, 2, 3, 4}};
  const Matrix b{2, {0, 1, 1, 0}};
  CHECK((a * b).cells == std::vector<double>{2, 1, 4, 3});
  CHECK(a * Point{1, -1} == Point{-1, -1});
  CHECK(scale_rows(Point{10, 100}, a).cells == std::vector<double>{10, 20, 300, 400});
}

TEST_CASE("transforms: conditioning runs from 1 to the root of alpha", "[benchmarks]") {
  const Point diagonal = conditioning(100, 3);
  CHECK(diagonal[0] == Approx(1));
  CHECK(diagonal[1] == Approx(std::sqrt(10)));
  CHECK(diagonal[2] == Approx(10));
}

TEST_CASE("transforms: oscillation keeps zero, one and signs", "[benchmarks]") {
  CHECK(oscillate(0.0) == 0);
  CHECK(oscillate(1.0) == Approx(1));
  CHECK(oscillate(-1.0) == Approx(-1));
  CHECK(oscillate(-3.0) < 0);
  CHECK(oscillate(-3.0) != Approx(-oscillate(3.0)));
}

TEST_CASE("transforms: asymmetry leaves the first and the negative coordinates", "[benchmarks]") {
  Point x = {2, -2, 4};
  break_symmetry(0.5, x);
  CHECK(x[0] == 2);
  CHECK(x[1] == -2);
  CHECK(x[2] == Approx(std::pow(4.0, 1 + 0.5 * 2)));
}

TEST_CASE("transforms: the penalty begins beyond 5", "[benchmarks]") {
  CHECK(boundary_penalty(Point{5, -5}) == 0);
  CHECK(boundary_penalty(Point{7, -6}) == 5);
}
