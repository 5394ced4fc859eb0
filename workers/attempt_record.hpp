#pragma once

#include "core/measurement.hpp"
#include "core/outcome.hpp"
#include "workers/line_capture.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

using SteadyTime = std::chrono::steady_clock::time_point;

inline Seconds seconds_between(SteadyTime from, SteadyTime to) {
  return {std::chrono::duration<double>(to - from).count()};
}

inline std::chrono::nanoseconds to_duration(Seconds seconds) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(seconds.value));
}

/// The last lines of some output, for the outcome of a trial that failed.
class LastLines {
 public:
  void add(std::string_view line);
  void clear() { count_ = 0; }

  /// Oldest first, made printable.
  std::vector<std::string> lines() const;

 private:
  static constexpr std::size_t kKept = 20;
  static constexpr std::size_t kLongest = 2000;
  std::array<std::string, kKept> ring_;
  std::size_t count_ = 0;
};

/// What is known of a running attempt: turns reports into measurements and remembers what an
/// outcome needs.
///
/// The step of a report that names none: the one that a line with nothing but a step announced;
/// else the one after the last report's. A report of another phase than training stays on its step.
class AttemptRecord {
 public:
  /// `continued`: the attempt starts from a checkpoint.
  void begin(SteadyTime now, bool continued);

  /// nullptr where the report only announces a step. The measurement lives until the next call.
  const Measurement* take(Report&& report, SteadyTime now);

  SteadyTime started() const { return started_; }
  SteadyTime last_report() const { return last_report_; }
  std::size_t reports() const { return reports_; }

  /// Metrics, steps, the step it continued from, wall time and start-up time.
  Outcome outcome(SteadyTime now) const;

 private:
  std::int64_t step_of(const Report& report);
  void remember(const Metrics& metrics);

  SteadyTime started_;
  SteadyTime last_report_;
  bool continued_ = false;
  std::size_t reports_ = 0;
  std::optional<Seconds> startup_;
  std::optional<std::int64_t> announced_;
  std::optional<std::int64_t> first_step_;
  std::optional<std::int64_t> second_step_;
  std::int64_t last_step_ = 0;
  Metrics last_values_;
  Measurement measurement_;
};

/// `signal 11 (SIGSEGV)`, for a person.
std::string describe_signal(int signal);

}  // namespace evolt
