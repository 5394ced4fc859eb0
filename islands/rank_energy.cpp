// The budget of energy, which rank 0 keeps, and the limit of each trial; the rest of Rank is in
// rank.cpp.
#include "islands/rank.hpp"

#include <absl/strings/str_format.h>

namespace evolt {

/// Rank 0, when the run ends: while what runs elsewhere goes on to its end, somebody must be there
/// who can stop it.
bool Rank::waits_for_others() const {
  return halted_->reason == EndReason::joules && energy_ && energy_->running() > 0;
}

/// Rank 0: no more is granted than the energy that is left allows.
void Rank::count_energy() {
  if (energy_ && !halted_) {
    on_credit_answer(bank_->allow(energy_->room(bank_->granted())));
  }
}

/// Rank 0, after events: whether the run ends, nothing new begins, or those who wait may go on.
void Rank::follow_energy() {
  if (!energy_ || halted_) {
    return;
  }
  if (const auto halt = energy_->verdict()) {
    tell_all(*halt);
    begin_halt(*halt);
    return;
  }
  if (!begun_ || closed_for_) {
    return;
  }
  if (auto halt = energy_->too_little_gain()) {
    closed_for_ = std::move(halt);
    on_credit_answer(bank_->close());
    return;
  }
  count_energy();
  const bool at_rest = unfinished_ == std::ssize(parked_anywhere_) && bank_->granted() == 0;
  if (!halted_ && !closed_for_ && at_rest && bank_->left() > 0 && energy_->room(0) == 0) {
    closed_for_ = energy_->no_room();
    on_credit_answer(bank_->close());
  }
}

/// Whether a trial has used more than it may, with the attempts that it goes on from. One that
/// comes to its target in time does not ask for more.
bool Rank::over_limit(Open& open, const Measurement& measurement) const {
  if (!plan_.most_joules || open.stopping || open.halting ||
      !counts(measurement.energy, plan_.estimated)) {
    return false;
  }
  Joules used = measurement.energy->joules;
  if (plan_.continues && open.used && counts(open.used->energy, plan_.estimated)) {
    used += open.used->energy->joules;
  }
  if (used <= *plan_.most_joules) {
    return false;
  }
  if (open.over_limit.empty()) {
    open.over_limit = absl::StrFormat("used %.4g J, more than trial.limits.joules, %.4g J",
                                      used.value, plan_.most_joules->value);
  }
  return true;
}

}  // namespace evolt
