#include "workers/table/synthetic_table.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace evolt {

TEST_CASE("synthetic table: a row depends on its number and the seed alone", "[workers]") {
  const auto small = synthetic_table(10);
  const auto large = synthetic_table(100);
  const auto other = synthetic_table(10, 1);
  for (std::size_t row = 0; row < 10; ++row) {
    CHECK(small->params(row) == large->params(row));
    CHECK(small->params(row) != other->params(row));
    for (std::int64_t epoch = 1; epoch <= small->head().epochs; ++epoch) {
      const TableEpoch a = small->at(row, epoch);
      const TableEpoch b = large->at(row, epoch);
      CHECK(((std::isnan(a.score) && std::isnan(b.score)) || a.score == b.score));
      CHECK(a.seconds == b.seconds);
    }
  }
}

TEST_CASE("synthetic table: every row lies in the space, time goes on", "[workers]") {
  const auto table = synthetic_table(300);
  for (std::size_t row = 0; row < table->rows(); ++row) {
    CHECK(table->head().space.check(table->params(row)).ok());
    CHECK(table->at(row, 2).seconds > table->at(row, 1).seconds);
  }
}

TEST_CASE("synthetic table: some rows diverge, some wait, some overtake others", "[workers]") {
  const auto table = synthetic_table(300);
  std::vector<std::size_t> finished;
  int waiting = 0;
  for (std::size_t row = 0; row < table->rows(); ++row) {
    if (!std::isnan(table->last(row).score)) {
      finished.push_back(row);
      waiting += table->at(row, 1).score > 0.88 && table->last(row).score < 0.5 ? 1 : 0;
    }
  }
  CHECK(finished.size() > 200);
  CHECK(finished.size() < 295);
  CHECK(waiting > 5);
  int crossings = 0;
  for (std::size_t i = 1; i < finished.size(); ++i) {
    const auto a = finished[i - 1];
    const auto b = finished[i];
    const bool ahead = table->at(a, 5).score < table->at(b, 5).score;
    crossings += ahead != (table->last(a).score < table->last(b).score) ? 1 : 0;
  }
  CHECK(crossings > 10);
}

}  // namespace evolt
