#include "propagator/frugal.hpp"

#include "core/config_error.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/portfolio.hpp"
#include "propagator/proposer.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace evolt {
namespace {

/// Networks of which the larger are dearer, and at best a little better.
SearchSpace networks() {
  return SearchSpace({{"width", IntDomain{.low = 0, .high = 199}, {}},
                      {"lr", FloatDomain{.low = 1e-5, .high = 1, .scale = Scale::log}, {}}});
}

struct Sum {
  double cost = 0;         ///< of all trials
  double inner = 0;        ///< of those that `inner` bred
  double until_good = -1;  ///< until one was good and cheap
};

using Trained = std::function<std::vector<double>(const Genome&)>;

/// Error and cost; the best error needs the right lr and is to be had from a third of the width on.
std::vector<double> train(const Genome& genome) {
  const double width = genome.genes[0];
  const double off = genome.genes[1] - 0.6;
  const double error = 0.1 + 4 * off * off + 0.5 * std::max(0.0, 0.3 - width);
  return {error, 1000 * std::exp(3 * width)};
}

Sum search(const Propagator& propagator, int trials, std::uint64_t seed, const Trained& trained) {
  const Encoding encoding(networks());
  Rng rng{seed};
  Propagator own = propagator;
  Archive archive(24);
  Sum sum;
  for (int i = 0; i < trials; ++i) {
    const Brood brood = own.breed({encoding, archive}, {}, rng);
    const std::vector<double> scores = trained(brood[0].genome);
    Individual one = test::individual(static_cast<std::uint64_t>(i), scores, brood[0].genome);
    one.lineage = brood[0].lineage;
    sum.cost += scores[1];
    sum.inner += one.lineage.propagator != Frugal::kName ? scores[1] : 0;
    if (sum.until_good < 0 && scores[0] < 0.12 && scores[1] < 1.5 * 1000 * std::exp(0.9)) {
      sum.until_good = sum.cost;
    }
    archive.admit(one);
    own.observe(one);
  }
  return sum;
}

/// Of what the search without a cost spends until it has something good and cheap, the median of
/// nine seeds.
double median_until_good(bool minds, const Trained& trained = train) {
  const Encoding encoding(networks());
  std::vector<double> spent;
  for (std::uint64_t seed = 0; seed < 9; ++seed) {
    Brief brief{.objectives = 2, .trials = 300};
    if (minds) {
      brief.cost = 1;
    }
    const Sum sum = search(portfolio(encoding, brief), 300, seed, trained);
    spent.push_back(sum.until_good < 0 ? HUGE_VAL : sum.until_good);
  }
  std::nth_element(spent.begin(), spent.begin() + 4, spent.end());
  return spent[4];
}

TEST_CASE("frugal: spends less until something is good and cheap", "[propagator]") {
  // As in recorded tables of architectures: the size tells the cost, hardly anything the error.
  const Trained noisy = [](const Genome& genome) {
    Rng rng{static_cast<std::uint64_t>(genome.genes[0] * 1e12)};
    return std::vector<double>{0.11 + 0.3 * rng.uniform(), 1000 * std::exp(3 * genome.genes[0])};
  };
  const double with = median_until_good(true, noisy);
  const double without = median_until_good(false, noisy);
  CAPTURE(with, without);
  CHECK(with < 0.5 * without);
}

TEST_CASE("frugal: where all that is cheap is bad it pays at most 1 / share times as much",
          "[propagator]") {
  const double with = median_until_good(true);
  const double without = median_until_good(false);
  CAPTURE(with, without);
  CHECK(with < 5 * without);
}

TEST_CASE("frugal: begins with what is cheap, and with nothing known believes that small is cheap",
          "[propagator]") {
  const Encoding encoding(networks());
  Propagator frugal = portfolio(encoding, {.objectives = 2, .cost = 1});
  const Archive none(24);
  Rng rng{2};
  for (int i = 0; i < 5; ++i) {
    const Brood brood = frugal.breed({encoding, none}, {}, rng);
    CHECK(brood[0].lineage.propagator == "frugal");
    CHECK(brood[0].genome.genes[0] < 0.2);
  }
}

TEST_CASE("frugal: learns that it was wrong about what is cheap", "[propagator]") {
  const Encoding encoding(networks());
  const Trained reversed = [](const Genome& genome) {
    return std::vector<double>{0.5, 1000 * std::exp(-4 * genome.genes[0])};
  };
  Propagator frugal = Frugal(encoding, Immigrant(), {.cost = 1});
  Archive archive(24);
  Rng rng{1};
  double width = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const Brood brood = frugal.breed({encoding, archive}, {}, rng);
    Individual one = test::individual(i, reversed(brood[0].genome), brood[0].genome);
    width += i >= 40 ? brood[0].genome.genes[0] / 20 : 0;
    archive.admit(one);
    frugal.observe(one);
  }
  CHECK(width > 0.6);
}

TEST_CASE("frugal: what minds no price spends no more than its share", "[propagator]") {
  const Encoding encoding(networks());
  for (const double share : {0.0, 0.2, 0.5}) {
    const Sum sum =
        search(Frugal(encoding, Immigrant(), {.cost = 1, .others = share}), 300, 3, train);
    CAPTURE(share, sum.inner / sum.cost);
    CHECK(sum.inner <= (share + 0.05) * sum.cost);
    CHECK(sum.inner >= (share - 0.1) * sum.cost);
  }
}

