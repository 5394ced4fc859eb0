#include "service/measure/measure_report.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace evolt {
namespace {

MeasuredRun run_of(double joules, double upper) {
  return {.wall = {2},
          .cpu = {1},
          .figure = {.energy = EnergyReading{.joules = {joules},
                                             .lower = {0.9 * joules},
                                             .upper = {upper},
                                             .label = EnergyLabel::counter_shared,
                                             .coverage = 1,
                                             .sensors = {"powercap:package-0"},
                                             .attribution = "cpu time, r 2",
                                             .idle = IdlePolicy::busy,
                                             .scope = {"package"}},
                     .time = {2}}};
}

MeasureReport report_of(std::vector<MeasuredRun> runs) {
  return {.command = {"a", "b c"},
          .by = {.label = EnergyLabel::counter_exclusive, .sensors = {"powercap:package-0"}},
          .runs = std::move(runs)};
}

bool says(const MeasureReport& report, const std::string& what) {
  return measure_text(report).find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("measure report: both forms tell the same", "[measure]") {
  MeasureReport report = report_of({run_of(10, 12), run_of(14, 15)});
  report.runs[1].code = 3;
  const nlohmann::ordered_json json = measure_json(report);
  CHECK(json["command"] == nlohmann::json({"a", "b c"}));
  CHECK(json["exit_code"] == 3);
  CHECK(json["label"] == "counter-shared");
  CHECK(json["measured_by"]["label"] == "counter-exclusive");
  CHECK(json["runs"][0]["energy"]["joules"] == 10);
  CHECK(json["runs"][0]["energy"]["idle"] == "busy");
  CHECK(json["runs"][0]["watts"] == 5);
  CHECK(json["each"]["joules"]["mean"] == 12);
  CHECK(json["each"]["joules"]["upper"] == 13.5);
  const std::string text = measure_text(report);
  CHECK(
      text.find("run 1            2      10         9       12      5   100.0 %  counter-shared") !=
      std::string::npos);
  CHECK(says(report, "mean             2      12      10.8     13.5      6"));
  CHECK(says(report, "deviation        0   2.828"));
  CHECK(says(report, "measured by powercap:package-0; scope package; idle power: busy; cpu time"));
  CHECK_FALSE(says(report, "bounds are wide"));
  CHECK_FALSE(says(report, "no figure"));
}

TEST_CASE("measure report: what is missing is no number, and says why", "[measure]") {
  MeasureReport report = report_of({{.wall = {1}, .figure = {.missing = "below resolution: x"}}});
  CHECK(says(report, "no figure: below resolution: x; repeat it: --until-resolved"));
  CHECK(measure_json(report)["runs"][0]["energy"].is_null());
  CHECK(measure_json(report)["each"]["joules"].is_null());
  CHECK(measure_json(report)["label"] == "none");
  report.runs[0].figure.missing = "the reader went";
  CHECK(says(report, "no figure: the reader went\n"));
  report.unmeasured = "nothing here";
  CHECK(says(report, "not measured: nothing here\n"));
  CHECK_FALSE(says(report, "no figure"));
  CHECK(measure_json(report)["unmeasured"] == "nothing here");
}

TEST_CASE("measure report: what a reader must know stands below", "[measure]") {
  MeasureReport report = report_of({run_of(10, 40)});
  CHECK(says(report, "the bounds are wide"));
  report.by.lacking = {"gpu", "node"};
  report.by.partial = true;
  report.left = true;
  CHECK(says(report, "not measured here: gpu, node\n"));
  CHECK(says(report, "a socket of this host is not measured"));
  CHECK(says(report, "left processes running"));
  report.runs[0].executions = 5;
  CHECK(says(report, "run 1, each of 5      0.4       2"));
  CHECK(measure_json(report)["runs"][0]["executions"] == 5);
  CHECK(report_of({}).code() == 0);
}

}  // namespace evolt
