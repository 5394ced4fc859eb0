#pragma once

#include "core/energy_reading.hpp"
#include "core/units.hpp"
#include "service/report/ledger.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace evolt {

/// Readings added up: bounds add up as the joules do.
struct EnergySum {
  std::int64_t attempts = 0;
  Joules joules;
  Joules lower;
  Joules upper;

  void add(const EnergyReading& reading);

  friend bool operator==(const EnergySum&, const EnergySum&) = default;
};

/// What became of the energy: by the ending of the attempt's trial, and apart what was lost.
enum class Fate : std::uint8_t { finished, stopped, failed, lost, parked, running };
inline constexpr std::size_t kFates = 6;
const char* word(Fate fate);

/// The energy of a whole search: of all attempts, whatever became of them. What runs counts by its
/// last reading. A reading that may not count (energy.estimated) is none.
struct EnergyTotals {
  EnergySum measured;
  std::map<EnergyLabel, EnergySum> labels;
  std::array<EnergySum, kFates> fates{};
  std::int64_t attempts = 0;      ///< that ran for a time, or have a reading
  std::int64_t not_measured = 0;  ///< of these
  Seconds read;                   ///< wall time of attempts with a reading
  Seconds observed;               ///< of it, by their coverage
  Seconds unread;                 ///< wall time of the others

  /// Of those that were not measured, at the mean power of the others. nullopt: nothing was
  /// measured.
  std::optional<Joules> filled() const;

  /// All of it. nullopt: nothing was measured.
  std::optional<Joules> total() const;

  /// Share of all wall time that was observed. nullopt: there was none.
  std::optional<double> coverage() const;
};

/// Cost: O(attempts), and the reports of trials that run.
EnergyTotals energy_totals(const Ledger& ledger);

/// What joules mean outside the computers, as far as the study says.
struct Footprint {
  double pue = 1;  ///< 1 where the study says nothing
  Joules facility;
  std::optional<double> gco2e;  ///< grams; nullopt: the study does not say what a kWh stands for
  std::optional<double> cost;   ///< in the tariff's currency; nullopt: there is no tariff
};
Footprint footprint(const EnergySettings& energy, Joules joules);

}  // namespace evolt
