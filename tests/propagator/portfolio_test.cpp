#include "propagator/portfolio.hpp"

#include "tests/propagator/search_trial.hpp"
#include "tests/propagator/searches.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace evolt {
namespace {

TEST_CASE("portfolio: a sphere of five dimensions in 200 evaluations", "[propagator]") {
  const double found = test::median_best(test::box(5), "default", test::sphere, 200);
  CAPTURE(found);
  CHECK(found < 0.5);  // random search: 8
}

TEST_CASE("portfolio: finds the branch and its values in 150 evaluations", "[propagator]") {
  const double found = test::median_best(test::mixed(), "default", test::branches, 150);
  CAPTURE(found);
  CHECK(found < 0.5);  // random search: 1.2
}

TEST_CASE("portfolio: its engines are those that suit the study", "[propagator]") {
  const auto engines = [](const Encoding& encoding, const Brief& brief) {
    Propagator propagator = portfolio(encoding, brief);
    Rng rng{1};
    Archive archive(24);
    for (std::uint64_t i = 0; i < 400; ++i) {
      Individual one = test::individual(i, {}, encoding.random(rng));
      one.scores.assign(brief.objectives, rng.uniform());
      propagator.observe(one);
      archive.admit(std::move(one));
    }
    std::set<std::string> names;
    for (int i = 0; i < 600; ++i) {
      names.insert(propagator.breed({encoding, archive}, {}, rng)[0].lineage.propagator);
    }
    names.erase("immigrant");
    return names;
  };
  using Names = std::set<std::string>;
  const Encoding numbers(test::box(3));
  const Encoding mixed(test::mixed());
  CHECK(engines(numbers, {}) == Names{"cma_es", "extra_trees", "parzen", "quadratic"});
  CHECK(engines(mixed, {}) == Names{"differential_evolution", "elitist", "extra_trees", "parzen"});
  CHECK(engines(numbers, {.objectives = 2}) ==
        Names{"cma_es", "evolution", "extra_trees", "parzen"});
  CHECK(engines(mixed, {.objectives = 2}) == Names{"evolution", "extra_trees", "parzen"});
  Rng rng{2};
  const std::vector<Params> prior{mixed.decode(mixed.random(rng))};
  CHECK(engines(mixed, {.prior = prior}).contains("transfer"));
}

}  // namespace
}  // namespace evolt
