#include "propagator/quasi_random.hpp"

#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <vector>

namespace evolt {
namespace {

std::vector<Genome> points(const Encoding& encoding, std::size_t count) {
  Archive archive(4);
  Rng rng{1};
  std::vector<Genome> found;
  for (std::size_t i = 0; i < count; ++i) {
    found.push_back(QuasiRandom().breed({encoding, archive}, {}, rng)[0].genome);
    // Whether a trial runs, has ended or failed, the next one has the next number.
    if (i % 3 == 0) {
      archive.expect({1, 0, i}, found.back());
    } else if (i % 3 == 1) {
      archive.admit(test::individual(i, {0.0}, found.back()));
    } else {
      archive.fail(found.back());
    }
  }
  return found;
}

TEST_CASE("quasi random: every slice of a box gets its share of points", "[propagator]") {
  const Encoding encoding(test::box(6));
  const std::vector<Genome> found = points(encoding, 400);
  for (std::size_t gene = 0; gene < 6; ++gene) {
    std::vector<int> slices(10);
    for (const Genome& genome : found) {
      ++slices[static_cast<std::size_t>(genome.genes[gene] * 10)];
    }
    for (const int slice : slices) {
      CHECK(slice >= 34);  // of 40; random points leave slices of 25
      CHECK(slice <= 46);
    }
  }
}

TEST_CASE("quasi random: pairs of genes are filled as well", "[propagator]") {
  const Encoding encoding(test::box(4));
  std::vector<int> cells(16);
  for (const Genome& genome : points(encoding, 800)) {
    ++cells[static_cast<std::size_t>(genome.genes[2] * 4) * 4 +
            static_cast<std::size_t>(genome.genes[3] * 4)];
  }
  for (const int cell : cells) {
    CHECK(cell > 35);  // of 50
    CHECK(cell < 65);
  }
}

TEST_CASE("quasi random: choices come equally often", "[propagator]") {
  const Encoding encoding(
      SearchSpace({{"c", ChoiceDomain{{test::text("a"), test::text("b"), test::text("c")}}, {}}}));
  std::vector<int> taken(3);
  for (const Genome& genome : points(encoding, 300)) {
    ++taken[static_cast<std::size_t>(genome.genes[0])];
  }
  for (const int times : taken) {
    CHECK(times > 95);
    CHECK(times < 105);
  }
}

}  // namespace
}  // namespace evolt
