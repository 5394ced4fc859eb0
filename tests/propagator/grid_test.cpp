#include "propagator/grid.hpp"

#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

namespace evolt {
namespace {

TEST_CASE("grid: as fine as the budget allows", "[propagator]") {
  using Counts = std::vector<std::int64_t>;
  const Encoding box(test::box(3));
  CHECK(Grid(box, {.trials = 130}).counts() == Counts{5, 5, 5});
  CHECK(Grid(box, {.trials = 8}).counts() == Counts{2, 2, 2});
  CHECK(Grid(box, {.trials = 1}).counts() == Counts{2, 2, 2});
  const SearchSpace space({{"c", ChoiceDomain{{true, false}}, {}},
                           {"n", IntDomain{.low = 1, .high = 3}, {}},
                           {"x", FloatDomain{.low = 0, .high = 1}, {}}});
  CHECK(Grid(Encoding(space), {.trials = 45}).counts() == Counts{2, 3, 7});
  CHECK(Grid(Encoding(test::finite()), {.trials = 100'000}).counts().size() ==
        test::finite().size());
}

TEST_CASE("grid: proposes every allowed point once, whatever runs or failed, then strangers",
          "[propagator]") {
  const Encoding encoding(test::finite());
  Archive archive(4);
  Rng rng{4};
  Grid grid(encoding, {.trials = 1'000});
  std::set<std::pair<std::uint64_t, std::uint64_t>> found;
  for (std::uint64_t i = 0; i < 12; ++i) {
    const Offspring one = grid.breed({encoding, archive}, {}, rng)[0];
    REQUIRE(one.lineage.propagator == "grid");
    REQUIRE(encoding.allowed(one.genome));
    const GenomeKey key = encoding.key(one.genome);
    REQUIRE(found.insert({key.high, key.low}).second);
    if (i % 3 == 0) {
      archive.expect({1, 0, i}, one.genome);
    } else if (i % 3 == 1) {
      archive.fail(one.genome);
    } else {
      const Individual individual = test::individual(i, {1.0}, one.genome);
      grid.observe(individual);
      archive.admit(individual);
    }
  }
  CHECK(grid.breed({encoding, archive}, {}, rng)[0].lineage.propagator == "immigrant");
}

TEST_CASE("grid: both ends of a number are among its values", "[propagator]") {
  const Encoding encoding(
      SearchSpace({{"x", FloatDomain{.low = 1e-4, .high = 1, .scale = Scale::log}, {}},
                   {"n", IntDomain{.low = 1, .high = 9}, {}}}));
  Archive archive(4);
  Rng rng{4};
  Grid grid(encoding, {.trials = 9});
  std::set<double> reals;
  std::set<std::int64_t> wholes;
  for (std::uint64_t i = 0; i < 9; ++i) {
    const Genome genome = grid.breed({encoding, archive}, {}, rng)[0].genome;
    archive.expect({1, 0, i}, genome);
    const Params params = encoding.decode(genome);
    reals.insert(std::get<double>(*find(params, "x")));
    wholes.insert(std::get<std::int64_t>(*find(params, "n")));
  }
  CHECK(reals == std::set<double>{1e-4, 1e-2, 1});
  CHECK(wholes == std::set<std::int64_t>{1, 5, 9});
}

}  // namespace
}  // namespace evolt
