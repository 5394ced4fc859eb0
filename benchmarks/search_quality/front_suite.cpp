#include "benchmarks/search_quality/checkpoints.hpp"
#include "benchmarks/search_quality/fronts.hpp"
#include "benchmarks/search_quality/suites.hpp"
#include "benchmarks/search_quality/two_objectives.hpp"

#include <absl/strings/str_cat.h>

namespace evolt {
namespace {

SearchSpace space_of(const std::string& function, std::size_t dimension) {
  FloatDomain domain{.low = 0, .high = 1};
  if (function == "fonseca") {
    domain = {.low = -4, .high = 4};
  }
  std::vector<Parameter> parameters = {{"x1", domain, {}}};
  if (function == "zdt4") {
    domain = {.low = -5, .high = 5};
  }
  for (std::size_t i = 1; i < dimension; ++i) {
    parameters.push_back({absl::StrCat("x", i + 1), domain, {}});
  }
  return SearchSpace(std::move(parameters));
}

}  // namespace

Problem front_problem(const std::string& function, std::size_t dimension, const Fronts& fronts) {
  const std::string name = absl::StrCat(function, "_d", dimension);
  return {.suite = "",
          .name = name,
          .group = "",
          .space = space_of(function, dimension),
          .checkpoints = checkpoints_at({500, 2000}),
          .workers = {1, 16},
          .front = fronts.at(name),
          .instance = [compute = two_objectives(function)](std::uint64_t /*seed*/) -> Evaluate {
            return [compute](const Params& params, std::span<double> values) {
              std::vector<double> x;
              x.reserve(params.size());
              for (const auto& [parameter, value] : params) {
                x.push_back(std::get<double>(value));
              }
              const std::array<double, 2> pair = compute(x);
              values[0] = pair[0];
              values[1] = pair[1];
            };
          }};
}

std::vector<Problem> front_suite(const std::string& data) {
  const Fronts fronts = read_fronts(data);
  std::vector<Problem> problems = {
      front_problem("zdt1", 10, fronts), front_problem("zdt2", 10, fronts),
      front_problem("zdt3", 10, fronts), front_problem("zdt4", 5, fronts),
      front_problem("zdt6", 10, fronts), front_problem("dtlz2", 8, fronts)};
  for (Problem& problem : problems) {
    problem.suite = "D";
  }
  return problems;
}

}  // namespace evolt
