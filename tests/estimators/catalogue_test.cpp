#include "estimators/catalogue.hpp"

#include "core/config_error.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace evolt;
using namespace evolt::test;

namespace {

/// The first step at which a hopeless trial among ten is stopped; 0: never.
std::int64_t stopped_at(const Estimator& estimator, std::int64_t steps) {
  History history;
  add_peers(history, 10, static_cast<int>(steps));
  std::vector<double> values;
  for (std::int64_t step = 1; step <= steps; ++step) {
    values.push_back(99);
    if (estimator.judge(grow(history, trial(1), values), history).stops()) {
      return step;
    }
  }
  return 0;
}

}  // namespace

TEST_CASE("estimators: the names are the documented ones", "[estimators]") {
  CHECK(estimator_names() == std::vector<std::string>{"default", "asha", "best", "tse", "tse_e",
                                                      "tse_ema", "lcga", "pasha", "median",
                                                      "power_law", "patience", "none"});
  CHECK(combined_rule_names() ==
        std::vector<std::string>{"any_of", "all_of", "after_steps", "switch_at"});
  for (const std::string& name : estimator_names()) {
    CHECK(make_estimator(name, {}).name() == name);
  }
}

TEST_CASE("estimators: an unknown rule is refused with the nearest one", "[estimators]") {
  try {
    make_estimator("medain", {});
    FAIL("no complaint");
  } catch (const ConfigError& error) {
    CHECK(error.complaint().key == "stopper.kind");
    CHECK(error.complaint().found == "\"medain\"");
    CHECK(error.complaint().nearest == "median");
    CHECK(error.complaint().allowed ==
          "default, asha, best, tse, tse_e, tse_ema, lcga, "
          "pasha, median, power_law, patience, none");
  }
}

TEST_CASE("estimators: lengths that make no sense are refused", "[estimators]") {
  const std::string name = GENERATE(from_range(estimator_names()));
  const auto key = [&](const EstimatorOptions& options) {
    try {
      make_estimator(name, options);
    } catch (const ConfigError& error) {
      return error.complaint().key;
    }
    return std::string();
  };
  CHECK(key({.steps = -1}) == "trial.steps");
  CHECK(key({.steps = 10, .min_steps = 0}) == "stopper.min_steps");
  CHECK(key({.steps = 10, .min_steps = 11}) == "stopper.min_steps");
  CHECK(key({.steps = 10, .min_steps = 10}).empty());
  CHECK(key({.steps = 0, .min_steps = 1000}).empty());
}

TEST_CASE("estimators: each rule's first step follows the length unless the study says more",
          "[estimators]") {
  const auto& [name, steps, first] =
      GENERATE(table<std::string, std::int64_t, std::int64_t>({{"median", 50, 5},
                                                               {"median", 5, 1},
                                                               {"median", 51, 6},
                                                               {"asha", 50, 1},
                                                               {"asha", 100, 3},
                                                               {"default", 50, 2},
                                                               {"default", 100, 4},
                                                               {"default", 5, 2},
                                                               {"best", 100, 3},
                                                               {"tse", 100, 3},
                                                               {"lcga", 100, 6},
                                                               {"lcga", 270, 10},
                                                               {"lcga", 6, 3},
                                                               {"pasha", 100, 3},
                                                               {"power_law", 50, 5},
                                                               {"patience", 50, 11},
                                                               {"patience", 20, 6},
                                                               {"none", 50, 0}}));
  INFO(name << ", " << steps);
  CHECK(stopped_at(make_estimator(name, {.steps = steps}), steps) == first);
}

TEST_CASE("estimators: min_steps moves the first stop", "[estimators]") {
  const std::string name = GENERATE(as<std::string>(), "default", "asha", "median");
  CHECK(stopped_at(make_estimator(name, {.steps = 50, .min_steps = 12}), 50) == 12);
  CHECK(stopped_at(make_estimator(name, {.steps = 0}), 50) == 3);
}

namespace {

std::string refused(const RuleSettings& rule, const EstimatorOptions& options = {.steps = 20}) {
  try {
    make_estimator(rule, options);
  } catch (const ConfigError& error) {
    CHECK(error.complaint().key == "stopper.kind");
    return error.complaint().what + "; " + error.complaint().allowed;
  }
  return "";
}

RuleSettings rule(const std::string& name, std::map<std::string, RuleOptionValue> options,
                  std::vector<RuleSettings> rules = {}) {
  RuleSettings settings = name;
  settings.options = std::move(options);
  settings.rules = std::move(rules);
  return settings;
}

}  // namespace

