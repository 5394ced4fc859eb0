#include "workers/process_attempt.hpp"

#include "workers/result_file.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <sys/stat.h>

namespace evolt {
namespace {

constexpr Seconds kListeningTime{2};  // for a trainer that heard its verdict to end by itself
constexpr Seconds kNannyTime{30};     // beyond the grace, before a nanny counts as hung

std::string_view without_end(std::string_view raw) {
  while (!raw.empty() && (raw.back() == '\n' || raw.back() == '\r')) {
    raw.remove_suffix(1);
  }
  return raw;
}

}  // namespace

FileStamp stamp_of(const std::string& path) {
  struct stat info {};
  if (path.empty() || ::stat(path.c_str(), &info) != 0) {
    return {};
  }
  return {.modified_ns = info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec,
          .size = info.st_size,
          .inode = info.st_ino};
}

ProcessAttempt::ProcessAttempt(boost::asio::io_context& loop, const TrialSpec& spec,
                               LineCapture& capture, Attempt attempt, TrialObserver& observer,
                               std::function<void()> on_end)
    : loop_(loop),
      spec_(spec),
      capture_(capture),
      attempt_(std::move(attempt)),
      observer_(observer),
      on_end_(std::move(on_end)),
      progress_timer_(loop),
      stop_timer_(loop) {}

absl::Status ProcessAttempt::start(AttemptStart start) {
  start_ = std::move(start);
  absl::StatusOr<NannyProcess> process = spawn_nanny(start_.order);
  if (!process.ok()) {
    return process.status();
  }
  nanny_ = process->pid;
  if (absl::Status status = connect(*std::move(process)); !status.ok()) {
    return status;
  }
  observer_.on_process(attempt_.trial, attempt_.number, nanny_);
  return absl::OkStatus();
}

absl::Status ProcessAttempt::connect(NannyProcess process) try {
  record_.begin(std::chrono::steady_clock::now(), start_.files.continues(), start_.goal);
  log_ = BoundedLog(start_.files.directory);
  const auto on_piece = [this](std::string_view raw, bool whole) { on_output(raw, whole, true); };
  const auto after_batch = [this] { log_.flush(); };
  output_.emplace(loop_, std::move(process.output), on_piece, after_batch);
  errors_.emplace(loop_, std::move(process.errors), on_piece, after_batch);
  channel_.emplace(loop_, std::move(process.report),
                   [this](std::string_view raw, bool whole) { on_report_line(raw, whole); });
  link_.emplace(loop_, std::move(process.control),
                [this](const NannyReport& report) { on_nanny_end(report); });
  watch_progress();
  return absl::OkStatus();
} catch (const std::exception& error) {  // the system watches no more descriptors
  return absl::UnavailableError(concat("cannot watch another process: ", error.what()));
}

void ProcessAttempt::on_output(std::string_view raw, bool whole, bool ended) {
  log_.add(raw);
  const std::string_view line = without_end(raw);
  if (line.empty()) {
    return;
  }
  last_lines_.add(line);
  const bool understood = whole && capture_.read(line, ended, report_);
  const Measurement* const measurement = understood ? take(std::move(report_)) : nullptr;
  if (spec_.tap) {
    spec_.tap(line, measurement);
  }
  if (measurement != nullptr) {
    judge(*measurement, false);
  }
}

void ProcessAttempt::on_report_line(std::string_view raw, bool whole) {
  const std::string_view line = without_end(raw);
  if (line.empty()) {
    return;
  }
  const bool understood = whole && read_json_report(json_, line, report_);
  const Measurement* const measurement = understood ? take(std::move(report_)) : nullptr;
  if (spec_.tap) {
    spec_.tap(line, measurement);
  }
  if (measurement != nullptr) {
    judge(*measurement, true);
  } else {
    channel_->say_proceed();  // one answer for each line, so that a trainer that waits goes on
  }
}

const Measurement* ProcessAttempt::take(Report&& report) {
  const Measurement* const taken =
      record_.take(std::move(report), std::chrono::steady_clock::now());
  if (taken == nullptr && !record_.announced_phase().empty()) {
    observer_.on_phase(attempt_.trial, attempt_.number, record_.announced_phase());
  }
  return taken;
}

void ProcessAttempt::judge(const Measurement& measurement, bool by_channel) {
  const Verdict verdict = observer_.on_measurement(attempt_.trial, attempt_.number, measurement);
  if (quiet_) {
    return;
  }
  if (by_channel && cause_ == StopCause::none && (verdict.stops() || verdict.comes_later())) {
    ++unanswered_;
  }
  if (verdict.stops()) {
    begin_stop(StopCause::asked, verdict.reason, verdict.parks() ? StopFor::resume : StopFor::good);
  } else if (verdict.comes_later() && cause_ == StopCause::none) {
    return;
  } else if (by_channel && cause_ == StopCause::none) {
    channel_->say_proceed();
  } else if (by_channel) {
    channel_->say_stop(stop_reason_, stop_for_);
  }
}

void ProcessAttempt::proceed() {
  if (unanswered_ > 0) {
    --unanswered_;
    channel_->say_proceed();
  }
}

void ProcessAttempt::watch_progress() {
  if (spec_.limits.no_progress) {
    const auto limit = to_duration(*spec_.limits.no_progress);
    progress_timer_.at(record_.last_report() + limit, [this, limit] {
      if (std::chrono::steady_clock::now() >= record_.last_report() + limit) {
        begin_stop(StopCause::no_progress, "no progress");
      } else {
        watch_progress();
      }
    });
  }
}

void ProcessAttempt::begin_stop(StopCause cause, std::string_view reason, StopFor what) {
  if (cause_ != StopCause::none || !link_ || link_->ended()) {
    return;
  }
  cause_ = cause;
  stop_reason_ = reason;
  stop_for_ = what;
  progress_timer_.cancel();
  const Seconds grace = spec_.limits.grace;
  if (!channel_->used() || channel_->stream().closed()) {
    order_stop(grace);
    return;
  }
  do {
    channel_->say_stop(reason, what);  // once, and to each report that waits for its verdict
  } while (--unanswered_ > 0);
  unanswered_ = 0;
  // What is to be resumed may be long in saving, but no run waits for it longer than the grace.
  const bool saves = what == StopFor::resume;
  const Seconds wait = saves ? grace * 0.5 : std::min(kListeningTime, grace);
  stop_timer_.after(to_duration(wait),
                    [this, rest = saves ? grace - wait : grace] { order_stop(rest); });
}

void ProcessAttempt::order_stop(Seconds grace) {
  link_->stop(grace);
  stop_timer_.after(to_duration(grace + kNannyTime), [this] {
    ::kill(nanny_, SIGKILL);  // it hangs; its death is heard as that of a lost attempt
  });
}

void ProcessAttempt::read_rest() {
  // The two streams and the channel may end in any order; nothing writes to them any more.
  output_->drain();
  errors_->drain();
  channel_->stream().drain();
  const NannyReport& report = link_->report();
  // Output of a program that was killed may be torn anywhere, also in the middle of a number.
  const bool ended = report.exit_code == 0;
  const auto on_rest = [&](std::string_view raw, bool whole) { on_output(raw, whole, ended); };
  output_->finish(on_rest);
  errors_->finish(on_rest);
  channel_->stream().finish(
      [this](std::string_view raw, bool whole) { on_report_line(raw, whole); });
  log_.flush();
  output_->close();
  errors_->close();
  channel_->stream().close();
}

void ProcessAttempt::on_nanny_end(const NannyReport&) {
  ended_ = std::chrono::steady_clock::now();
  progress_timer_.cancel();
  stop_timer_.cancel();
  quiet_ = true;
  read_rest();
  on_end_();
}

void ProcessAttempt::read_result() {
  if (start_.result.empty() || stamp_of(start_.result) == start_.result_before) {
    return;
  }
  absl::StatusOr<std::vector<Report>> reports = read_result_file(start_.result);
  if (!reports.ok()) {
    result_error_ = std::string(reports.status().message());
    last_lines_.add(result_error_);
    return;
  }
  for (Report& report : *reports) {
    const Measurement* const measurement = record_.take(std::move(report), ended_);
    if (measurement != nullptr) {
      if (spec_.tap) {
        spec_.tap(start_.result, measurement);
      }
      observer_.on_measurement(attempt_.trial, attempt_.number, *measurement);
    }
  }
}

Outcome ProcessAttempt::make_outcome() {
  const bool well = link_->report().exit_code == 0;
  const bool too_late = well && cause_ == StopCause::asked && record_.ran_in_full();
  const StopCause cause = too_late ? StopCause::none : cause_;
  Outcome outcome = record_.outcome(ended_, well && cause == StopCause::none);
  judge_end(link_->report(), cause, stop_reason_, spec_, outcome);
  if (outcome.ending == Ending::finished && !result_error_.empty()) {
    outcome.reason = result_error_;
  }
  if (outcome.ending == Ending::failed || outcome.ending == Ending::infeasible ||
      !result_error_.empty()) {
    outcome.last_lines = last_lines_.lines();
  }
  if (holds_something(start_.files.checkpoint_out)) {
    outcome.checkpoint = start_.files.checkpoint_out;
  }
  return outcome;
}

void ProcessAttempt::tell() {
  const std::string lost = why_lost(link_->report(), cause_);
  if (lost.empty()) {
    read_result();
    const Outcome outcome = make_outcome();
    observer_.on_outcome(attempt_.trial, attempt_.number, outcome);
    return;
  }
  Usage usage = record_.outcome(ended_).usage;
  usage.wall = link_->report().wall.value_or(usage.wall);
  usage.cpu = link_->report().cpu;
  usage.max_rss = link_->report().max_rss;
  observer_.on_lost(attempt_.trial, attempt_.number, lost, usage);
}

}  // namespace evolt
