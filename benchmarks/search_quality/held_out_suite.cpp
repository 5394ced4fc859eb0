#include "benchmarks/search_quality/checkpoints.hpp"
#include "benchmarks/search_quality/random_landscape.hpp"
#include "benchmarks/search_quality/random_space.hpp"
#include "benchmarks/search_quality/suites.hpp"

#include <absl/strings/str_cat.h>

#include <memory>

namespace evolt {
namespace {

constexpr std::uint64_t kSynthetic = 12;

Problem synthetic_problem(std::uint64_t number) {
  Rng rng({0x73796e7468U, number});
  const SearchSpace space = random_conditional_space(rng);
  const auto landscape = std::make_shared<const RandomLandscape>(space, rng);
  return {.suite = "",
          .name = absl::StrCat("synthetic_", number),
          .group = "conditional",
          .space = space,
          .checkpoints = checkpoints_at({50, 100, 200, 500, 1000}),
          .workers = {1, 16},
          .front = std::nullopt,
          .instance = [landscape](std::uint64_t /*seed*/) -> Evaluate {
            return [landscape](const Params& params, std::span<double> values) {
              values[0] = landscape->loss(params);
            };
          }};
}

}  // namespace

std::vector<Problem> held_out_suite() {
  constexpr std::uint64_t kUnseenInstances = 101;
  std::vector<Problem> problems;
  for (const std::size_t dimension : {2U, 3U, 40U}) {
    for (const int number : {1, 8, 10, 15}) {
      problems.push_back(continuous_problem(number, dimension, kUnseenInstances));
    }
  }
  for (std::uint64_t number = 1; number <= kSynthetic; ++number) {
    problems.push_back(synthetic_problem(number));
  }
  for (Problem& problem : problems) {
    problem.suite = "E";
  }
  return problems;
}

}  // namespace evolt
