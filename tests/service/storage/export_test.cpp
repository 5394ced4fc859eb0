#include "service/report/export.hpp"

#include "events.hpp"
#include "service/report/csv.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <limits>
#include <sstream>

namespace evolt {
namespace {

using namespace testing;
using Json = nlohmann::ordered_json;

const SearchSpace kSpace({Parameter{"lr", FloatDomain{1e-5, 1, Scale::log, {}}, {}},
                          Parameter{
                              "act", ChoiceDomain{{std::string("relu"), std::string("=cmd")}}, {}},
                          Parameter{"n", IntDomain{1, 8, Scale::linear, 1}, {}}});

Ledger sample() {
  Ledger ledger({{"accuracy"}, 1});
  const std::string formula = "=cmd";
  for (const Event& event :
       {bred(id(1), {{"lr", 0.1}, {"act", formula}}), leased(id(1)),
        measured(id(1), 1, {{"accuracy", 0.5}}), finished(id(1), {0.25}),
        bred(id(2), {{"lr", 0.2}, {"n", std::int64_t{4}}}, 10, {id(1)}), leased(id(2)),
        measured(id(2), 1, {{"accuracy", std::numeric_limits<double>::quiet_NaN()}}),
        stopped(id(2), 1), finished(id(2), {-0.5}, 1, Ending::stopped), bred(id(3)), failed(id(3)),
        bred(id(4), {{"lr", 0.3}})}) {
    ledger.apply(event);
  }
  return ledger;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    all.push_back(line);
  }
  return all;
}

TEST_CASE("csv: has a row for each trial and a column for each name", "[report]") {
  const auto rows = lines(export_all(sample(), kSpace, "s", ExportFormat::csv));
  REQUIRE(rows.size() == 5);
  CHECK(
      rows[0] ==
      "trial,id,state,island,score.accuracy,param.lr,param.act,param.n,metric.accuracy,"
      "violation,steps,attempts,seconds,startup_seconds,cpu_seconds,joules,propagator,parents,why");
  CHECK(rows[1] == "1,1.0.1,finished,0,-0.25,0.1,'=cmd,,-0.25,0,10,1,5,,,,immigrant,,");
  CHECK(rows[2] == "2,1.0.2,stopped,0,0.5,0.2,,4,0.5,0,1,1,5,,,,blend,1,worse than the median");
  CHECK(rows[3] == "3,1.0.3,failed,0,,0.1,,,,,0,1,0,,,,immigrant,,exit code 1");
  CHECK(rows[4] == "4,1.0.4,running,0,,0.3,,,,,0,0,0,,,,immigrant,,");
}

TEST_CASE("csv: quotes what needs it and disarms formulas, not numbers", "[report]") {
  using detail::csv_number;
  using detail::csv_text;
  CHECK(csv_text("plain") == "plain");
  CHECK(csv_text("") == "");
  CHECK(csv_text("a,b") == "\"a,b\"");
  CHECK(csv_text("say \"hi\"") == "\"say \"\"hi\"\"\"");
  CHECK(csv_text("two\nlines") == "\"two\nlines\"");
  CHECK(csv_text(" padded") == "\" padded\"");
  CHECK(csv_text("=1+1") == "'=1+1");
  CHECK(csv_text("+1") == "'+1");
  CHECK(csv_text("-x,y") == "\"'-x,y\"");
  CHECK(csv_text("@sum") == "'@sum");
  CHECK(csv_text("\t=1") == "'\t=1");
  CHECK(csv_number(-0.5) == "-0.5");
  CHECK(csv_number(0.1) == "0.1");
  CHECK(csv_number(std::numeric_limits<double>::quiet_NaN()) == "nan");
  CHECK(csv_number(-std::numeric_limits<double>::infinity()) == "-inf");
}

TEST_CASE("json export: parses, with summary, all trials and their curves", "[report]") {
  const Json json = Json::parse(export_all(sample(), kSpace, "s", ExportFormat::json));
  CHECK(json["summary"]["trials"]["total"] == 4);
  REQUIRE(json["trials"].size() == 4);
  CHECK(json["trials"][0]["curve"][0]["metrics"]["accuracy"] == 0.5);
  CHECK(json["trials"][1]["curve"][0]["non_finite"] == Json({"accuracy"}));
  CHECK(
      Json::parse(export_all(Ledger({{"accuracy"}, 1}), kSpace, "s", ExportFormat::json))["trials"]
          .empty());
}

TEST_CASE("optuna export: a journal with the right operations in order", "[report]") {
  const auto rows = lines(export_all(sample(), kSpace, "digits", ExportFormat::optuna));
  REQUIRE(rows.size() == 2 + 4 + 2 + 2 + 3);
  const Json study = Json::parse(rows[0]);
  CHECK(study["op_code"] == 0);
  CHECK(study["study_name"] == "digits");
  CHECK(study["directions"] == Json({2}));
  const Json first = Json::parse(rows[2]);
  CHECK(first["op_code"] == 4);
  CHECK(first["state"] == 0);
  CHECK(first["params"] == Json({{"lr", 0.1}, {"act", 1}}));
  CHECK_FALSE(first.contains("values"));
  const Json lr = Json::parse(first["distributions"]["lr"].get<std::string>());
  CHECK(lr["name"] == "FloatDistribution");
  CHECK(lr["attributes"] == Json({{"low", 1e-5}, {"high", 1.0}, {"log", true}, {"step", nullptr}}));
  CHECK(Json::parse(rows[3]) == Json({{"op_code", 7},
                                      {"worker_id", "evolt"},
                                      {"trial_id", 0},
                                      {"step", 1},
                                      {"intermediate_value", 0.5}}));
  const Json end = Json::parse(rows[5]);
  CHECK(end["op_code"] == 6);
  CHECK(end["state"] == 1);
  CHECK(end["values"] == Json({-0.25}));
  CHECK(rows[7].ends_with("\"intermediate_value\":NaN}"));
  CHECK(Json::parse(rows[9])["state"] == 2);
  CHECK(Json::parse(rows[11])["state"] == 3);
}

TEST_CASE("export: pieces add up to the whole and ignore what comes later", "[report]") {
  Ledger ledger({{"accuracy"}, 1});
  for (std::uint64_t i = 1; i <= 100; ++i) {
    ledger.apply(bred(id(i), {{"lr", static_cast<double>(i)}}));
  }
  const auto format = GENERATE(ExportFormat::csv, ExportFormat::json, ExportFormat::optuna);
  const std::string before = export_all(ledger, kSpace, "s", format);
  Export pieces(ledger, kSpace, "s", format);
  std::string text;
  int count = 0;
  while (pieces.next(text)) {
    ++count;
    ledger.apply(bred(id(1000 + static_cast<std::uint64_t>(count))));
  }
  CHECK(count > 5);
  CHECK(text == before);
}

TEST_CASE("export: knows its formats", "[report]") {
  CHECK(export_format("csv") == ExportFormat::csv);
  CHECK(export_format("json") == ExportFormat::json);
  CHECK(export_format("optuna") == ExportFormat::optuna);
  CHECK_FALSE(export_format("CSV").has_value());
}

}  // namespace
}  // namespace evolt
