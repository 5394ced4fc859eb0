#include "workers/line_capture.hpp"
#include "workers/line_splitter.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

evolt::LineCapture capture(evolt::CaptureSpec::Kind kind, const char* pattern) {
  auto made = evolt::LineCapture::make({kind, pattern});
  if (!made.ok()) {
    std::abort();
  }
  return *std::move(made);
}

void check(const evolt::Report& report) {
  if (report.metrics.size() > evolt::kMostMetrics || (report.step && *report.step < 0)) {
    std::abort();
  }
}

}  // namespace

/// What a trainer prints, in pieces of a size that the first byte chooses: read by both ways of
/// capture, within their bounds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static evolt::LineCapture json = capture(evolt::CaptureSpec::Kind::json, "");
  static evolt::LineCapture regex =
      capture(evolt::CaptureSpec::Kind::regex, R"(epoch (?P<step>\S+) acc=(?P<acc>\S+))");
  if (size == 0) {
    return 0;
  }
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = std::size_t{data[0]} + 1;
  evolt::LineSplitter splitter(64);
  evolt::Report report;
  const auto read = [&](std::string_view line, bool whole) {
    if (json.read(line, whole, report)) {
      check(report);
    }
    if (regex.read(line, whole, report)) {
      check(report);
    }
  };
  while (!rest.empty()) {
    splitter.feed(rest.substr(0, piece), read);
    rest.remove_prefix(std::min(piece, rest.size()));
  }
  splitter.finish(read);
  return 0;
}
