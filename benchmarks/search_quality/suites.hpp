#pragma once

#include "benchmarks/search_quality/problem.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// The suites by name, with what each holds in a few words.
struct SuiteName {
  std::string_view name;
  std::string_view content;
};
std::vector<SuiteName> suite_names();

/// The problems of a suite. `data` is the directory benchmarks/data.
/// Errors: std::invalid_argument for an unknown name; std::runtime_error for data that cannot be
/// read.
std::vector<Problem> suite(std::string_view name, const std::string& data);

/// A: continuous functions of the BBOB testbed, D = 5, 10, 20.
std::vector<Problem> continuous_suite();

/// C: hyperparameters of five really trained models, as surrogates.
std::vector<Problem> table_suite(const std::string& data);

}  // namespace evolt
