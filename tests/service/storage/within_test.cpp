#include "service/report/within.hpp"

#include "bounded_events.hpp"
#include "service/report/answer.hpp"
#include "service/report/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace evolt {
namespace {

using namespace testing;
using Json = nlohmann::ordered_json;

Ledger sample() {
  Ledger ledger(energy_options());
  run(ledger, 1, 0.95, read(900, 9));
  run(ledger, 2, 0.94, read(400, 40));
  run(ledger, 3, 0.93, read(410, 40));
  run(ledger, 4, 0.90, read(100, 1));
  return ledger;
}

Json asked(const Ledger& ledger, const std::string& request) {
  const AnswerStudy study;
  const TextSource source = answer(ledger, study, request);
  std::string text;
  while (source(text)) {
  }
  return Json::parse(text);
}

TEST_CASE("within: margins in the metric's unit and in per cent", "[report]") {
  CHECK(*parse_margin("0.5") == Margin{0.5, false});
  CHECK(*parse_margin("1%") == Margin{1, true});
  CHECK(*parse_margin("0") == Margin{0, false});
  for (const char* const wrong : {"", "%", "-1", "-1%", "one", "1 point", "nan", "inf", "1%%"}) {
    INFO(wrong);
    const auto refused = parse_margin(wrong);
    CHECK(absl::IsInvalidArgument(refused.status()));
    CHECK(std::string(refused.status().message()).find("per cent of the best") !=
          std::string::npos);
  }
}

TEST_CASE("within: the cheapest of those that are good enough", "[report]") {
  const Ledger ledger = sample();
  const auto chosen = [&](Margin margin) { return (*within_report(ledger, margin))["trial"]; };
  CHECK(chosen({0, false}) == 1);
  CHECK(chosen({0.01, false}) == 2);  // 0.95 - 0.94 is more than 0.01 by a rounding
  CHECK(chosen({0.02, false}) == 2);
  CHECK(chosen({0.05, false}) == 4);
  CHECK(chosen({1, true}) == 1);
  CHECK(chosen({1.1, true}) == 2);
  CHECK(chosen({100, true}) == 4);
}

TEST_CASE("within: the answer tells the best, the cost's bounds and who may be cheaper",
          "[report]") {
  const Json json = *within_report(sample(), {0.02, false});
  CHECK(json["metric"] == "accuracy");
  CHECK(json["cost"] == "joules");
  CHECK(json["best_metric"] == 0.95);
  CHECK(json["scores"] == Json({0.94, 400.0}));
  CHECK(json["metrics"]["accuracy"] == 0.94);
  CHECK(json["params"] == Json({{"lr", 0.1}}));
  CHECK(json["bounds"][1] == Json({360.0, 440.0}));
  CHECK(json["tied_with"] == Json({3}));
  CHECK(json["ties"] == 1);
  CHECK(json["among"] == 3);
}

TEST_CASE("within: asked for with best, and told in a line", "[report]") {
  const Ledger ledger = sample();
  const Json reply = asked(ledger, R"({"best":{"within":"0.02"}})");
  CHECK(reply["best"]["within"]["trial"] == 2);
  CHECK(best_text(reply["best"])
            .find("within  trial 2 is the cheapest within 0.02 of the best accuracy (0.95): "
                  "accuracy 0.94, joules 400 (360 to 440), of 3 trials; not clearly cheaper than "
                  "3\n") != std::string::npos);
  CHECK_FALSE(asked(ledger, R"({"best":true})")["best"].contains("within"));
  const Json none = asked(Ledger(energy_options()), R"({"best":{"within":"1%"}})");
  CHECK(none["best"]["within"]["trial"].is_null());
  CHECK(best_text(none["best"]).find("within  none yet") != std::string::npos);
}

TEST_CASE("within: what cannot be answered says why", "[report]") {
  const Ledger ledger = sample();
  for (const char* const wrong : {R"({"best":{"within":"much"}})", R"({"best":{"within":1}})",
                                  R"({"best":{"with":"1%"}})", R"({"best":{}})"}) {
    INFO(wrong);
    CHECK(asked(ledger, wrong)["code"] == "INVALID_ARGUMENT");
  }
  const Ledger single(LedgerOptions{.names = {"accuracy"}, .maximized = 1});
  const Json refused = asked(single, R"({"best":{"within":"1%"}})");
  CHECK(refused["code"] == "INVALID_ARGUMENT");
  CHECK(refused["error"] ==
        "the cheapest within a margin needs two objectives, a metric and a cost; this study has 1: "
        "accuracy");
}

TEST_CASE("within: the cost is what evolt measures, else the second", "[report]") {
  Ledger timed(LedgerOptions{.names = {"seconds", "loss"}});
  for (const Event& event :
       {bred(id(1)), finished(id(1), {100, 0.1}), bred(id(2)), finished(id(2), {10, 0.2})}) {
    timed.apply(event);
  }
  const Json json = *within_report(timed, {0.5, false});
  CHECK(json["cost"] == "seconds");
  CHECK(json["trial"] == 2);
  CHECK_FALSE(json.contains("bounds"));
  Ledger sized(LedgerOptions{.names = {"accuracy", "parameters"}, .maximized = 1});
  for (const Event& event :
       {bred(id(1)), finished(id(1), {-0.9, 1e6}), bred(id(2)), finished(id(2), {-0.89, 1e3})}) {
    sized.apply(event);
  }
  CHECK((*within_report(sized, {2, true}))["trial"] == 2);
}

TEST_CASE("within: only what ranks, and of equals the better and the earlier", "[report]") {
  Ledger ledger(energy_options());
  run(ledger, 1, 0.9, read(100, 0));
  run(ledger, 2, 0.91, read(100, 0));
  run(ledger, 3, 0.91, read(100, 0));
  run(ledger, 4, 0.99, read(1, 0, EnergyLabel::sampled, {"gpu"}));
  const Json json = *within_report(ledger, {10, true});
  CHECK(json["trial"] == 2);
  CHECK(json["best_metric"] == 0.91);
  CHECK(json["ties"] == 2);
}

}  // namespace
}  // namespace evolt
