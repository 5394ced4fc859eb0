#include "workers/limited_executor.hpp"

#include "core/config_error.hpp"
#include "workers/allotment.hpp"
#include "workers/energy/limits/warden_client.hpp"
#include "workers/event_loop.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <set>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr int kFirstFree = 10;
constexpr const char* kCpu = "cpu";

std::optional<Watts> limit_in(const Params& params, const std::string& name) {
  const Value* const value = name.empty() ? nullptr : find(params, name);
  const double* const watts = value == nullptr ? nullptr : std::get_if<double>(value);
  return watts == nullptr ? std::nullopt : std::optional(Watts{*watts});
}

class LimitedExecutor final : public Executor {
 public:
  /// `gpus`: of each slot the knobs of its GPUs.
  LimitedExecutor(boost::asio::io_context& loop, const TrialSpec& spec,
                  std::vector<std::vector<std::string>> gpus, WardenClient warden,
                  std::unique_ptr<Executor> inner)
      : gpu_parameter_(spec.gpu_power_limit),
        cpu_parameter_(spec.cpu_power_limit),
        warden_(std::move(warden)),
        inner_(std::move(inner)),
        watcher_(loop, UniqueFd(::fcntl(warden_.fd(), F_DUPFD_CLOEXEC, kFirstFree)),
                 [this] { on_readable(); }) {
    for (std::vector<std::string>& knobs : gpus) {
      slots_.push_back(std::make_unique<Slot>(*this, std::move(knobs)));
    }
  }

  std::size_t slots() const override { return inner_->slots(); }

  absl::Status start(const Trial& trial, const Attempt& attempt, TrialObserver& observer) override {
    if (watcher_.closed()) {
      return absl::FailedPreconditionError("evolt-warden is gone; power limits cannot be set");
    }
    const auto slot = static_cast<std::size_t>(attempt.slot);
    if (attempt.slot < 0 || slot >= slots_.size() || slots_[slot]->observer != nullptr) {
      return absl::FailedPreconditionError(concat("slot ", attempt.slot, " is not free"));
    }
    slots_[slot]->begin(trial, attempt, observer);
    return absl::OkStatus();
  }

  void stop(const TrialId& trial, std::string_view reason, StopFor what) override {
    for (const auto& slot : slots_) {
      if (slot->observer != nullptr && slot->trial.id == trial && slot->asking) {
        slot->stop = {std::string(reason), what};  // as soon as it has been started
        return;
      }
    }
    inner_->stop(trial, reason, what);
  }

  void proceed(const TrialId& trial) override { inner_->proceed(trial); }

 private:
  /// One slot, and the ear that hears what becomes of its attempt.
  struct Slot final : public TrialObserver {
    Slot(LimitedExecutor& executor, std::vector<std::string> knobs)
        : owner(executor), gpus(std::move(knobs)) {}

    void begin(const Trial& next, const Attempt& run, TrialObserver& hearer) {
      trial = next;
      attempt = run;
      observer = &hearer;
      asking = true;
      trouble = absl::OkStatus();
      gpu_limit.reset();
      cpu_limit.reset();
      if (const auto limit = limit_in(trial.params, owner.gpu_parameter_)) {
        for (const std::string& knob : gpus) {
          hold(knob, *limit);
        }
      }
      if (const auto limit = limit_in(trial.params, owner.cpu_parameter_)) {
        hold(kCpu, *limit);
      }
      if (awaited.empty()) {  // its limits are not active: an answer all the same, in a later turn
        hold("nothing", {1});
      }
    }

    void hold(const std::string& knob, Watts limit) {
      awaited.insert(knob);
      owner.send(warden_hold(knob, limit));
    }

    void on_reply(const WardenReply& reply) {
      awaited.erase(reply.knob);
      if (reply.status.ok()) {
        held.push_back(reply.knob);
        std::optional<Watts>& limit = reply.knob == kCpu ? cpu_limit : gpu_limit;
        limit = Watts{limit ? std::min(limit->value, reply.enforced.value) : reply.enforced.value};
      } else if (reply.knob != "nothing") {
        trouble = reply.status;
      }
      if (awaited.empty()) {
        asking = false;
        go();
      }
    }

