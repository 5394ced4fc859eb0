#pragma once

#include "core/units.hpp"

#include <optional>

namespace evolt {

struct PowerCrossCheckOptions {
  Seconds window{10};        ///< over which the two are compared
  Seconds longest_gap{1.5};  ///< between two samples; over a longer one nothing can be said
  Seconds lag{1};            ///< of the power, which may be an average over the last second
  double tolerance = 0.15;   ///< of the counter's energy
};

/// Compares a counter of energy with the integral of the power that the same device reports: on a
/// healthy one they agree to a few percent, on a sick one either may be frozen or scaled.
/// Source: ml-energy/zeus issue 181 (187 J by the one, 327 J by the other).
class PowerCrossCheck {
 public:
  struct Numbers {
    Joules counted;
    Joules integrated;
  };

  explicit PowerCrossCheck(PowerCrossCheckOptions options = {}) : options_(options) {}

  /// `counted`: of the counter since any fixed moment. Requires: `at` does not go back.
  void add(Seconds at, Joules counted, Watts power);

  /// A read failed: what is between the last one and the next is unknown.
  void miss() { previous_.reset(); }

  /// The last window that was whole says that one of the two is wrong. A window that could not be
  /// compared changes nothing.
  bool disagrees() const { return disagrees_; }

  /// Both numbers of the last whole window.
  const std::optional<Numbers>& numbers() const { return numbers_; }

 private:
  struct Sample {
    Seconds at;
    Joules counted;
    Watts power;
  };

  PowerCrossCheckOptions options_;
  std::optional<Sample> first_;
  std::optional<Sample> previous_;
  Joules integral_;
  bool disagrees_ = false;
  std::optional<Numbers> numbers_;
};

}  // namespace evolt
