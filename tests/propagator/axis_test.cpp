#include "propagator/axis.hpp"

#include "core/rng.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <map>

namespace evolt {
namespace {

double real(const Value& value) {
  return std::get<double>(value);
}

TEST_CASE("axis: numbers that people write come back as they wrote them", "[propagator]") {
  const Axis lr(FloatDomain{.low = 1e-5, .high = 1e-1, .scale = Scale::log});
  for (const double x : {1e-5, 3e-5, 1e-4, 0.0003, 0.01, 0.025, 0.1}) {
    CHECK(real(lr.value(lr.gene(x))) == x);
  }
  const Axis linear(FloatDomain{.low = 0, .high = 0.7});
  for (const double x : {0.0, 0.1, 0.15, 0.3, 1e-9, 0.7}) {
    CHECK(real(linear.value(linear.gene(x))) == x);
  }
  const Axis stepped(FloatDomain{.low = 0, .high = 1, .step = 0.1});
  CHECK(real(stepped.value(0.35)) == 0.3);
  CHECK(real(stepped.value(stepped.gene(0.7))) == 0.7);
}

TEST_CASE("axis: genes beyond the range count as its ends, NaN as the lower", "[propagator]") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  Rng rng{5};
  for (int i = 0; i < 300; ++i) {
    const Domain domain = test::random_domain(rng);
    const Axis axis(domain);
    for (const double gene : {-1e300, -0.1, 1e300, kNan}) {
      CHECK(check_value(domain, axis.value(gene)).ok());
    }
    CHECK(axis.reading(kNan) == axis.reading(0));
    CHECK(axis.reading(-3) == axis.reading(0));
    if (!axis.is_choice()) {
      CHECK(axis.reading(7) == axis.reading(1));
    }
  }
}

TEST_CASE("axis: a continuous range reaches both of its bounds exactly", "[propagator]") {
  const double low = 0.12345678901234567;
  const double high = 3.1415926535897931;
  for (const Scale scale : {Scale::linear, Scale::log}) {
    const Axis axis(FloatDomain{.low = low, .high = high, .scale = scale});
    CHECK(real(axis.value(0)) == low);
    CHECK(real(axis.value(1)) == high);
    CHECK(axis.gene(low) == 0);
    CHECK(axis.gene(high) == 1);
  }
}

TEST_CASE("axis: the widest and the narrowest ranges stay in bounds", "[propagator]") {
  const auto domain = GENERATE(
      FloatDomain{.low = -1e308, .high = 1e308},
      FloatDomain{.low = 1e-300, .high = 1e300, .scale = Scale::log},
      FloatDomain{.low = 1e6, .high = 1e6 + 1e-9}, FloatDomain{.low = -1e-300, .high = 1e-300},
      FloatDomain{.low = 1, .high = std::nextafter(1.0, 2.0)}, FloatDomain{.low = 4, .high = 4});
  const Axis axis(domain);
  Rng rng{8};
  for (int i = 0; i < 200; ++i) {
    const Value value = axis.value(rng.uniform());
    CHECK(check_value(domain, value).ok());
    CHECK(axis.value(axis.gene(value)) == value);
  }
}

TEST_CASE("axis: there is one zero", "[propagator]") {
  const Axis axis(FloatDomain{.low = -1, .high = 1});
  CHECK_FALSE(std::signbit(axis.reading(0.5)));
  CHECK_FALSE(std::signbit(axis.reading(std::nextafter(0.5, 0.0))));
  CHECK_FALSE(std::signbit(Axis(FloatDomain{.low = -0.0, .high = 1}).reading(0)));
}

TEST_CASE("axis: each value of a discrete range has a bin as wide as any other", "[propagator]") {
  const auto domain = GENERATE(Domain(IntDomain{.low = -3, .high = 4}),
                               Domain(IntDomain{.low = 0, .high = 20, .step = 6}),
                               Domain(FloatDomain{.low = 0, .high = 1, .step = 0.25}),
                               Domain(OrdinalDomain{{test::text("s"), test::text("m")}}));
  const Axis axis(domain);
  std::map<double, int> hits;
  constexpr int kGenes = 84'000;
  for (int i = 0; i < kGenes; ++i) {
    ++hits[axis.reading((i + 0.5) / kGenes)];
  }
  REQUIRE(hits.size() == static_cast<std::size_t>(axis.levels()));
  for (const auto& [reading, count] : hits) {
    CHECK(std::abs(count - kGenes / static_cast<int>(axis.levels())) <= 2);
  }
}

TEST_CASE("axis: on a log scale doublings weigh alike, for integers too", "[propagator]") {
  const Axis axis(IntDomain{.low = 1, .high = 1023, .scale = Scale::log});
  std::map<int, int> octaves;
  constexpr int kGenes = 100'000;
  for (int i = 0; i < kGenes; ++i) {
    ++octaves[static_cast<int>(std::log2(axis.reading((i + 0.5) / kGenes)))];
  }
  REQUIRE(octaves.size() == 10);
  CHECK(octaves[0] == Approx(kGenes * std::log(3) / std::log(2047)).epsilon(0.01));
  for (int octave = 3; octave < 10; ++octave) {
    CHECK(octaves[octave] == Approx(kGenes / 11.0).epsilon(0.15));
  }
}

TEST_CASE("axis: the gene of a level reads as that level", "[propagator]") {
  Rng rng{3};
  for (int i = 0; i < 400; ++i) {
    const Axis axis(test::random_domain(rng));
    if (axis.levels() == 0 || axis.levels() > 10'000) {
      continue;
    }
    for (std::int64_t level = 0; level < axis.levels(); ++level) {
      REQUIRE(axis.level(axis.gene_at(level)) == level);
    }
  }
}

TEST_CASE("axis: a value survives the way to its gene and back", "[propagator]") {
  Rng rng{4};
  for (int i = 0; i < 400; ++i) {
    const Domain domain = test::random_domain(rng);
    const Axis axis(domain);
    for (int k = 0; k < 50; ++k) {
      const Value value = axis.value(
          axis.is_choice() ? static_cast<double>(rng.below(static_cast<std::size_t>(axis.levels())))
                           : rng.uniform());
      REQUIRE(check_value(domain, value).ok());
      REQUIRE(axis.value(axis.gene(value)) == value);
    }
  }
}

}  // namespace
}  // namespace evolt
