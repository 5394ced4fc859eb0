#include "workers/line_capture.hpp"

#include <absl/status/status.h>
#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr double kLargestWhole = 9007199254740992.0;  // 2^53: above it a double skips whole numbers

std::optional<std::int64_t> as_count(double number) {
  if (!(number >= 0 && number <= kLargestWhole) || number != std::floor(number)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(number);
}

void add_metric(Report& report, std::string_view name, double value) {
  if (name.size() > kLongestName) {
    return;
  }
  for (auto& [known, number] : report.metrics) {
    if (known == name) {
      number = value;
      return;
    }
  }
  if (report.metrics.size() < kMostMetrics) {
    report.metrics.emplace_back(name, value);
  }
}

bool says_something(const Report& report) {
  return !report.metrics.empty() || report.step || report.items || !report.phase.empty();
}

}  // namespace

void Report::clear() {
  metrics.clear();
  step.reset();
  phase.clear();
  items.reset();
}

bool read_report(const FlatJson& json, Report& report) {
  report.clear();
  for (const FlatJson::Field& field : json.fields()) {
    const bool number = field.kind == FlatJson::Kind::number;
    if (field.key == "step" || field.key == "items") {
      const auto count = number ? as_count(field.number) : std::nullopt;
      if (!count) {
        return false;
      }
      (field.key == "step" ? report.step : report.items) = count;
    } else if (field.key == "phase" && field.kind == FlatJson::Kind::text) {
      report.phase = field.text.substr(0, kLongestName);
    } else if (number) {
      add_metric(report, field.key, field.number);
    } else if (field.kind == FlatJson::Kind::text) {
      const std::optional<double> spelled = read_number(field.text);
      if (spelled && !std::isfinite(*spelled) && field.text.size() <= 9) {
        add_metric(report, field.key, *spelled);
      }
    }
  }
  return says_something(report);
}

bool read_json_report(FlatJson& json, std::string_view line, Report& report) {
  return json.parse(line) && read_report(json, report);
}

struct LineCapture::Pattern {
  explicit Pattern(const std::string& text, const RE2::Options& options) : regex(text, options) {}

  RE2 regex;
  std::vector<std::pair<std::string, std::size_t>> groups;  // name and number, in their order
};

LineCapture::LineCapture() = default;
LineCapture::LineCapture(LineCapture&&) noexcept = default;
LineCapture& LineCapture::operator=(LineCapture&&) noexcept = default;
LineCapture::~LineCapture() = default;

absl::StatusOr<LineCapture> LineCapture::make(const CaptureSpec& spec) {
  LineCapture capture;
  capture.kind_ = spec.kind;
  if (spec.kind != CaptureSpec::Kind::regex) {
    return capture;
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(RE2::Options::EncodingLatin1);  // output may be torn UTF-8; bytes are bytes
  capture.pattern_ = std::make_unique<Pattern>(spec.text, options);
  const RE2& regex = capture.pattern_->regex;
  if (!regex.ok()) {
    return absl::InvalidArgumentError("trial.capture.regex is not a pattern: " + regex.error() +
                                      " (" + spec.text + ")");
  }
  bool metric = false;
  for (const auto& [number, name] : regex.CapturingGroupNames()) {
    capture.pattern_->groups.emplace_back(name, static_cast<std::size_t>(number));
    metric = metric || (name != "step" && name != "items" && name != "phase");
  }
  if (!metric) {
    return absl::InvalidArgumentError(
        "trial.capture.regex names no metric: write a named group for each, such as "
        "(?P<val_accuracy>\\S+); got " +
        spec.text);
  }
  return capture;
}

bool LineCapture::read_pattern(std::string_view line, Report& report) const {
  std::vector<re2::StringPiece> found(
      static_cast<std::size_t>(pattern_->regex.NumberOfCapturingGroups()) + 1);
  const re2::StringPiece text(line.data(), line.size());
  if (!pattern_->regex.Match(text, 0, text.size(), RE2::UNANCHORED, found.data(),
                             static_cast<int>(found.size()))) {
    return false;
  }
  report.clear();
  for (const auto& [name, number] : pattern_->groups) {
    const re2::StringPiece& group = found[number];
    if (group.data() == nullptr) {
      continue;
    }
    const std::string_view value(group.data(), group.size());
    if (name == "phase") {
      report.phase = printable(value.substr(0, kLongestName));
      continue;
    }
    const std::optional<double> parsed = read_number(value);
    if (name == "step" || name == "items") {
      const auto count = parsed ? as_count(*parsed) : std::nullopt;
      if (!count) {
        return false;
      }
      (name == "step" ? report.step : report.items) = count;
    } else if (parsed) {
      add_metric(report, name, *parsed);
    }
  }
  return says_something(report);
}

bool LineCapture::read(std::string_view line, bool ended, Report& report) {
  switch (kind_) {
    case CaptureSpec::Kind::json:
      return read_json_report(json_, line, report);
    case CaptureSpec::Kind::regex:
      return ended && read_pattern(line, report);
    case CaptureSpec::Kind::file:
      return false;
  }
  return false;
}

}  // namespace evolt
