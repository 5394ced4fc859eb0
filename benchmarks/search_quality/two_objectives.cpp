#include "benchmarks/search_quality/two_objectives.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace evolt {
namespace {

using std::numbers::pi;
using Pair = std::array<double, 2>;

double mean_of_rest(std::span<const double> x) {
  double sum = 0;
  for (const double coordinate : x.subspan(1)) {
    sum += coordinate;
  }
  return sum / static_cast<double>(x.size() - 1);
}

Pair zdt1(std::span<const double> x) {
  const double g = 1 + 9 * mean_of_rest(x);
  return {x[0], g * (1 - std::sqrt(x[0] / g))};
}

Pair zdt2(std::span<const double> x) {
  const double g = 1 + 9 * mean_of_rest(x);
  return {x[0], g * (1 - x[0] / g * (x[0] / g))};
}

Pair zdt3(std::span<const double> x) {
  const double g = 1 + 9 * mean_of_rest(x);
  return {x[0], g * (1 - std::sqrt(x[0] / g) - x[0] / g * std::sin(10 * pi * x[0]))};
}

Pair zdt4(std::span<const double> x) {
  double g = 1 + 10 * static_cast<double>(x.size() - 1);
  for (const double coordinate : x.subspan(1)) {
    g += coordinate * coordinate - 10 * std::cos(4 * pi * coordinate);
  }
  return {x[0], g * (1 - std::sqrt(x[0] / g))};
}

Pair zdt6(std::span<const double> x) {
  const double f1 = 1 - std::exp(-4 * x[0]) * std::pow(std::sin(6 * pi * x[0]), 6);
  const double g = 1 + 9 * std::pow(mean_of_rest(x), 0.25);
  return {f1, g * (1 - f1 / g * (f1 / g))};
}

Pair dtlz2(std::span<const double> x) {
  double g = 0;
  for (const double coordinate : x.subspan(1)) {
    g += (coordinate - 0.5) * (coordinate - 0.5);
  }
  return {(1 + g) * std::cos(x[0] * pi / 2), (1 + g) * std::sin(x[0] * pi / 2)};
}

Pair dtlz1(std::span<const double> x) {
  double g = 0;
  for (const double coordinate : x.subspan(1)) {
    const double d = coordinate - 0.5;
    g += 100 * (1 + d * d - std::cos(20 * pi * d));
  }
  return {0.5 * x[0] * (1 + g), 0.5 * (1 - x[0]) * (1 + g)};
}

Pair fonseca(std::span<const double> x) {
  const double centre = 1 / std::sqrt(static_cast<double>(x.size()));
  double below = 0;
  double above = 0;
  for (const double coordinate : x) {
    below += (coordinate - centre) * (coordinate - centre);
    above += (coordinate + centre) * (coordinate + centre);
  }
  return {1 - std::exp(-below), 1 - std::exp(-above)};
}

}  // namespace

TwoObjectives two_objectives(std::string_view name) {
  struct Entry {
    std::string_view name;
    TwoObjectives function;
  };
  for (const Entry& entry : {Entry{"zdt1", zdt1}, Entry{"zdt2", zdt2}, Entry{"zdt3", zdt3},
                             Entry{"zdt4", zdt4}, Entry{"zdt6", zdt6}, Entry{"dtlz1", dtlz1},
                             Entry{"dtlz2", dtlz2}, Entry{"fonseca", fonseca}}) {
    if (entry.name == name) {
      return entry.function;
    }
  }
  throw std::invalid_argument("there is no function " + std::string(name));
}

}  // namespace evolt
