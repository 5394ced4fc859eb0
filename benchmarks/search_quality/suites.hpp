#pragma once

#include "benchmarks/search_quality/fronts.hpp"
#include "benchmarks/search_quality/pools.hpp"
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

/// Where the suites' data lie.
struct SuiteSources {
  std::string data;   ///< the directory benchmarks/data
  std::string pools;  ///< of recorded tables; empty: those in `data`
  Rows rows = Rows::again;
};

/// The problems of a suite, and what was left out of it with the reasons.
struct Suite {
  std::vector<Problem> problems;
  std::vector<std::string> left_out;
};

/// Errors: std::invalid_argument for an unknown name; std::runtime_error for data that cannot be
/// read.
Suite suite(std::string_view name, const SuiteSources& sources);

/// A: continuous functions of the BBOB testbed, D = 5, 10, 20.
std::vector<Problem> continuous_suite();

/// B: the same with integers, D = 5, 10.
std::vector<Problem> mixed_integer_suite();

/// C: hyperparameters of five really trained models, as surrogates.
std::vector<Problem> table_suite(const std::string& data);

/// D: functions with two objectives.
std::vector<Problem> front_suite(const std::string& data);

/// DH: the tables of C with error and cost.
std::vector<Problem> cost_suite(const std::string& data);

/// E: held out. Nothing of the product may be fitted to it: dimensions and instances that the other
/// suites do not have, and made-up conditional spaces, with one objective and with two.
std::vector<Problem> held_out_suite(const std::string& data);

/// F: six classic functions as they stand in textbooks, optimum at the centre or near it; D = 2,
/// 10,
/// 30. For comparing islands, not searches: what leans to the centre wins here.
std::vector<Problem> classic_suite();

/// P: recorded tables, each as its nearest-neighbour surrogate. Most tables may not be shipped, so
/// that without `sources.pools` there is one, and `left_out` says so.
Suite pool_suite(const SuiteSources& sources);

/// Function `number` of the BBOB testbed on [-5, 5]^D, its instance `first_instance` + seed mod 3;
/// checkpoints at 20 D and 100 D, with 1 and 16 slots. The suite is not set.
Problem continuous_problem(int number, std::size_t dimension, std::uint64_t first_instance);

/// A function of two_objectives(); checkpoints at 500 and 2000, with 1 and 16 slots. The suite is
/// not set. Requires: `fronts` has it, as NAME_dD.
Problem front_problem(const std::string& function, std::size_t dimension, const Fronts& fronts);

}  // namespace evolt
