#include "service/report/doubts.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace evolt {
namespace {

struct Known {
  std::int64_t trial = 0;
  BoundedScores scores;
};

std::vector<Known> leaders(const Ledger& ledger) {
  std::vector<Known> all;
  const auto put = [&](std::int64_t number) {
    if (auto scores = ledger.bounded(*ledger.find(number))) {
      all.push_back({number, *std::move(scores)});
    }
  };
  if (ledger.options().names.size() > 1) {
    for (const Front::Point& point : ledger.front()) {
      put(point.number);
    }
  } else if (const LedgerTrial* const best = ledger.best();
             best != nullptr &&
             !ledger.rankings().all()[*best->result->ranking].second.repeated().any()) {
    put(best->number);
  }
  return all;
}

/// Who of `front` may dominate it with more than `least`, the likeliest first.
std::vector<Rival> rivals(const Known& one, const std::vector<Known>& front, double least) {
  std::vector<Rival> found;
  for (const Known& other : front) {
    const double probability = probability_of_dominance(other.scores, one.scores);
    if (other.trial != one.trial && probability > least) {
      found.push_back({other.trial, probability});
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Rival& a, const Rival& b) { return a.probability > b.probability; });
  return found;
}

}  // namespace

Doubts doubts(const Ledger& ledger, std::size_t listed) {
  Doubts all;
  std::vector<Known> front = leaders(ledger);
  if (front.empty()) {
    return all;
  }
  std::set<std::int64_t> on_front;
  for (const Known& point : front) {
    on_front.insert(point.trial);
    all.tied_with[point.trial] = rivals(point, front, 1 - kClear);
  }
  std::vector<Known> open;
  std::size_t likely = 0;  // who dominated the last one
  for (const LedgerTrial& trial : ledger.trials()) {
    if (!ledger.ranks(trial) || on_front.contains(trial.number)) {
      continue;
    }
    auto scores = ledger.bounded(trial);
    if (!scores) {
      continue;
    }
    const auto beats = [&](const Known& point) { return dominates(point.scores, *scores); };
    if (beats(front[likely])) {
      continue;
    }
    const auto who = std::find_if(front.begin(), front.end(), beats);
    if (who == front.end()) {
      open.push_back({trial.number, *std::move(scores)});
    } else {
      likely = static_cast<std::size_t>(who - front.begin());
    }
  }
  all.contending = open.size();
  for (const Known& one : open) {
    all.contenders.push_back({one.trial, rivals(one, front, -1)});
  }
  const auto doubtful = [](const Contender& a, const Contender& b) {
    return std::tuple(a.behind.front().probability, a.trial) <
           std::tuple(b.behind.front().probability, b.trial);
  };
  std::sort(all.contenders.begin(), all.contenders.end(), doubtful);
  all.contenders.resize(std::min(all.contenders.size(), listed));
  for (Contender& one : all.contenders) {
    const auto end = std::find_if(one.behind.begin() + 1, one.behind.end(), [](const Rival& rival) {
      return rival.probability <= 1 - kClear;
    });
    one.behind.erase(end, one.behind.end());
  }
  return all;
}

}  // namespace evolt
