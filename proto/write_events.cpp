// The facts of the journal.
#include "proto/write.hpp"
#include "proto/write_parts.hpp"

#include <variant>

namespace evolt::detail {
namespace {

/// One overload for each kind of event.
struct EventWriter {
  v1::Event& wire;

  void operator()(const Bred& bred) const {
    const auto& [trial] = bred;
    write(trial, *wire.mutable_bred()->mutable_trial());
  }
  void operator()(const Leased& leased) const {
    const auto& [attempt] = leased;
    write(attempt, *wire.mutable_leased()->mutable_attempt());
  }
  void operator()(const Measured& measured) const {
    const auto& [trial, attempt, measurement] = measured;
    v1::Measured& out = *wire.mutable_measured();
    write(trial, *out.mutable_trial());
    out.set_attempt(attempt);
    write(measurement, *out.mutable_measurement());
  }
  void operator()(const Stopped& stopped) const {
    const auto& [trial, attempt, step, reason, forecast, spread, audited] = stopped;
    v1::Stopped& out = *wire.mutable_stopped();
    write(trial, *out.mutable_trial());
    out.set_attempt(attempt);
    out.set_step(step);
    out.set_reason(reason);
    write_forecast(forecast, spread, out);
    out.set_audited(audited);
  }
  void operator()(const Parked& parked) const {
    const auto& [trial, attempt, step, reason, forecast, spread, usage, goes_on] = parked;
    v1::Parked& out = *wire.mutable_parked();
    write(trial, *out.mutable_trial());
    out.set_attempt(attempt);
    out.set_step(step);
    out.set_reason(reason);
    write_forecast(forecast, spread, out);
    write(usage, *out.mutable_usage());
    out.set_goes_on(goes_on);
  }
  void operator()(const Finished& finished) const {
    const auto& [trial, attempt, outcome, scores, violation] = finished;
    v1::Finished& out = *wire.mutable_finished();
    write(trial, *out.mutable_trial());
    out.set_attempt(attempt);
    write(outcome, *out.mutable_outcome());
    write(scores, *out.mutable_scores());
    out.set_violation(violation);
  }
  void operator()(const Lost& lost) const {
    const auto& [trial, attempt, reason, usage] = lost;
    v1::Lost& out = *wire.mutable_lost();
    write(trial, *out.mutable_trial());
    out.set_attempt(attempt);
    out.set_reason(reason);
    write(usage, *out.mutable_usage());
  }
  void operator()(const Migrated& migrated) const {
    const auto& [trial, from, to, hop, copy] = migrated;
    v1::Migrated& out = *wire.mutable_migrated();
    write(trial, *out.mutable_trial());
    out.set_from(index(from));
    out.set_to(index(to));
    out.set_hop(hop);
    out.set_copy(copy);
  }
};

}  // namespace

void write(const Event& event, v1::Event& wire) {
  const auto& [at, what] = event;
  wire.set_at_seconds(at.value);
  std::visit(EventWriter{wire}, what);
}

}  // namespace evolt::detail
