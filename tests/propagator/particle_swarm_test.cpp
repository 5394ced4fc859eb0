#include "propagator/particle_swarm.hpp"

#include "core/config_error.hpp"
#include "propagator/catalogue.hpp"
#include "tests/propagator/searches.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace evolt {
namespace {

TEST_CASE("particle swarm: every kind beats random search on a sphere", "[propagator]") {
  const std::string name = GENERATE("pso", "pso_canonical", "pso_constriction", "pso_stateless",
                                    "pso_velocity_clamping");
  const std::size_t slots = GENERATE(std::size_t{1}, std::size_t{16});
  CAPTURE(name, slots);
  const auto make = [&](const Encoding& encoding) { return make_propagator(name, encoding); };
  const auto random = [](const Encoding& encoding) { return make_propagator("random", encoding); };
  const double flown = test::median_best(test::box(5), make, test::sphere, 1'000, slots);
  const double drawn = test::median_best(test::box(5), random, test::sphere, 1'000, slots);
  CAPTURE(flown, drawn);
  CHECK(flown < drawn / 5);
}

/// One particle that moves from 0.2 to 0.5: its next step without pulls is 0.3 times the inertia.
TEST_CASE("particle swarm: the velocity is the way a particle really went", "[propagator]") {
  const Encoding encoding(test::box(1));
  Archive archive(4);
  Rng rng{1};
  ParticleSwarm swarm({.inertia = 0.5, .own = 0, .common = 0, .particles = 1});
  Individual first = test::individual(1, {2.0}, Genome{{0.2}});
  archive.admit(first);
  swarm.observe(first);
  CHECK(swarm.breed({encoding, archive}, {}, rng)[0].lineage.parents ==
        std::vector<TrialId>{first.id});
  Individual second = test::individual(2, {1.0}, Genome{{0.5}});
  second.lineage = {.propagator = "pso", .parents = {first.id}};
  archive.admit(second);
  swarm.observe(second);
  const Brood brood = swarm.breed({encoding, archive}, {}, rng);
  CHECK(brood[0].genome.genes[0] == Approx(0.65));
  CHECK(brood[0].lineage.parents == std::vector<TrialId>{second.id});
}

TEST_CASE("particle swarm: a velocity stays within its clamp", "[propagator]") {
  const Encoding encoding(test::box(1));
  Archive archive(4);
  Rng rng{1};
  ParticleSwarm swarm({.inertia = 1, .own = 0, .common = 0, .most_velocity = 0.1, .particles = 1});
  const Individual first = test::individual(1, {2.0}, Genome{{0.2}});
  Individual second = test::individual(2, {1.0}, Genome{{0.5}});
  second.lineage = {.propagator = "pso", .parents = {first.id}};
  swarm.observe(first);
  swarm.observe(second);
  archive.admit(second);
  CHECK(swarm.breed({encoding, archive}, {}, rng)[0].genome.genes[0] == Approx(0.6));
}

TEST_CASE("particle swarm: NaN is no particle; strangers before there are any", "[propagator]") {
  const Encoding encoding(test::box(2));
  const Archive archive(4);
  Rng rng{1};
  ParticleSwarm swarm;
  swarm.observe(test::individual(1, {std::nan("")}, encoding.random(rng)));
  CHECK(swarm.breed({encoding, archive}, {}, rng)[0].lineage.propagator == "immigrant");
}

TEST_CASE("particle swarm: refuses numbers that mean nothing", "[propagator]") {
  CHECK_THROWS_AS(ParticleSwarm({.particles = 0}), ConfigError);
  CHECK_THROWS_AS(ParticleSwarm({.inertia = -1}), ConfigError);
  CHECK_THROWS_AS(ParticleSwarm({.own = std::nan("")}), ConfigError);
  CHECK_THROWS_AS(ParticleSwarm({.most_velocity = 0}), ConfigError);
}

}  // namespace
}  // namespace evolt
