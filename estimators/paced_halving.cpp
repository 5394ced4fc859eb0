#include "estimators/paced_halving.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ranges>
#include <utility>

namespace evolt {
namespace {

/// Rungs lie this far apart. The etas of the options belong to it.
constexpr double kSpacing = 3;

/// A rung passes at least one in so many, and at most.
constexpr double kLeastEta = 1.3;
constexpr double kMostEta = 8;

/// So many trials, and the best of them goes on although its share of the trials is below one.
constexpr std::size_t kFirstFinalist = 10;

/// Trials that came to a step with a value to rank.
std::size_t arrived(const History& history, std::int64_t step) {
  return history.place({}, 0, step).peers;
}

/// How well a score at `from` foretells where a trial stands at `to`; of several values, the one
/// that it foretells worst.
double concordance(const History& history, Score score, std::int64_t from, std::int64_t to,
                   double expected, double weight) {
  double least = 1;
  for (std::size_t i = 0; i < history.values(); ++i) {
    score.value = static_cast<std::uint8_t>(i);
    least = std::min(least, history.agreement(score, from, to).concordance(expected, weight));
  }
  return least;
}

Score cost_score(std::size_t value) {
  return {.kind = Score::Kind::best, .value = static_cast<std::uint8_t>(value)};
}

}  // namespace

PacedHalving::PacedHalving(PacedHalvingOptions options)
    : options_(std::move(options)), rungs_{options_.window.min_steps, kSpacing} {
  check(rungs_);
}

/// Steps that are no rung: those of the last tenth, and the last number there is.
bool PacedHalving::past_rungs(std::int64_t step) const {
  const std::int64_t steps = options_.window.steps;
  return steps > 0 ? step > steps - steps / 10 - 1
                   : step == std::numeric_limits<std::int64_t>::max();
}

std::int64_t PacedHalving::next(std::int64_t rung) const {
  const std::int64_t next = rungs_.after(rung);
  return options_.window.steps > 0 && past_rungs(next) ? options_.window.steps : next;
}

std::vector<PacedHalving::Stage> PacedHalving::stages(const History& history,
                                                      std::int64_t up_to) const {
  std::vector<Stage> stages;
  double share = 1;
  for (std::int64_t rung = rungs_.first; rung <= up_to && !past_rungs(rung);
       rung = rungs_.after(rung)) {
    Stage stage{.rung = rung, .next = next(rung), .score = {}};
    double most = 0;
    for (const Score& score : options_.scores) {
      if (of_loss(score) && history.values() > 1) {
        continue;  // knows nothing of the other values
      }
      const bool proven = score == options_.scores.front();
      const double expected = options_.usual - (proven ? 0 : options_.margin);
      const double shown = concordance(history, score, rung, stage.next, expected, options_.weight);
      if (shown > most) {
        most = shown;
        stage.score = score;
      }
    }
    const double eta = (stages.empty() ? options_.first_eta : options_.eta) *
                       std::exp(options_.pace * (most - options_.usual));
    const double before = stages.empty() ? 1 : stages.back().share;
    share /= std::clamp(eta, kLeastEta, kMostEta);
    stage.share = std::max(share, options_.top);
    stage.part = stage.share / before;
    stages.push_back(stage);
  }
  return stages;
}

/// How many of `trials` may pass while others are still to come.
std::size_t PacedHalving::room(const Stage& stage, const History& history,
                               std::size_t trials) const {
  const double here = static_cast<double>(arrived(history, stage.rung));
  const auto share = static_cast<std::size_t>(
      std::min(stage.share * static_cast<double>(trials), stage.part * here));
  const bool first = share == 0 && trials >= kFirstFinalist && arrived(history, stage.next) == 0;
  return first ? 1 : share;
}

/// Where a trial counts as standing: higher than its place where stopping it saves little.
std::size_t PacedHalving::standing(const TrialId& trial, const Place& place, const History& history,
                                   std::int64_t rung) const {
  if (!options_.cost || history.values() == 1 || place.better == 0) {
    return place.better;
  }
  const auto cost = history.at(trial, rung, cost_score(*options_.cost));
  const auto mean = history.mean(rungs_.first, *options_.cost);
  if (!cost || !mean || !(*mean > 0) || !(*cost < *mean)) {
    return place.better;
  }
  return static_cast<std::size_t>(static_cast<double>(place.better) * std::max(*cost, 0.0) / *mean);
}

/// Whether a trial has used more than the target was had for. What it used so far is at least the
/// part of the forecast that its steps are of the length; a start-up is more than that.
bool PacedHalving::beaten(const CurvePoint& newest, double least) const {
  const std::int64_t steps = options_.window.steps;
  const double part = steps > 0 ? static_cast<double>(newest.step) / static_cast<double>(steps) : 1;
  return newest.others.back() != 0 && newest.value * part > least;
}

Verdict PacedHalving::judge(const Curve& curve, const History& history) const {
  if (auto verdict = settled(curve, options_.window)) {
    return *std::move(verdict);
  }
  if (options_.until_target && history.values() > 1) {
    const std::optional<double> least = history.least_met();
    if (least && beaten(curve.points.back(), *least)) {
      return {.decision = Verdict::Decision::stop,
              .reason = absl::StrCat("it has used more than the ", *least,
                                     " that the target was had for")};
    }
    if (least || arrived(history, rungs_.first) <= kFirstFinalist) {
      return {};
    }
  }
  const std::size_t points = curve.points.size();
  const std::int64_t step = curve.points.back().step;
  const std::int64_t rung = rungs_.below(step);
  if (past_rungs(rung) || (points > 1 && curve.points[points - 2].step >= rung)) {
    return {};
  }
  const Stage stage = stages(history, rung).back();
  Score score = stage.score;
  auto place = history.place(curve, rung, score);
  if (!place) {
    score = kBest;
    place = history.place(curve, rung, score);
  }
  if (!place) {
    return {};
  }
  const std::size_t trials = std::max(arrived(history, rungs_.first), place->peers + 1);
  std::size_t pass = room(stage, history, trials);
  if (!options_.parks) {
    if (place->peers + 1 < options_.few) {
      return {};
    }
    pass = std::max(pass, options_.finalists);
  }
  const std::size_t stands = standing(curve.trial, *place, history, rung);
  if (stands < pass) {
    return {};
  }
  Verdict verdict{.decision = options_.parks ? Verdict::Decision::park : Verdict::Decision::stop,
                  .reason = absl::StrCat("number ", place->better + 1, " of ", place->peers + 1,
                                         " at step ", step, " by ", describe(score))};
  if (stands < place->better) {
    absl::StrAppend(&verdict.reason, ", number ", stands + 1, " for what it costs");
  }
  if (pass == 0) {
    absl::StrAppend(&verdict.reason, "; too few trials yet for one to go on");
  } else {
    absl::StrAppend(&verdict.reason, "; the best ", pass, " of ", trials, " trials go on");
  }
  foresee(curve, history, rung, verdict);
  return verdict;
}

/// From rung to rung, what those with such a best value came to.
void PacedHalving::foresee(const Curve& curve, const History& history, std::int64_t rung,
                           Verdict& verdict) const {
  const auto best = value_of(kBest, curve.points);
  if (!best) {
    return;
  }
  double forecast = *best;
  double variance = 0;
  for (std::int64_t at = rung; !past_rungs(at); at = rungs_.after(at)) {
    const Agreement& link = history.agreement(kBest, at, next(at));
    if (link.trials() < 1) {
      break;
    }
    const Agreement::Foretold next_best = link.foretell(forecast);
    forecast = std::min(forecast, next_best.late);  // the best so far never gets worse
    variance = next_best.slope * next_best.slope * variance + next_best.variance;
  }
  verdict.forecast = forecast;
  verdict.spread = std::sqrt(variance);
}

/// Of those parked at a rung: the best in a direction, or the cheapest, whichever is within `pass`.
std::optional<TrialId> PacedHalving::resume_at(const Stage& stage, const ParkedTrials& parked,
                                               const History& history, std::size_t pass) const {
  const std::int64_t rung = stage.rung;
  const Handicap stands = [&](const TrialId& trial, const Place& place) {
    return standing(trial, place, history, rung);
  };
  const bool weighs = options_.cost && history.values() > 1;
  const auto best = first_within(parked, history, rung, stage.next, stage.score, pass,
                                 weighs ? stands : Handicap());
  if (best || !weighs) {
    return best;
  }
  const auto cheapest = parked.best(rung, stage.next, cost_score(*options_.cost), history);
  if (!cheapest) {
    return std::nullopt;
  }
  const auto place = history.place(*history.curve(cheapest->trial), rung, stage.score);
  return place && stands(cheapest->trial, *place) < pass ? std::optional(cheapest->trial)
                                                         : std::nullopt;
}

/// Where the target was had for so little, whoever may still do it for less, the highest rung
/// first.
std::optional<TrialId> PacedHalving::resume_below(double least, const ParkedTrials& parked,
                                                  const History& history) const {
  const Handicap stands = [&](const TrialId& trial, const Place&) -> std::size_t {
    return beaten(history.curve(trial)->points.back(), least) ? 1 : 0;
  };
  for (const Stage& stage : std::views::reverse(stages(history, parked.furthest()))) {
    if (const auto trial =
            first_within(parked, history, stage.rung, stage.next, stage.score, 1, stands)) {
      return trial;
    }
  }
  return std::nullopt;
}

std::optional<TrialId> PacedHalving::resume(const ParkedTrials& parked, const History& history,
                                            bool more) const {
  if (parked.empty()) {
    return std::nullopt;
  }
  if (const auto least = history.least_met(); least && options_.until_target) {
    return resume_below(*least, parked, history);
  }
  const std::size_t trials = arrived(history, rungs_.first);
  const std::vector<Stage> all = stages(history, parked.furthest());
  for (const Stage& stage : std::views::reverse(all)) {
    std::size_t pass = room(stage, history, trials);
    if (!more) {
      pass = std::max(pass, options_.finalists);
    }
    if (pass == 0) {
      continue;
    }
    if (const auto trial = resume_at(stage, parked, history, pass)) {
      return trial;
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> PacedHalving::goal(std::int64_t step) const {
  const std::int64_t rung = rungs_.above(step);
  return past_rungs(rung) ? std::nullopt : std::optional(rung);
}

}  // namespace evolt