TEST_CASE("estimators: an option that a rule does not know is refused", "[estimators]") {
  CHECK(refused(rule("asha", {{"eat", 4.0}})) ==
        "unknown option eat of the stopping rule asha; eta, promote, score");
  CHECK(refused(rule("none", {{"eta", 4.0}})) ==
        "unknown option eta of the stopping rule none; it has none");
  CHECK(wrong_option("asha", "eat", 4.0)->nearest == "eta");
}

TEST_CASE("estimators: an option's value must be of its kind and in its range", "[estimators]") {
  const auto& [name, option, value, allowed] =
      GENERATE(table<std::string, std::string, RuleOptionValue, std::string>(
          {{"asha", "eta", 1.0, "a number above 1"},
           {"asha", "eta", kInfinity, "a number above 1"},
           {"asha", "eta", kNan, "a number above 1"},
           {"asha", "eta", std::string("x"), "a number above 1"},
           {"asha", "score", 3.0, "best, last, tse, tse_e, tse_ema, lcga"},
           {"asha", "score", std::string("tsee"), "best, last, tse, tse_e, tse_ema, lcga"},
           {"tse_e", "losses", 0.0, "a whole number, 1 or more"},
           {"tse_e", "losses", 1.5, "a whole number, 1 or more"},
           {"tse_e", "losses", 1e300, "a whole number, 1 or more"},
           {"tse_ema", "gamma", 1.0, "a number above 0 and below 1"},
           {"tse_ema", "gamma", 0.0, "a number above 0 and below 1"},
           {"median", "quantile", kNan, "a number above 0 and below 1"},
           {"median", "reports", 0.0, "a whole number, 1 or more"},
           {"power_law", "top", 1.0, "a number above 0 and below 1"},
           {"power_law", "chance", -0.1, "a number above 0 and below 1"},
           {"patience", "delta", -1.0, "a number, 0 or more"},
           {"patience", "delta", kInfinity, "a number, 0 or more"},
           {"patience", "steps", 0.0, "a whole number, 1 or more"}}));
  CHECK(refused(rule(name, {{option, value}})) == "the option " + option +
                                                      " of the stopping rule " + name +
                                                      " has no such value; " + allowed);
}

TEST_CASE("estimators: a rule made of others needs them, and its step", "[estimators]") {
  CHECK(refused(rule("any_of", {})) ==
        "the number of rules that any_of is made of is wrong; 1 or more");
  CHECK(refused(rule("all_of", {})) ==
        "the number of rules that all_of is made of is wrong; 1 or more");
  CHECK(refused(rule("after_steps", {}, {"asha"})) ==
        "the stopping rule after_steps needs the option steps; ");
  CHECK(refused(rule("after_steps", {{"steps", 3.0}}, {"asha", "median"})) ==
        "the number of rules that after_steps is made of is wrong; 1");
  CHECK(refused(rule("switch_at", {{"step", 3.0}}, {"asha"})) ==
        "the number of rules that switch_at is made of is wrong; 2");
  CHECK(refused(rule("median", {}, {"asha"})) ==
        "the stopping rule median is not made of others; 0");
  CHECK(refused(rule("any_of", {}, {"asah"})).find("unknown stopping rule") == 0);
  CHECK(refused(rule("any_of", {}, {"asha", "median"})).empty());
}

TEST_CASE("estimators: options reach their rule", "[estimators]") {
  const auto& [settings, first] = GENERATE(table<RuleSettings, std::int64_t>(
      {{rule("patience", {{"steps", 20.0}}), 21},
       {rule("asha", {{"eta", 20.0}}), 0},
       {rule("pasha", {{"eta", 20.0}}), 0},
       {rule("median", {{"min_peers", 11.0}}), 0},
       {rule("median", {{"reports", 7.0}}), 7},
       {rule("power_law", {{"min_peers", 11.0}}), 0},
       {rule("any_of", {}, {"median", "asha"}), 1},
       {rule("all_of", {}, {"median", "asha"}), 9},
       {rule("after_steps", {{"steps", 14.0}}, {"median"}), 14},
       {rule("switch_at", {{"step", 14.0}}, {"none", "median"}), 14},
       {rule("switch_at", {{"step", 14.0}}, {"median", "none"}), 5}}));
  INFO(settings.name);
  CHECK(stopped_at(make_estimator(settings, {.steps = 50}), 50) == first);
}

