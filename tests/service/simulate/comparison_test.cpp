#include "service/simulate/comparison.hpp"

#include "core/config_error.hpp"
#include "service/simulate/comparison_report.hpp"
#include "tests/workers/table/toy_table.hpp"
#include "workers/table/synthetic_table.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace evolt {
namespace {

using testing::ladder;
using testing::ToyTable;
using Json = nlohmann::ordered_json;

ComparisonOptions options_for(std::vector<Contender> contenders) {
  ComparisonOptions options{.contenders = std::move(contenders)};
  options.seeds = 6;
  return options;
}

}  // namespace

TEST_CASE("comparison: the same options give the same JSON, on any number of threads",
          "[service]") {
  const auto table = synthetic_table(300);
  const TableStudy study(*table, study_of_table(*table, {}));
  ComparisonOptions options =
      options_for({make_contender("evolution", "default"), make_contender("random", "asha")});
  options.pool = 120;
  options.workers = 9;
  const std::string one = comparison_json(study, options, compare(study, options)).dump();
  options.jobs = 4;
  CHECK(comparison_json(study, options, compare(study, options)).dump() == one);
}

TEST_CASE("comparison: figures follow their definitions", "[service]") {
  const ToyTable table = ladder(100, 10);
  const TableStudy study(table, study_of_table(table, {}));
  ComparisonOptions options =
      options_for({make_contender("random", "none"), make_contender("random", "i-epoch:2:5")});
  const auto figures = compare(study, options);
  REQUIRE(figures.size() == 2);
  CHECK(figures[0].name == "random+none");
  CHECK(figures[0].epochs_saved->mean == 0.0);
  CHECK(figures[0].regret->mean == 0.0);
  CHECK(figures[0].hit_top1->mean == 1.0);
  CHECK(*figures[1].epochs_saved->mean == Approx(1 - (200 + 5 * 8) / 1000.0));
  CHECK(*figures[1].joules_saved->mean == Approx(1 - (200 + 5 * 8) / 1000.0));
  CHECK(figures[1].seconds_saved->mean < 1 - (200 + 5 * 8) / 1000.0);  // the slow rows are best
}

TEST_CASE("comparison: what a table did not record is null", "[service]") {
  const auto table = synthetic_table(50);  // no joules
  const TableStudy study(*table, study_of_table(*table, {}));
  const ComparisonOptions options = options_for({make_contender("random", "none")});
  const Json json = comparison_json(study, options, compare(study, options));
  const Json& contender = json.at("contenders").at(0);
  CHECK(contender.at("joules_saved").is_null());
  CHECK(contender.at("seconds_saved").at("mean") == 0.0);
  CHECK(json.at("sim") == true);
}

TEST_CASE("comparison: contenders of a seed search the same pool", "[service]") {
  const auto table = synthetic_table(500);
  const TableStudy study(*table, study_of_table(*table, {}));
  ComparisonOptions options =
      options_for({make_contender("random", "none"), make_contender("random", "none")});
  options.pool = 60;
  const auto figures = compare(study, options);
  CHECK(figures[0].time_to_quality->mean == figures[1].time_to_quality->mean);
  CHECK(figures[0].time_to_quality->lo < figures[0].time_to_quality->hi);
}

TEST_CASE("comparison: what cannot be is refused before anything runs", "[service]") {
  const ToyTable table = ladder(10, 5);
  const TableStudy study(table, study_of_table(table, {}));
  ComparisonOptions options = options_for({make_contender("random", "ahsa")});
  CHECK_THROWS_WITH(compare(study, options), Catch::Contains("did you mean \"asha\""));
  options = options_for({make_contender("random", "none")});
  options.pool = 11;
  CHECK_THROWS_WITH(compare(study, options),
                    Catch::Contains("larger than the table") && Catch::Contains("1 to 10"));
  options.pool.reset();
  options.lookup = Lookup::exact;
  CHECK_THROWS_WITH(compare(study, options), Catch::Contains("no row exactly"));
}

TEST_CASE("comparison: the text says SIM in every line", "[service]") {
  const ToyTable table = ladder(20, 5);
  const TableStudy study(table, study_of_table(table, {}));
  const ComparisonOptions options = options_for({make_contender("random", "i-epoch:1:1")});
  const std::string text = comparison_text(study, options, compare(study, options));
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    CHECK(text.compare(at, 3, "SIM") == 0);
    ++lines;
  }
  CHECK(lines == 4);
  CHECK_THAT(text, Catch::Contains("random+i-epoch:1:1") && Catch::Contains("76.0 %"));
}

}  // namespace evolt
