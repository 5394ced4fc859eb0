#include "islands/credits.hpp"

#include <algorithm>

namespace evolt {

CreditBank::Answer CreditBank::ask(RankId from, std::int64_t wanted) {
  Answer answer;
  hungry_.emplace_back(from, std::max<std::int64_t>(wanted, 1));
  serve(answer);
  return answer;
}

void CreditBank::take_back(RankId from, std::int64_t credits) {
  const auto held = granted_.find(from);
  if (held != granted_.end() && (held->second.credits -= credits) <= 0) {
    granted_.erase(held);
  }
}

void CreditBank::spend(RankId by) {
  take_back(by, 1);
}

CreditBank::Answer CreditBank::lose(RankId rank) {
  std::erase_if(hungry_, [rank](const auto& one) { return one.first == rank; });
  const auto held = granted_.find(rank);
  return give_back(rank, held == granted_.end() ? 0 : held->second.credits);
}

CreditBank::Answer CreditBank::give_back(RankId from, std::int64_t credits) {
  Answer answer;
  take_back(from, credits);
  left_ += closed_ ? 0 : credits;
  serve(answer);
  return answer;
}

CreditBank::Answer CreditBank::pause(bool paused) {
  Answer answer;
  paused_ = paused;
  if (paused) {
    recall(answer);
  }
  serve(answer);
  return answer;
}

CreditBank::Answer CreditBank::allow(std::int64_t credits) {
  Answer answer;
  allowed_ = credits;
  serve(answer);
  return answer;
}

CreditBank::Answer CreditBank::close() {
  Answer answer;
  closed_ = true;
  left_ = 0;
  recall(answer);
  return answer;
}

void CreditBank::recall(Answer& answer) {
  for (auto& [rank, held] : granted_) {
    if (!std::exchange(held.recalled, true)) {
      answer.recall.push_back(rank);
    }
  }
}

std::int64_t CreditBank::granted() const {
  std::int64_t sum = 0;
  for (const auto& [rank, held] : granted_) {
    sum += held.credits;
  }
  return sum;
}

std::vector<RankId> CreditBank::waiting() const {
  std::vector<RankId> ranks;
  for (const auto& [rank, wanted] : hungry_) {
    ranks.push_back(rank);
  }
  return ranks;
}

void CreditBank::serve(Answer& answer) {
  if (paused_) {
    return;
  }
  while (std::min(left_, allowed_) > 0 && !hungry_.empty()) {
    const auto [to, wanted] = hungry_.front();
    hungry_.pop_front();
    const std::int64_t ours = std::min(left_, allowed_);
    const std::int64_t share = std::max<std::int64_t>(ours / (2 * std::int64_t{ranks_}), 1);
    const std::int64_t credits = std::min(wanted, share);
    left_ -= credits;
    allowed_ -= credits;
    Held& held = granted_[to];
    held.credits += credits;
    held.recalled = false;
    answer.grants.push_back({to, credits});
  }
  if (!hungry_.empty()) {
    recall(answer);
  }
}

bool CreditPurse::spend() {
  if (credits_ == 0) {
    return false;
  }
  --credits_;
  return true;
}

std::int64_t CreditPurse::needed(std::int64_t free_slots, std::int64_t slots) const {
  const bool starves = credits_ < free_slots;
  const bool low = ample_ && credits_ < slots;
  if (open_ || !(starves || low)) {
    return 0;
  }
  return free_slots + (low ? 2 : 1) * slots - credits_;
}

void CreditPurse::asked(std::int64_t wanted) {
  open_ = true;
  asked_ = wanted;
}

void CreditPurse::receive(std::int64_t credits) {
  credits_ += credits;
  open_ = false;
  ample_ = credits >= asked_;
}

std::int64_t CreditPurse::empty() {
  ample_ = false;
  return std::exchange(credits_, 0);
}

}  // namespace evolt
