#include "service/plugin/rule_protocol.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <limits>

namespace evolt {
namespace {

using nlohmann::json;
using Decision = Verdict::Decision;
using Kind = VerdictWord::Kind;

VerdictWord read(std::string_view line) {
  return read_verdict_line(line, true);
}

}  // namespace

TEST_CASE("rule protocol: hello says what is judged and over which space", "[service]") {
  const Study study = parse_study(R"(
[study]
name = "small"
seed = 4
[objective]
maximize = "acc"
[trial]
steps = 30
[stopper]
kind = { command = ["./mine"] }
loss_changes_with = ["lr"]
[param]
lr = { type = "float", low = 1e-5, high = 0.1, scale = "log" }
)",
                                  "small.toml");
  const RuleSeat seat{.rank = RankId{2},
                      .incarnation = 3,
                      .metric = "acc",
                      .maximized = true,
                      .min_steps = 4,
                      .parks = true};
  json hello = json::parse(rule_hello_line(study, seat, 1));
  CHECK(hello["seed"] != json::parse(rule_hello_line(study, seat, 2))["seed"]);
  hello.erase("seed");
  CHECK(hello == json::parse(R"({"event":"hello","protocol":1,"study":"small","rank":2,"trials":100,
    "metric":{"name":"acc","direction":"maximize"},"steps":30,"min_steps":4,"park":true,
    "loss_changes_with":["lr"],
    "params":{"lr":{"type":"float","low":1e-5,"high":0.1,"scale":"log"}}})"));
}

TEST_CASE("rule protocol: a report has the value in the user's sign and what was measured",
          "[service]") {
  TellReport report{.trial = {1, 0, 7},
                    .attempt = 2,
                    .params = {{"lr", 0.5}},
                    .measurement = {.step = 3,
                                    .metrics = {{"acc", 0.75}, {"train_loss", 2}},
                                    .elapsed = Seconds{1.5}},
                    .point = {.step = 3, .value = -0.75, .loss = 2.0},
                    .otherwise = Verdict{}};
  CHECK(
      json::parse(report_line(report, true, true)) ==
      json::parse(R"({"event":"report","trial":"1.0.7","step":3,"value":0.75,"ask":true,"loss":2.0,
          "seconds":1.5,"metrics":{"acc":0.75,"train_loss":2.0},"params":{"lr":0.5}})"));
  report.otherwise.reset();
  report.measurement.energy = EnergyReading{.joules = Joules{9}};
  report.point.value = std::numeric_limits<double>::quiet_NaN();
  const json told = json::parse(report_line(report, false, true));
  CHECK(told["ask"] == false);
  CHECK(told["joules"] == 9);
  CHECK(told["value"].is_null());
  CHECK(!told.contains("params"));
}

TEST_CASE("rule protocol: points, ends and curves", "[service]") {
  CHECK(point_line({{1, 1, 2}, {.step = 4, .value = 0.5, .loss = 0.25}}, false) ==
        R"({"event":"point","trial":"1.1.2","step":4,"value":0.5,"loss":0.25})");
  CHECK(curve_end_line({{1, 1, 2}, Ending::failed}) ==
        R"({"event":"ended","trial":"1.1.2","status":"failed"})");
  Curve curve{.trial = {1, 1, 2}, .points = {{.step = 1, .value = -3}, {.step = 2, .value = -4}}};
  CHECK(curve_line(curve, Ending::stopped, true, 20) ==
        R"({"event":"curve","trial":"1.1.2","status":"stopped","steps":[1,2],"values":[3.0,4.0]})");
  for (std::int64_t step = 3; step <= 101; ++step) {
    curve.points.push_back({.step = step, .value = 0});
  }
  curve.points.back().loss = 0.5;
  const json told = json::parse(curve_line(curve, std::nullopt, true, 5));
  CHECK(told["status"] == "running");
  CHECK(told["steps"] == json({1, 26, 51, 76, 101}));
  CHECK(told.value("losses", json()) == json({nullptr, nullptr, nullptr, nullptr, 0.5}));
}

TEST_CASE("rule protocol: verdicts are read", "[service]") {
  const VerdictWord stop = read(
      R"({"trial":"1.0.7","step":3,"verdict":"stop","reason":"weak","forecast":0.5,"spread":0.1})");
  REQUIRE(stop.kind == Kind::verdict);
  CHECK(stop.trial == TrialId{1, 0, 7});
  CHECK(stop.step == 3);
  CHECK(stop.verdict == Verdict{Decision::stop, "weak", 0.5, 0.1});
  const VerdictWord proceed = read(R"({"trial":"1.0.7","verdict":"proceed","forecast":null})");
  REQUIRE(proceed.kind == Kind::verdict);
  CHECK(!proceed.step);
  CHECK(proceed.verdict == Verdict{});
  CHECK(read(R"({"trial":"1.0.7","verdict":"park"})").verdict.parks());
  CHECK(read("thinking").kind == Kind::chatter);
  CHECK(read("").kind == Kind::chatter);
}

TEST_CASE("rule protocol: what is wrong with a verdict is said", "[service]") {
  const std::string good = R"({"trial":"1.0.7","verdict":"stop")";
  const auto [line, why] = GENERATE_COPY(table<std::string, std::string>({
      {"{", "a line is not JSON"},
      {R"({"verdict":"stop"})", R"(a line has no text as "trial")"},
      {R"({"trial":"x","verdict":"stop"})", R"("x" is no trial)"},
      {R"({"trial":"1.0.7"})", R"(the verdict is null, not "proceed", "stop" or "park")"},
      {R"({"trial":"1.0.7","verdict":3})",
       R"(the verdict is number, not "proceed", "stop" or "park")"},
      {good + R"(,"step":1.5})", "the step is not a whole number"},
      {good + R"(,"reason":7})", "the reason is not a text"},
      {good + R"(,"forecast":"high"})", "the forecast is not a number"},
      {good + R"(,"forecast":NaN})", "a line is not JSON"},
      {good + R"(,"forecast":1,"spread":-1})", "the spread is not a number of 0 or more"},
      {good + R"(,"spread":1})", "there is a spread without a forecast"},
  }));
  CAPTURE(line);
  const VerdictWord word = read(line);
  CHECK(word.kind == Kind::broken);
  CHECK(word.why == why);
  CHECK(read_verdict_line(good + "}", false).why == "a line is longer than 256 KiB");
}

}  // namespace evolt
