#include "workers/metered_executor.hpp"

#include "workers/event_loop.hpp"
#include "workers/text.hpp"

#include <cassert>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace evolt {
namespace {

/// Longer no outcome waits for its energy: the driver of a device may hang.
constexpr std::chrono::seconds kPatience{10};
/// What lies between two reports that come faster is not told apart.
constexpr Seconds kShortestPhase{0.02};
/// The same as long as no trainer has named a phase, and probably none will: each mark costs a
/// reading of every meter.
constexpr Seconds kUnnamedPhase{1};
constexpr const char* kTraining = "train";

void take(WindowFigure figure, std::optional<EnergyReading>& energy, std::string& unmeasured) {
  energy = std::move(figure.energy);
  unmeasured = std::move(figure.missing);
}

/// `phases`: the trainer named some; else all is training, and nobody asked.
void add_energy(WindowReport report, bool phases, Usage& usage) {
  take(std::move(report.whole), usage.energy, usage.unmeasured);
  if (!phases) {
    return;
  }
  for (PhaseFigure& phase : report.phases) {
    PhaseUse& use = usage.phases.emplace_back();
    use.name = std::move(phase.phase);
    use.time = phase.time;
    use.items = phase.items;
    take(std::move(phase.figure), use.energy, use.unmeasured);
  }
}

class MeteredExecutor final : public Executor {
 public:
  MeteredExecutor(boost::asio::io_context& loop, std::unique_ptr<EnergyMeter> meter,
                  MeteredOptions options, std::unique_ptr<Executor> inner)
      : study_(std::move(options.study)),
        counts_all_cpu_(options.counts_all_cpu),
        tasks_(loop),
        inner_(std::move(inner)) {
    assert(options.shares.size() == inner_->slots());
    for (WindowShare& share : options.shares) {
      slots_.push_back(std::make_unique<Slot>(*this, loop, std::move(share)));
    }
    meter_ = std::move(meter);
  }

  std::size_t slots() const override { return inner_->slots(); }

  absl::Status start(const Trial& trial, const Attempt& attempt, TrialObserver& observer) override {
    const auto slot = static_cast<std::size_t>(attempt.slot);
    if (attempt.slot < 0 || slot >= slots_.size() || slots_[slot]->observer != nullptr) {
      return absl::FailedPreconditionError(
          concat("slot ", attempt.slot, " is not free; there are ", slots_.size()));
    }
    slots_[slot]->observer = &observer;
    absl::Status started = inner_->start(trial, attempt, *slots_[slot]);
    if (!started.ok()) {
      slots_[slot]->give_up();
    }
    return started;
  }

  void stop(const TrialId& trial, std::string_view reason, StopFor what) override {
    inner_->stop(trial, reason, what);
  }
  void proceed(const TrialId& trial) override { inner_->proceed(trial); }

 private:
  using Tell = std::function<void(TrialObserver&, const Usage&)>;

  struct Slot final : public TrialObserver {
    Slot(MeteredExecutor& executor, boost::asio::io_context& loop, WindowShare part)
        : owner(executor), share(std::move(part)), patience(loop) {}

    void on_process(const TrialId& trial, std::int32_t number, pid_t process) override {
      if (window) {
        owner.meter_->close(*window, {}, [](const WindowReport&) {});
      }
      // Our cgroup may not be the reader's, and holds other trials, too.
      window = owner.meter_->open({.process = process,
                                   .share = share,
                                   .name = concat(owner.study_, '/', to_string(trial)),
                                   .tree_only = true});
      began = std::chrono::steady_clock::now();
      marked.reset();
      announced.clear();
      named = false;
      observer->on_process(trial, number, process);
    }

    Verdict on_measurement(const TrialId& trial, std::int32_t number,
                           const Measurement& measurement) override {
      if (!window) {
        return observer->on_measurement(trial, number, measurement);
      }
      told = measurement;
      told.energy = owner.meter_->so_far(*window).energy;
      named = named || !measurement.phase.empty();
      owner.named_ = owner.named_ || named;
      mark(measurement.phase.empty() ? kTraining : measurement.phase,
           measurement.items.value_or(0));
      announced.clear();
      return observer->on_measurement(trial, number, told);
    }

