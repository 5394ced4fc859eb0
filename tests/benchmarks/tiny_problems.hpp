#pragma once

#include "benchmarks/search_quality/checkpoints.hpp"
#include "benchmarks/search_quality/problem.hpp"

#include <string>

namespace evolt {

/// |x - 0.3| on [0, 1], with checkpoints after 10 and 20 evaluations.
inline Problem tiny_problem(const std::string& name = "tiny", const std::string& suite = "T") {
  return {.suite = suite,
          .name = name,
          .group = "",
          .space = SearchSpace({{"x", FloatDomain{.low = 0, .high = 1}, {}}}),
          .checkpoints = checkpoints_at({10, 20}),
          .workers = {1, 4},
          .front = std::nullopt,
          .instance = [](std::uint64_t /*seed*/) -> Evaluate {
            return [](const Params& params, std::span<double> values) {
              const double x = std::get<double>(params.front().second);
              values[0] = x < 0.3 ? 0.3 - x : x - 0.3;
            };
          }};
}

/// (x, 1 - x) on [0, 1]: every point lies on the front.
inline Problem tiny_front() {
  Problem problem = tiny_problem("tiny_front");
  problem.front = FrontTarget{{1, 1}, 0.5};
  problem.instance = [](std::uint64_t /*seed*/) -> Evaluate {
    return [](const Params& params, std::span<double> values) {
      values[0] = std::get<double>(params.front().second);
      values[1] = 1 - values[0];
    };
  };
  return problem;
}

}  // namespace evolt
