#include "propagator/bandit.hpp"

#include "core/config_error.hpp"
#include "propagator/elitist.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/tournament.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace evolt {
namespace {

/// An engine that always breeds the same and bears a name.
class Fixed {
 public:
  explicit Fixed(std::string name) : name_(std::move(name)) {}
  std::string_view name() const { return name_; }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& /*ground*/, std::span<const Offspring> /*parents*/,
              Rng& /*rng*/) const {
    return {Offspring{.genome = Genome{{0.5}}, .lineage = {name_, {}}}};
  }

 private:
  std::string name_;
};

std::vector<Arm> arms(std::initializer_list<const char*> names) {
  std::vector<Arm> made;
  for (const char* const name : names) {
    made.push_back({.propagator = Fixed(name)});
  }
  return made;
}

Individual bred(std::uint64_t counter, double score, std::string by) {
  Individual one = test::individual(counter, {score}, Genome{{0.5}});
  one.lineage.propagator = std::move(by);
  return one;
}

std::map<std::string, int> turns(Bandit bandit, int count) {
  const Encoding encoding(test::box(1));
  const Archive archive(4);
  Rng rng{9};
  std::map<std::string, int> taken;
  for (int i = 0; i < count; ++i) {
    ++taken[bandit.breed({encoding, archive}, {}, rng)[0].lineage.propagator];
  }
  return taken;
}

/// 400 results: those of `good` from N(0, 1), others from N(2, 1).
void teach(Bandit& bandit, const std::string& good, Rng& rng) {
  for (std::uint64_t i = 0; i < 400; ++i) {
    const std::string by = i % 2 == 0 ? "one" : "two";
    bandit.observe(bred(rng.bits() >> 1U, rng.normal() + (by == good ? 0 : 2), by));
  }
}