    void go() {
      if (!trouble.ok()) {
        lose(std::string(trouble.message()));
      } else if (const absl::Status started = owner.inner_->start(trial, attempt, *this);
                 !started.ok()) {
        give_back(std::string(started.message()));
      } else if (stop) {
        const auto [reason, what] = *std::exchange(stop, std::nullopt);
        owner.inner_->stop(trial.id, reason, what);
      }
    }

    void lose(const std::string& why) {
      TrialObserver& hearer = free();
      hearer.on_lost(trial.id, attempt.number, concat("power limit: ", why), Usage{});
    }

    /// Nothing was started, and it is not the trial's fault.
    void give_back(const std::string& why) {
      TrialObserver& hearer = free();
      hearer.on_not_started(trial.id, attempt.number, why);
    }

    /// Restores the limits; the slot can be used again.
    TrialObserver& free() {
      for (const std::string& knob : held) {
        owner.send(warden_release(knob));
      }
      held.clear();
      awaited.clear();
      stop.reset();
      asking = false;
      return *std::exchange(observer, nullptr);
    }

    void on_process(const TrialId& id, std::int32_t number, pid_t process) override {
      observer->on_process(id, number, process);
    }
    void on_phase(const TrialId& id, std::int32_t number, std::string_view phase) override {
      observer->on_phase(id, number, phase);
    }
    Verdict on_measurement(const TrialId& id, std::int32_t number,
                           const Measurement& measurement) override {
      if (!measurement.energy) {
        return observer->on_measurement(id, number, measurement);
      }
      Measurement limited = measurement;
      limited.energy->power_limit = limit();
      return observer->on_measurement(id, number, limited);
    }
    void on_not_started(const TrialId&, std::int32_t, std::string_view reason) override {
      give_back(std::string(reason));
    }
    void on_outcome(const TrialId& id, std::int32_t number, const Outcome& outcome) override {
      Outcome limited = outcome;
      add_limits(limited.usage);
      free().on_outcome(id, number, limited);
    }
    void on_lost(const TrialId& id, std::int32_t number, std::string_view reason,
                 const Usage& usage) override {
      Usage limited = usage;
      add_limits(limited);
      free().on_lost(id, number, reason, limited);
    }
    void add_limits(Usage& usage) const {
      usage.gpu_power_limit = gpu_limit;
      usage.cpu_power_limit = cpu_limit;
      if (usage.energy) {
        usage.energy->power_limit = limit();
      }
      for (PhaseUse& phase : usage.phases) {
        if (phase.energy) {
          phase.energy->power_limit = limit();
        }
      }
    }
    std::optional<Watts> limit() const { return gpu_limit ? gpu_limit : cpu_limit; }

    LimitedExecutor& owner;
    std::vector<std::string> gpus;
    Trial trial;
    Attempt attempt;
    TrialObserver* observer = nullptr;  // nullptr: the slot is free
    bool asking = false;
    std::multiset<std::string> awaited;
    std::vector<std::string> held;
    absl::Status trouble;
    std::optional<std::pair<std::string, StopFor>> stop;
    std::optional<Watts> gpu_limit;
    std::optional<Watts> cpu_limit;
  };

