// Ranks whose host cannot run trials; the rest of Rank is in rank.cpp.
#include "islands/rank.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace evolt {

/// Rank 0, after an event of that rank.
void Rank::judge_host(RankId rank) {
  if (plan_.self != kRecorder || halted_) {
    return;
  }
  const bool reported = watch_.reported(rank);
  ever_reported_ = ever_reported_ || reported;
  if (bench_.contains(rank)) {
    if (reported && bench_.at(rank)) {
      reinstate(rank);
    }
    return;
  }
  if (!watch_.condemns(rank, ever_reported_)) {
    return;
  }
  const std::vector<RankId> others = fit(layout_.breeders());
  // Where all fail it is the configurations that do, not the hosts.
  if (ever_reported_ && std::none_of(others.begin(), others.end(), [&](RankId other) {
        return other != rank && watch_.trusts(other);
      })) {
    return;
  }
  bench_rank(rank,
             absl::StrCat("its last ", watch_.row(rank),
                          " trials failed without a single report: ", watch_.last_failure(rank)));
}

void Rank::bench(std::string why) {
  if (halted_ || benched_) {
    return;
  }
  if (plan_.self == kRecorder) {
    bench_rank(plan_.self, why);
  } else {
    send(kRecorder, Benched{.text = std::move(why)});
    stand_down();
  }
}

/// Rank 0.
void Rank::bench_rank(RankId rank, const std::string& why) {
  if (halted_ || !bench_.emplace(rank, !watch_.reported(rank)).second) {
    return;
  }
  if (fit(layout_.breeders()).empty()) {
    halt(EndReason::failed,
         watch_.row(rank) == 0 || ever_reported_
             ? why
             : absl::StrCat("the first ", watch_.rows(),
                            " trials failed without a single report: ", watch_.last_failure(rank)));
    return;
  }
  actions_.emplace_back(TellBenched{.rank = rank, .why = why});
  if (rank == plan_.self) {
    stand_down();
  } else {
    send(rank, Benched{.text = why});
  }
}

/// Rank 0: a trial that ran when its rank was benched has reported, the first one there.
void Rank::reinstate(RankId rank) {
  bench_.erase(rank);
  actions_.emplace_back(TellBenched{.rank = rank, .why = {}, .over = true});
  if (rank == plan_.self) {
    benched_ = false;
    fill_slots();
  } else {
    send(rank, Benched{.text = {}, .over = true});
  }
}

void Rank::on_benched(RankId from, const Benched& benched) {
  if (plan_.self == kRecorder) {
    bench_rank(from, benched.text);
  } else if (benched.over) {
    benched_ = false;
    fill_slots();
  } else {
    stand_down();
    rest_when_idle();
  }
}

/// What this rank might still have started is for others.
void Rank::stand_down() {
  benched_ = true;
  if (halted_) {
    return;
  }
  return_credits();
  std::deque<Retry> left = std::exchange(retries_, {});
  for (auto& [id, parked] : std::exchange(parked_, {})) {
    waiting_.remove(id);
    left.push_back(std::move(parked));
  }
  for (const Retry& retry : left) {
    plan_.self == kRecorder ? give(retry) : send(kRecorder, retry);
  }
}

/// Living ones that are not benched.
std::vector<RankId> Rank::fit(const std::vector<RankId>& ranks) const {
  std::vector<RankId> able = living(ranks);
  std::erase_if(able, [this](RankId rank) { return bench_.contains(rank); });
  return able;
}

/// Rank 0, when a rank died: is anybody left to start trials?
void Rank::end_when_all_benched() {
  if (!halted_ && !bench_.empty() && fit(layout_.breeders()).empty()) {
    halt(EndReason::failed, "no rank is left that can run trials");
  }
}

}  // namespace evolt
