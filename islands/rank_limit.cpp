// A run with a time limit: what is not begun any more, and how the run ends before its limit when
// nothing more can be begun anywhere; the rest of Rank is in rank.cpp.
#include "islands/rank.hpp"

#include <absl/strings/str_format.h>

#include <algorithm>
#include <utility>

namespace evolt {

/// How long an attempt will take; nullopt where it does not matter or is not known. No attempt
/// outlives its own limit.
std::optional<Seconds> Rank::time_needed(Seconds cut_before) const {
  if (!plan_.limit || plan_.continues) {
    return std::nullopt;  // whatever it gets done, the next attempt goes on from there
  }
  std::optional<Seconds> needed = times_.forecast();
  if (cut_before > Seconds{}) {
    needed = std::max(needed.value_or(cut_before), cut_before);
  }
  return needed && plan_.wall ? std::min(*needed, *plan_.wall) : needed;
}

/// Once the limit has come nothing is begun, whatever is known.
bool Rank::ends_in_time(Seconds cut_before) const {
  return !plan_.limit ||
         (clock_.now() < plan_.limit->ends &&
          clock_.now() + time_needed(cut_before).value_or(Seconds{}) <= plan_.limit->ends);
}

/// The first of the lost trials that may still end.
bool Rank::start_retry() {
  const auto next = std::find_if(retries_.begin(), retries_.end(), [this](const Retry& retry) {
    return ends_in_time(retry.longest_cut);
  });
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
  Rest rest{.held = static_cast<std::int64_t>(retries_.size()), .needed = {}};
  const auto note = [&rest](const std::optional<Seconds>& needed) {
    if (needed) {
      rest.needed = std::min(rest.needed.value_or(*needed), *needed);
    }
  };
  for (const Retry& retry : retries_) {
    if (slots_ > 0 && ends_in_time(retry.longest_cut)) {
      return;
    }
    note(time_needed(retry.longest_cut));
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
