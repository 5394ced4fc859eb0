#include "workers/server_slot.hpp"

#include "workers/text.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

constexpr std::size_t kMostDeaths = 3;

std::string_view without_end(std::string_view raw) {
  while (!raw.empty() && (raw.back() == '\n' || raw.back() == '\r')) {
    raw.remove_suffix(1);
  }
  return raw;
}

std::string id_of(const TrialId& id) {
  return concat(id.incarnation, '.', id.rank, '.', id.counter);
}

/// write(), but a pipe that nobody reads any more is an error and not a signal to this process.
ssize_t write_quietly(int fd, std::string_view bytes) {
  sigset_t pipe;
  sigset_t before;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, &before);
  const ssize_t written = ::write(fd, bytes.data(), bytes.size());
  const int error = errno;
  if (written < 0 && error == EPIPE && sigismember(&before, SIGPIPE) == 0) {
    constexpr timespec kNow{};
    ::sigtimedwait(&pipe, nullptr, &kNow);
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return written;
}

bool is_true(const FlatJson::Field* field) {
  return field != nullptr && field->kind == FlatJson::Kind::boolean && field->flag;
}

}  // namespace

ServerSlot::ServerSlot(ServerShared shared, NannyOrder order, std::string mark)
    : shared_(shared), order_(std::move(order)), mark_(std::move(mark)), timer_(shared.loop) {}

absl::Status ServerSlot::start(const Trial& trial, const Attempt& attempt,
                               TrialObserver& observer) {
  const TrialSpec& spec = shared_.spec;
  line_.clear();
  checkpoint_out_.clear();
  continued_ = false;
  if (spec.checkpoint) {
    const AttemptFiles files = plan_files(spec, trial, attempt);
    append_trial_json(line_, spec, trial, attempt, &files);
    if (absl::Status status = make_files(files, line_); !status.ok()) {
      return status;
    }
    checkpoint_out_ = files.checkpoint_out;
    continued_ = !files.checkpoint_in.empty();
  } else {
    append_trial_json(line_, spec, trial, attempt, nullptr);
  }
  line_ += '\n';
  if (!log_named_) {
    log_ = BoundedLog(
        concat(spec.study_dir, "/servers/rank-", index(attempt.rank), "-slot-", attempt.slot));
    log_named_ = true;
  }
  attempt_ = attempt;
  observer_ = &observer;
  last_lines_.clear();
  record_.begin(std::chrono::steady_clock::now(), continued_);
  heard_ = false;
  cause_ = StopCause::none;
  stop_reason_.clear();
  if (!link_ || link_->ended()) {
    if (absl::Status status = launch(); !status.ok()) {
      return status;
    }
  }
  busy_ = true;
  reported_ = false;
  cpu_before_ = server_cpu();
  hand_over();
  watch();
  return absl::OkStatus();
}

absl::Status ServerSlot::launch() {
  NannyOrder order = order_;
  order.environment.push_back(concat("EVOLT_MARK=", mark_, ".", ++launches_));
  absl::StatusOr<NannyProcess> process = spawn_nanny(order);
  if (!process.ok()) {
    return process.status();
  }
  nanny_ = process->pid;
  spoke_ = false;
  killing_ = false;
  waiting_ = false;
  pending_.clear();
  boost::asio::io_context& loop = shared_.loop;
  const auto after_batch = [this] { log_.flush(); };
  output_.emplace(
      loop, std::move(process->output),
      [this](std::string_view raw, bool whole) { on_output(raw, whole); }, after_batch);
  errors_.emplace(
      loop, std::move(process->errors), [this](std::string_view raw, bool) { on_errors(raw); },
      after_batch);
  input_.emplace(loop, std::move(process->input), [this] { input_->close(); });
  link_.emplace(loop, std::move(process->control),
                [this](const NannyReport& report) { on_server_end(report); });
  return absl::OkStatus();
}

void ServerSlot::hand_over() {
  pending_ += line_;
  send_pending();
}

