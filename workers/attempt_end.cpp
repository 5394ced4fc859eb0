#include "workers/attempt_end.hpp"

#include "workers/attempt_record.hpp"
#include "workers/text.hpp"

#include <csignal>
#include <cstdio>
#include <cstring>

namespace evolt {
namespace {

std::string rounded(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

void fail(Outcome& outcome, Failure failure, std::string reason) {
  outcome.ending = Ending::failed;
  outcome.failure = failure;
  outcome.reason = std::move(reason);
}

/// An end that neither we nor a limit brought about.
void judge_own_end(const NannyReport& report, const TrialSpec& spec, Outcome& outcome) {
  if (report.signal) {
    std::string reason = "killed by " + describe_signal(*report.signal);
    if (*report.signal == SIGKILL) {
      reason += ", which evolt did not send: often the system, out of memory";
    }
    fail(outcome, Failure::signal, std::move(reason));
  } else if (spec.infeasible_exit && report.exit_code == spec.infeasible_exit) {
    outcome.ending = Ending::infeasible;
    outcome.reason = concat("the trainer called it infeasible (exit code ", *report.exit_code, ")");
  } else if (report.exit_code.value_or(0) != 0) {
    fail(outcome, Failure::exit_code, concat("ended with exit code ", *report.exit_code));
  } else {
    outcome.ending = Ending::finished;
  }
}

}  // namespace

void judge_end(const NannyReport& report, StopCause cause, std::string_view stop_reason,
               const TrialSpec& spec, Outcome& outcome) {
  outcome.exit_code = report.exit_code;
  outcome.signal = report.signal;
  outcome.usage.wall = report.wall.value_or(outcome.usage.wall);
  if (report.cpu) {
    outcome.usage.cpu = report.cpu;
  }
  if (report.max_rss) {
    outcome.usage.max_rss = report.max_rss;
  }
  const LimitSpec& limits = spec.limits;
  if (report.failed) {
    fail(outcome, Failure::not_started,
         concat("cannot run \"", spec.command.empty() ? "" : spec.command.front(),
                "\": ", std::strerror(*report.failed)));
  } else if (cause == StopCause::asked) {
    outcome.ending = Ending::stopped;
    outcome.reason = stop_reason;
  } else if (report.memory) {
    fail(outcome, Failure::memory,
         concat("used ", describe_bytes(*report.memory), "; limits.memory is ",
                describe_bytes(limits.memory.value_or(0))));
  } else if (report.wall_limit || cause == StopCause::wall) {
    fail(outcome, Failure::wall_limit,
         concat("ran longer than limits.wall, ", describe(limits.wall.value_or(Seconds{}))));
  } else if (cause == StopCause::no_progress) {
    fail(outcome, Failure::no_progress,
         concat("reported nothing for limits.no_progress, ",
                describe(limits.no_progress.value_or(Seconds{}))));
  } else {
    judge_own_end(report, spec, outcome);
  }
}

std::string why_lost(const NannyReport& report, StopCause cause) {
  if (report.lost) {
    return "evolt-nanny died";
  }
  if (report.asked && cause == StopCause::none && !report.memory && !report.wall_limit) {
    return "evolt-nanny was asked to end by " + describe_signal(*report.asked);
  }
  return {};
}

std::string describe(Seconds time) {
  if (time.value >= 7200) {
    return rounded("%.3g h", time.value / 3600);
  }
  return time.value >= 120 ? rounded("%.3g min", time.value / 60) : rounded("%.3g s", time.value);
}

std::string describe_bytes(long long bytes) {
  const auto value = static_cast<double>(bytes);
  if (value >= 1024.0 * 1024 * 1024) {
    return rounded("%.1f GiB", value / (1024.0 * 1024 * 1024));
  }
  return rounded("%.1f MiB", value / (1024.0 * 1024));
}

}  // namespace evolt
