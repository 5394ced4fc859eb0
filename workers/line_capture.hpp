#pragma once

#include "core/measurement.hpp"
#include "workers/flat_json.hpp"
#include "workers/trial_spec.hpp"

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace evolt {

/// What one line of a trainer says.
struct Report {
  Metrics metrics;
  std::optional<std::int64_t> step;
  std::string phase;
  std::optional<std::int64_t> items;

  void clear();

  /// Whether it names a step, a phase or both and says nothing else: those of what follows.
  bool only_announces() const { return metrics.empty() && !items; }
};

/// No report holds more metrics than this, nor longer names; further ones are left out.
inline constexpr std::size_t kMostMetrics = 64;
inline constexpr std::size_t kLongestName = 256;

/// Takes the numbers of a parsed object: `step`, `items` and `phase` by their names, every other
/// number a metric, also a text that spells `nan` or `inf`; all else is ignored. False when that
/// leaves nothing, or when `step` or `items` is not a whole number from 0 on.
bool read_report(const FlatJson& json, Report& report);

/// Reads reports from lines of output, the way the study asks for. See docs/report-lines.md.
class LineCapture {
 public:
  /// Errors: invalid_argument for a pattern that RE2 refuses or that names no metric.
  static absl::StatusOr<LineCapture> make(const CaptureSpec& spec);

  LineCapture(LineCapture&&) noexcept;
  LineCapture& operator=(LineCapture&&) noexcept;
  ~LineCapture();

  /// Whether `line` is a report; then `report` holds it. With a pattern, `ended` says whether the
  /// line was closed by its writer: one torn off in the middle of a number must not be believed.
  bool read(std::string_view line, bool ended, Report& report);

 private:
  struct Pattern;
  LineCapture();
  bool read_pattern(std::string_view line, Report& report) const;

  CaptureSpec::Kind kind_ = CaptureSpec::Kind::json;
  std::unique_ptr<Pattern> pattern_;
  FlatJson json_;
};

/// Reads a line of JSON; for the report descriptor, which speaks nothing else.
bool read_json_report(FlatJson& json, std::string_view line, Report& report);

}  // namespace evolt
