#include "propagator/evolution.hpp"

#include "tests/propagator/search_trial.hpp"
#include "tests/propagator/searches.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

namespace evolt {
namespace {

TEST_CASE("evolution: a sphere of ten dimensions in 2,000 evaluations", "[propagator]") {
  const double evolved = test::median_best(test::box(10), "evolution", test::sphere, 2'000);
  const double random = test::median_best(test::box(10), "random", test::sphere, 2'000);
  CAPTURE(evolved, random);
  CHECK(evolved < 1e-2);
  CHECK(random > 5);
}

TEST_CASE("evolution: finds the branch and its values in a mixed space", "[propagator]") {
  const double evolved = test::median_best(test::mixed(), "evolution", test::branches, 500);
  const double random = test::median_best(test::mixed(), "random", test::branches, 500);
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
    Propagator propagator = evolution(*encoding);
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
  Propagator propagator = evolution(encoding);
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
