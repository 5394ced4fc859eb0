#include "propagator/evolution.hpp"

#include "propagator/catalogue.hpp"
#include "propagator/proposer.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace evolt {
namespace {

using Objective = double (*)(const Params&);

double sphere(const Params& params) {
  double sum = 0;
  for (const auto& [name, value] : params) {
    sum += std::pow(std::get<double>(value) - 1.7, 2);
  }
  return sum;
}

double number(const Params& params, const char* name) {
  const Value& value = *find(params, name);
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
}

/// Best is 0: a net with 4 layers of width 128, dropout 0.35, lr 0.003, batch 32, scaled, shift
/// 0.4.
double branches(const Params& params) {
  const auto& model = std::get<std::string>(*find(params, "model"));
  double loss = std::abs(std::log10(number(params, "lr") / 0.003)) +
                std::abs(std::log2(number(params, "batch") / 32)) / 4;
  if (std::get<bool>(*find(params, "scaled"))) {
    loss += std::abs(number(params, "shift") - 0.4);
  } else {
    loss += 0.5;
  }
  if (model == "tree") {
    return loss + 0.6 + std::abs(number(params, "depth") - 11) / 20;
  }
  if (model == "kernel") {
    return loss + 0.3 + std::abs(std::log10(number(params, "gamma")) + 2) / 4;
  }
  loss += std::abs(number(params, "layers") - 4) / 5 + std::abs(number(params, "dropout") - 0.35);
  return loss + (number(params, "layers") >= 2 && number(params, "width") == 128 ? 0 : 0.3);
}

double best_of(const SearchSpace& space, const std::string& name, Objective objective, int budget,
               std::uint64_t seed) {
  const Encoding encoding(space);
  Archive archive(24);
  Seen seen;
  Rng rng{seed};
  Proposer proposer(encoding, make_propagator(name, encoding), {.sampled = 20}, rng);
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < budget; ++i) {
    const auto offspring = proposer.propose(archive, seen, rng);
    const double score = objective(encoding.decode(offspring->genome));
    best = std::min(best, score);
    archive.admit(test::individual(static_cast<std::uint64_t>(i), {score}, offspring->genome));
  }
  return best;
}

double median_of(const SearchSpace& space, const std::string& name, Objective objective,
                 int budget) {
  std::vector<double> found;
  for (std::uint64_t seed = 1; seed <= 9; ++seed) {
    found.push_back(best_of(space, name, objective, budget, seed));
  }
  std::sort(found.begin(), found.end());
  return found[4];
}

TEST_CASE("evolution: a sphere of ten dimensions in 2,000 evaluations", "[propagator]") {
  const double evolved = median_of(test::box(10), "default", sphere, 2'000);
  const double random = median_of(test::box(10), "random", sphere, 2'000);
  CAPTURE(evolved, random);
  CHECK(evolved < 1e-2);
  CHECK(random > 5);
}

TEST_CASE("evolution: finds the branch and its values in a mixed space", "[propagator]") {
  const double evolved = median_of(test::mixed(), "default", branches, 500);
  const double random = median_of(test::mixed(), "random", branches, 500);
  CAPTURE(evolved, random);
  CHECK(evolved < 0.15);
  CHECK(evolved < random / 3);
}

TEST_CASE("evolution: works where all genes are choices, and where none is free", "[propagator]") {
  const Encoding choices(
      SearchSpace({{"a", ChoiceDomain{{true, false}}, {}},
                   {"b", ChoiceDomain{{test::text("x"), test::text("y")}}, {}}}));
  const Encoding single(SearchSpace({{"n", IntDomain{.low = 3, .high = 3}, {}}}));
  for (const Encoding* encoding : {&choices, &single}) {
    Archive archive(4);
    Rng rng{1};
    archive.admit(test::individual(1, {1.0}, encoding->random(rng)));
    const Propagator propagator = evolution(*encoding);
    for (int i = 0; i < 50; ++i) {
      CHECK(propagator.breed({*encoding, archive}, {}, rng).size() == 1);
    }
  }
}

TEST_CASE("evolution: its lineage names an operator and living parents", "[propagator]") {
  const Encoding encoding(test::box(3));
  Archive archive(24);
  Rng rng{1};
  for (std::uint64_t i = 0; i < 24; ++i) {
    archive.admit(test::individual(i, {rng.uniform()}, encoding.random(rng)));
  }
  const Propagator propagator = evolution(encoding);
  std::set<std::string> operators;
  for (int i = 0; i < 1'000; ++i) {
    const Lineage lineage = propagator.breed({encoding, archive}, {}, rng)[0].lineage;
    operators.insert(lineage.propagator);
    CHECK(lineage.parents.empty() == (lineage.propagator == "immigrant"));
    for (const TrialId& id : lineage.parents) {
      CHECK(archive.find(id) != nullptr);
    }
  }
  CHECK(operators == std::set<std::string>{"blend", "climb", "immigrant", "mutation", "uniform"});
}

}  // namespace
}  // namespace evolt
