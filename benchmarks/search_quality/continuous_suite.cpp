#include "benchmarks/search_quality/bbob/bbob.hpp"
#include "benchmarks/search_quality/suites.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <array>

namespace evolt {
namespace {

constexpr std::array kFunctions = {3, 6, 8, 10, 13, 15, 17, 21};

SearchSpace box(std::size_t dimension) {
  std::vector<Parameter> parameters;
  for (std::size_t i = 0; i < dimension; ++i) {
    parameters.push_back({absl::StrCat("x", i + 1), FloatDomain{.low = -5, .high = 5}, {}});
  }
  return SearchSpace(std::move(parameters));
}

Evaluate evaluate_by(BbobFunction function) {
  return [function = std::move(function)](const Params& params, std::span<double> values) {
    Point x;
    x.reserve(params.size());
    for (const auto& [name, value] : params) {
      x.push_back(std::get<double>(value));
    }
    values[0] = function.distance(x);
  };
}

/// Checkpoints at multiples of the dimension.
std::vector<Checkpoint> checkpoints(std::size_t dimension, std::span<const std::int64_t> times) {
  std::vector<Checkpoint> made;
  for (const std::int64_t factor : times) {
    made.push_back({factor * static_cast<std::int64_t>(dimension), absl::StrCat(factor, "D")});
  }
  return made;
}

}  // namespace

std::vector<Problem> continuous_suite() {
  constexpr std::array<std::int64_t, 3> kTimes = {20, 100, 500};
  std::vector<Problem> problems;
  for (const std::size_t dimension : {5U, 10U, 20U}) {
    // The protocol ends at 100 D in 20 dimensions, and knows 16 slots in 10 alone.
    const std::span times = std::span(kTimes).first(dimension == 20 ? 2 : 3);
    for (const int number : kFunctions) {
      problems.push_back(
          {.suite = "A",
           .name = absl::StrFormat("bbob_f%02d_d%02d", number, dimension),
           .group = absl::StrCat(dimension, "-D"),
           .space = box(dimension),
           .checkpoints = checkpoints(dimension, times),
           .workers = dimension == 10 ? std::vector<int>{1, 16} : std::vector<int>{1},
           .floor = 1e-6,
           .front = std::nullopt,
           .instance = [number, dimension](std::uint64_t seed) {
             return evaluate_by(bbob_function(number, dimension, 1 + seed % 3));
           }});
    }
  }
  return problems;
}

}  // namespace evolt
