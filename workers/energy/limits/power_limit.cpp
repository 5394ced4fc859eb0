#include "workers/energy/limits/power_limit.hpp"

#include "workers/text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt {

Watts clamp_limit(Watts wanted, const PowerLimits& limits) {
  if (limits.most) {
    wanted.value = std::min(wanted.value, limits.most->value);
  }
  if (limits.least) {
    wanted.value = std::max(wanted.value, limits.least->value);
  }
  return wanted;
}

absl::StatusOr<PowerLimits> try_knob(LimitKnob& knob) {
  absl::StatusOr<PowerLimits> limits = knob.limits();
  if (!limits.ok()) {
    return limits;
  }
  if (!limits->current) {
    return absl::UnimplementedError(concat(knob.name(), " does not say what its limit is"));
  }
  const absl::Status status = knob.set(*limits->current);
  return status.ok() ? limits : status;
}

absl::StatusOr<PowerLimit> PowerLimit::set(std::unique_ptr<LimitKnob> knob, Watts wanted,
                                           const Remember& remember) {
  if (!std::isfinite(wanted.value) || wanted.value <= 0) {
    return absl::InvalidArgumentError(
        concat("a power limit of ", wanted.value, " W makes no sense"));
  }
  const absl::StatusOr<PowerLimits> before = knob->limits();
  if (!before.ok()) {
    return before.status();
  }
  if (!before->current) {
    return absl::UnimplementedError(
        concat(knob->name(), " does not say what its limit is, so it could not be restored"));
  }
  if (remember) {
    if (absl::Status status = remember(knob->name(), *before->current); !status.ok()) {
      return status;
    }
  }
  PowerLimit limit(std::move(knob), *before->current);
  limit.applied_ = limit.enforced_ = clamp_limit(wanted, *before);
  if (absl::Status status = limit.knob_->set(limit.applied_); !status.ok()) {
    limit.restored_ = true;
    return status;
  }
  if (const absl::StatusOr<PowerLimits> after = limit.knob_->limits(); after.ok()) {
    limit.applied_ = after->current.value_or(limit.applied_);
    limit.enforced_ = after->enforced.value_or(limit.applied_);
  }
  return limit;
}

absl::Status PowerLimit::restore() {
  if (restored_) {
    return absl::OkStatus();
  }
  absl::Status status = knob_->set(previous_);
  restored_ = status.ok();
  return status;
}

PowerLimit::~PowerLimit() {
  if (knob_) {
    restore().IgnoreError();  // restore() is there for who wants to know
  }
}

}  // namespace evolt