    void on_phase(const TrialId& trial, std::int32_t number, std::string_view phase) override {
      if (window) {
        mark(!announced.empty() ? announced : std::string(marked ? kTraining : ""), 0);
        announced = phase;
        named = true;
        owner.named_ = true;
      }
      observer->on_phase(trial, number, phase);
    }

    void on_outcome(const TrialId& trial, std::int32_t number, const Outcome& outcome) override {
      finish(outcome.usage, [trial, number, outcome](TrialObserver& to, const Usage& usage) {
        Outcome measured = outcome;
        measured.usage = usage;
        to.on_outcome(trial, number, measured);
      });
    }

    void on_lost(const TrialId& trial, std::int32_t number, std::string_view reason,
                 const Usage& usage) override {
      finish(usage,
             [trial, number, why = std::string(reason)](TrialObserver& to, const Usage& measured) {
               to.on_lost(trial, number, why, measured);
             });
    }

    void on_not_started(const TrialId& trial, std::int32_t number,
                        std::string_view reason) override {
      TrialObserver& hearer = *observer;
      give_up();
      hearer.on_not_started(trial, number, reason);
    }

    /// Nothing was started after all.
    void give_up() {
      observer = nullptr;
      if (window) {
        owner.meter_->close(*std::exchange(window, std::nullopt), {}, [](const WindowReport&) {});
      }
    }

    /// What was done since the last mark. Reports that come fast are joined, for each costs a
    /// reading; but not across phases.
    void mark(const std::string& name, std::int64_t items) {
      const Seconds now{
          std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count()};
      if (marked && name == last_phase && items == 0 && now - *marked < owner.shortest_phase()) {
        return;
      }
      marked = now;
      last_phase = name;
      owner.meter_->mark(*window, name, items);
    }

    void finish(const Usage& usage, Tell tell) {
      if (!window) {
        tell(*std::exchange(observer, nullptr), usage);
        return;
      }
      mark(announced, 0);
      used = usage;
      then = std::move(tell);
      owner.tasks_.hold();
      const std::uint64_t turn = ++ending;
      patience.after(kPatience, [this, turn] {
        over(turn, {.whole = {.missing = "the meter did not answer within 10 s"}});
      });
      owner.meter_->close(*std::exchange(window, std::nullopt),
                          owner.counts_all_cpu_ ? usage.cpu : std::nullopt,
                          [this, turn](WindowReport report) {
                            owner.tasks_.post([this, turn, report = std::move(report)]() mutable {
                              over(turn, std::move(report));
                            });
                          });
    }

    void over(std::uint64_t turn, WindowReport report) {
      if (turn != ending || observer == nullptr || !then) {
        return;  // it came after all, too late
      }
      patience.cancel();
      owner.tasks_.let_go();
      add_energy(std::move(report), named, used);
      const Tell tell = std::exchange(then, nullptr);
      const Usage usage = std::exchange(used, Usage{});
      tell(*std::exchange(observer, nullptr), usage);
    }

    MeteredExecutor& owner;
    WindowShare share;
    TrialObserver* observer = nullptr;  // nullptr: the slot is free
    std::optional<WindowId> window;
    std::chrono::steady_clock::time_point began;
    std::optional<Seconds> marked;  // last, since then
    std::string last_phase;         // of the last mark
    std::string announced;          // and not reported yet; empty: none
    bool named = false;             // a report named its phase
    Measurement told;
    std::uint64_t ending = 0;
    Usage used;
    Tell then;  // set: its end is being read
    LoopTimer patience;
  };

  Seconds shortest_phase() const { return named_ ? kShortestPhase : kUnnamedPhase; }

  std::string study_;
  bool named_ = false;  // some trainer named a phase
  bool counts_all_cpu_;
  LoopTasks tasks_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::unique_ptr<Executor> inner_;     // tells the slots
  std::unique_ptr<EnergyMeter> meter_;  // first to go: it posts to all of the above
};

}  // namespace

std::unique_ptr<Executor> make_metered_executor(boost::asio::io_context& loop,
                                                std::unique_ptr<EnergyMeter> meter,
                                                MeteredOptions options,
                                                std::unique_ptr<Executor> inner) {
  return std::make_unique<MeteredExecutor>(loop, std::move(meter), std::move(options),
                                           std::move(inner));
}

}  // namespace evolt
