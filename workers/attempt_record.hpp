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
/// else the last, where the trainer numbers its reports, or the one after the last, where it does
/// not. A report of another phase than training stays on its step. The phase of a report that names
/// none: the one that was announced since the report before; else training.
class AttemptRecord {
 public:
  /// `continued`: the attempt goes on from a checkpoint of its trial. `goal`: the step that it
  /// trains to; 0: not known.
  void begin(SteadyTime now, bool continued, std::int64_t goal);

  /// nullptr where the report only announces. The measurement lives until the next call.
  const Measurement* take(Report&& report, SteadyTime now);

  /// Like take(), for numbers that stand beside the end: they belong to the last step.
  const Measurement* take_last(Report&& report, SteadyTime now);

  /// Of the next report, if it names none; empty: training.
  const std::string& announced_phase() const { return announced_phase_; }

  SteadyTime started() const { return started_; }
  SteadyTime last_report() const { return last_report_; }
  std::size_t reports() const { return reports_; }

  /// Whether the step that it trains to was reported: a stop that was on its way came too late.
  bool ran_in_full() const { return goal_ > 0 && last_step_ >= goal_; }

  /// Metrics, steps, the step it continued from, wall time and start-up time. A trainer that spoke
  /// once, without a step, has told its result and not how far it came: then `ended_well` says
  /// that it ran to the end.
  Outcome outcome(SteadyTime now, bool ended_well = false) const;

 private:
  std::int64_t step_of(const Report& report);
  void remember(const Metrics& metrics);

  SteadyTime started_;
  SteadyTime last_report_;
  bool continued_ = false;
  bool numbers_ = false;  ///< the trainer names its steps
  std::int64_t goal_ = 0;
  std::size_t reports_ = 0;
  std::optional<Seconds> startup_;
  std::optional<std::int64_t> announced_;
  std::string announced_phase_;
  std::optional<std::int64_t> first_step_;
  std::optional<std::int64_t> second_step_;
  std::int64_t last_step_ = 0;
  Metrics last_values_;
  Measurement measurement_;
};

/// `signal 11 (SIGSEGV)`, for a person.
std::string describe_signal(int signal);

}  // namespace evolt