TEST_CASE("bandit: gives turns to what brings good results, and changes its mind", "[propagator]") {
  Bandit bandit(arms({"one", "two"}));
  Rng rng{1};
  teach(bandit, "one", rng);
  CHECK(turns(bandit, 1'000)["one"] > 850);
  teach(bandit, "two", rng);
  CHECK(turns(bandit, 1'000)["two"] > 850);
  // Nobody is ever left out.
  CHECK(turns(bandit, 1'000)["one"] > 30);
}

TEST_CASE("bandit: reserved turns are kept, whatever it learns", "[propagator]") {
  std::vector<Arm> made = arms({"one", "two"});
  made[0].reserved = 0.6;
  Bandit bandit(std::move(made));
  Rng rng{5};
  teach(bandit, "two", rng);
  const int kept = turns(bandit, 1'000)["one"];
  CHECK(kept > 550);
  CHECK(kept < 720);
}

TEST_CASE("bandit: an arm waits for the results that it needs", "[propagator]") {
  std::vector<Arm> made = arms({"one", "two"});
  made[1].after = 50;
  made[1].wins = 20;
  made[1].reserved = 0.3;
  Bandit bandit(std::move(made));
  const auto observe = [&bandit](std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t i = from; i < to; ++i) {
      bandit.observe(bred(i, 1, "start"));
    }
  };
  observe(0, 49);
  CHECK(turns(bandit, 1'000)["two"] == 0);
  bandit.observe(bred(49, std::nan(""), "start"));
  CHECK(turns(bandit, 1'000)["two"] == 0);
  observe(50, 51);
  CHECK(turns(bandit, 1'000)["two"] > 800);
}

TEST_CASE("bandit: late and disordered results teach the same", "[propagator]") {
  std::vector<Individual> results;
  Rng rng{2};
  for (std::uint64_t i = 0; i < 300; ++i) {
    const bool one = rng.chance(0.5);
    results.push_back(bred(i, rng.normal() + (one ? 0.0 : 1.5), one ? "one" : "two"));
  }
  Bandit ordered(arms({"one", "two"}));
  Bandit disordered(arms({"one", "two"}));
  for (const Individual& one : results) {
    ordered.observe(one);
  }
  for (std::size_t block = 0; block < 300; block += 50) {
    for (std::size_t k = 50; k > 0; --k) {
      disordered.observe(results[block + k - 1]);
    }
  }
  CHECK(std::abs(turns(ordered, 1'000)["one"] - turns(disordered, 1'000)["one"]) < 100);
}

TEST_CASE("bandit: keeps a record of every arm", "[propagator]") {
  Bandit bandit(arms({"one", "two"}));
  bandit.observe(bred(1, 5, "one"));
  bandit.observe(bred(2, 9, "two"));
  bandit.observe(bred(3, 4, "one"));
  bandit.observe(bred(4, 1, "sample"));
  bandit.observe(bred(5, 3, "two"));
  bandit.observe(bred(6, std::numeric_limits<double>::quiet_NaN(), "two"));
  const auto& records = bandit.records();
  REQUIRE(records.size() == 2);
  CHECK(records[0].propagator == "one");
  CHECK(records[0].results == 2);
  CHECK(records[0].bests == 2);
  CHECK(records[1].results == 2);
  CHECK(records[1].bests == 0);
  CHECK(records[0].wins == 2);
  CHECK(records[1].wins == Approx(1 - 2.5 * 0.25));
}

TEST_CASE("bandit: with several objectives, what nothing dominates is a win", "[propagator]") {
  Bandit bandit(arms({"one", "two"}));
  for (std::uint64_t i = 0; i < 40; ++i) {
    const auto x = static_cast<double>(i);
    Individual front = test::individual(2 * i, {x, -x}, Genome{{0.5}});
    front.lineage.propagator = "one";
    bandit.observe(front);
    Individual behind = test::individual(2 * i + 1, {x + 30, 30 - x}, Genome{{0.5}});
    behind.lineage.propagator = "two";
    bandit.observe(behind);
  }
  CHECK(bandit.records()[0].wins == 40);
  CHECK(bandit.records()[0].bests == 40);
  CHECK(bandit.records()[1].wins < 30);
}

TEST_CASE("bandit: offspring with parents bear the name of their arm", "[propagator]") {
  const Encoding encoding(test::box(2));
  Archive archive(4);
  archive.admit(test::individual(1, {1}, Genome{{0.1, 0.2}}));
  Bandit bandit({{.propagator = Tournament(2, 1)}});
  Rng rng{3};
  CHECK(bandit.breed({encoding, archive}, {}, rng)[0].lineage.propagator == "tournament");
  CHECK(bandit.breed({encoding, Archive(4)}, {}, rng)[0].lineage.propagator == "immigrant");
}

TEST_CASE("bandit: refuses arms and options that make no sense", "[propagator]") {
  CHECK_THROWS_AS(Bandit({}), ConfigError);
  CHECK_THROWS_AS(Bandit({{.propagator = Immigrant(), .after = 1}}), ConfigError);
  CHECK_THROWS_AS(Bandit(arms({"one", "one"})), ConfigError);
  CHECK_THROWS_AS(Bandit({{.propagator = Tournament(2, 2)}}), ConfigError);
  CHECK_THROWS_AS(Bandit({{.propagator = Immigrant(), .wins = 0}}), ConfigError);
  CHECK_THROWS_AS(Bandit({{.propagator = Immigrant(), .losses = std::nan("")}}), ConfigError);
  CHECK_THROWS_AS(Bandit({{.propagator = Immigrant(), .reserved = 1.2}}), ConfigError);
  CHECK_THROWS_AS(Bandit({{.propagator = Immigrant(), .reserved = -0.1}}), ConfigError);
  CHECK_THROWS_AS(Bandit(arms({"one"}), {.memory = 1.5}), ConfigError);
  CHECK_THROWS_AS(Bandit(arms({"one"}), {.explored = -1}), ConfigError);
  CHECK_THROWS_AS(Bandit(arms({"one"}), {.strictness = 0}), ConfigError);
}

}  // namespace
}  // namespace evolt
