#include "service/report/within.hpp"

#include "service/report/ranking_json.hpp"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

namespace evolt {
namespace {

using detail::Json;
using detail::number;

constexpr std::size_t kListed = 20;

/// Of two objectives, which is the cost.
std::size_t cost_of(const std::vector<std::string>& names) {
  return measured_name(names[0]) && !measured_name(names[1]) ? 0 : 1;
}

std::vector<const LedgerTrial*> ranked(const Ledger& ledger) {
  std::vector<const LedgerTrial*> all;
  for (const LedgerTrial& trial : ledger.trials()) {
    if (ledger.ranks(trial)) {
      all.push_back(&trial);
    }
  }
  return all;
}

/// Those of `trials` whose cost cannot be told from that of `chosen`.
std::vector<const LedgerTrial*> ties(const Ledger& ledger, const LedgerTrial& chosen,
                                     const std::vector<const LedgerTrial*>& trials,
                                     std::size_t cost) {
  std::vector<const LedgerTrial*> found;
  const auto best = ledger.bounded(chosen);
  for (const LedgerTrial* const trial : trials) {
    const auto scores = best && trial != &chosen ? ledger.bounded(*trial) : std::nullopt;
    if (!scores) {
      continue;
    }
    const bool shared = !best->source.empty() && best->source == scores->source;
    const Bounded& a = (shared ? best->own : best->values)[cost];
    const Bounded& b = (shared ? scores->own : scores->values)[cost];
    if (compare(a, b) != Comparison::better) {
      found.push_back(trial);
    }
  }
  return found;
}

}  // namespace

absl::StatusOr<Margin> parse_margin(std::string_view text) {
  Margin margin;
  std::string_view digits = text;
  if (digits.ends_with('%')) {
    margin.percent = true;
    digits.remove_suffix(1);
  }
  if (!absl::SimpleAtod(std::string(digits), &margin.amount) || !std::isfinite(margin.amount) ||
      margin.amount < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", std::string(text),
                     "\" is no margin: give a number of the metric's unit, 0 or more (0.5), or per "
                     "cent of the best (1%)"));
  }
  return margin;
}

absl::StatusOr<nlohmann::ordered_json> within_report(const Ledger& ledger, const Margin& margin) {
  const std::vector<std::string>& names = ledger.options().names;
  if (names.size() != 2) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the cheapest within a margin needs two objectives, a metric and a cost; this "
        "study has ",
        names.size(), names.size() == 1 ? ": " : "", names.size() == 1 ? names[0] : ""));
  }
  const std::size_t cost = cost_of(names);
  const std::size_t metric = 1 - cost;
  const auto score = [](const LedgerTrial* trial, std::size_t i) {
    return trial->result->scores[i];
  };
  std::vector<const LedgerTrial*> trials = ranked(ledger);
  Json json = {{"margin", number(margin.amount)}, {"percent", margin.percent},
               {"metric", names[metric]},         {"cost", names[cost]},
               {"best_metric", nullptr},          {"trial", nullptr}};
  if (trials.empty()) {
    return json;
  }
  const double best =
      score(*std::min_element(trials.begin(), trials.end(),
                              [&](auto a, auto b) { return score(a, metric) < score(b, metric); }),
            metric);
  const double slack = margin.percent ? std::abs(best) * margin.amount / 100 : margin.amount;
  // Sums of decimal fractions are off by a rounding.
  const double limit = best + slack + 1e-12 * std::max(std::abs(best), slack);
  std::erase_if(trials, [&](auto trial) { return score(trial, metric) > limit; });
  const LedgerTrial& chosen = **std::min_element(trials.begin(), trials.end(), [&](auto a, auto b) {
    return std::tuple(score(a, cost), score(a, metric), a->number) <
           std::tuple(score(b, cost), score(b, metric), b->number);
  });
  json["best_metric"] = number(ledger.in_users_sign(metric, best));
  json["trial"] = chosen.number;
  json["params"] = params_to_json(ledger.params(chosen));
  detail::put_metrics(json, chosen.result->outcome.metrics);
  json["scores"] = {number(ledger.in_users_sign(0, chosen.result->scores[0])),
                    number(ledger.in_users_sign(1, chosen.result->scores[1]))};
  if (const auto scores = ledger.bounded(chosen)) {
    json["bounds"] = detail::bounds_json(ledger, *scores);
    const auto tied = ties(ledger, chosen, trials, cost);
    json["tied_with"] = Json::array();
    for (std::size_t i = 0; i < std::min(tied.size(), kListed); ++i) {
      json["tied_with"].push_back(tied[i]->number);
    }
    json["ties"] = tied.size();
  }
  json["among"] = trials.size();
  return json;
}

}  // namespace evolt
