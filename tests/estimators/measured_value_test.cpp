#include "estimators/measured_value.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace evolt {
namespace {

EnergyReading reading(double joules, EnergyLabel label = EnergyLabel::counter_exclusive) {
  return {.joules = {joules}, .lower = {joules}, .upper = {joules}, .label = label, .coverage = 1};
}

/// 100 J in 20 s, 30 J of them in 4 s for 60 inferences.
Usage trained() {
  return {.wall = Seconds{20},
          .energy = reading(100),
          .phases = {{"train", Seconds{15}, 0, reading(65), ""},
                     {"infer", Seconds{4}, 60, reading(30), ""}}};
}

absl::StatusOr<double> value(std::string_view name, const Usage& usage,
                             const MeasuredOptions& options = {}) {
  return measured_value(measured_name(name).value(), usage, options);
}

std::string trouble(std::string_view name, const Usage& usage,
                    const MeasuredOptions& options = {}) {
  return std::string(value(name, usage, options).status().message());
}

}  // namespace

TEST_CASE("measured values: names of the whole and of phases", "[estimators]") {
  for (const char* const reported : {"acc", "joule", "joules.", "seconds_per_item.", "x.joules"}) {
    CHECK_FALSE(measured_name(reported).has_value());
  }
  CHECK(measured_name("joules")->needs_energy());
  CHECK(measured_name("lifetime_joules")->needs_energy());
  CHECK(measured_name("joules_per_item.infer")->needs_energy());
  CHECK_FALSE(measured_name("seconds.infer")->needs_energy());
  CHECK(measured_name("seconds.a.b")->phase == "a.b");
}

TEST_CASE("measured values: time and energy, of all, of a phase, of each item", "[estimators]") {
  const Usage usage = trained();
  CHECK(*value("seconds", usage) == 20);
  CHECK(*value("joules", usage) == 100);
  CHECK(*value("seconds.train", usage) == 15);
  CHECK(*value("joules.infer", usage) == 30);
  CHECK(*value("joules_per_item.infer", usage) == 0.5);
  CHECK(*value("seconds_per_item.infer", usage) == Approx(4.0 / 60));
}

TEST_CASE("measured values: a lifetime is all that training took, and its uses", "[estimators]") {
  const MeasuredOptions options{.lifetime = Lifetime{.phase = "infer", .items = 1'000}};
  CHECK(*value("lifetime_joules", trained(), options) == 100 - 30 + 1'000 * 0.5);
}

TEST_CASE("measured values: what was not measured is not zero, and says why", "[estimators]") {
  Usage usage = trained();
  CHECK(trouble("joules.export", usage).find("no report named the phase \"export\"") == 0);
  CHECK(trouble("joules_per_item.train", usage) == "the phase \"train\" never said its items");
  usage.phases[1].energy.reset();
  usage.phases[1].unmeasured = "below resolution";
  const MeasuredOptions life{.lifetime = Lifetime{.phase = "infer", .items = 10}};
  for (const char* const name : {"joules.infer", "joules_per_item.infer", "lifetime_joules"}) {
    CHECK(trouble(name, usage, life) == "joules were not measured: below resolution");
  }
  usage.phases.clear();
  CHECK_FALSE(value("lifetime_joules", usage, life).ok());
  for (const double joules : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(),
                              std::numeric_limits<double>::infinity()}) {
    usage.energy = reading(joules);
    CHECK_FALSE(value("joules", usage).ok());
  }
  usage.energy = reading(5, EnergyLabel::none);
  CHECK_FALSE(value("joules", usage).ok());
  usage.energy = reading(5, EnergyLabel::model);
  CHECK(trouble("joules", usage).find("energy.estimated") != std::string::npos);
  CHECK(*value("joules", usage, {.estimated = true}) == 5);
  usage.energy.reset();
  CHECK(trouble("joules", usage) ==
        "joules were not measured: no energy sensor covered the attempt");
}

}  // namespace evolt
