#include "propagator/parzen.hpp"

#include "core/config_error.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace evolt {
namespace {

using test::individual;

/// 100 results on a line, best at 0.3.
Archive line() {
  Archive archive(24);
  for (std::uint64_t i = 0; i < 100; ++i) {
    const double x = (static_cast<double>(i) + 0.5) / 100;
    archive.admit(individual(i, {std::abs(x - 0.3)}, Genome{{x}}));
  }
  return archive;
}

double share_near(const Archive& archive, double centre) {
  const Encoding encoding(test::box(1));
  Rng rng{1};
  int near = 0;
  constexpr int kDraws = 400;
  for (int i = 0; i < kDraws; ++i) {
    const Brood brood = Parzen().breed({encoding, archive}, {}, rng);
    near += std::abs(brood[0].genome.genes[0] - centre) < 0.08 ? 1 : 0;
  }
  return static_cast<double>(near) / kDraws;
}

TEST_CASE("parzen: proposes where the good are", "[propagator]") {
  CHECK(share_near(line(), 0.3) > 0.8);
}

TEST_CASE("parzen: keeps away from trials that still run, and from failures", "[propagator]") {
  const bool failed = GENERATE(false, true);
  Archive archive = line();
  for (std::uint64_t i = 0; i < 40; ++i) {
    const Genome here{{0.29 + 0.0005 * static_cast<double>(i)}};
    if (failed) {
      archive.fail(here);
    } else {
      archive.expect({1, 0, 1'000 + i}, here);
    }
  }
  const auto close = [](const Archive& where) {
    const Encoding encoding(test::box(1));
    Rng rng{2};
    int count = 0;
    for (int i = 0; i < 400; ++i) {
      const double x = Parzen().breed({encoding, where}, {}, rng)[0].genome.genes[0];
      count += x > 0.28 && x < 0.32 ? 1 : 0;
    }
    return count;
  };
  CHECK(close(archive) < close(line()) / 2);
}

TEST_CASE("parzen: what was stopped early is never among the good", "[propagator]") {
  const Encoding encoding(test::box(1));
  Archive archive(24);
  std::set<std::uint64_t> stopped;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const double x = (static_cast<double>(i) + 0.5) / 100;
    Individual one = individual(i, {std::abs(x - 0.3)}, Genome{{x}});
    if (i % 2 == 0) {
      one.standing = Standing::stopped;
      stopped.insert(i);
    }
    archive.admit(one);
  }
  Rng rng{3};
  for (int i = 0; i < 300; ++i) {
    const Brood brood = Parzen().breed({encoding, archive}, {}, rng);
    for (const TrialId& parent : brood[0].lineage.parents) {
      REQUIRE_FALSE(stopped.contains(parent.counter));
    }
  }
}

TEST_CASE("parzen: without anything good it draws a stranger", "[propagator]") {
  const Encoding encoding(test::box(2));
  Rng rng{4};
  Archive archive(4);
  CHECK(Parzen().breed({encoding, archive}, {}, rng)[0].lineage.propagator == "immigrant");
  Individual stopped = individual(1, {1}, Genome{{0.1, 0.2}});
  stopped.standing = Standing::stopped;
  archive.admit(stopped);
  archive.admit(individual(2, {std::numeric_limits<double>::quiet_NaN()}, Genome{{0.1, 0.2}}));
  CHECK(Parzen().breed({encoding, archive}, {}, rng)[0].lineage.propagator == "immigrant");
}

TEST_CASE("parzen: refuses senseless options", "[propagator]") {
  CHECK_THROWS_AS(Parzen({.good_share = 0}), ConfigError);
  CHECK_THROWS_AS(Parzen({.good_share = 1.5}), ConfigError);
  CHECK_THROWS_AS(Parzen({.most_good = 0}), ConfigError);
  CHECK_THROWS_AS(Parzen({.candidates = 0}), ConfigError);
  CHECK_THROWS_AS(Parzen({.bad_width = 0}), ConfigError);
  CHECK_THROWS_AS(Parzen({.bad_width = std::nan("")}), ConfigError);
}

}  // namespace
}  // namespace evolt
