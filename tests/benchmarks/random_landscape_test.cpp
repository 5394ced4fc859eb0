#include "benchmarks/search_quality/random_landscape.hpp"

#include "benchmarks/search_quality/random_space.hpp"

#include <catch2/catch.hpp>

using namespace evolt;

TEST_CASE("random landscape: 0 at its optimum, between 0 and 1 everywhere", "[benchmarks]") {
  for (std::uint64_t number = 0; number < 30; ++number) {
    Rng rng({number});
    const SearchSpace space = random_conditional_space(rng);
    const RandomLandscape landscape(space, rng);
    CAPTURE(number);
    REQUIRE(space.check(landscape.optimum()).ok());
    CHECK(landscape.loss(landscape.optimum()) == 0);
    const Encoding encoding(space);
    for (int draw = 0; draw < 200; ++draw) {
      const Params params = encoding.decode(encoding.random(rng));
      const double loss = landscape.loss(params);
      CHECK(loss < 1);
      CHECK((loss > 0 || params == landscape.optimum()));
    }
  }
}

TEST_CASE("random landscape: the same stream gives the same problem", "[benchmarks]") {
  Rng first({7});
  Rng second({7});
  const SearchSpace space = random_conditional_space(first);
  REQUIRE(random_conditional_space(second) == space);
  const RandomLandscape a(space, first);
  const RandomLandscape b(space, second);
  const Encoding encoding(space);
  for (int draw = 0; draw < 50; ++draw) {
    const Params params = encoding.decode(encoding.random(first));
    CHECK(a.loss(params) == b.loss(params));
  }
}

TEST_CASE("random space: every one has branches and numbers", "[benchmarks]") {
  for (std::uint64_t number = 0; number < 100; ++number) {
    Rng rng({number});
    const SearchSpace space = random_conditional_space(rng);
    CAPTURE(number);
    CHECK(std::holds_alternative<ChoiceDomain>(space.parameters().front().domain));
    std::size_t conditional = 0;
    for (const Parameter& parameter : space.parameters()) {
      conditional += parameter.when.all.empty() ? 0 : 1;
    }
    CHECK(conditional >= 2);
    CHECK(space.size() >= 5);
  }
}
