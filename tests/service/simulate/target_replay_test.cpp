#include "core/config_error.hpp"
#include "service/simulate/comparison.hpp"
#include "service/simulate/comparison_report.hpp"
#include "tests/workers/harness.hpp"
#include "tests/workers/table/toy_table.hpp"
#include "workers/table/recorded_table.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <string>

namespace evolt {
namespace {

using testing::ladder;
using testing::TempDir;
using testing::ToyTable;

/// Joules to a target of 0.5: (1 + batch step) epochs, at 100 J for each watt of the limit; the
/// largest batch never comes there where `hopeless`.
void write_table(const TempDir& dir, const char* target, bool hopeless = false) {
  testing::write(dir / "space.json",
                 std::string(R"({"score": "acc", "direction": "maximize")") + target + "}");
  std::string configs = "config_id,batch_size,run\n";
  std::string curves = "config_id,epoch,target_metric\n";
  std::string energy = "batch_size,gpu,power_limit_w,seconds_per_epoch,joules_per_epoch\n";
  for (int step = 0; step < 4; ++step) {
    const std::string batch = std::to_string(8 << step);
    for (int run = 0; run < 3; ++run) {
      const std::string id = batch + "-" + std::to_string(run);
      configs += id + "," + batch + "," + std::to_string(run) + "\n";
      curves += id + ",1,0.2\n";
      curves += id + "," + (hopeless && step == 3 ? "" : std::to_string(2 + step)) + ",0.5\n";
    }
    for (const char* const watts : {"100", "150", "200"}) {
      energy += batch + ",v100," + watts + ",10," + watts + "00\n";
    }
  }
  testing::write(dir / "configs.csv", configs);
  testing::write(dir / "curves.csv", curves);
  testing::write(dir / "energy.csv", energy);
}

ComparisonOptions options_for(std::vector<Contender> contenders) {
  ComparisonOptions options{.contenders = std::move(contenders)};
  options.seeds = 5;
  return options;
}

}  // namespace

TEST_CASE("simulate: a table of joules to a target is searched for the least of them",
          "[service]") {
  const TempDir dir;
  write_table(dir, R"(, "target": 0.5)");
  const auto table = read_table(dir.str());
  const TableStudy study(*table, study_of_table(*table, {}));
  CHECK(study.target() == 0.5);
  CHECK(study.study().start.size() == 1);
  CHECK(study.reference_cost() == 5 * 20'000.0);  // batch 64 at 200 W: 5 epochs
  ComparisonOptions options =
      options_for({make_contender("evolution", "none"), make_contender("random", "none")});
  auto figures = compare(study, options);
  for (const ContenderFigures& each : figures) {  // all twelve rows are trained
    CHECK(*each.saving->mean == Approx(1 - 2 * 10'000.0 / (5 * 20'000.0)));
    CHECK(*each.oracle_share->mean == Approx(1));
    CHECK(*each.regret->mean == 0);
    CHECK(*each.epochs_saved->mean == Approx(0));
  }
  // The first trial is the setting that savings are measured from.
  options.trials = 1;
  figures = compare(study, options);
  CHECK(*figures[0].saving->mean == Approx(0).margin(1e-12));
  CHECK(*figures[0].oracle_share->mean == Approx(0).margin(1e-12));
  const auto json = comparison_json(study, options, figures);
  CHECK(json["target"] == 0.5);
  CHECK(json["contenders"][0]["oracle_share"]["median"].is_number());
  CHECK_THAT(comparison_text(study, options, figures), Catch::Contains("of the oracle's"));
}

TEST_CASE("simulate: where the reference never comes to the target there is no saving",
          "[service]") {
  const TempDir dir;
  write_table(dir, R"(, "target": 0.5)", true);
  const auto table = read_table(dir.str());
  const TableStudy study(*table, study_of_table(*table, {}));
  CHECK(std::isinf(*study.reference_cost()));
  const auto figures = compare(study, options_for({make_contender("random", "none")}));
  CHECK_FALSE(figures[0].saving.has_value());
  CHECK_FALSE(figures[0].oracle_share.has_value());
  CHECK(*figures[0].regret->mean == 0);
}

TEST_CASE("simulate: joules to a target need a target, and no other objective", "[service]") {
  const TempDir dir;
  write_table(dir, "");
  const auto table = read_table(dir.str());
  CHECK_THROWS_WITH(study_of_table(*table, {}), Catch::Contains("objective.target"));
  const TableStudy study(*table, study_of_table(*table, {"objective.target=0.2"}));
  CHECK(study.target() == 0.2);
  CHECK(study.cost(0) == 1 * 10'000.0);
  Study other = study.study();
  other.objective.kind = ObjectiveKind::metric;
  CHECK_THROWS_WITH(TableStudy(*table, other), Catch::Contains("joules_to_target"));
}

TEST_CASE("simulate: joules until a lean row, and their share of random search's", "[service]") {
  // All rows cost 40 J; the last of 30 is best, and the only one within 0.01.
  const ToyTable table = ladder(30, 4);
  const TableStudy study(table, study_of_table(table, {"objective.minimize=[\"joules\"]"}));
  const TablePool pool = draw_pool(study, std::nullopt, {}, 0);
  REQUIRE(pool.lean.has_value());
  CHECK(pool.lean->joules == Joules{60});
  CHECK(is_lean(*pool.lean, study, 29));
  CHECK_FALSE(is_lean(*pool.lean, study, 28));
  const ComparisonOptions options =
      options_for({make_contender("evolution", "none"), make_contender("random", "none"),
                   make_contender("evolution", "asha")});
  const auto figures = compare(study, options);
  const Figure& random = *figures[1].joules_to_lean;
  CHECK(random.reached == 1);
  CHECK(*random.mean == Approx(10 * *figures[1].epochs_to_lean->mean));
  CHECK(figures[1].joules_to_lean_of_random == 1.0);
  CHECK(*figures[0].joules_to_lean_of_random ==
        Approx(*figures[0].joules_to_lean->median / *random.median));
  CHECK_FALSE(figures[2].joules_to_lean_of_random.has_value());  // no random search with asha
  CHECK_THAT(comparison_text(study, options, figures), Catch::Contains("joules to lean"));
}

}  // namespace evolt
