#pragma once

#include "workers/energy/limits/limit_knob.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <functional>
#include <memory>

namespace evolt {

/// A power limit that is set for as long as this lives; then the value that was there before is set
/// again.
class PowerLimit {
 public:
  /// Called before anything is set, so that somebody else can restore it should we be killed; an
  /// error sets nothing.
  using Remember = std::function<absl::Status(const std::string& knob, Watts previous)>;

  /// Sets `wanted`, moved into what the device allows. Errors: invalid_argument for a value that is
  /// not above 0; the knob's.
  static absl::StatusOr<PowerLimit> set(std::unique_ptr<LimitKnob> knob, Watts wanted,
                                        const Remember& remember = {});

  PowerLimit(PowerLimit&&) noexcept = default;
  PowerLimit& operator=(PowerLimit&&) = delete;
  ~PowerLimit();

  const std::string& knob() const { return knob_->name(); }
  Watts applied() const { return applied_; }    ///< as the device says that it was set
  Watts enforced() const { return enforced_; }  ///< the same after all other caps
  Watts previous() const { return previous_; }

  /// Sets the previous value; once it has worked, never again.
  absl::Status restore();

 private:
  PowerLimit(std::unique_ptr<LimitKnob> knob, Watts previous)
      : knob_(std::move(knob)), previous_(previous) {}

  std::unique_ptr<LimitKnob> knob_;  // nullptr: moved from
  Watts previous_;
  Watts applied_;
  Watts enforced_;
  bool restored_ = false;
};

/// `wanted` moved into what the device allows.
Watts clamp_limit(Watts wanted, const PowerLimits& limits);

/// Whether we may turn it: sets it to what it is already.
absl::StatusOr<PowerLimits> try_knob(LimitKnob& knob);

}  // namespace evolt
