#pragma once

#include "core/units.hpp"

namespace evolt {

/// Where time comes from, so that a study can run in virtual time. Thread: any.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Seconds since some fixed moment; never goes backwards.
  virtual Seconds now() const = 0;

  /// Seconds since 1970-01-01 UTC, for display and the journal only: it may jump.
  virtual Seconds wall() const = 0;
};

/// The machine's own clocks.
class SystemClock final : public Clock {
 public:
  Seconds now() const override;
  Seconds wall() const override;
};

/// A clock that stands still until it is moved; wall() equals now().
class ManualClock final : public Clock {
 public:
  Seconds now() const override { return now_; }
  Seconds wall() const override { return now_; }
  void advance(Seconds by) { now_ += by; }
  void set(Seconds to) { now_ = to; }

 private:
  Seconds now_;
};

}  // namespace evolt
