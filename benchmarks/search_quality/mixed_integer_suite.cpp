#include "benchmarks/search_quality/bbob/mixed_integer.hpp"
#include "benchmarks/search_quality/checkpoints.hpp"
#include "benchmarks/search_quality/suites.hpp"

#include <absl/strings/str_format.h>

#include <memory>

namespace evolt {

std::vector<Problem> mixed_integer_suite() {
  std::vector<Problem> problems;
  for (const std::size_t dimension : {5U, 10U}) {
    for (const int number : {3, 6, 8, 10, 15, 17, 21}) {
      problems.push_back(
          {.suite = "B",
           .name = absl::StrFormat("mixint_f%02d_d%02d", number, dimension),
           .group = absl::StrCat(dimension, "-D"),
           .space = mixed_integer_space(dimension),
           .checkpoints = checkpoints_by_dimension(dimension, {20, 100, 500}),
           .workers = dimension == 10 ? std::vector<int>{1, 16} : std::vector<int>{1},
           .floor = 1e-6,
           .front = std::nullopt,
           .instance = [=](std::uint64_t seed) -> Evaluate {
             const auto function =
                 std::make_shared<const MixedIntegerFunction>(number, dimension, 1 + seed % 3);
             return [function](const Params& params, std::span<double> values) {
               values[0] = function->distance(params);
             };
           }});
    }
  }
  return problems;
}

}  // namespace evolt
