#include "benchmarks/search_quality/csv_columns.hpp"

#include "tests/benchmarks/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

using namespace evolt;

namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows columns_of(const std::string& text, const std::vector<std::string>& columns) {
  const TemporaryDirectory directory;
  Rows rows;
  read_columns(directory.write("t.csv", text), columns, [&](std::span<const std::string> fields) {
    rows.emplace_back(fields.begin(), fields.end());
  });
  return rows;
}

}  // namespace

TEST_CASE("csv columns: chosen columns in the order that was asked for", "[benchmarks]") {
  CHECK(columns_of("a,b,c\n1,2,3\r\n\n4,,6\n", {"c", "b"}) == Rows{{"3", "2"}, {"6", ""}});
}

TEST_CASE("csv columns: quotes keep commas and doubled quotes", "[benchmarks]") {
  CHECK(columns_of("a,b\n\"x,\"\"y\"\"\",2\n", {"a", "b"}) == Rows{{"x,\"y\"", "2"}});
}

TEST_CASE("csv columns: a column that is missing and a broken line are refused", "[benchmarks]") {
  CHECK_THROWS_AS(columns_of("a,b\n1,2\n", {"c"}), std::runtime_error);
  CHECK_THROWS_AS(columns_of("a,b\n1\n", {"a"}), std::runtime_error);
  CHECK_THROWS_AS(columns_of("a,b\n1,2,3\n", {"a"}), std::runtime_error);
  CHECK_THROWS_AS(columns_of("", {"a"}), std::runtime_error);
  CHECK_THROWS_AS(csv_names("/no/such/file"), std::runtime_error);
}

TEST_CASE("csv columns: names", "[benchmarks]") {
  const TemporaryDirectory directory;
  CHECK(csv_names(directory.write("t.csv", "a,b\n1,2\n")) == std::vector<std::string>{"a", "b"});
}
