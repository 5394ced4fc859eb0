#include "workers/result_file.hpp"

#include "tests/workers/harness.hpp"

#include <cmath>

namespace evolt::testing {

TEST_CASE("result: an object is one report", "[workers]") {
  const auto reports =
      parse_result("\xEF\xBB\xBF{\n \"acc\": 0.5,\n \"name\": \"x\", \"list\": [1, 2]\n}\n");
  REQUIRE(reports.ok());
  REQUIRE(reports->size() == 1);
  CHECK((*reports)[0].metrics == Metrics{{"acc", 0.5}});
}

TEST_CASE("result: a list, or a line each, is a curve", "[workers]") {
  const std::string text =
      GENERATE(as<std::string>{}, R"([{"step":1,"acc":0.5}, {"step":2,"acc":NaN}])",
               "{\"step\":1,\"acc\":0.5}\n{\"step\":2,\"acc\":NaN}\n");
  const auto reports = parse_result(text);
  REQUIRE(reports.ok());
  REQUIRE(reports->size() == 2);
  CHECK((*reports)[1].step == 2);
  CHECK(std::isnan((*reports)[1].metrics[0].second));
}

TEST_CASE("result: CSV has a header and one report a row", "[workers]") {
  const auto reports =
      parse_result("step,acc,\"a \"\"name\"\"\",note\r\n1,0.5,+2,x\r\n2,,nan,\"y, z\"\r\n\r\n");
  REQUIRE(reports.ok());
  REQUIRE(reports->size() == 2);
  CHECK((*reports)[0].step == 1);
  CHECK((*reports)[0].metrics == Metrics{{"acc", 0.5}, {"a \"name\"", 2}});
  CHECK((*reports)[1].metrics.size() == 1);
}

TEST_CASE("result: what makes no sense is said", "[workers]") {
  const auto [text, part] =
      GENERATE(table<std::string, std::string>({{"", "empty"},
                                                {"  \n", "empty"},
                                                {"{\"a\":1", "line 1"},
                                                {"[{\"a\":1}", "list"},
                                                {"[1,2]", "element 1"},
                                                {"{\"a\":\"text\"}", "object 1"},
                                                {"step,acc\n1\n", "line 2 has 1"},
                                                {"step,acc\nx,0.5\n", "line 2"},
                                                {"step,acc\n1,007\n", "line 2"},
                                                {"a,b\n\xC3,1\n", "UTF-8"}}));
  const auto reports = parse_result(text);
  INFO(reports.status());
  CHECK(absl::IsInvalidArgument(reports.status()));
  CHECK(std::string(reports.status().message()).find(part) != std::string::npos);
}

TEST_CASE("result: files are named when they fail", "[workers]") {
  TempDir dir;
  const std::string path = (dir / "r.json").string();
  CHECK(absl::IsNotFound(read_result_file(path).status()));
  write(path, "{");
  CHECK(std::string(read_result_file(path).status().message()).find(path) != std::string::npos);
  fs::resize_file(path, std::uintmax_t{100} << 20);
  CHECK(absl::IsOutOfRange(read_result_file(path).status()));
}

}  // namespace evolt::testing
