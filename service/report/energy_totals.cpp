#include "service/report/energy_totals.hpp"

#include <algorithm>
#include <vector>

namespace evolt {
namespace {

constexpr double kJoulesPerKwh = 3.6e6;

Fate fate_of(const LedgerTrial& trial, const LedgerAttempt& attempt) {
  if (attempt.state == LedgerAttempt::State::lost) {
    return Fate::lost;
  }
  if (attempt.state == LedgerAttempt::State::running) {
    return Fate::running;
  }
  if (!trial.result) {
    return Fate::parked;
  }
  switch (trial.result->outcome.ending) {
    case Ending::finished:
      return Fate::finished;
    case Ending::stopped:
      return Fate::stopped;
    case Ending::failed:
    case Ending::infeasible:
      break;
  }
  return Fate::failed;
}

/// What an attempt that runs has told of itself.
Usage so_far(const Ledger& ledger, const LedgerTrial& trial, const LedgerAttempt& attempt) {
  Usage usage;
  usage.energy = attempt.reading;
  const std::vector<Measurement> all = ledger.measurements(trial);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (trial.log.rows[i].attempt == attempt.number) {
      usage.wall = std::max(usage.wall, all[i].elapsed);
    }
  }
  return usage;
}

}  // namespace

const char* word(Fate fate) {
  static constexpr std::array<const char*, kFates> kWords = {"finished", "stopped", "failed",
                                                             "lost",     "parked",  "running"};
  return kWords[static_cast<std::size_t>(fate)];
}

void EnergySum::add(const EnergyReading& reading) {
  ++attempts;
  joules += reading.joules;
  lower += reading.lower;
  upper += reading.upper;
}

std::optional<Joules> EnergyTotals::filled() const {
  if (measured.attempts == 0) {
    return std::nullopt;
  }
  return read > Seconds{} ? (measured.joules / read) * unread : Joules{};
}

std::optional<Joules> EnergyTotals::total() const {
  const auto rest = filled();
  return rest ? std::optional(measured.joules + *rest) : std::nullopt;
}

std::optional<double> EnergyTotals::coverage() const {
  const Seconds all = read + unread;
  return all > Seconds{} ? std::optional(observed / all) : std::nullopt;
}

EnergyTotals energy_totals(const Ledger& ledger) {
  EnergyTotals totals;
  const bool estimated = ledger.options().energy.estimated;
  for (const LedgerTrial& trial : ledger.trials()) {
    for (const LedgerAttempt& attempt : trial.attempts) {
      const Usage usage = attempt.state == LedgerAttempt::State::running
                              ? so_far(ledger, trial, attempt)
                              : attempt.usage;
      if (counts(usage.energy, estimated)) {
        ++totals.attempts;
        totals.measured.add(*usage.energy);
        totals.labels[usage.energy->label].add(*usage.energy);
        totals.fates[static_cast<std::size_t>(fate_of(trial, attempt))].add(*usage.energy);
        totals.read += usage.wall;
        totals.observed += usage.wall * usage.energy->coverage;
      } else if (usage.wall > Seconds{}) {
        ++totals.attempts;
        ++totals.not_measured;
        totals.unread += usage.wall;
      }
    }
  }
  return totals;
}

Footprint footprint(const EnergySettings& energy, Joules joules) {
  Footprint print;
  print.pue = energy.pue ? energy.pue->value : 1;
  print.facility = joules * print.pue;
  const double kwh = print.facility.value / kJoulesPerKwh;
  if (energy.carbon) {
    print.gco2e = kwh * energy.carbon->value;
  }
  if (energy.tariff) {
    print.cost = kwh * energy.tariff->price;
  }
  return print;
}

}  // namespace evolt
