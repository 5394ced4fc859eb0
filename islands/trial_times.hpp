#pragma once

#include "core/message.hpp"
#include "core/units.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace evolt {

/// Forecasts how long a trial takes from its start to its end, from those that went before.
///
/// Of the latest hundred that were trained to their end, nine in ten took no longer; of fewer than
/// ten, none did. Before any has ended, what was cut short says at least how long they take. Trials
/// that a rule stopped say nothing: it may not stop the next. Pure.
class TrialTimes {
 public:
  TrialTimes() = default;
  explicit TrialTimes(const KnownTimes& known);

  /// One was trained to its end, in a single attempt.
  void end(Seconds wall);

  /// One was cut short: it would have taken longer.
  void cut(Seconds wall);

  /// nullopt while nothing is known.
  std::optional<Seconds> forecast() const;

  /// For another rank, or a later start.
  const KnownTimes& known() const { return known_; }

 private:
  static constexpr std::size_t kKept = 100;
  static constexpr std::size_t kFew = 10;

  KnownTimes known_;
  std::size_t next_ = 0;  ///< to be replaced, once there are kKept
};

}  // namespace evolt
