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

/// A point on the true front: the first variable free, the others best. `u` in [0, 1].
std::vector<double> on_front(const std::string& name, std::size_t dimension, double u) {
  if (name == "fonseca") {
    const double all = (2 * u - 1) / std::sqrt(static_cast<double>(dimension));
    return std::vector<double>(dimension, all);
  }
  std::vector<double> x(dimension, name.starts_with("dtlz") ? 0.5 : 0.0);
  x[0] = u;
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
    const auto line = two_objectives("dtlz1")(on_front("dtlz1", 5, u));
    CHECK(line[0] + line[1] == Approx(0.5));
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
  // 100 (1 + 0.25 - cos(10 pi)) = 25; distances 1 and 9 from -+ 1 in one dimension.
  CHECK(two_objectives("dtlz1")(std::vector<double>{0.5, 1})[0] == Approx(0.25 * 26));
  CHECK(two_objectives("fonseca")(std::vector<double>{2})[0] == Approx(1 - std::exp(-1)));
  CHECK(two_objectives("fonseca")(std::vector<double>{2})[1] == Approx(1 - std::exp(-9)));
}

TEST_CASE("two objectives: the recorded hypervolumes are those of the true fronts",
          "[benchmarks]") {
  const Fronts fronts = read_fronts(EVOLT_BENCHMARK_DATA);
  struct Case {
    std::string function;
    std::size_t dimension;
  };
  for (const auto& [function, dimension] :
       {Case{"zdt1", 10}, Case{"zdt2", 10}, Case{"zdt3", 10}, Case{"zdt4", 5}, Case{"zdt6", 10},
        Case{"zdt1", 30}, Case{"zdt4", 10}, Case{"dtlz1", 5}, Case{"fonseca", 5},
        Case{"dtlz2", 8}}) {
    CAPTURE(function);
    std::vector<double> points;
    for (int i = 0; i <= 16000; ++i) {
      const auto pair =
          two_objectives(function)(on_front(function, dimension, static_cast<double>(i) / 16000));
      points.insert(points.end(), pair.begin(), pair.end());
    }
    const FrontTarget& target = fronts.at(function + "_d" + std::to_string(dimension));
    CHECK(hypervolume(points, target.reference) == Approx(target.hypervolume).epsilon(3e-4));
  }
}

TEST_CASE("two objectives: an unknown name is refused", "[benchmarks]") {
  CHECK_THROWS_AS(two_objectives("zdt5"), std::invalid_argument);
}
