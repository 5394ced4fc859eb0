#include "benchmarks/search_quality/checkpoints.hpp"
#include "benchmarks/search_quality/fronts.hpp"
#include "benchmarks/search_quality/suites.hpp"
#include "benchmarks/search_quality/surrogate.hpp"
#include "benchmarks/search_quality/text_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <memory>

namespace evolt {
namespace {

constexpr std::array kTables = {"svm_digits", "gb_cancer", "mlp_wine", "rf_diabetes", "cash_wine"};

/// The problem of a table with as many objectives as `values` has places: error, then cost.
Problem problem_of(const std::shared_ptr<const Surrogate>& table) {
  return {.space = table->space(),
          .checkpoints = {},
          .workers = {1, 16},
          .front = std::nullopt,
          .instance = [table](std::uint64_t /*seed*/) -> Evaluate {
            return [table](const Params& params, std::span<double> values) {
              const std::array<double, 2> predicted = table->evaluate(params);
              std::copy_n(predicted.begin(), values.size(), values.begin());
            };
          }};
}

}  // namespace

std::vector<Problem> table_suite(const std::string& data) {
  const std::string directory = data + "/hpo_tables";
  const auto best = nlohmann::json::parse(read_text_file(directory + "/best_known.json"));
  std::vector<Problem> problems;
  for (const char* const name : kTables) {
    Problem problem = problem_of(std::make_shared<const Surrogate>(directory, name));
    problem.suite = "C";
    problem.name = name;
    problem.checkpoints = checkpoints_at({50, 100, 200, 500, 1000});
    problem.best_known = best.at(name).at("best_known_error");
    problems.push_back(std::move(problem));
  }
  return problems;
}

std::vector<Problem> cost_suite(const std::string& data) {
  const Fronts fronts = read_fronts(data);
  std::vector<Problem> problems;
  for (const char* const name : kTables) {
    Problem problem = problem_of(std::make_shared<const Surrogate>(data + "/hpo_tables", name));
    problem.suite = "DH";
    problem.name = std::string(name) + "_mo";
    problem.checkpoints = checkpoints_at({200, 500, 2000});
    problem.front = fronts.at(problem.name);
    problems.push_back(std::move(problem));
  }
  return problems;
}

}  // namespace evolt
