#pragma once

#include "core/units.hpp"

#include <algorithm>

namespace evolt {

/// How long a rank sleeps between looks into its mailbox: hardly while there is traffic, soon 5 ms,
/// and 20 ms when it has been quiet for a third of a second (a fifth of a percent of a core).
class PollPause {
 public:
  static constexpr Seconds kShortest{0.00005};
  static constexpr Seconds kQuiet{0.005};
  static constexpr Seconds kLongest{0.02};

  /// `busy`: whether the look that has just ended found something to do.
  Seconds next(bool busy) {
    const double growth = pause_ < kQuiet ? 2 : 1.05;
    pause_ = busy ? kShortest : std::min(pause_ * growth, kLongest);
    return pause_;
  }

 private:
  Seconds pause_ = kShortest;
};

/// When a rank whose own trials keep it busy looks into its mailbox between two of them: a look
/// costs as much as a message. Frames come every two milliseconds from each peer, so a quarter of
/// one between looks that find nothing delays little.
class LookPause {
 public:
  static constexpr Seconds kLongest{0.00025};

  bool due(Seconds now) const { return now - last_ >= pause_; }

  void looked(Seconds now, bool found) {
    last_ = now;
    pause_ = found ? PollPause::kShortest : std::min(pause_ * 1.5, kLongest);
  }

 private:
  Seconds last_;
  Seconds pause_ = PollPause::kShortest;
};

}  // namespace evolt
