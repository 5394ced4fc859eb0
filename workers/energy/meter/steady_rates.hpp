#pragma once

#include "workers/energy/meter/interval.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace evolt {

/// What a shared meter showed in one segment, and who worked in it.
struct RateRow {
  std::vector<std::pair<std::uint64_t, Interval>> cpu;  ///< CPU-seconds of each window
  Interval other;                                       ///< CPU-seconds of everybody else
  Interval joules;                                      ///< above idle power
};

struct SteadyOptions {
  double ratio = 2;          ///< by which the watts of any two CPU-seconds differ at most
  double steadiness = 0.01;  ///< by how much, relative, those of one trial differ from their mean
  std::size_t rows = 1024;   ///< remembered
};

/// Learns what a CPU-second of each trial costs from how the host's power follows its trials.
///
/// The shares of processor time alone leave a factor of `ratio` open. But every segment is an
/// equation: the sum over trials of CPU-seconds times watts is the energy measured, within its
/// error. *Any* weighted sum of these equations gives a bound on one trial's energy, since what the
/// weights leave over of the others lies within the band that `ratio` allows. The weights are those
/// of the best linear estimate (ridge regression towards the middle of the band), which make the
/// bound narrow; that it holds does not depend on them. It does depend on `steadiness`: a trial
/// whose CPU-seconds change in cost by more is outside. Rows that contradict the band are noticed:
/// there is no bound then.
///
/// Source: ours; the estimate is that of Hoerl & Kennard 1970, "Ridge Regression". Pure.
/// Cost of `joules`: O(rows x windows^2 + windows^3) of the rows around that window's life.
class SteadyRates {
 public:
  explicit SteadyRates(SteadyOptions options) : options_(options) {}

  void add(RateRow row);

  /// The window will not be asked for again; its rows go on telling of its neighbours.
  void forget(std::uint64_t window) { cut_short_.erase(window); }

  /// Joules above idle power of a window over all rows with it, within the ratio and steadiness;
  /// nullopt when there are fewer than two rows, when some were forgotten, and when they
  /// contradict the options.
  std::optional<Interval> joules(std::uint64_t window) const;

 private:
  SteadyOptions options_;
  std::deque<RateRow> rows_;
  std::set<std::uint64_t> cut_short_;  // windows of which rows are forgotten
};

}  // namespace evolt
