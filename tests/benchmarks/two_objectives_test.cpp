#include "benchmarks/search_quality/two_objectives.hpp"

#include "benchmarks/search_quality/fronts.hpp"
#include "benchmarks/search_quality/hypervolume.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

using namespace evolt;

namespace {

/// A point on the true front: the first variable free, the others best.
std::vector<double> on_front(const std::string& name, std::size_t dimension, double first) {
  std::vector<double> x(dimension, name == "dtlz2" ? 0.5 : 0.0);
  x[0] = first;
  return x;
}

}  // namespace

TEST_CASE("two objectives: the published fronts", "[benchmarks]") {
  for (const double u : {0.0, 0.1, 0.5, 0.9, 1.0}) {
    CAPTURE(u);
    for (const std::string name : {"zdt1", "zdt4"}) {
      const auto [f1, f2] = two_objectives(name)(on_front(name, 5, u));
      CHECK(f1 == u);
      CHECK(f2 == Approx(1 - std::sqrt(u)).margin(1e-12));
    }
    CHECK(two_objectives("zdt2")(on_front("zdt2", 10, u))[1] == Approx(1 - u * u).margin(1e-12));
    const auto [f1, f2] = two_objectives("zdt6")(on_front("zdt6", 10, u));
    CHECK(f1 >= 0.2807);
    CHECK(f2 == Approx(1 - f1 * f1).margin(1e-12));
    const auto circle = two_objectives("dtlz2")(on_front("dtlz2", 8, u));
    CHECK(std::hypot(circle[0], circle[1]) == Approx(1));
  }
  CHECK(two_objectives("zdt3")(on_front("zdt3", 10, 0.25))[1] == Approx(0.5 - 0.25));
}

TEST_CASE("two objectives: off the front both get worse", "[benchmarks]") {
  // Each by hand: g = 1 + 9 * 0.5, 1 + 10 + 1 - 10 * cos(4 pi), 0.25.
  CHECK(two_objectives("zdt1")(std::vector<double>{0.5, 0.5})[1] ==
        Approx(5.5 * (1 - std::sqrt(0.5 / 5.5))));
  CHECK(two_objectives("zdt4")(std::vector<double>{0.5, 1})[1] ==
        Approx(2 * (1 - std::sqrt(0.25))));
  CHECK(two_objectives("dtlz2")(std::vector<double>{0, 1})[0] == Approx(1.25));
}

TEST_CASE("two objectives: the recorded hypervolumes are those of the true fronts",
          "[benchmarks]") {
  const Fronts fronts = read_fronts(EVOLT_BENCHMARK_DATA);
  struct Case {
    std::string function;
    std::size_t dimension;
  };
  for (const auto& [function, dimension] : {Case{"zdt1", 10}, Case{"zdt2", 10}, Case{"zdt3", 10},
                                            Case{"zdt4", 5}, Case{"zdt6", 10}, Case{"dtlz2", 8}}) {
    CAPTURE(function);
    std::vector<double> points;
    for (int i = 0; i <= 4000; ++i) {
      const auto pair =
          two_objectives(function)(on_front(function, dimension, static_cast<double>(i) / 4000));
      points.insert(points.end(), pair.begin(), pair.end());
    }
    const FrontTarget& target = fronts.at(function + "_d" + std::to_string(dimension));
    CHECK(hypervolume(points, target.reference) == Approx(target.hypervolume).epsilon(3e-4));
  }
}

TEST_CASE("two objectives: an unknown name is refused", "[benchmarks]") {
  CHECK_THROWS_AS(two_objectives("zdt5"), std::invalid_argument);
}