TEST_CASE("frugal: the nearer the end of the budget, the less the cost counts", "[propagator]") {
  const Encoding encoding(networks());
  const auto mean_width = [&](std::int64_t trials) {
    Propagator frugal = Frugal(encoding, Immigrant(), {.cost = 1, .trials = trials, .others = 0});
    Archive archive(24);
    Rng rng{5};
    for (std::uint64_t i = 0; i < 100; ++i) {
      Individual one = test::individual(i, {}, encoding.random(rng));
      const double width = one.genome.genes[0];
      one.scores = {1 - width, 1000 * std::exp(5 * width)};
      archive.admit(one);
      frugal.observe(one);
    }
    double sum = 0;
    for (int i = 0; i < 100; ++i) {
      sum += frugal.breed({encoding, archive}, {}, rng)[0].genome.genes[0];
    }
    return sum / 100;
  };
  const double late = mean_width(100);
  const double early = mean_width(10'000);
  CAPTURE(late, early);
  CHECK(late > early + 0.1);
}

TEST_CASE("frugal: costs and errors that are no numbers teach nothing, and harm nothing",
          "[propagator]") {
  const Encoding encoding(networks());
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  Propagator frugal = Frugal(encoding, Immigrant(), {.cost = 1});
  Archive archive(24);
  Rng rng{6};
  std::uint64_t id = 0;
  for (const std::vector<double>& scores :
       std::vector<std::vector<double>>{{0.5, 0}, {0.5, -3}, {kNan, 7}, {0.5, kNan}, {0.5}}) {
    frugal.observe(test::individual(++id, scores, encoding.random(rng)));
  }
  const Brood brood = frugal.breed({encoding, archive}, {}, rng);
  CHECK(brood.size() == 1);
  CHECK(brood[0].genome.genes[0] < 0.2);
}

TEST_CASE("frugal: proposes nothing that it tried, while there is something else", "[propagator]") {
  const Encoding encoding(SearchSpace({{"k", IntDomain{.low = 1, .high = 12}, {}}}));
  Propagator frugal = Frugal(encoding, Immigrant(), {.cost = 1, .others = 0});
  Archive archive(24);
  Rng rng{6};
  std::vector<std::int64_t> levels;
  for (std::uint64_t i = 0; i < 12; ++i) {
    const Brood brood = frugal.breed({encoding, archive}, {}, rng);
    levels.push_back(encoding.axis(0).level(brood[0].genome.genes[0]));
    const double cost = static_cast<double>(levels.back()) + 1;
    const Individual one = test::individual(i, {1 / cost, cost}, brood[0].genome);
    archive.admit(one);
    frugal.observe(one);
  }
  std::sort(levels.begin(), levels.end());
  CHECK(std::unique(levels.begin(), levels.end()) == levels.end());
  // All twelve are used up: it still answers.
  CHECK(frugal.breed({encoding, archive}, {}, rng).size() == 1);
}

TEST_CASE("frugal: remembers a bounded number of results, and goes on", "[propagator]") {
  const Encoding encoding(networks());
  const Sum sum = search(Frugal(encoding, Immigrant(), {.cost = 1}), 1'300, 1, train);
  CHECK(sum.until_good > 0);
}

TEST_CASE("frugal: three objectives, and requirements that are missed", "[propagator]") {
  const Encoding encoding(networks());
  Propagator frugal = portfolio(encoding, {.objectives = 3, .cost = 1});
  Archive archive(24);
  Rng rng{9};
  for (std::uint64_t i = 0; i < 120; ++i) {
    const Brood brood = frugal.breed({encoding, archive}, {}, rng);
    std::vector<double> scores = train(brood[0].genome);
    scores.push_back(rng.uniform());
    Individual one = test::individual(i, scores, brood[0].genome, i % 3 == 0 ? 0.5 : 0);
    archive.admit(one);
    frugal.observe(one);
    REQUIRE(brood[0].genome.genes.size() == 2);
  }
}

TEST_CASE("frugal: a bad share or no candidates are refused", "[propagator]") {
  const Encoding encoding(networks());
  CHECK_THROWS_AS(Frugal(encoding, Immigrant(), {.others = 1.5}), ConfigError);
  CHECK_THROWS_AS(Frugal(encoding, Immigrant(), {.others = -0.1}), ConfigError);
  CHECK_THROWS_AS(Frugal(encoding, Immigrant(), {.near = 0, .anywhere = 0}), ConfigError);
}

TEST_CASE("portfolio: minds the cost of several objectives, not that of one", "[propagator]") {
  const Encoding encoding(networks());
  CHECK(portfolio(encoding, {.objectives = 2, .cost = 1}).name() == "frugal");
  CHECK(portfolio(encoding, {.objectives = 2}).name() == "bandit");
  CHECK(portfolio(encoding, {.objectives = 1, .cost = 0}).name() == "bandit");
  // What it costs to come to a target is for the quadratic model first.
  Propagator to_target = portfolio(encoding, {.objectives = 1, .cost = 0});
  Archive archive(24);
  Rng rng{1};
  for (std::uint64_t i = 0; i < 15; ++i) {
    Individual one = test::individual(i, {}, encoding.random(rng));
    one.scores = {train(one.genome)[1]};
    archive.admit(one);
    to_target.observe(one);
  }
  for (int i = 0; i < 20; ++i) {
    CHECK(to_target.breed({encoding, archive}, {}, rng)[0].lineage.propagator == "quadratic");
  }
}

}  // namespace
}  // namespace evolt
