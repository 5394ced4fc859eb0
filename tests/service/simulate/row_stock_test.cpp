#include "service/simulate/row_stock.hpp"

#include "core/rng.hpp"
#include "service/simulate/row_search.hpp"
#include "workers/table/synthetic_table.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace evolt {
namespace {

/// The synthetic table has a choice and a conditional parameter.
struct Fixture {
  std::unique_ptr<Table> table;
  Encoding encoding;
  RowCoordinates coordinates;
  std::vector<std::uint32_t> rows;

  explicit Fixture(std::size_t count)
      : table(synthetic_table(count)),
        encoding(table->head().space),
        coordinates(encoding),
        rows(count) {
    std::iota(rows.begin(), rows.end(), 0U);
    for (const std::uint32_t row : rows) {
      coordinates.add(encoding.encode(table->params(row)));
    }
  }

  double distance(std::uint32_t row, const Genome& genome) const {
    const auto a = coordinates.of(row);
    const auto b = coordinates.point(genome);
    double sum = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
      const bool whole = coordinates.is_choice(i) || a[i] < 0 || b[i] < 0;
      sum += a[i] == b[i] ? 0 : (whole ? 1 : std::abs(a[i] - b[i]));
    }
    return sum;
  }
};

}  // namespace

TEST_CASE("row stock: the nearest unused row, until none is left", "[service]") {
  const Fixture f(400);
  RowStock stock(f.coordinates, f.rows);
  std::set<std::uint32_t> unused(f.rows.begin(), f.rows.end());
  Rng rng{1};
  while (!unused.empty()) {
    REQUIRE(stock.left() == unused.size());
    const Genome genome = f.encoding.random(rng);
    double nearest = HUGE_VAL;
    for (const std::uint32_t row : unused) {
      nearest = std::min(nearest, f.distance(row, genome));
    }
    const auto taken = stock.take_nearest(genome);
    REQUIRE(taken);
    REQUIRE(f.distance(*taken, genome) == Approx(nearest));
    REQUIRE(unused.erase(*taken) == 1);
  }
  CHECK_FALSE(stock.take_nearest(f.encoding.random(rng)));
  CHECK_FALSE(stock.take_next());
}

TEST_CASE("row stock: a row's own genome finds it, used or not", "[service]") {
  const Fixture f(300);
  RowStock stock(f.coordinates, f.rows);
  stock.take_nearest(f.coordinates.genome(17));
  for (const std::uint32_t row : f.rows) {
    CHECK(f.coordinates.genome(row) == f.encoding.encode(f.table->params(row)));
    CHECK(stock.nearest(f.coordinates.genome(row)) == row);
  }
}

TEST_CASE("row stock: in order, without those that were taken", "[service]") {
  const Fixture f(50);
  std::vector<std::uint32_t> order = f.rows;
  std::reverse(order.begin(), order.end());
  RowStock stock(f.coordinates, order);
  CHECK(stock.take_nearest(f.coordinates.genome(48)) == 48U);
  CHECK(stock.take_next() == 49U);
  CHECK(stock.take_next() == 47U);
}

TEST_CASE("row stock: rows that are all alike can be told apart by their order alone",
          "[service]") {
  const Encoding encoding(SearchSpace({{"x", FloatDomain{0, 1}, {}}}));
  RowCoordinates coordinates(encoding);
  std::vector<std::uint32_t> rows(40);
  std::iota(rows.begin(), rows.end(), 0U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    coordinates.add(Genome{{0.5}});
  }
  RowStock stock(coordinates, rows);
  std::set<std::uint32_t> taken;
  while (const auto row = stock.take_nearest(Genome{{0.1}})) {
    taken.insert(*row);
  }
  CHECK(taken.size() == rows.size());
}

TEST_CASE("row search: what is bred becomes the nearest row, opening moves first", "[service]") {
  const Fixture f(60);
  RowStock stock(f.coordinates, f.rows);
  Propagator rows = NearestRow(
      RowsInOrder(stock), stock,
      {{.genome = f.coordinates.genome(5), .lineage = {.propagator = "sample", .parents = {}}}});
  const Archive archive(8);
  const Ground ground(f.encoding, archive);
  Rng rng{3};
  const Brood first = rows.breed(ground, {}, rng);
  CHECK(first.front().genome == f.coordinates.genome(5));
  CHECK(first.front().lineage.propagator == "sample");
  CHECK(rows.name() == "random");
  const Brood second = rows.breed(ground, {}, rng);
  const std::uint32_t row = stock.nearest(second.front().genome);
  CHECK(second.front().genome == f.coordinates.genome(row));
  CHECK(stock.left() == 57);  // RowsInOrder takes rows of the same stock
}

}  // namespace evolt
