#include "curves.hpp"
#include "estimators/catalogue.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace evolt;
using namespace evolt::test;

// What a stopped curve leaves behind, for losses of either sign: it is shorter, and that is all.

namespace {

constexpr int kSteps = 12;

/// A run that falls by 1 from step to step.
std::vector<double> falling(double from, int steps) {
  std::vector<double> values;
  for (int step = 0; step < steps; ++step) {
    values.push_back(from - step);
  }
  return values;
}

/// Seven whole runs from `offset` + 1 on, and between them as many that were stopped early.
History some_stopped(double offset) {
  History history;
  for (int k = 0; k < 7; ++k) {
    const auto number = static_cast<std::uint64_t>(k);
    grow(history, trial(100 + number), falling(offset + 1 + k, kSteps));
    grow(history, trial(200 + number), falling(offset + 30 + k, 2));
    history.end(trial(200 + number), Ending::stopped);
  }
  return history;
}

}  // namespace

TEST_CASE("stopped curves: a better run is not stopped, whatever the sign of the loss",
          "[estimators]") {
  const double offset = GENERATE(50.0, 0.0, -5.0, -50.0);
  const std::string name = GENERATE(from_range(estimator_names()));
  CAPTURE(offset, name);
  const Estimator rule = make_estimator(name, {.steps = kSteps});
  History history = some_stopped(offset);
  for (int step = 1; step <= kSteps; ++step) {
    // Better than every other run at each step.
    history.add(trial(999), {step, offset - step});
    CAPTURE(step);
    CHECK_FALSE(rule.judge(*history.curve(trial(999)), history).stops());
  }
}

TEST_CASE("stopped curves: they count where they reported, and nowhere else", "[estimators]") {
  const double offset = GENERATE(50.0, 0.0, -50.0);
  CAPTURE(offset);
  const History history = some_stopped(offset);
  for (int step = 1; step <= kSteps; ++step) {
    CAPTURE(step);
    const double middle = offset + 4.5 - (step - 1);  // of the whole runs
    CHECK(history.place(trial(999), middle, step) ==
          Place{.better = 4, .peers = step <= 2 ? 14U : 7U});
  }
}

TEST_CASE("stopped curves: a worse run that comes later replaces no better one", "[estimators]") {
  const double offset = GENERATE(50.0, 0.0, -50.0);
  History history;
  grow(history, trial(1), falling(offset, kSteps));
  const Curve before = *history.curve(trial(1));
  grow(history, trial(2), falling(offset + 20, 3));
  history.end(trial(2), Ending::stopped);
  CHECK(*history.curve(trial(1)) == before);
  // Nor does a later attempt of the same trial that is worse where the first one had been.
  grow(history, trial(1), falling(offset + 20, kSteps));
  CHECK(*history.curve(trial(1)) == before);
}