TEST_CASE("estimators: training losses are not compared where what they mean changes",
          "[estimators]") {
  const RuleSettings settings =
      GENERATE(RuleSettings("tse"), RuleSettings("tse_e"), RuleSettings("tse_ema"),
               RuleSettings("lcga"), rule("asha", {{"score", std::string("tse")}}));
  History history;
  for (std::uint64_t k = 0; k < 9; ++k) {
    const auto value = static_cast<double>(k);
    grow(history, trial(100 + k), std::vector<double>(9, value), std::vector<double>(9, -value));
  }
  // By its losses the best, by its values the worst.
  const Curve& curve =
      grow(history, trial(1), std::vector<double>(9, 99), {9, 8, 7, 6, 1, -50, -60, -70, -80});
  CHECK_FALSE(
      make_estimator(settings, {.steps = 100, .min_steps = 9}).judge(curve, history).stops());
  const Estimator wary =
      make_estimator(settings, {.steps = 100, .min_steps = 9, .loss_changes = true});
  CHECK(wary.name() == settings.name);
  CHECK(wary.judge(curve, history).reason ==
        "not among the best 3 of 10 at step 9 by best value so far, because hyperparameters change "
        "what the training loss means");
}

TEST_CASE("estimators: the default looks at no training loss where what it means changes",
          "[estimators]") {
  History history;
  for (std::uint64_t k = 0; k < 60; ++k) {
    // The loss at step 1 foretells step 3 exactly, the value there not at all.
    const auto late = static_cast<double>(k);
    grow(history, trial(100 + k), {1000 + static_cast<double>((37 * k) % 60), 1000, late, 0},
         {late, late, late, late});
  }
  const Curve& curve = grow(history, trial(1), {2000}, {-1});
  const EstimatorOptions options{.steps = 10, .min_steps = 1, .parks = true};
  EstimatorOptions wary = options;
  wary.loss_changes = true;
  CHECK_FALSE(make_estimator("default", options).judge(curve, history).stops());
  CHECK(make_estimator("default", wary).judge(curve, history).parks());
}

TEST_CASE("estimators: the default parks what can go on and stops what cannot", "[estimators]") {
  History history;
  add_peers(history, 10, 20);
  const Curve& hopeless = grow(history, trial(1), {99});
  const Verdict parked = make_estimator("default", {.steps = 20, .min_steps = 1, .parks = true})
                             .judge(hopeless, history);
  CHECK(parked.parks());
  CHECK(parked.stops());
  const Verdict stopped =
      make_estimator("default", {.steps = 20, .min_steps = 1}).judge(hopeless, history);
  CHECK(stopped.decision == Verdict::Decision::stop);
  // One report may be the whole training, and nothing would bring it back.
  CHECK_FALSE(make_estimator("default", {.steps = 5}).judge(hopeless, history).stops());
}

TEST_CASE("estimators: promotion needs trials that can go on later", "[estimators]") {
  const std::string name =
      GENERATE(as<std::string>(), "asha", "best", "tse", "tse_e", "tse_ema", "lcga", "pasha");
  INFO(name);
  const RuleSettings promoting = rule(name, {{"promote", true}});
  CHECK(refused(promoting).find("cannot promote trials") != std::string::npos);
  CHECK(refused(rule(name, {{"promote", false}})).empty());
  CHECK(refused(rule(name, {{"promote", 1.0}})).find("true, false") != std::string::npos);
  History history;
  const Curve& alone = grow(history, trial(1), std::vector<double>(27, 1.0));
  const EstimatorOptions parks{.steps = 27, .min_steps = 9, .parks = true};
  const Curve part{alone.trial, {alone.points.begin(), alone.points.begin() + 9}};
  CHECK(make_estimator(promoting, parks).judge(part, history).parks());
  CHECK_FALSE(make_estimator(name, parks).judge(part, history).stops());
}
