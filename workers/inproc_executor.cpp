#include "workers/inproc_executor.hpp"

#include "workers/attempt_end.hpp"
#include "workers/attempt_record.hpp"
#include "workers/event_loop.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <ctime>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace evolt {
namespace {

Seconds thread_cpu() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return {static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec)};
}

/// What a function came back with.
struct Return {
  absl::StatusOr<Metrics> result;
  std::string exception;
  std::optional<Seconds> cpu;
  Seconds wall;
};

/// A quick call earns a credit, up to so many, and a slow one costs a quarter of that; with the
/// least and more, calls are made on the loop. So a call now and then that was merely interrupted
/// changes nothing, and a function that has become slow is back on its thread after a few calls.
constexpr int kMostCredit = 200;
constexpr int kLeastCredit = 25;

/// One slot: its thread, and the trial that runs on it. The thread and the loop meet only under
/// `mutex_` and through posted tasks.
class Lane final : public Reporter {
 public:
  Lane(const ObjectiveFunction& objective, const InprocOptions& options, LoopTasks& tasks)
      : objective_(objective), options_(options), tasks_(tasks), thread_([this] { work(); }) {}
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  ~Lane() override {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  bool free() const { return free_; }
  bool runs(const TrialId& trial) const { return !free_ && trial_.id == trial; }

  void start(const Trial& trial, const Attempt& attempt, TrialObserver& observer) {
    free_ = false;
    attempt_ = attempt;
    observer_ = &observer;
    cause_ = StopCause::none;
    reason_.clear();
    goal_ = attempt.goal > 0 ? attempt.goal : trial.fidelity.steps;
    record_.begin(std::chrono::steady_clock::now(), !attempt.checkpoint.empty(), goal_);
    tasks_.hold();
    on_loop_ = credit_ >= kLeastCredit;
    {
      const std::lock_guard lock(mutex_);
      trial_ = trial;
      trial_.id = attempt.trial;
      stopping_ = false;
      todo_ = !on_loop_;
    }
    if (on_loop_) {
      tasks_.post([this] { on_return(call()); });
    } else {
      changed_.notify_all();
    }
  }

  void stop(StopCause cause, std::string_view reason) {
    if (cause_ != StopCause::none) {
      return;
    }
    cause_ = cause;
    reason_ = reason;
    stopping_ = true;
  }

  // Reporter, on the lane's thread.
  bool report(std::int64_t step, const Metrics& metrics) override {
    Report report;
    report.step = step;
    report.metrics = metrics;
    if (on_loop_) {
      on_report(std::move(report));
      return !stopping_;
    }
    std::unique_lock lock(mutex_);
    answered_ = false;
    tasks_.post([this, report = std::move(report)]() mutable { on_report(std::move(report)); });
    changed_.wait(lock, [this] { return answered_ || closing_; });
    return !stopping_;
  }
  bool should_stop() const override { return stopping_; }
  std::int64_t goal() const override { return goal_; }
  const Trial& trial() const override { return trial_; }

 private:
  void work() {
    while (true) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return todo_ || closing_; });
        if (closing_) {
          return;
        }
        todo_ = false;
      }
      auto returned = std::make_shared<Return>(call());
      const std::lock_guard lock(mutex_);
      if (!closing_) {
        tasks_.post([this, returned] { on_return(*returned); });
      }
    }
  }

  Return call() {
    const auto began = std::chrono::steady_clock::now();
    const Seconds before = on_loop_ ? Seconds{} : thread_cpu();
    Return returned;
    try {
      returned.result = objective_(trial_.params, *this);
    } catch (const std::exception& error) {
      returned.exception = error.what();
      returned.result = absl::UnknownError("exception: " + returned.exception);
    } catch (...) {
      returned.result = absl::UnknownError("exception that is no std::exception");
    }
    returned.wall = seconds_between(began, std::chrono::steady_clock::now());
    if (!on_loop_) {
      returned.cpu = thread_cpu() - before;
    } else if (returned.wall < options_.quick) {
      returned.cpu = returned.wall;  // to ask the system costs as much as a quick call
    }
    return returned;
  }

  void on_report(Report&& report) {
    const auto now = std::chrono::steady_clock::now();
    const Measurement* const measurement = record_.take(std::move(report), now);
    if (measurement != nullptr) {
      const Verdict verdict =
          observer_->on_measurement(attempt_.trial, attempt_.number, *measurement);
      if (verdict.stops()) {
        stop(StopCause::asked, verdict.reason);
      }
    }
    if (options_.wall && seconds_between(record_.started(), now) > *options_.wall) {
      stop(StopCause::wall, "wall limit");
    }
    {
      const std::lock_guard lock(mutex_);
      answered_ = true;
    }
    changed_.notify_all();
  }

  void on_return(const Return& returned) {
    Outcome outcome = record_.outcome(std::chrono::steady_clock::now());
    outcome.usage.cpu = returned.cpu;
    if (returned.result.ok()) {
      overwrite(outcome.metrics, *returned.result);
      if (record_.reports() == 0) {
        outcome.steps = goal_;
      }
    }
    const absl::Status status = returned.result.status();
    if (cause_ == StopCause::asked) {
      outcome.ending = Ending::stopped;
      outcome.reason = reason_;
    } else if (cause_ == StopCause::wall) {
      TrialSpec spec;
      spec.limits.wall = options_.wall;
      judge_end({}, cause_, reason_, spec, outcome);
    } else if (absl::IsInvalidArgument(status)) {
      outcome.ending = Ending::infeasible;
      outcome.reason = std::string(status.message());
    } else if (!status.ok()) {
      outcome.ending = Ending::failed;
      outcome.failure = Failure::told;
      outcome.reason = std::string(status.message());
    }
    credit_ = returned.wall < options_.quick ? std::min(credit_ + 1, kMostCredit)
                                             : std::max(credit_ - kMostCredit / 4, 0);
    free_ = true;
    tasks_.let_go();
    observer_->on_outcome(attempt_.trial, attempt_.number, outcome);
  }

  const ObjectiveFunction& objective_;
  const InprocOptions& options_;
  LoopTasks& tasks_;

  // Loop only, but that the lane's thread reads `on_loop_` and `goal_` while its function runs.
  bool free_ = true;
  bool on_loop_ = false;
  std::int64_t goal_ = 0;
  int credit_ = 0;
  Attempt attempt_;
  TrialObserver* observer_ = nullptr;
  AttemptRecord record_;
  StopCause cause_ = StopCause::none;
  std::string reason_;

  std::atomic<bool> stopping_ = false;

  /// Guards what follows; `trial_` does not change while its function runs.
  std::mutex mutex_;
  std::condition_variable changed_;
  Trial trial_;
  bool todo_ = false;
  bool answered_ = false;
  bool closing_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace

