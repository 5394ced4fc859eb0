#include "estimators/catalogue.hpp"

#include "core/config_error.hpp"
#include "tests/estimators/curves.hpp"

#include <catch2/catch.hpp>

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
  CHECK(estimator_names() == std::vector<std::string>{"default", "asha", "median", "none"});
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
    CHECK(error.complaint().allowed == "default, asha, median, none");
  }
}

TEST_CASE("estimators: lengths that make no sense are refused", "[estimators]") {
  const std::string name = GENERATE(as<std::string>(), "default", "asha", "median", "none");
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
                                                               {"default", 5, 1},
                                                               {"none", 50, 0}}));
  INFO(name << ", " << steps);
  CHECK(stopped_at(make_estimator(name, {.steps = steps}), steps) == first);
}

TEST_CASE("estimators: min_steps moves the first stop", "[estimators]") {
  const std::string name = GENERATE(as<std::string>(), "default", "asha", "median");
  CHECK(stopped_at(make_estimator(name, {.steps = 50, .min_steps = 12}), 50) == 12);
  CHECK(stopped_at(make_estimator(name, {.steps = 0}), 50) == 3);
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
}