  /// A warden that cannot be reached has died, which its end of file tells.
  void send(const std::string& line) {
    if (!watcher_.closed()) {
      ::send(watcher_.fd(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
  }

  void on_readable() {
    char buffer[1024];
    const ssize_t count = ::recv(watcher_.fd(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    }
    if (count <= 0) {
      watcher_.close();
      for (const auto& slot : slots_) {
        if (slot->observer != nullptr && slot->asking) {
          slot->give_back("evolt-warden is gone; power limits cannot be set");
        }
      }
      return;
    }
    rest_.append(buffer, static_cast<std::size_t>(count));
    for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
      const std::optional<WardenReply> reply =
          read_warden_line(std::string_view(rest_).substr(0, end));
      rest_.erase(0, end + 1);
      if (reply) {
        on_reply(*reply);
      }
    }
  }

  /// A knob belongs to one slot, and what was asked is answered in order.
  void on_reply(const WardenReply& reply) {
    for (const auto& slot : slots_) {
      if (slot->asking && slot->awaited.count(reply.knob) != 0 && !reply.released) {
        slot->on_reply(reply);
        return;
      }
    }
  }

  std::string gpu_parameter_;
  std::string cpu_parameter_;
  WardenClient warden_;
  std::unique_ptr<Executor> inner_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::string rest_;
  FdWatcher watcher_;
};

[[noreturn]] void refuse(const std::string& parameter, std::string what) {
  throw ConfigError(Complaint{.what = std::move(what), .key = "param." + parameter});
}

/// The knobs of each slot's GPUs.
std::vector<std::vector<std::string>> gpu_knobs(const TrialSpec& spec, const HostResources& host,
                                                std::size_t slots) {
  std::vector<std::vector<std::string>> knobs(slots);
  if (spec.gpu_power_limit.empty()) {
    return knobs;
  }
  if (spec.gpus < 1) {
    refuse(spec.gpu_power_limit,
           "a power limit of GPUs needs GPUs that a trial has to itself: trial.gpus = 1 or more");
  }
  const std::vector<SlotAllotment> dealt = allot(host, slots, spec.cores, spec.gpus, spec.place);
  for (std::size_t slot = 0; slot < slots; ++slot) {
    for (const std::string& name : dealt[slot].gpus) {
      const auto gpu = std::find_if(host.visible.begin(), host.visible.end(),
                                    [&](const VisibleGpu& one) { return one.name == name; });
      if (gpu == host.visible.end() || gpu->gpu.empty()) {
        refuse(
            spec.gpu_power_limit,
            concat("it is not known which GPU '", name, "' is, so its power cannot be limited: ",
                   host.gpu_trouble.empty() ? "NVIDIA's library was not found" : host.gpu_trouble));
      }
      if (gpu->name != gpu->gpu) {
        refuse(spec.gpu_power_limit,
               concat("'", name, "' is a slice of a GPU; only the whole GPU has a power limit"));
      }
      knobs[slot].push_back(concat("gpu:", gpu->gpu));
    }
  }
  return knobs;
}

/// Throws ConfigError where the host does not permit it.
void try_all(WardenClient& warden, const std::vector<std::vector<std::string>>& gpus,
             const TrialSpec& spec) {
  const auto attempt = [&](const std::string& knob, const std::string& parameter) {
    if (const auto limits = warden.try_limit(knob); !limits.ok()) {
      refuse(parameter,
             concat("this host does not let us set it: ", std::string(limits.status().message())));
    }
  };
  for (const std::vector<std::string>& knobs : gpus) {
    for (const std::string& knob : knobs) {
      attempt(knob, spec.gpu_power_limit);
    }
  }
  if (!spec.cpu_power_limit.empty()) {
    attempt(kCpu, spec.cpu_power_limit);
  }
}

}  // namespace

bool limits_power(const TrialSpec& spec) {
  return !spec.gpu_power_limit.empty() || !spec.cpu_power_limit.empty();
}

absl::StatusOr<std::unique_ptr<Executor>> make_limited_executor(boost::asio::io_context& loop,
                                                                const TrialSpec& spec,
                                                                std::unique_ptr<Executor> inner) {
  const std::string& any =
      spec.gpu_power_limit.empty() ? spec.cpu_power_limit : spec.gpu_power_limit;
  if (spec.place && spec.place->spans_hosts()) {
    refuse(any,
           "trials over several hosts cannot have a power limit: only this host's is in reach");
  }
  const HostResources host = host_resources(process_environment(), gpu_sources(spec.gpus));
  if (!spec.cpu_power_limit.empty() && (inner->slots() != 1 || host.share.local_ranks > 1)) {
    refuse(spec.cpu_power_limit,
           concat("the limit of a processor package holds for all that runs on the host, and there "
                  "are ",
                  inner->slots(), " slots and ", host.share.local_ranks,
                  " ranks of evolt on it; use --slots 1 and one rank a host"));
  }
  std::vector<std::vector<std::string>> gpus = gpu_knobs(spec, host, inner->slots());
  if (absl::Status status = restore_limits_left_behind(); !status.ok()) {
    return status;  // what an attempt would be restored to is not what it was
  }
  absl::StatusOr<WardenClient> warden = WardenClient::start();
  if (!warden.ok()) {
    return warden.status();
  }
  try_all(*warden, gpus, spec);
  return std::unique_ptr<Executor>(std::make_unique<LimitedExecutor>(
      loop, spec, std::move(gpus), *std::move(warden), std::move(inner)));
}

}  // namespace evolt
