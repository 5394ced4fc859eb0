#include "workers/server_slot.hpp"

#include "workers/quiet_write.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

std::string_view without_end(std::string_view raw) {
  while (!raw.empty() && (raw.back() == '\n' || raw.back() == '\r')) {
    raw.remove_suffix(1);
  }
  return raw;
}

std::string id_of(const TrialId& id) {
  return concat(id.incarnation, '.', id.rank, '.', id.counter);
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
    const AttemptFiles files = plan_files(spec, attempt);
    append_trial_json(line_, spec, trial, attempt, &files);
    if (absl::Status status = make_files(spec, files, line_); !status.ok()) {
      return status;
    }
    checkpoint_out_ = files.checkpoint_out;
    continued_ = files.continues();
  } else {
    append_trial_json(line_, spec, trial, attempt, nullptr);
  }
  line_ += '\n';
  if (!log_named_) {
    const std::string directory =
        concat(spec.study_dir, "/servers/rank-", index(attempt.rank), "-slot-", attempt.slot);
    if (absl::Status status = make_directory(directory); !status.ok()) {
      return status;
    }
    if (spec.place) {
      host_file_ = directory + "/hosts";
      if (absl::Status status = write_file(host_file_, host_file(*spec.place)); !status.ok()) {
        return status;
      }
    }
    log_ = BoundedLog(directory);
    log_named_ = true;
  }
  attempt_ = attempt;
  observer_ = &observer;
  last_lines_.clear();
  goal_ = goal_of(spec, trial, attempt);
  record_.begin(std::chrono::steady_clock::now(), continued_, goal_);
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
  observer.on_process(attempt.trial, attempt.number, nanny_);
  hand_over();
  watch();
  return absl::OkStatus();
}

absl::Status ServerSlot::launch() {
  NannyOrder order = order_;
  order.environment.push_back(concat("EVOLT_MARK=", mark_, ".", ++launches_));
  if (!host_file_.empty()) {
    order.environment.push_back("EVOLT_HOSTFILE=" + host_file_);
  }
  absl::StatusOr<NannyProcess> process = spawn_nanny(order);
  if (!process.ok()) {
    return process.status();
  }
  nanny_ = process->pid;
  spoke_ = false;
  killing_ = false;
  waiting_ = false;
  pending_.clear();
  return connect(*std::move(process));
}

absl::Status ServerSlot::connect(NannyProcess process) try {
  boost::asio::io_context& loop = shared_.loop;
  const auto after_batch = [this] { log_.flush(); };
  output_.emplace(
      loop, std::move(process.output),
      [this](std::string_view raw, bool whole) { on_output(raw, whole); }, after_batch);
  errors_.emplace(
      loop, std::move(process.errors), [this](std::string_view raw, bool) { on_errors(raw); },
      after_batch);
  input_.emplace(loop, std::move(process.input), [this] { input_->close(); });
  link_.emplace(loop, std::move(process.control),
                [this](const NannyReport& report) { on_server_end(report); });
  return absl::OkStatus();
} catch (const std::exception& error) {  // the system watches no more descriptors
  link_.reset();
  shared_.reaper.add(nanny_);
  return absl::UnavailableError(concat("cannot watch a server: ", error.what()));
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
  const bool last = json_.find("done") != nullptr || json_.find("failed") != nullptr ||
                    json_.find("infeasible") != nullptr;
  const Measurement* measurement = nullptr;
  if (understood) {
    spoke_ = true;
    const SteadyTime now = std::chrono::steady_clock::now();
    measurement =
        last ? record_.take_last(std::move(report_), now) : record_.take(std::move(report_), now);
    if (measurement == nullptr && !record_.announced_phase().empty()) {
      observer_->on_phase(attempt_.trial, attempt_.number, record_.announced_phase());
    }
  }
  if (shared_.spec.tap) {
    shared_.spec.tap(line, measurement);
  }
  if (measurement == nullptr) {
    return;
  }
  const Verdict verdict = observer_->on_measurement(attempt_.trial, attempt_.number, *measurement);
  if (verdict.stops() && !last) {
    begin_stop(StopCause::asked, verdict.reason, verdict.parks() ? StopFor::resume : StopFor::good);
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
  const bool too_late = cause_ == StopCause::asked && record_.ran_in_full();
  const bool well = !says_failed && !says_infeasible && (cause_ == StopCause::none || too_late);
  if (!well) {
    errors_->drain();  // what it said there before this line came earlier, in another stream
    log_.flush();
  }
  Outcome outcome = base_outcome(well);
  if (cause_ == StopCause::asked && !well) {
    outcome.ending = Ending::stopped;
    outcome.reason = stop_reason_;
  } else if (cause_ != StopCause::none && !well) {
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

void ServerSlot::begin_stop(StopCause cause, std::string_view reason, StopFor what) {
  if (!busy_ || cause_ != StopCause::none) {
    return;
  }
  cause_ = cause;
  stop_reason_ = reason;
  // What is to be resumed is saved and gone when the grace is over; other stops hurt nobody else.
  const bool saves = what == StopFor::resume;
  kill_grace_ = saves ? shared_.spec.limits.grace * 0.5 : shared_.spec.limits.grace;
  kill_at_ = std::chrono::steady_clock::now() + to_duration(kill_grace_);
  pending_ +=
      concat(R"({"stop":")", id_of(attempt_.trial), saves ? "\",\"checkpoint\":true}\n" : "\"}\n");
  send_pending();
  watch();
}

void ServerSlot::kill_server() {
  if (!killing_ && link_) {
    killing_ = true;
    link_->stop(kill_grace_);
    timer_.after(to_duration(kill_grace_ + Seconds{30}), [this] {
      ::kill(nanny_, SIGKILL);  // it hangs
    });
  }
}

Outcome ServerSlot::base_outcome(bool ended_well) {
  Outcome outcome = record_.outcome(std::chrono::steady_clock::now(), ended_well);
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

}  // namespace evolt
