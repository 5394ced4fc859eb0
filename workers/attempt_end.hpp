#pragma once

#include "core/outcome.hpp"
#include "workers/nanny_link.hpp"
#include "workers/trial_spec.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace evolt {

/// Why we ourselves began to end an attempt; the first cause stays.
enum class StopCause {
  none,
  asked,        ///< stop(), or a verdict
  no_progress,  ///< limits.no_progress
  wall,         ///< limits.wall, where we watch it and not the nanny
};

/// Fills in how an attempt ended that ran as a process: ending, failure, reason, exit code, signal
/// and what the nanny measured. The first cause wins: a trial that was stopped counts as stopped
/// whatever its code, one that hit a limit as failed. Requires: the nanny's last word has come.
void judge_end(const NannyReport& report, StopCause cause, std::string_view stop_reason,
               const TrialSpec& spec, Outcome& outcome);

/// The sentence for an attempt that was lost; empty when it was not.
std::string why_lost(const NannyReport& report, StopCause cause);

/// `90 s`, `1.5 GiB`, for a person.
std::string describe(Seconds time);
std::string describe_bytes(long long bytes);

}  // namespace evolt
