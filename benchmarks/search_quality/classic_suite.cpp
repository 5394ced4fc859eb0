#include "benchmarks/search_quality/suites.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <cmath>
#include <numbers>
#include <utility>

namespace evolt {
namespace {

using Point = std::vector<double>;
constexpr double kTwoPi = 2 * std::numbers::pi;

double sphere(const Point& x) {
  double sum = 0;
  for (const double each : x) {
    sum += each * each;
  }
  return sum;
}

double rastrigin(const Point& x) {
  double sum = 0;
  for (const double each : x) {
    sum += each * each - 10 * std::cos(kTwoPi * each) + 10;
  }
  return sum;
}

double rosenbrock(const Point& x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double valley = x[i + 1] - x[i] * x[i];
    sum += 100 * valley * valley + (1 - x[i]) * (1 - x[i]);
  }
  return sum;
}

double ackley(const Point& x) {
  double waves = 0;
  for (const double each : x) {
    waves += std::cos(kTwoPi * each);
  }
  const auto n = static_cast<double>(x.size());
  return 20 + std::numbers::e - 20 * std::exp(-0.2 * std::sqrt(sphere(x) / n)) -
         std::exp(waves / n);
}

double griewank(const Point& x) {
  double product = 1;
  for (std::size_t i = 0; i < x.size(); ++i) {
    product *= std::cos(x[i] / std::sqrt(static_cast<double>(i + 1)));
  }
  return 1 + sphere(x) / 4000 - product;
}

double schwefel(const Point& x) {
  double sum = 418.9828872724339 * static_cast<double>(x.size());
  for (const double each : x) {
    sum -= each * std::sin(std::sqrt(std::abs(each)));
  }
  return sum;
}

struct Classic {
  const char* name;
  double bound;  ///< the box is [-bound, bound]^D
  double (*value)(const Point& x);
};

constexpr Classic kClassics[] = {{"sphere", 5.12, sphere},          {"rastrigin", 5.12, rastrigin},
                                 {"rosenbrock", 2.048, rosenbrock}, {"ackley", 32.8, ackley},
                                 {"griewank", 600, griewank},       {"schwefel", 500, schwefel}};

SearchSpace box(std::size_t dimension, double bound) {
  std::vector<Parameter> parameters;
  for (std::size_t i = 0; i < dimension; ++i) {
    parameters.push_back({absl::StrCat("x", i + 1), FloatDomain{.low = -bound, .high = bound}, {}});
  }
  return SearchSpace(std::move(parameters));
}

}  // namespace

std::vector<Problem> classic_suite() {
  std::vector<Problem> problems;
  for (const std::size_t dimension : {2U, 10U, 30U}) {
    for (const Classic& classic : kClassics) {
      problems.push_back({.suite = "F",
                          .name = absl::StrFormat("%s_d%02d", classic.name, dimension),
                          .group = absl::StrCat(dimension, "-D"),
                          .space = box(dimension, classic.bound),
                          .checkpoints = {{1000, "1000"}},
                          .workers = {2},
                          .floor = 1e-6,
                          .front = std::nullopt,
                          .instance = [value = classic.value](std::uint64_t) -> Evaluate {
                            return [value](const Params& params, std::span<double> values) {
                              Point x;
                              x.reserve(params.size());
                              for (const auto& [name, each] : params) {
                                x.push_back(std::get<double>(each));
                              }
                              values[0] = value(x);
                            };
                          }});
    }
  }
  return problems;
}

}  // namespace evolt
