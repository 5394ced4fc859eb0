// How trials and servers of a slot end; the rest of ServerSlot is in server_slot.cpp.
#include "workers/server_slot.hpp"
#include "workers/text.hpp"

#include <chrono>
#include <utility>

namespace evolt {
namespace {

constexpr std::size_t kMostDeaths = 3;

}  // namespace

void ServerSlot::finish(Outcome outcome) {
  busy_ = false;
  if (cause_ != StopCause::none) {
    timer_.cancel();
  }
  shared_.tasks.post([this, observer = observer_, trial = attempt_.trial, number = attempt_.number,
                      told = std::move(outcome)] {
    reported_ = true;
    observer->on_outcome(trial, number, told);
  });
}

void ServerSlot::finish_lost(std::string reason) {
  busy_ = false;
  const Usage usage = record_.outcome(std::chrono::steady_clock::now()).usage;
  shared_.tasks.post([this, observer = observer_, trial = attempt_.trial, number = attempt_.number,
                      why = std::move(reason), usage] {
    reported_ = true;
    observer->on_lost(trial, number, why, usage);
  });
}

void ServerSlot::on_server_end(const NannyReport& report) {
  output_->drain();
  errors_->drain();
  const bool whole_end = report.exit_code == 0;
  output_->finish([&](std::string_view raw, bool whole) { on_output(raw, whole && whole_end); });
  errors_->finish([this](std::string_view raw, bool) { on_errors(raw); });
  log_.flush();
  output_->close();
  errors_->close();
  input_->close();
  timer_.cancel();
  if (spoke_) {
    deaths_ = 0;
  } else if (!killing_) {
    ++deaths_;
  }
  if (report.lost) {
    if (const auto sweep = spawn_sweep(order_.nanny, concat(mark_, ".", launches_))) {
      shared_.reaper.add(*sweep);
    }
  }
  shared_.reaper.add(nanny_);
  // Later: the link is on the stack above us. By then a new server may run for the next trial.
  shared_.tasks.post([this, last = report, launch = launches_] {
    if (launches_ == launch) {
      link_.reset();
      output_.reset();
      errors_.reset();
      input_.reset();
      settle(last);
    }
  });
}

/// What the server's end means for the trial that ran on it.
void ServerSlot::settle(const NannyReport& report) {
  if (!busy_ || try_again(report)) {
    return;
  }
  if (std::string lost = why_lost(report, cause_); !lost.empty()) {
    finish_lost(std::move(lost));
  } else {
    finish(death_outcome(report));
  }
}

/// Whether a server that ended is simply replaced, the trial untouched.
bool ServerSlot::try_again(const NannyReport& report) {
  if (heard_ || cause_ != StopCause::none || report.exit_code != 0 || report.asked ||
      report.memory || deaths_ >= kMostDeaths) {
    return false;
  }
  start_again();
  return true;
}

void ServerSlot::start_again() {
  record_.begin(std::chrono::steady_clock::now(), continued_, goal_);
  cpu_before_.reset();
  if (const absl::Status status = launch(); !status.ok()) {
    finish_lost(std::string(status.message()));
    return;
  }
  observer_->on_process(attempt_.trial, attempt_.number, nanny_);
  hand_over();
  watch();
}

Outcome ServerSlot::death_outcome(const NannyReport& report) {
  Outcome outcome = base_outcome(false);
  const Seconds wall = outcome.usage.wall;
  judge_end(report, cause_, stop_reason_, shared_.spec, outcome);
  outcome.usage.wall = wall;
  if (report.cpu) {
    outcome.usage.cpu = *report.cpu - cpu_before_.value_or(Seconds{});
  }
  if (outcome.ending == Ending::finished) {
    outcome.ending = Ending::failed;
    outcome.failure = Failure::exit_code;
    outcome.reason = "ended with exit code 0";
  }
  const bool died = outcome.failure == Failure::exit_code || outcome.failure == Failure::signal;
  if (outcome.ending == Ending::failed) {
    outcome.last_lines = last_lines_.lines();
  }
  if (died && deaths_ >= kMostDeaths) {
    outcome.failure = Failure::not_started;
    outcome.reason =
        concat("the server died ", deaths_,
               " times in a row before its first report; the last one ", outcome.reason);
  } else if (died) {
    outcome.reason = concat("the server ", outcome.reason, " in the middle of the trial");
  }
  return outcome;
}

}  // namespace evolt
