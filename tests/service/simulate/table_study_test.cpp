#include "service/simulate/table_study.hpp"

#include "core/config_error.hpp"
#include "service/simulate/table_pool.hpp"
#include "tests/workers/table/toy_table.hpp"
#include "workers/table/synthetic_table.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace evolt {
namespace {

using testing::ladder;
using testing::ToyTable;

/// A study of the toy table, with a text in the place of its parameters.
Study study_with(const std::string& params, const std::string& objective = "maximize = \"acc\"") {
  return parse_study(
      "[objective]\n" + objective + "\n[trial]\ncommand = [\"x\"]\n[param]\n" + params,
      "study.toml");
}

}  // namespace

TEST_CASE("table study: a table alone describes one", "[service]") {
  const ToyTable table = ladder(8, 5);
  const Study study = study_of_table(table, {"stopper.kind=asha", "stopper.min_steps=2"});
  CHECK(study.budget.trials == 8);
  CHECK(study.trial.steps == 5);
  CHECK(study.objective.maximize == std::vector<std::string>{"acc"});
  CHECK(study.stopper.kind == "asha");
  CHECK(study.stopper.min_steps == 2);
  CHECK(study.space == table.head().space);
  CHECK_THROWS_AS(study_of_table(table, {"stopper.knd=asha"}), ConfigError);
}

TEST_CASE("table study: parameters that are not the table's are named", "[service]") {
  const ToyTable table = ladder(4, 5);
  CHECK_THROWS_WITH(TableStudy(table, study_with("y = { type = \"float\", low = 0, high = 1 }")),
                    Catch::Contains("does not have y") && Catch::Contains("does not have x"));
}

TEST_CASE("table study: the objective must be what the table recorded", "[service]") {
  const ToyTable table = ladder(4, 5);
  const std::string x = "x = { type = \"float\", low = 0, high = 1 }";
  CHECK_THROWS_WITH(TableStudy(table, study_with(x, "minimize = \"acc\"")),
                    Catch::Contains("maximize = \"acc\""));
  CHECK_THROWS_WITH(TableStudy(table, study_with(x, "maximize = [\"acc\", \"f1\"]")),
                    Catch::Contains("does not report this metric"));
  CHECK_NOTHROW(TableStudy(table, study_with(x, "maximize = \"acc\"\nminimize = \"seconds\"")));
}

TEST_CASE("table study: a plug-in is refused", "[service]") {
  const ToyTable table = ladder(4, 5);
  Study study = study_of_table(table, {});
  study.islands.kind = {IslandKind{PluginSettings{.command = {"x"}, .name = {}}, 1}};
  CHECK_THROWS_WITH(TableStudy(table, study), Catch::Contains("plug-ins are not simulated"));
}

TEST_CASE("table study: a rule that is a program is refused", "[service]") {
  const ToyTable table = ladder(4, 5);
  Study study = study_of_table(table, {});
  study.stopper.program = RuleProgram{.command = {"x"}, .name = {}};
  CHECK_THROWS_WITH(TableStudy(table, study),
                    Catch::Contains("a stopping rule that is a program is not simulated"));
}

TEST_CASE("table study: rows outside the study's space are left out", "[service]") {
  const ToyTable table = ladder(10, 5);
  const TableStudy half(table, study_with("x = { type = \"float\", low = 0.5, high = 1 }"));
  CHECK(half.rows() == std::vector<std::uint32_t>{5, 6, 7, 8, 9});
  CHECK_THROWS_WITH(TableStudy(table, study_with("x = { type = \"float\", low = 2, high = 3 }")),
                    Catch::Contains("holds no row of the table") && Catch::Contains("x = 0"));
}

TEST_CASE("table study: exact look-up only where every configuration is a row", "[service]") {
  const ToyTable table = ladder(4, 5);
  CHECK(TableStudy(table, study_of_table(table, {})).usual_lookup() == Lookup::nearest);
  Study stepped = study_of_table(table, {});
  stepped.space = SearchSpace({{"x", FloatDomain{.low = 0, .high = 0.75, .step = 0.25}, {}}});
  CHECK(TableStudy(table, stepped).usual_lookup() == Lookup::exact);
}

TEST_CASE("table pool: the same for the same seed, drawn without repetition", "[service]") {
  const ToyTable table = ladder(200, 3);
  const TableStudy study(table, study_of_table(table, {}));
  const TablePool pool = draw_pool(study, 150, {.quality = 0.1}, 4);
  CHECK(pool.rows == draw_pool(study, 150, {.quality = 0.1}, 4).rows);
  CHECK(pool.rows != draw_pool(study, 150, {.quality = 0.1}, 5).rows);
  CHECK(std::set<std::uint32_t>(pool.rows.begin(), pool.rows.end()).size() == 150);
  std::vector<double> costs;
  for (const std::uint32_t row : pool.rows) {
    costs.push_back(study.cost(row));
  }
  std::sort(costs.begin(), costs.end());
  CHECK(pool.best == costs[0]);
  CHECK(pool.hit == costs[0]);  // the best hundredth of 150 is one
  CHECK(pool.quality == costs[14]);
}

TEST_CASE("table pool: of fewer than a hundred rows the best one counts", "[service]") {
  const ToyTable table = ladder(20, 3);
  const TableStudy study(table, study_of_table(table, {}));
  const TablePool pool = draw_pool(study, std::nullopt, {.quality = 0.001}, 0);
  CHECK(pool.rows.size() == 20);
  CHECK(pool.hit == pool.best);
  CHECK(pool.quality == pool.best);
}

TEST_CASE("table study: what diverged costs most", "[service]") {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const ToyTable table({{0.1, {0.9, none}}, {0.2, {0.1, 0.2}}});
  const TableStudy study(table, study_of_table(table, {}));
  CHECK(std::isinf(study.cost(0)));
  CHECK(study.cost(1) == -0.2);
}

TEST_CASE("table study: a table does not know trainings that start from a parent's checkpoint",
          "[service]") {
  const ToyTable table = ladder(3, 4);
  Study study = study_of_table(table, {});
  study.trial.checkpoint = true;
  study.trial.inherit = true;
  CHECK_THROWS_WITH(TableStudy(table, study), Catch::Contains("from scratch"));
}

}  // namespace evolt
