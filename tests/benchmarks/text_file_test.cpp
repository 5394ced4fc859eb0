#include "benchmarks/search_quality/text_file.hpp"

#include "tests/benchmarks/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <stdexcept>

using namespace evolt;

TEST_CASE("text file: compressed and plain files read alike", "[benchmarks]") {
  const std::string data = EVOLT_BENCHMARK_DATA;
  CHECK(read_text_file(data + "/hpo_tables/gb_cancer.trees.csv.gz").starts_with("target,tree,"));
  CHECK(read_text_file(data + "/fronts.json").starts_with("{"));
}

TEST_CASE("text file: what is missing or cut off is refused", "[benchmarks]") {
  CHECK_THROWS_WITH(read_text_file("/no/such/file"), Catch::Contains("/no/such/file"));
  const std::string whole =
      std::string(EVOLT_BENCHMARK_DATA) + "/hpo_tables/gb_cancer.trees.csv.gz";
  const TemporaryDirectory directory;
  const std::string cut = directory.path() + "/cut.gz";
  std::filesystem::copy_file(whole, cut);
  std::filesystem::resize_file(cut, 1000);
  CHECK_THROWS_AS(read_text_file(cut), std::runtime_error);
}

TEST_CASE("text file: rows below a header, with either line end", "[benchmarks]") {
  const std::vector<std::string_view> rows = rows_below("a,b\r\n1,2\r\n\n3,4", "a,b", "f.csv");
  CHECK(rows == std::vector<std::string_view>{"1,2", "3,4"});
  CHECK_THROWS_WITH(rows_below("a,c\n1,2\n", "a,b", "f.csv"), Catch::Contains("f.csv"));
  CHECK_THROWS_AS(rows_below("a,b\n", "a,b", "f.csv"), std::runtime_error);
  CHECK_THROWS_AS(rows_below("", "a,b", "f.csv"), std::runtime_error);
}

TEST_CASE("text file: fields are taken off the front", "[benchmarks]") {
  std::string_view row = "name,-1.5e3,,last";
  CHECK(take_field(row) == "name");
  CHECK(take_number(row) == -1500);
  CHECK_THROWS_AS(take_number(row), std::runtime_error);
  CHECK(take_field(row) == "last");
  CHECK(take_field(row).empty());
  std::string_view trailing = "12x";
  CHECK_THROWS_AS(take_number(trailing), std::runtime_error);
}
