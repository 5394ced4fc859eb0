// The facts of the journal.
#include "proto/read_parts.hpp"

namespace evolt::detail {

Stopped Reader::stopped(const v1::Stopped& wire) {
  need(wire.has_trial(), "stopped.trial");
  Stopped stopped{.trial = read_id(wire.trial()),
                  .attempt = wire.attempt(),
                  .step = wire.step(),
                  .reason = wire.reason(),
                  .audited = wire.audited()};
  read_forecast(wire, stopped);
  return stopped;
}

Parked Reader::parked(const v1::Parked& wire) {
  need(wire.has_trial(), "parked.trial");
  need(wire.has_usage(), "parked.usage");
  Parked parked{.trial = read_id(wire.trial()),
                .attempt = wire.attempt(),
                .step = wire.step(),
                .reason = wire.reason(),
                .forecast = {},
                .spread = {},
                .usage = usage(wire.usage()),
                .goes_on = wire.goes_on()};
  read_forecast(wire, parked);
  return parked;
}

Finished Reader::finished(const v1::Finished& wire) {
  need(wire.has_trial(), "finished.trial");
  need(wire.has_outcome(), "finished.outcome");
  return {.trial = read_id(wire.trial()),
          .attempt = wire.attempt(),
          .outcome = outcome(wire.outcome()),
          .scores = read_numbers(wire.scores()),
          .violation = wire.violation()};
}

Lost Reader::lost(const v1::Lost& wire) {
  need(wire.has_trial(), "lost.trial");
  need(wire.has_usage(), "lost.usage");
  return {.trial = read_id(wire.trial()),
          .attempt = wire.attempt(),
          .reason = wire.reason(),
          .usage = usage(wire.usage())};
}

Migrated Reader::migrated(const v1::Migrated& wire) {
  need(wire.has_trial(), "migrated.trial");
  return {.trial = read_id(wire.trial()),
          .from = IslandId{wire.from()},
          .to = IslandId{wire.to()},
          .hop = wire.hop(),
          .copy = wire.copy()};
}

decltype(Event::what) Reader::what(const v1::Event& event) {
  switch (event.what_case()) {
    case v1::Event::kBred:
      need(event.bred().has_trial(), "bred.trial");
      return Bred{.trial = trial(event.bred().trial())};
    case v1::Event::kLeased:
      need(event.leased().has_attempt(), "leased.attempt");
      return Leased{.attempt = attempt(event.leased().attempt())};
    case v1::Event::kMeasured: {
      const v1::Measured& wire = event.measured();
      need(wire.has_trial(), "measured.trial");
      need(wire.has_measurement(), "measured.measurement");
      return Measured{.trial = read_id(wire.trial()),
                      .attempt = wire.attempt(),
                      .measurement = measurement(wire.measurement())};
    }
    case v1::Event::kStopped:
      return stopped(event.stopped());
    case v1::Event::kFinished:
      return finished(event.finished());
    case v1::Event::kParked:
      return parked(event.parked());
    case v1::Event::kLost:
      return lost(event.lost());
    case v1::Event::kMigrated:
      return migrated(event.migrated());
    case v1::Event::WHAT_NOT_SET:
      break;
  }
  complain("event", "is empty or of a kind that this version does not know");
  return {};
}

Event Reader::event(const v1::Event& wire) {
  return {.at = {wire.at_seconds()}, .what = what(wire)};
}

}  // namespace evolt::detail
