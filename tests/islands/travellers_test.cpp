#include "islands/travellers.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <vector>

namespace evolt {
namespace {

/// One parameter; individuals at the given places, best first.
struct Population {
  explicit Population(const std::vector<double>& places)
      : encoding(SearchSpace({{"x", FloatDomain{.low = 0, .high = 1}, {}}})) {
    for (const double place : places) {
      const auto number = static_cast<std::uint64_t>(individuals.size() + 1);
      individuals.push_back(Individual{.id = TrialId{1, 0, number}, .genome = Genome{{place}}});
    }
    for (const Individual& one : individuals) {
      living.push_back(&one);
    }
  }

  Encoding encoding;
  std::vector<Individual> individuals;
  std::vector<const Individual*> living;
  Rng rng{5};
};

}  // namespace

TEST_CASE("travellers: the better, the likelier", "[islands]") {
  Population island(std::vector<double>(10, 0.5));
  std::vector<int> picked(10);
  for (int i = 0; i < 4000; ++i) {
    ++picked[choose_emigrant(Emigrants::best, island.living, island.living, island.encoding,
                             island.rng)];
  }
  CHECK(picked[0] > 2 * picked[4]);
  CHECK(picked[9] > 0);
}

TEST_CASE("travellers: any at random", "[islands]") {
  Population island(std::vector<double>(4, 0.5));
  std::vector<int> picked(4);
  for (int i = 0; i < 4000; ++i) {
    ++picked[choose_emigrant(Emigrants::random, island.living, island.living, island.encoding,
                             island.rng)];
  }
  for (const int times : picked) {
    CHECK(times > 850);
  }
}

TEST_CASE("travellers: the loneliest", "[islands]") {
  Population island({0.1, 0.12, 0.9, 0.5, 0.55});
  CHECK(choose_emigrant(Emigrants::diverse, island.living, island.living, island.encoding,
                        island.rng) == 2);
  const std::vector<const Individual*> able = {island.living[0], island.living[3]};
  CHECK(choose_emigrant(Emigrants::diverse, able, island.living, island.encoding, island.rng) == 1);
}

TEST_CASE("travellers: who makes room", "[islands]") {
  Population island({0.1, 0.4, 0.8, 0.11});
  const Individual immigrant{.id = TrialId{1, 9, 9}, .genome = Genome{{0.12}}};
  const auto displaced = [&](Displaced policy) {
    return choose_displaced(policy, island.living, immigrant, island.encoding, island.rng);
  };
  CHECK(displaced(Displaced::worst) == nullptr);
  CHECK(displaced(Displaced::similar) == island.living[3]);
  std::set<const Individual*> chosen;
  for (int i = 0; i < 200; ++i) {
    chosen.insert(displaced(Displaced::random));
  }
  CHECK(chosen == std::set<const Individual*>(island.living.begin() + 1, island.living.end()));
}

TEST_CASE("travellers: neither the best nor the immigrant makes room", "[islands]") {
  Population island({0.1, 0.4});
  for (const Displaced policy : {Displaced::random, Displaced::similar}) {
    CHECK(choose_displaced(policy, island.living, island.individuals[1], island.encoding,
                           island.rng) == nullptr);
    CHECK(choose_displaced(policy, std::span(island.living).first(1), island.individuals[1],
                           island.encoding, island.rng) == nullptr);
  }
}

TEST_CASE("travellers: diversity is the mean distance", "[islands]") {
  Population island({0.0, 0.5, 1.0});
  CHECK(diversity(island.living, island.encoding) == Approx((0.5 + 1 + 0.5) / 3));
  CHECK(diversity(std::span(island.living).first(1), island.encoding) == 0);
  CHECK(diversity({}, island.encoding) == 0);
}

}  // namespace evolt