void ServerSlot::send_pending() {
  while (!waiting_ && !pending_.empty() && input_ && !input_->closed()) {
    const ssize_t written = write_quietly(input_->fd(), pending_);
    if (written > 0) {
      pending_.erase(0, static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      waiting_ = true;
      input_->when_writable([this] {
        waiting_ = false;
        send_pending();
      });
    } else if (errno != EINTR) {
      pending_.clear();  // it closed its input; if it has died, its nanny will say so
      input_->close();
    }
  }
}

void ServerSlot::on_errors(std::string_view raw) {
  log_.add(raw);
  last_lines_.add(raw);
}

void ServerSlot::on_output(std::string_view raw, bool whole) {
  log_.add(raw);
  const std::string_view line = without_end(raw);
  if (line.empty()) {
    return;
  }
  last_lines_.add(line);
  const bool object = whole && json_.parse(line);
  if (!object || !busy_) {
    if (shared_.spec.tap) {
      shared_.spec.tap(line, nullptr);
    }
    return;
  }
  const FlatJson::Field* const trial = json_.find("trial");
  if (trial != nullptr && trial->kind == FlatJson::Kind::text &&
      trial->text != id_of(attempt_.trial)) {
    return;  // late words about an earlier trial must not count for this one
  }
  heard_ = true;
  on_report(line);
  if (busy_ && on_answer()) {
    spoke_ = true;
  }
}

void ServerSlot::on_report(std::string_view line) {
  const bool understood = read_report(json_, report_);
  const Measurement* measurement = nullptr;
  if (understood) {
    spoke_ = true;
    measurement = record_.take(std::move(report_), std::chrono::steady_clock::now());
  }
  if (shared_.spec.tap) {
    shared_.spec.tap(line, measurement);
  }
  if (measurement == nullptr) {
    return;
  }
  const Verdict verdict = observer_->on_measurement(attempt_.trial, attempt_.number, *measurement);
  const bool last = json_.find("done") != nullptr || json_.find("failed") != nullptr ||
                    json_.find("infeasible") != nullptr;
  if (verdict.stops() && !last) {
    begin_stop(StopCause::asked, verdict.reason);
  } else if (verdict.stops() && cause_ == StopCause::none) {
    cause_ = StopCause::asked;
    stop_reason_ = verdict.reason;
  }
}

/// Whether the line ends the trial.
bool ServerSlot::on_answer() {
  const FlatJson::Field* const failed = json_.find("failed");
  const FlatJson::Field* const infeasible = json_.find("infeasible");
  const bool says_failed =
      failed != nullptr && (failed->kind == FlatJson::Kind::text || is_true(failed));
  const bool says_infeasible =
      infeasible != nullptr && (infeasible->kind == FlatJson::Kind::text || is_true(infeasible));
  if (!says_failed && !says_infeasible && !is_true(json_.find("done"))) {
    return false;
  }
  const std::string_view why = says_failed && failed->kind == FlatJson::Kind::text ? failed->text
                               : says_infeasible ? infeasible->text
                                                 : std::string_view();
  Outcome outcome = base_outcome();
  if (cause_ == StopCause::asked) {
    outcome.ending = Ending::stopped;
    outcome.reason = stop_reason_;
  } else if (cause_ != StopCause::none) {
    judge_end({}, cause_, stop_reason_, shared_.spec, outcome);
    outcome.last_lines = last_lines_.lines();
  } else if (says_infeasible) {
    outcome.ending = Ending::infeasible;
    outcome.reason = printable(why);
  } else if (says_failed) {
    outcome.ending = Ending::failed;
    outcome.failure = Failure::told;
    outcome.reason = why.empty() ? "the trainer said that it failed" : printable(why);
    outcome.last_lines = last_lines_.lines();
  }
  finish(std::move(outcome));
  return true;
}

void ServerSlot::watch() {
  const LimitSpec& limits = shared_.spec.limits;
  std::optional<SteadyTime> next;
  const auto at = [&next](SteadyTime time) { next = next ? std::min(*next, time) : time; };
  if (!busy_ || killing_) {
    return;
  }
  if (cause_ != StopCause::none) {
    at(kill_at_);
  } else {
    if (limits.wall) {
      at(record_.started() + to_duration(*limits.wall));
    }
    if (limits.no_progress) {
      at(record_.last_report() + to_duration(*limits.no_progress));
    }
  }
  // An alarm that is set already comes no later: limits only move away, and a stop sets its own.
  if (next && (!timer_.set() || cause_ != StopCause::none)) {
    timer_.at(*next, [this] { on_watch(); });
  }
}

void ServerSlot::on_watch() {
  const SteadyTime now = std::chrono::steady_clock::now();
  const LimitSpec& limits = shared_.spec.limits;
  if (!busy_) {
    return;
  }
  if (cause_ != StopCause::none) {
    if (now >= kill_at_) {
      kill_server();
    }
  } else if (limits.wall && now >= record_.started() + to_duration(*limits.wall)) {
    begin_stop(StopCause::wall, "wall limit");
  } else if (limits.no_progress &&
             now >= record_.last_report() + to_duration(*limits.no_progress)) {
    begin_stop(StopCause::no_progress, "no progress");
  }
  watch();
}

void ServerSlot::begin_stop(StopCause cause, std::string_view reason) {
  if (!busy_ || cause_ != StopCause::none) {
    return;
  }
  cause_ = cause;
  stop_reason_ = reason;
  kill_at_ = std::chrono::steady_clock::now() + to_duration(shared_.spec.limits.grace);
  pending_ += concat("{\"stop\":\"", id_of(attempt_.trial), "\"}\n");
  send_pending();
  watch();
}

void ServerSlot::kill_server() {
  if (!killing_ && link_) {
    killing_ = true;
    link_->stop(shared_.spec.limits.grace);
    timer_.after(to_duration(shared_.spec.limits.grace + Seconds{30}), [this] {
      ::kill(nanny_, SIGKILL);  // it hangs
    });
  }
}

Outcome ServerSlot::base_outcome() {
  Outcome outcome = record_.outcome(std::chrono::steady_clock::now());
  const std::optional<Seconds> cpu = server_cpu();
  if (cpu && cpu_before_) {
    outcome.usage.cpu = *cpu - *cpu_before_;
  } else if (cpu) {
    outcome.usage.cpu = cpu;  // the server was started for this trial
  }
  if (holds_something(checkpoint_out_)) {
    outcome.checkpoint = checkpoint_out_;
  }
  return outcome;
}

std::optional<Seconds> ServerSlot::server_cpu() const {
  clockid_t clock{};
  timespec time{};
  if (!link_ || link_->trainer() <= 0 || ::clock_getcpuclockid(link_->trainer(), &clock) != 0 ||
      ::clock_gettime(clock, &time) != 0) {
    return std::nullopt;
  }
  return Seconds{static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec)};
}

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
  record_.begin(std::chrono::steady_clock::now(), continued_);
  cpu_before_.reset();
  if (const absl::Status status = launch(); !status.ok()) {
    finish_lost(std::string(status.message()));
    return;
  }
  hand_over();
  watch();
}

Outcome ServerSlot::death_outcome(const NannyReport& report) {
  Outcome outcome = base_outcome();
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
