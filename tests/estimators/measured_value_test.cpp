#include "estimators/measured_value.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <utility>

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

TEST_CASE("measured values: bounds are those of the readings, times have none", "[estimators]") {
  Usage usage = trained();
  usage.energy->lower = {80};
  usage.energy->upper = {150};
  usage.phases[1].energy->lower = {20};
  usage.phases[1].energy->upper = {40};
  const auto bounds = [&](std::string_view name, std::int64_t items = 1'000) {
    return *measured_bounds(*measured_name(name), usage,
                            {.lifetime = Lifetime{.phase = "infer", .items = items}},
                            BoundKind::whole);
  };
  CHECK(bounds("joules") == Bounded{100, 80, 150});
  CHECK(bounds("seconds") == Bounded{20, 20, 20});
  CHECK(bounds("seconds_per_item.infer") == Bounded{4.0 / 60, 4.0 / 60, 4.0 / 60});
  CHECK(bounds("joules.infer") == Bounded{30, 20, 40});
  CHECK(bounds("joules_per_item.infer") == Bounded{0.5, 20.0 / 60, 40.0 / 60});
  const Bounded life = bounds("lifetime_joules");
  CHECK(life.value == 100 - 30 + 1'000 * 0.5);
  CHECK(life.lower == Approx(80 - 20 + 1'000 * 20.0 / 60));
  CHECK(life.upper == Approx(150 - 40 + 1'000 * 40.0 / 60));
  // Used less often than it was measured: the more the phase took, the less the rest.
  const Bounded brief = bounds("lifetime_joules", 6);
  CHECK(brief.lower == Approx(80 - 40 + 6 * 40.0 / 60));
  CHECK(brief.upper == Approx(150 - 20 + 6 * 20.0 / 60));
}

TEST_CASE("measured values: own bounds leave the common gain out", "[estimators]") {
  Usage usage{.wall = {20}, .energy = reading(100)};
  usage.energy->lower = Joules{98 / 1.05};
  usage.energy->upper = Joules{104 / 0.95};
  usage.energy->gain = 0.05;
  const auto own = measured_bounds(*measured_name("joules"), usage, {}, BoundKind::own);
  CHECK(own->lower == Approx(98));
  CHECK(own->upper == Approx(104));
  CHECK(measured_bounds(*measured_name("joules"), usage, {}, BoundKind::whole)->lower < 94);
}

TEST_CASE("measured values: bounds that cannot be are none", "[estimators]") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Usage usage{.wall = {20}, .energy = reading(100)};
  for (const auto& [lower, upper] : {std::pair{0.0, 0.0},
                                     {101.0, 200.0},
                                     {-1.0, 200.0},
                                     {kNan, 200.0},
                                     {50.0, kNan},
                                     {50.0, kInfinity}}) {
    usage.energy->lower = {lower};
    usage.energy->upper = {upper};
    INFO(lower << " to " << upper);
    const auto bounds = measured_bounds(*measured_name("joules"), usage, {}, BoundKind::whole);
    CHECK(*bounds == Bounded{100, -kInfinity, kInfinity});
  }
}

TEST_CASE("measured values: the readings that a value is made of", "[estimators]") {
  const Usage usage = trained();
  const MeasuredOptions options{.lifetime = Lifetime{.phase = "infer", .items = 10}};
  const auto count = [&](std::string_view name) {
    return readings_of(*measured_name(name), usage, options).size();
  };
  CHECK(count("seconds") == 0);
  CHECK(count("seconds.infer") == 0);
  CHECK(count("joules.export") == 0);
  CHECK(count("lifetime_joules") == 2);
  CHECK(readings_of(*measured_name("joules"), usage, options).front() == &*usage.energy);
  CHECK(readings_of(*measured_name("joules.infer"), usage, options).front() ==
        &*usage.phases[1].energy);
}

}  // namespace evolt
