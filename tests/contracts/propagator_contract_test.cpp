#include "core/rng.hpp"
#include "core/search_space.hpp"
#include "propagator/catalogue.hpp"
#include "propagator/proposer.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace evolt {
namespace {

// What every propagator in the catalogue promises, over spaces of every kind.

Value text(const char* word) {
  return Value(std::string(word));
}

SearchSpace continuous() {
  return SearchSpace({{"x", FloatDomain{.low = -2, .high = 3}, {}},
                      {"y", FloatDomain{.low = 1e-6, .high = 1, .scale = Scale::log}, {}}});
}

SearchSpace choices() {
  return SearchSpace({{"a", ChoiceDomain{{text("p"), text("q"), text("r")}}, {}},
                      {"b", ChoiceDomain{{true, false}}, {}}});
}

SearchSpace single() {
  return SearchSpace({{"n", IntDomain{.low = 4, .high = 4}, {}}});
}

SearchSpace mixed() {
  const Condition net{.all = {{.param = "model", .any_of = {text("net")}}}};
  return SearchSpace({
      {"model", ChoiceDomain{{text("tree"), text("net")}}, {}},
      {"lr", FloatDomain{.low = 1e-5, .high = 1e-1, .scale = Scale::log}, net},
      {"width", OrdinalDomain{{std::int64_t{32}, std::int64_t{64}, std::int64_t{128}}}, net},
      {"dropout", FloatDomain{.low = 0, .high = 0.7, .step = 0.1}, net},
      {"depth", IntDomain{.low = 1, .high = 64, .scale = Scale::log}, {}},
  });
}

SearchSpace three_points() {
  return SearchSpace({{"k", IntDomain{.low = 1, .high = 3}, {}}});
}

SearchSpace wide() {
  std::vector<Parameter> parameters;
  for (int i = 0; i < 200; ++i) {
    parameters.push_back({"x" + std::to_string(i), FloatDomain{.low = -1, .high = 1}, {}});
  }
  return SearchSpace(std::move(parameters));
}

/// Every second combination of the two is forbidden.
SearchSpace forbidding() {
  std::vector<Condition> forbidden;
  for (std::int64_t k = 0; k < 4; ++k) {
    forbidden.push_back({.all = {{.param = "k", .any_of = {k}},
                                 {.param = "c", .any_of = {text(k % 2 == 0 ? "p" : "q")}}}});
  }
  return SearchSpace({{"k", IntDomain{.low = 0, .high = 3}, {}},
                      {"c", ChoiceDomain{{text("p"), text("q")}}, {}},
                      {"x", FloatDomain{.low = 0, .high = 1}, {}}},
                     forbidden);
}

enum class Filled { empty, one, duplicates, many, broken, some_broken, stopped, fronts };

/// An archive in one of the states that a study goes through.
Archive archive_of(Filled filled, const Encoding& encoding) {
  Archive archive(12);
  Rng rng{42};
  const Genome same = encoding.random(rng);
  const std::uint64_t count = filled == Filled::empty ? 0 : filled == Filled::one ? 1 : 30;
  for (std::uint64_t i = 0; i < count; ++i) {
    Individual individual{.id = {1, 0, i},
                          .genome = filled == Filled::duplicates ? same : encoding.random(rng),
                          .scores = {rng.uniform()}};
    if (filled == Filled::broken || (filled == Filled::some_broken && i % 2 == 0)) {
      individual.scores = {std::numeric_limits<double>::quiet_NaN()};
    } else if (filled == Filled::fronts) {
      individual.scores.push_back(rng.uniform());
    }
    const bool stopped = filled == Filled::stopped || i % 3 == 0;
    individual.standing = stopped ? Standing::stopped : Standing::finished;
    archive.admit(individual);
    if (filled == Filled::some_broken) {
      archive.fail(encoding.random(rng));
    }
  }
  for (std::uint64_t i = 0; i < 3; ++i) {
    archive.expect({1, 0, 100 + i}, encoding.random(rng));
  }
  return archive;
}

TEST_CASE("contract: propagators keep bounds, arity and lineage on any archive", "[contract]") {
  const std::string name = GENERATE(from_range(propagator_names()));
  const auto space = GENERATE(&continuous, &choices, &single, &mixed, &three_points);
  const auto filled =
      GENERATE(Filled::empty, Filled::one, Filled::duplicates, Filled::many, Filled::broken,
               Filled::some_broken, Filled::stopped, Filled::fronts);
  CAPTURE(name, static_cast<int>(filled));
  const Encoding encoding(space());
  const Archive archive = archive_of(filled, encoding);
  Propagator propagator = make_propagator(name, encoding);
  for (const Individual* const individual : archive.newest()) {
    propagator.observe(*individual);
  }
  Rng rng{7};
  REQUIRE(propagator.arity().parents.value_or(0) == 0);
  REQUIRE(propagator.arity().offspring == 1);
  for (int i = 0; i < 60; ++i) {
    const Brood brood = propagator.breed({encoding, archive}, {}, rng);
    REQUIRE(brood.size() == propagator.arity().offspring);
    const Genome& genome = brood[0].genome;
    REQUIRE(genome.genes.size() == encoding.size());
    for (std::size_t g = 0; g < encoding.size(); ++g) {
      const double gene = genome.genes[g];
      const double most =
          encoding.choices(g) > 0 ? static_cast<double>(encoding.choices(g) - 1) : 1.0;
      REQUIRE(gene >= 0);
      REQUIRE(gene <= most);
      REQUIRE((encoding.choices(g) == 0 || gene == std::floor(gene)));
    }
    REQUIRE(encoding.space().check(encoding.decode(genome)).message() == "");
    REQUIRE_FALSE(brood[0].lineage.propagator.empty());
    for (const TrialId& parent : brood[0].lineage.parents) {
      REQUIRE(archive.find(parent) != nullptr);
      REQUIRE_FALSE(is_flawed(*archive.find(parent)));
    }
  }
}

TEST_CASE("contract: the same seed gives the same brood, from a copy too", "[contract]") {
  const std::string name = GENERATE(from_range(propagator_names()));
  CAPTURE(name);
  const Encoding encoding(mixed());
  const Archive archive = archive_of(Filled::many, encoding);
  Propagator propagator = make_propagator(name, encoding);
  for (const Individual* const individual : archive.newest()) {
    propagator.observe(*individual);
  }
  Propagator copy = propagator;
  const Archive archive_copy = archive;
  Rng one{3};
  Rng two{3};
  for (int i = 0; i < 100; ++i) {
    const Brood a = propagator.breed({encoding, archive}, {}, one);
    const Brood b = copy.breed({encoding, archive_copy}, {}, two);
    REQUIRE(a[0].genome == b[0].genome);
    REQUIRE(a[0].lineage == b[0].lineage);
  }
  CHECK(one.state() == two.state());
}

TEST_CASE("contract: breeding leaves the archive as it was", "[contract]") {
  const std::string name = GENERATE(from_range(propagator_names()));
  CAPTURE(name);
  const Encoding encoding(mixed());
  const Archive archive = archive_of(Filled::many, encoding);
  const auto before = archive.living();
  const std::vector<const Individual*> living(before.begin(), before.end());
  Rng rng{3};
  for (int i = 0; i < 50; ++i) {
    make_propagator(name, encoding).breed({encoding, archive}, {}, rng);
  }
  const auto after = archive.living();
  CHECK(std::vector<const Individual*>(after.begin(), after.end()) == living);
  CHECK(archive.pending() == 3);
}

/// A study of `trials` results with `slots` running at once, some of which fail; returns the keys
/// of all that was proposed.
std::set<GenomeKey> study_keys(const std::string& name, const Encoding& encoding,
                               std::uint64_t trials, std::uint64_t slots) {
  Rng rng{5};
  Proposer proposer(encoding, make_propagator(name, encoding), {.start = {}, .sampled = 10}, rng);
  Archive archive(24);
  Seen seen;
  std::set<GenomeKey> keys;
  std::vector<Individual> running;
  for (std::uint64_t i = 0; i < trials + slots; ++i) {
    if (i >= slots && !running.empty()) {
      std::swap(running[rng.below(running.size())], running.back());
      Individual done = std::move(running.back());
      running.pop_back();
      archive.resolve(done.id);
      if (rng.chance(0.1)) {
        archive.fail(done.genome);
      } else {
        proposer.observe(done);
        archive.admit(std::move(done));
      }
    }
    const auto offspring = proposer.propose(archive, seen, rng);
    if (!offspring) {
      break;
    }
    REQUIRE(encoding.space().check(encoding.decode(offspring->genome)).message() == "");
    REQUIRE(encoding.allowed(offspring->genome));
    REQUIRE(keys.insert(encoding.key(offspring->genome)).second);
    const double score = offspring->genome.genes.front() + 0.1 * rng.uniform();
    running.push_back({.id = {1, 0, i},
                       .genome = offspring->genome,
                       .scores = {score},
                       .lineage = offspring->lineage});
    archive.expect(running.back().id, offspring->genome);
  }
  return keys;
}

TEST_CASE("contract: nothing is proposed twice, forbidden or outside the space", "[contract]") {
  const std::string name = GENERATE(from_range(propagator_names()));
  CAPTURE(name);
  for (const auto space : {&continuous, &mixed, &forbidding}) {
    const Encoding encoding(space());
    CHECK(study_keys(name, encoding, 100, 1).size() == 101);
    CHECK(study_keys(name, encoding, 60, 16).size() == 76);
  }
}

TEST_CASE("contract: small spaces are used up, whatever proposes", "[contract]") {
  const std::string name = GENERATE(from_range(propagator_names()));
  CAPTURE(name);
  CHECK(study_keys(name, Encoding(single()), 5, 1).size() == 1);
  CHECK(study_keys(name, Encoding(three_points()), 9, 2).size() == 3);
  CHECK(study_keys(name, Encoding(choices()), 20, 4).size() == 6);
}

TEST_CASE("contract: 1,000 running trials and 200 parameters are no obstacle", "[contract]") {
  const std::string name = GENERATE(from_range(propagator_names()));
  CAPTURE(name);
  CHECK(study_keys(name, Encoding(continuous()), 30, 1'000).size() == 1'030);
  CHECK(study_keys(name, Encoding(wide()), 40, 4).size() == 44);
}

TEST_CASE("contract: a whole search proposes nothing twice, and ends where a space does",
          "[contract]") {
  const std::string name = GENERATE(from_range(propagator_names()));
  const auto space = GENERATE(&continuous, &choices, &single, &mixed, &wide, &three_points);
  const std::size_t slots = GENERATE(std::size_t{1}, std::size_t{16});
  CAPTURE(name, slots);
  const Encoding encoding(space());
  Archive archive(12);
  Seen seen;
  Rng rng{7};
  Proposer proposer(encoding, make_propagator(name, encoding), {.sampled = 10}, rng);
  std::vector<Individual> running;
  std::set<GenomeKey> proposed;
  for (std::uint64_t i = 0; i < 120; ++i) {
    const auto offspring = proposer.propose(archive, seen, rng);
    if (!offspring) {
      REQUIRE(proposed.size() == encoding.space().cardinality());
      break;
    }
    REQUIRE(proposed.insert(encoding.key(offspring->genome)).second);
    REQUIRE(encoding.space().check(encoding.decode(offspring->genome)).message() == "");
    for (const TrialId& parent : offspring->lineage.parents) {
      REQUIRE(archive.find(parent) != nullptr);
      REQUIRE_FALSE(std::isnan(archive.find(parent)->scores.front()));
    }
    const double score = i % 7 == 3 ? std::nan("") : rng.uniform();
    running.push_back({.id = {1, 0, i},
                       .genome = offspring->genome,
                       .scores = {score},
                       .lineage = offspring->lineage});
    archive.expect(running.back().id, offspring->genome);
    if (running.size() < slots) {
      continue;
    }
    std::swap(running[rng.below(running.size())], running.back());
    archive.resolve(running.back().id);
    archive.admit(running.back());
    proposer.observe(running.back());
    running.pop_back();
  }
}

}  // namespace
}  // namespace evolt
