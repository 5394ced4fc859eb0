// A run with a time limit: what is not begun any more, and how the run ends before its limit when
// nothing more can be begun anywhere; the rest of Rank is in rank.cpp.
#include "islands/rank.hpp"

#include <absl/strings/str_format.h>

#include <algorithm>
#include <utility>

namespace evolt {

/// How long the next attempt of a trial, or a new one's first, will take; nullopt where it does not
/// matter or is not known. No attempt outlives its own limit.
std::optional<Seconds> Rank::time_needed(const Retry& retry) const {
  if (!plan_.limit || plan_.continues) {
    return std::nullopt;  // whatever it gets done, the next attempt goes on from there
  }
  std::optional<Seconds> needed = times_.forecast();
  const auto goal = static_cast<double>(next_goal(retry));
  if (needed && goal > 0) {
    needed = *needed * (goal / static_cast<double>(full_length(retry.trial)));
  }
  if (const Seconds cut_before = retry.longest_cut; cut_before > Seconds{}) {
    needed = std::max(needed.value_or(cut_before), cut_before);
  }
  return needed && plan_.wall ? std::min(*needed, *plan_.wall) : needed;
}

/// Once the limit has come nothing is begun, whatever is known.
bool Rank::ends_in_time(const Retry& retry) const {
  return !plan_.limit ||
         (clock_.now() < plan_.limit->ends &&
          clock_.now() + time_needed(retry).value_or(Seconds{}) <= plan_.limit->ends);
}

/// The first of the lost trials that may still end.
bool Rank::start_retry() {
  const auto next = std::find_if(retries_.begin(), retries_.end(),
                                 [this](const Retry& retry) { return ends_in_time(retry); });
  if (next == retries_.end()) {
    return false;
  }
  Retry retry = std::move(*next);
  retries_.erase(next);
  lease(std::move(retry));
  return true;
}

/// Tells rank 0 when nothing runs here and nothing more will be begun before the limit.
void Rank::rest_when_idle() {
  if (!plan_.limit || !begun_ || halted_ || paused_ || !open_.empty() || !asking_.empty()) {
    return;
  }
  const bool breeds = slots_ > 0 && !used_up_ && !benched_;
  if (breeds && ends_in_time()) {
    return;  // it waits for credits
  }
  Rest rest{.held = static_cast<std::int64_t>(retries_.size() + parked_.size()), .needed = {}};
  const auto note = [&rest](const std::optional<Seconds>& needed) {
    if (needed) {
      rest.needed = std::min(rest.needed.value_or(*needed), *needed);
    }
  };
  for (const Retry& retry : retries_) {
    if (slots_ > 0 && ends_in_time(retry)) {
      return;
    }
    note(time_needed(retry));
  }
  for (const auto& [id, retry] : parked_) {
    note(time_needed(retry));  // the rule does not want it now, or it is too long
  }
  if (breeds) {
    note(time_needed());
  }
  if (rested_ != rest) {
    rested_ = rest;
    plan_.self == kRecorder ? on_rest(kRecorder, rest) : send(kRecorder, rest);
  }
}

void Rank::on_rest(RankId from, const Rest& rest) {
  rests_[from] = rest;
  end_when_all_rest();
}

/// Rank 0: the run is over when every trial that has not ended is held back by a rank that rests,
/// no credit is out, and each other rank waits for one.
void Rank::end_when_all_rest() {
  if (!plan_.limit || !begun_ || halted_ || paused_ || rests_.empty() || bank_->granted() > 0) {
    return;
  }
  std::int64_t held = 0;
  std::optional<Seconds> needed;
  for (const auto& [rank, rest] : rests_) {
    held += rest.held;
    if (rest.needed) {
      needed = std::min(needed.value_or(*rest.needed), *rest.needed);
    }
  }
  std::int64_t quiet = std::ssize(rests_) + std::ssize(lost_);
  for (const RankId waiting : bank_->waiting()) {
    quiet += rests_.contains(waiting) ? 0 : 1;
  }
  if (held != unfinished_ || quiet < layout_.ranks() || !needed) {
    return;
  }
  const std::optional<Seconds> longest = plan_.limit->longest;
  Halt halt{EndReason::interrupted, "what is left would not end before the time limit"};
  if (leases_ == 0 && longest && *needed > *longest) {
    halt = {
        EndReason::failed,
        absl::StrFormat("no trial ends before the time limit: the shortest takes %.3g s, as far "
                        "as is known, and a run has %.3g s; give it more time, or let trials "
                        "be resumed (trial.checkpoint)",
                        needed->value, longest->value)};
  }
  tell_all(halt);
  begin_halt(halt);
}

}  // namespace evolt
