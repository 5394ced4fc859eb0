#include "workers/line_capture.hpp"

#include <catch2/catch.hpp>

#include <cmath>

namespace evolt {
namespace {

std::optional<Report> read(std::string_view line) {
  auto capture = LineCapture::make({});
  Report report;
  return capture->read(line, true, report) ? std::optional(report) : std::nullopt;
}

}  // namespace

TEST_CASE("report: numbers are metrics, the rest has its place", "[workers]") {
  const auto report = read(
      R"({"step":3,"loss":0.5,"note":"text","ok":true,"nested":{"x":1},"phase":"infer","items":10,"n":2})");
  REQUIRE(report);
  CHECK(report->step == 3);
  CHECK(report->metrics == Metrics{{"loss", 0.5}, {"n", 2.0}});
  CHECK(report->phase == "infer");
  CHECK(report->items == 10);
}

TEST_CASE("report: a step that makes no sense spoils the line", "[workers]") {
  const std::string step =
      GENERATE(as<std::string>{}, "1.5", "-1", "NaN", "Infinity", "1e300", "\"3\"", "null", "true");
  CHECK_FALSE(read("{\"step\":" + step + ",\"loss\":1}"));
}

TEST_CASE("report: a step may be written as a float", "[workers]") {
  CHECK(read("{\"step\":3.0,\"loss\":1}")->step == 3);
}

TEST_CASE("report: nothing to say is no report", "[workers]") {
  CHECK_FALSE(read("{}"));
  CHECK_FALSE(read(R"({"message":"hello"})"));
  CHECK_FALSE(read("loss 1"));
  CHECK(read("{\"step\":1}")->only_announces());
  CHECK(read("{\"phase\":\"infer\"}")->only_announces());
  CHECK_FALSE(read("{\"phase\":\"infer\",\"items\":3}")->only_announces());
}

TEST_CASE("report: words for not finite count as such, other words do not", "[workers]") {
  const auto report = read(R"({"a":"nan","b":"-Infinity","c":"0.5","d":"information"})");
  REQUIRE(report);
  REQUIRE(report->metrics.size() == 2);
  CHECK(std::isnan(report->metrics[0].second));
  CHECK(report->metrics[1].second == -INFINITY);
}

TEST_CASE("report: floods of names are cut", "[workers]") {
  std::string line = "{\"" + std::string(300, 'x') + "\":1";
  for (int i = 0; i < 200; ++i) {
    line += ",\"m" + std::to_string(i) + "\":" + std::to_string(i);
  }
  const auto report = read(line + "}");
  REQUIRE(report);
  CHECK(report->metrics.size() == kMostMetrics);
  CHECK(report->metrics[0].first == "m0");
}

TEST_CASE("pattern: errors name the rule", "[workers]") {
  const std::string pattern =
      GENERATE(as<std::string>{}, "(", "no groups", "(\\d+)", "(?P<step>\\d+)");
  const auto capture = LineCapture::make({CaptureSpec::Kind::regex, pattern});
  CHECK(absl::IsInvalidArgument(capture.status()));
  CHECK(std::string(capture.status().message()).find("trial.capture.regex") != std::string::npos);
}

TEST_CASE("pattern: bytes that are no UTF-8 do not stop it", "[workers]") {
  auto capture = LineCapture::make({CaptureSpec::Kind::regex, "acc (?P<acc>\\S+)"});
  Report report;
  REQUIRE(capture->read("\xFF\xC3 acc 0.5 \xE2", true, report));
  CHECK(report.metrics == Metrics{{"acc", 0.5}});
  CHECK_FALSE(capture->read("acc 0.5,", true, report));
  CHECK_FALSE(capture->read("acc 0.5", false, report));
}

}  // namespace evolt
