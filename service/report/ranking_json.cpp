#include "service/report/ranking_json.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

namespace evolt::detail {

Json bounds_json(const Ledger& ledger, const BoundedScores& scores) {
  Json all = Json::array();
  const Objective& objective = *ledger.options().objective;
  for (std::size_t i = 0; i < scores.values.size(); ++i) {
    const double a = ledger.in_users_sign(i, objective.from_even(scores.values[i].lower));
    const double b = ledger.in_users_sign(i, objective.from_even(scores.values[i].upper));
    all.push_back({number(std::min(a, b)), number(std::max(a, b))});
  }
  return all;
}

Json rivals_json(const std::vector<Rival>& rivals) {
  Json all = Json::array();
  for (const Rival& rival : rivals) {
    all.push_back({{"trial", rival.trial}, {"probability", number(rival.probability)}});
  }
  return all;
}

Json contenders_json(const Ledger& ledger, const Doubts& doubts) {
  Json trials = Json::array();
  for (const Contender& contender : doubts.contenders) {
    const LedgerTrial& trial = *ledger.find(contender.trial);
    Json scores = Json::array();
    for (std::size_t i = 0; i < trial.result->scores.size(); ++i) {
      scores.push_back(number(ledger.in_users_sign(i, trial.result->scores[i])));
    }
    trials.push_back({{"trial", trial.number},
                      {"scores", std::move(scores)},
                      {"bounds", bounds_json(ledger, *ledger.bounded(trial))},
                      {"tied_with", rivals_json(contender.behind)}});
  }
  return {{"clear", kClear}, {"total", doubts.contending}, {"trials", std::move(trials)}};
}

Json ranking_json(const Ledger& ledger) {
  const auto leading = ledger.rankings().leading();
  const auto& all = ledger.rankings().all();
  Json json = {{"scope", leading ? Json(all[*leading].first) : Json(nullptr)},
               {"results", leading ? all[*leading].second.results() : 0},
               {"unranked", Json::array()}};
  std::map<std::string, std::int64_t> unranked;
  for (const LedgerTrial& trial : ledger.trials()) {
    if (std::string why = ledger.why_unranked(trial); !why.empty()) {
      ++unranked[why];
    }
  }
  for (const auto& [why, results] : unranked) {
    json["unranked"].push_back({{"results", results}, {"why", why}});
  }
  return json;
}

}  // namespace evolt::detail
