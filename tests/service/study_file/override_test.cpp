#include "tests/service/study_file/cases.hpp"

#include <algorithm>

namespace evolt::test {
namespace {

Study with(const std::vector<std::string>& overrides, const std::string& text = kBase) {
  return parse_study(text, "study.toml", overrides);
}

TEST_CASE("study file overrides: values are TOML, a bare word is a text", "[service]") {
  CHECK(with({"budget.trials=7"}).budget.trials == 7);
  CHECK(with({"budget.trials = 7"}).budget.trials == 7);
  CHECK(with({"stopper.kind=asha"}).stopper.kind.name == "asha");
  CHECK(with({"stopper.kind=\"asha\""}).stopper.kind.name == "asha");
  CHECK(with({"stopper.audit=5e-2"}).stopper.audit == 0.05);
  CHECK(with({"trial.checkpoint=true"}).trial.checkpoint);
  CHECK(with({"trial.limits.wall=6h"}).trial.limits.wall == Seconds{21600});
  CHECK(with({"trial.limits={ wall = \"1min\", attempts = 9 }"}).trial.limits.attempts == 9);
  CHECK(with({"trial.command=[\"a\", \"{lr}\"]"}).trial.command ==
        std::vector<std::string>{"a", "{lr}"});
  CHECK(with({"study.name=a b "}).name == "a b");
  CHECK(with({"trial.env=[\"A=b=c\"]"}).trial.env == std::vector<std::string>{"A=b=c"});
}

TEST_CASE("study file overrides: tables are made, keys replaced and later ones win", "[service]") {
  const Study study = with({"param.z.type=int", "param.z.low=1", "param.z.high=3",
                            "param.lr.high=0.5", "budget.trials=3", "budget.trials=4"});
  REQUIRE(study.space.index_of("z"));
  CHECK(std::get<FloatDomain>(study.space.parameters()[0].domain).high == 0.5);
  CHECK(study.budget.trials == 4);
}

TEST_CASE("study file overrides: quoted keys and elements of arrays", "[service]") {
  const std::string text = kBase + "\"opt.k\" = { type = \"int\", low = 1, high = 2 }\n" +
                           "[[islands.kind]]\npropagator = \"default\"\n";
  const Study study = with({"param.\"opt.k\".high=5", "islands.kind.0.share=3"}, text);
  const auto index = study.space.index_of("opt.k");
  REQUIRE(index);
  CHECK(std::get<IntDomain>(study.space.parameters()[*index].domain).high == 5);
  CHECK(study.islands.kind.at(0).share == 3);
}

TEST_CASE("study file overrides: a whole study can be made of them", "[service]") {
  const Study study = with({"objective.minimize=loss", "trial.command=[\"x\"]",
                            "param.a={ type = \"choice\", values = [1, 2] }"},
                           "");
  CHECK(study.objective.minimize == std::vector<std::string>{"loss"});
}

TEST_CASE("study file overrides: they work on JSON too", "[service]") {
  const Study study = parse_study(
      R"({"objective": {"maximize": "acc"}, "trial": {"command": ["./train"]},
          "param": {"n": {"type": "int", "low": 1, "high": 8}}})",
      "study.json", {"param.n.high=4", "stopper.kind=none"}, true);
  CHECK(std::get<IntDomain>(study.space.parameters()[0].domain).high == 4);
  CHECK(study.stopper.kind.name == "none");
}

TEST_CASE("study file overrides: errors name the override as their place", "[service]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"stopper.kind=asah",
       "unknown stopper.kind: got \"asah\"; allowed: \"default\", \"asha\", \"best\", "
       "\"tse\", \"tse_e\", \"tse_ema\", \"lcga\", \"pasha\", \"median\", \"power_law\", "
       "\"patience\", \"none\"; "
       "did you mean \"asha\"?"},
      {"stopper", "there is no =; allowed: a.b=value"},
      {"=3", "\"\" is not a dotted key; allowed: a.b=value"},
      {"a b=3", "\"a b\" is not a dotted key; allowed: a.b=value"},
      {"#=3", "\"#\" is not a dotted key; allowed: a.b=value"},
      {"a=1\n[study]\nb=2", "the value must be a single one"},
      {"stopper.kind=", "the value is missing; allowed: a.b=value"},
      {"stopper.kind= ", "the value is missing; allowed: a.b=value"},
      {"trial.env=[1,", "not valid TOML: array: encountered end-of-file"},
      {"study.name=\"", "not valid TOML: string: encountered end-of-file"},
      {"objective.maximize.x=3",
       "objective.maximize has no \"x\" (objective.maximize.x): got objective.maximize = \"acc\""},
      {"trial.command.7=x",
       "trial.command has no \"7\" (trial.command.7): got trial.command = an array"},
      {"budget.trials=10x",
       "budget.trials must be a whole number: got \"10x\"; allowed: 1 or more"},
      {"bugdet.trials=5",
       "unknown key \"bugdet\" at the top of the file; allowed: schema, study, "
       "budget, objective, trial, stopper, islands, search, energy, param, forbid, "
       "start; did you mean \"budget\"?"},
      {"study.trials=5",
       "unknown key \"trials\" in [study] (study.trials); allowed: name, seed; did you mean "
       "\"budget.trials\"?"},
      {"param.lr.low=0",
       "parameter \"lr\": log scale needs low > 0 (param.lr): got low = 0; allowed: a positive "
       "low, or scale = \"linear\""},
      {"param.lr.scale=lgo",
       "unknown param.lr.scale: got \"lgo\"; allowed: \"linear\", \"log\"; did you mean \"log\"?"},
      {"param.z.type=float", "param.z.low is missing; allowed: a number"},
      {"trial.mode=remote", "trial.mode = \"remote\" is not available in this version"},
      {"forbid=[{ opt = \"x\" }]",
       "[[forbid]] number 1: can never hold: \"opt\" never has this value (forbid.0): got x; "
       "allowed: sgd, adamw"},
  };
  for (const auto& [setting, message] : cases) {
    const Complaint complaint = complaint_of(kBase, {setting});
    CHECK(ConfigError(complaint).what() == "--set " + setting + ": " + message);
    CHECK(complaint.line == 0);
  }
}

TEST_CASE("study file overrides: an error elsewhere keeps its place in the file", "[service]") {
  CHECK(message_of(after("[stopper]\nkind = \"asah\""), {"budget.trials=5"})
            .rfind("study.toml:10:8: unknown stopper.kind", 0) == 0);
}

}  // namespace
}  // namespace evolt::test
