#include "workers/table/csv_file.hpp"

#include "core/config_error.hpp"
#include "tests/workers/harness.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>
#include <zlib.h>

namespace evolt {
namespace {

using testing::TempDir;

std::string write_gzip(const TempDir& dir, const std::string& name, const std::string& text) {
  const std::string path = (dir / name).string();
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  return path;
}

std::string write_plain(const TempDir& dir, const std::string& text) {
  const std::string path = (dir / "a.csv").string();
  testing::write(path, text);
  return path;
}

/// The complaint of reading all of it.
Complaint complaint_of(const std::string& path) {
  try {
    CsvFile file(path);
    while (file.next()) {
    }
  } catch (const ConfigError& error) {
    return error.complaint();
  }
  return {};
}

}  // namespace

TEST_CASE("csv: plain and gzip files read the same", "[workers]") {
  const TempDir dir;
  const std::string text = "id,x\r\n1,2.5\r\n\r\n2,\r\n";
  const std::string path =
      GENERATE(false, true) ? write_gzip(dir, "a.csv.gz", text) : write_plain(dir, text);
  CsvFile file(path);
  CHECK(file.columns() == std::vector<std::string>{"id", "x"});
  CHECK(file.need("x") == 1);
  CHECK(file.find("y") == 2);
  REQUIRE(file.next());
  CHECK(file.fields()[1] == "2.5");
  REQUIRE(file.next());
  CHECK(file.fields()[1].empty());
  CHECK_FALSE(file.next());
}

TEST_CASE("csv: quoted fields may hold commas and doubled quotes", "[workers]") {
  const TempDir dir;
  CsvFile file(write_plain(dir, "a,b,c\n\"x,\"\"y\"\"\",2,\"\"\n"));
  REQUIRE(file.next());
  CHECK(std::string(file.fields()[0]) == "x,\"y\"");
  CHECK(file.fields()[1] == "2");
  CHECK(file.fields()[2].empty());
}

TEST_CASE("csv: a line longer than a block comes whole", "[workers]") {
  const TempDir dir;
  const std::string wide(1'000'000, 'x');
  CsvFile file(write_gzip(dir, "a.csv.gz", "a,b\n" + wide + ",1\n2,3"));
  REQUIRE(file.next());
  CHECK(file.fields()[0] == wide);
  REQUIRE(file.next());
  CHECK(file.fields()[1] == "3");
}

TEST_CASE("csv: another number of fields is said with its line", "[workers]") {
  const TempDir dir;
  const Complaint complaint = complaint_of(write_plain(dir, "a,b\n1,2\n3\n"));
  CHECK(complaint.line == 3);
  CHECK(complaint.what == "has 1 fields where the header has 2");
}

TEST_CASE("csv: quotes that do not match are said with their line", "[workers]") {
  const TempDir dir;
  const auto [line, what] = GENERATE(
      table<std::string, std::string>({{"\"1,2", "a quote is not closed"},
                                       {"\"1\"2,3", "a quoted field goes on behind its quote"}}));
  const Complaint complaint = complaint_of(write_plain(dir, "a,b\n" + line + "\n"));
  CHECK(complaint.line == 2);
  CHECK(complaint.what == what);
}

TEST_CASE("csv: a file that is empty, missing or cut off is an error", "[workers]") {
  const TempDir dir;
  CHECK(complaint_of(write_plain(dir, "")).what.find("is empty") == 0);
  CHECK(complaint_of((dir / "none.csv").string()).what.find("cannot be read") == 0);
  std::string lines = "a,b\n";
  for (int i = 0; i < 10'000; ++i) {
    lines += std::to_string(i * i) + ',' + std::to_string(i) + '\n';
  }
  const std::string path = write_gzip(dir, "cut.csv.gz", lines);
  testing::fs::resize_file(path, testing::fs::file_size(path) / 2);
  CHECK(complaint_of(path).what.find("cannot be read") == 0);
}

TEST_CASE("csv: a column that is missing is said with those there are", "[workers]") {
  const TempDir dir;
  CsvFile file(write_plain(dir, "config_id,val_loss\n"));
  try {
    file.need("val_los");
    FAIL("it is not there");
  } catch (const ConfigError& error) {
    CHECK(error.complaint().nearest == "val_loss");
    CHECK(error.complaint().line == 1);
  }
}

TEST_CASE("csv: cells are numbers, infinite, or none", "[workers]") {
  CHECK(number_of_cell("2.5e-3") == 2.5e-3);
  CHECK(std::isinf(*number_of_cell("1e999")));
  CHECK(std::isnan(*number_of_cell("nan")));
  CHECK_FALSE(number_of_cell("2.5x"));
  CHECK_FALSE(number_of_cell(""));
}

}  // namespace evolt