struct InprocExecutor::Pool {
  Pool(boost::asio::io_context& loop, ObjectiveFunction function, InprocOptions settings)
      : objective(std::move(function)), options(settings), tasks(loop) {
    for (std::size_t i = 0; i < std::max<std::size_t>(options.slots, 1); ++i) {
      lanes.push_back(std::make_unique<Lane>(objective, options, tasks));
    }
  }

  ObjectiveFunction objective;
  InprocOptions options;
  LoopTasks tasks;
  std::vector<std::unique_ptr<Lane>> lanes;  // last: their threads use the rest
};

InprocExecutor::InprocExecutor(boost::asio::io_context& loop, ObjectiveFunction objective,
                               InprocOptions options)
    : pool_(std::make_unique<Pool>(loop, std::move(objective), options)) {}

InprocExecutor::~InprocExecutor() = default;

std::size_t InprocExecutor::slots() const {
  return pool_->lanes.size();
}

absl::Status InprocExecutor::start(const Trial& trial, const Attempt& attempt,
                                   TrialObserver& observer) {
  const auto slot = static_cast<std::size_t>(attempt.slot);
  if (attempt.slot < 0 || slot >= pool_->lanes.size() || !pool_->lanes[slot]->free()) {
    return absl::FailedPreconditionError(
        concat("slot ", attempt.slot, " is not free; there are ", pool_->lanes.size()));
  }
  pool_->lanes[slot]->start(trial, attempt, observer);
  return absl::OkStatus();
}

void InprocExecutor::stop(const TrialId& trial, std::string_view reason, StopFor) {
  for (const auto& lane : pool_->lanes) {
    if (lane->runs(trial)) {
      lane->stop(StopCause::asked, reason);
    }
  }
}

}  // namespace evolt
