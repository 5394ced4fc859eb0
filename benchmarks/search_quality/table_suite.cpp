#include "benchmarks/search_quality/suites.hpp"
#include "benchmarks/search_quality/surrogate.hpp"
#include "benchmarks/search_quality/text_file.hpp"

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <array>
#include <memory>

namespace evolt {
namespace {

constexpr std::array kTables = {"svm_digits", "gb_cancer", "mlp_wine", "rf_diabetes", "cash_wine"};

std::vector<Checkpoint> checkpoints(std::initializer_list<std::int64_t> budgets) {
  std::vector<Checkpoint> made;
  for (const std::int64_t budget : budgets) {
    made.push_back({budget, absl::StrCat(budget)});
  }
  return made;
}

}  // namespace

std::vector<Problem> table_suite(const std::string& data) {
  const std::string directory = data + "/hpo_tables";
  const auto best = nlohmann::json::parse(read_text_file(directory + "/best_known.json"));
  std::vector<Problem> problems;
  for (const char* const name : kTables) {
    const auto table = std::make_shared<const Surrogate>(directory, name);
    problems.push_back({.suite = "C",
                        .name = name,
                        .group = "",
                        .space = table->space(),
                        .checkpoints = checkpoints({50, 100, 200, 500, 1000}),
                        .workers = {1, 16},
                        .best_known = best.at(name).at("best_known_error"),
                        .front = std::nullopt,
                        .instance = [table](std::uint64_t /*seed*/) -> Evaluate {
                          return [table](const Params& params, std::span<double> values) {
                            values[0] = table->evaluate(params)[0];
                          };
                        }});
  }
  return problems;
}

}  // namespace evolt
