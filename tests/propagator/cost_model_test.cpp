#include "propagator/cost_model.hpp"

#include "core/rng.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>

namespace evolt {
namespace {

SearchSpace layers() {
  return SearchSpace({{"depth", IntDomain{.low = 1, .high = 100}, {}},
                      {"lr", FloatDomain{.low = 1e-5, .high = 1, .scale = Scale::log}, {}}});
}

TEST_CASE("cost model: takes a count for dear until it hears otherwise", "[propagator]") {
  const Encoding encoding(layers());
  CostModel costs(encoding);
  CHECK(costs.log_cost(Genome{{0.9, 0.5}}) - costs.log_cost(Genome{{0.1, 0.5}}) == Approx(0.8));
  CHECK(costs.log_cost(Genome{{0.5, 0.9}}) == costs.log_cost(Genome{{0.5, 0.1}}));
  for (const double depth : {0.1, 0.3, 0.5, 0.7, 0.9}) {
    costs.add(Genome{{depth, 0.5}}, 8 - 2 * depth);
  }
  CHECK(costs.results() == 5);
  CHECK(costs.log_cost(Genome{{0.9, 0.5}}) < costs.log_cost(Genome{{0.1, 0.5}}) - 1);
}

TEST_CASE("cost model: learns a product of what numbers and choices cost", "[propagator]") {
  const Encoding encoding(test::mixed());
  const auto truth = [&](const Genome& genome) {
    const ActiveMask mask = encoding.active_mask(genome);
    double sum = 3;
    for (std::size_t i = 0; i < encoding.size(); ++i) {
      sum += mask[i] ? static_cast<double>(i + 1) * 0.3 * genome.genes[i] : 0;
    }
    return sum;
  };
  CostModel costs(encoding);
  Rng rng{4};
  for (int i = 0; i < 400; ++i) {
    const Genome genome = encoding.random(rng);
    costs.add(genome, truth(genome));
  }
  for (int i = 0; i < 50; ++i) {
    const Genome genome = encoding.random(rng);
    CHECK(costs.log_cost(genome) == Approx(truth(genome)).margin(0.05));
  }
}

TEST_CASE("cost model: a corrected cost is as if it had been known at once", "[propagator]") {
  const Encoding encoding(layers());
  CostModel corrected(encoding);
  CostModel plain(encoding);
  Rng rng{5};
  for (int i = 0; i < 20; ++i) {
    const Genome genome = encoding.random(rng);
    const double cost = rng.uniform(2, 9);
    corrected.add(genome, cost - 1);
    corrected.correct(genome, cost - 1, cost);
    plain.add(genome, cost);
  }
  const Genome asked{{0.3, 0.8}};
  CHECK(corrected.log_cost(asked) == Approx(plain.log_cost(asked)));
}

}  // namespace
}  // namespace evolt
