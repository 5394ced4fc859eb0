#include "benchmarks/search_quality/bbob/bbob.hpp"
#include "benchmarks/search_quality/checkpoints.hpp"
#include "benchmarks/search_quality/suites.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

namespace evolt {
namespace {

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

}  // namespace

Problem continuous_problem(int number, std::size_t dimension, std::uint64_t first_instance) {
  return {.suite = "",
          .name = absl::StrFormat("bbob_f%02d_d%02d", number, dimension),
          .group = absl::StrCat(dimension, "-D"),
          .space = box(dimension),
          .checkpoints = checkpoints_by_dimension(dimension, {20, 100}),
          .workers = {1, 16},
          .floor = 1e-6,
          .front = std::nullopt,
          .instance = [=](std::uint64_t seed) {
            return evaluate_by(bbob_function(number, dimension, first_instance + seed % 3));
          }};
}

std::vector<Problem> continuous_suite() {
  std::vector<Problem> problems;
  for (const std::size_t dimension : {5U, 10U, 20U}) {
    for (const int number : {3, 6, 8, 10, 13, 15, 17, 21}) {
      Problem problem = continuous_problem(number, dimension, 1);
      problem.suite = "A";
      // The protocol ends at 100 D in 20 dimensions, and knows 16 slots in 10 alone.
      if (dimension < 20) {
        problem.checkpoints = checkpoints_by_dimension(dimension, {20, 100, 500});
      }
      if (dimension != 10) {
        problem.workers = {1};
      }
      problems.push_back(std::move(problem));
    }
  }
  return problems;
}

}  // namespace evolt
