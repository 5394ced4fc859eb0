#pragma once

#include "benchmarks/search_quality/problem.hpp"

#include <absl/strings/str_cat.h>

#include <initializer_list>
#include <vector>

namespace evolt {

/// Checkpoints at these numbers of evaluations.
inline std::vector<Checkpoint> checkpoints_at(std::initializer_list<std::int64_t> evaluations) {
  std::vector<Checkpoint> made;
  for (const std::int64_t count : evaluations) {
    made.push_back({count, absl::StrCat(count)});
  }
  return made;
}

/// Checkpoints at these multiples of the dimension, called `20D` and so on.
inline std::vector<Checkpoint> checkpoints_by_dimension(
    std::size_t dimension, std::initializer_list<std::int64_t> factors) {
  std::vector<Checkpoint> made;
  for (const std::int64_t factor : factors) {
    made.push_back({factor * static_cast<std::int64_t>(dimension), absl::StrCat(factor, "D")});
  }
  return made;
}

}  // namespace evolt
