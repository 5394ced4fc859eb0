#include "benchmarks/search_quality/checkpoints.hpp"
#include "benchmarks/search_quality/random_landscape.hpp"
#include "benchmarks/search_quality/random_space.hpp"
#include "benchmarks/search_quality/suites.hpp"

#include <absl/strings/str_cat.h>

#include <memory>
#include <utility>

namespace evolt {
namespace {

/// A made-up space with its losses: one, or two that are best in different places.
Problem synthetic_problem(const std::string& name, std::uint64_t number, std::size_t objectives) {
  Rng rng({0x73796e7468U, number});
  const SearchSpace space = random_conditional_space(rng);
  auto losses = std::make_shared<std::vector<RandomLandscape>>();
  for (std::size_t i = 0; i < objectives; ++i) {
    losses->emplace_back(space, rng);
  }
  return {.suite = "",
          .name = name,
          .group = "conditional",
          .space = space,
          .checkpoints = checkpoints_at({50, 100, 200, 500, 1000}),
          .workers = {1, 16},
          .front = std::nullopt,
          .instance = [losses](std::uint64_t /*seed*/) -> Evaluate {
            return [losses](const Params& params, std::span<double> values) {
              for (std::size_t i = 0; i < values.size(); ++i) {
                values[i] = (*losses)[i].loss(params);
              }
            };
          }};
}

void add_functions(std::vector<Problem>& problems) {
  constexpr std::uint64_t kUnseenInstances = 101;
  for (const std::size_t dimension : {2U, 3U, 40U}) {
    for (const int number : {1, 8, 10, 15}) {
      problems.push_back(continuous_problem(number, dimension, kUnseenInstances));
    }
  }
}

void add_conditional(std::vector<Problem>& problems) {
  for (std::uint64_t number = 1; number <= 12; ++number) {
    problems.push_back(synthetic_problem(absl::StrCat("synthetic_", number), number, 1));
  }
}

void add_fronts(std::vector<Problem>& problems, const Fronts& fronts) {
  for (const auto& [function, dimension] : {std::pair("zdt1", 30U), std::pair("zdt4", 10U),
                                            std::pair("dtlz1", 5U), std::pair("fonseca", 5U)}) {
    problems.push_back(front_problem(function, dimension, fronts));
    problems.back().group = "two objectives";
  }
  for (std::uint64_t number = 101; number <= 106; ++number) {
    const std::string name = absl::StrCat("synthetic_mo_", number);
    problems.push_back(synthetic_problem(name, number, 2));
    problems.back().group = "conditional, two objectives";
    problems.back().checkpoints = checkpoints_at({200, 500, 2000});
    problems.back().front = fronts.at(name);
  }
}

}  // namespace

std::vector<Problem> held_out_suite(const std::string& data) {
  std::vector<Problem> problems;
  add_functions(problems);
  add_conditional(problems);
  add_fronts(problems, read_fronts(data));
  for (Problem& problem : problems) {
    problem.suite = "E";
  }
  return problems;
}

}  // namespace evolt
