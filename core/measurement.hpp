#pragma once

#include "core/energy_reading.hpp"
#include "core/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {

/// Named numbers in the order they were reported.
using Metrics = std::vector<std::pair<std::string, double>>;

/// The metric of that name; nullopt where it was not reported.
inline std::optional<double> find(const Metrics& metrics, std::string_view name) {
  for (const auto& [key, value] : metrics) {
    if (key == name) {
      return value;
    }
  }
  return std::nullopt;
}

/// Puts the values of `news` in the place of those that `known` has by the same names, and the
/// others behind them.
inline void overwrite(Metrics& known, const Metrics& news) {
  for (const auto& [name, value] : news) {
    bool found = false;
    for (auto& [key, old] : known) {
      if (key == name) {
        old = value;
        found = true;
      }
    }
    if (!found) {
      known.emplace_back(name, value);
    }
  }
}

/// One reported step of an attempt.
struct Measurement {
  std::int64_t step = 0;                ///< of the study's fidelity (epochs, samples, ...)
  Metrics metrics;                      ///< may hold values that are not finite; they never win
  std::string phase;                    ///< empty: training
  std::optional<std::int64_t> items;    ///< done in this phase
  Seconds elapsed;                      ///< since the attempt's process started
  std::optional<EnergyReading> energy;  ///< of the attempt so far

  friend bool operator==(const Measurement&, const Measurement&) = default;
};

}  // namespace evolt
