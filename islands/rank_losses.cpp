// Ranks that die; the rest of Rank is in rank.cpp.
#include "islands/rank.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

namespace evolt {

void Rank::entrust(RankId to, const Retry& retry) {
  if (retry.parked) {
    parked_anywhere_.insert(retry.trial.id);
  }
  if (to == plan_.self) {
    wards_.release(retry.trial.id);
    on_message(to, retry);
  } else {
    wards_.entrust(to, retry);
    send(to, retry);
  }
}

void Rank::lose(RankId rank, std::string_view reason) {
  if (dead(rank)) {
    return;
  }
  const bool told = !done();
  if (told) {
    send(rank, RankLost{rank});  // it may be alive
  }
  forget(rank);
  rests_.erase(rank);
  if (told) {
    tell_all(RankLost{rank});
  }
  on_credit_answer(bank_->lose(rank));
  end_when_all_benched();
  for (Wards::Ward& orphan : wards_.orphan(rank)) {
    Retry& retry = orphan.retry;
    const std::int32_t attempt = retry.attempt - 1;
    if (orphan.running) {
      times_.cut(orphan.usage.wall);
      record(Lost{retry.trial.id, attempt, std::string(reason), orphan.usage});
    }
    if (halted_) {
      continue;  // it waits for the next start
    }
    if (retry.losses >= plan_.attempts) {
      Open open;
      open.trial = retry.trial;
      open.attempt.trial = retry.trial.id;
      open.attempt.number = attempt;
      open.used = retry.used;
      finish(open, Outcome{.ending = Ending::failed,
                           .failure = Failure::attempts,
                           .reason = absl::StrCat("lost ", retry.losses,
                                                  " times, last: ", std::string(reason)),
                           .usage = orphan.running ? orphan.usage : Usage{}});
      continue;
    }
    if (!plan_.continues && !plan_.rerun) {
      retry.known.clear();
      retry.steps = 0;
    }
    give(retry);
  }
  fill_slots();
  end_when_complete();
  end_when_all_rest();
}

/// To a rank of its island, if one lives, else to any.
void Rank::give(const Retry& retry) {
  std::vector<RankId> able = fit(layout_.ranks_of(retry.trial.island));
  if (able.empty()) {
    able = fit(layout_.breeders());
  }
  entrust(able[next_heir_++ % able.size()], retry);
}

std::vector<RankId> Rank::living(const std::vector<RankId>& ranks) const {
  std::vector<RankId> alive;
  std::copy_if(ranks.begin(), ranks.end(), std::back_inserter(alive),
               [this](RankId rank) { return !dead(rank); });
  return alive;
}

/// The rank that may send an immigrant on; where its rank is dead, the same other one everywhere.
RankId Rank::owner(IslandId island, const TrialId& individual) const {
  const RankId born = layout_.owner(island, individual);
  if (!dead(born)) {
    return born;
  }
  const std::vector<RankId> alive = living(layout_.ranks_of(island));
  return alive.empty() ? born : alive[individual.counter % alive.size()];
}

void Rank::forget(RankId lost) {
  if (!lost_.insert(lost).second) {
    return;
  }
  actions_.emplace_back(ForgetRank{lost});
  for (Island& island : islands_) {
    if (const auto alive = living(layout_.ranks_of(island.id())); !alive.empty()) {
      const auto after = std::upper_bound(alive.begin(), alive.end(), lost);
      island.inherit(lost, after == alive.end() ? alive.front() : *after);
    }
  }
  for (const IslandId deserted : layout_.islands_of(lost)) {
    if (living(layout_.ranks_of(deserted)).empty()) {
      for (Island& island : islands_) {
        island.cut(deserted);
      }
    }
  }
}

}  // namespace evolt
