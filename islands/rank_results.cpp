// What becomes of an attempt that has ended: its scores, and who hears of them; the rest of Rank is
// in rank.cpp.
#include "core/usage_sum.hpp"
#include "islands/rank.hpp"

#include <cmath>
#include <string>
#include <utility>

namespace evolt {

/// An attempt that went on from a checkpoint may have had nothing left to report.
void Rank::complete(const Open& open, Outcome& outcome) const {
  if (!plan_.continues || open.attempt.number == 1) {
    return;
  }
  Metrics metrics = open.known;
  overwrite(metrics, outcome.metrics);
  outcome.metrics = std::move(metrics);
  if (outcome.steps == 0) {
    outcome.steps = open.steps;
    outcome.started_at = open.steps;
  }
}

/// Where attempts go on from each other, a trial has used what all of them did; where each begins
/// anew, only the last one tells of the configuration.
Usage Rank::whole_usage(const Open& open, const Usage& last) const {
  return open.at_rest && open.used ? *open.used : used_after(open, last);
}

/// The same once an attempt has ended that was not lost.
Usage Rank::used_after(const Open& closed, const Usage& last) const {
  return plan_.continues && closed.used ? sum(*closed.used, last) : last;
}

/// A trial that did not run to its end is worth what it would have come to. Judged by one metric:
/// the rule's forecast of it, and seconds and joules in proportion to the steps.
Outcome Rank::foreseen(const Open& open, Outcome outcome) const {
  const auto& forecast = open.verdict.forecast;
  if (outcome.ending != Ending::stopped || !forecast) {
    return outcome;
  }
  overwrite(outcome.metrics, {{std::string(plan_.outlook.metric()), *forecast}});
  if (outcome.steps > 0 && plan_.fidelity.steps > outcome.steps) {
    outcome.usage = scaled(outcome.usage, static_cast<double>(plan_.fidelity.steps) /
                                              static_cast<double>(outcome.steps));
  }
  return outcome;
}

/// The same where the objective was judged: what its last report foretold, and for the first value
/// what the rule foretells. nullopt where no report was judged.
std::optional<Scores> Rank::foretold(const Open& open) const {
  const Curve* const curve = history_.curve(open.trial.id);
  if (curve == nullptr || curve->points.empty() || !std::isfinite(curve->points.back().value)) {
    return std::nullopt;
  }
  const CurvePoint& last = curve->points.back();
  Scores scores{.values = {last.value}};
  scores.values.insert(scores.values.end(), last.others.begin(), last.others.end());
  if (open.verdict.forecast) {
    scores.values.front() = plan_.outlook.in_users_sign(*open.verdict.forecast);  // and back
  }
  if (plan_.objective.requires_something()) {
    scores.violation = scores.values.back();
    scores.values.pop_back();
  }
  return scores;
}

/// Of a trial that has ended and can be ranked. Errors: as Objective::score.
absl::StatusOr<Scores> Rank::scores_of(const Open& open, const Outcome& outcome) const {
  if (outcome.ending == Ending::stopped && plan_.outlook.judges() &&
      plan_.outlook.metric().empty()) {
    if (auto scores = foretold(open)) {
      return *std::move(scores);
    }
  }
  Outcome whole = outcome;
  whole.usage = whole_usage(open, outcome.usage);
  whole = foreseen(open, std::move(whole));
  return plan_.objective.score(whole.metrics, whole.usage);
}

/// Without scores where the outcome cannot be ranked; a finished one has then failed.
Individual Rank::individual_of(const Open& open, Outcome& outcome) const {
  Individual individual{
      .id = open.trial.id,
      .genome = open.trial.genome,
      .scores = {},
      .violation = 0,
      .standing = outcome.ending == Ending::stopped ? Standing::stopped : Standing::finished,
      .lineage = open.trial.lineage};
  if (outcome.ending == Ending::finished || outcome.ending == Ending::stopped) {
    auto scores = scores_of(open, outcome);
    if (scores.ok()) {
      individual.scores = std::move(scores->values);
      individual.violation = scores->violation;
    } else if (outcome.ending == Ending::finished) {
      outcome.ending = Ending::failed;
      outcome.failure =
          absl::IsNotFound(scores.status()) ? Failure::no_result : Failure::not_finite;
      outcome.reason = std::string(scores.status().message());
    }
  }
  return individual;
}

/// Makes it known everywhere. Without scores: that it failed.
void Rank::admit(const Open& open, const Individual& individual) {
  if (layout_.ranks() > 1) {
    Admitted admitted{open.trial.island, individual};
    plan_.learns_from_all ? tell_all(std::move(admitted))
                          : tell_island(open.trial.island, std::move(admitted));
  }
  learn_elsewhere(open.trial.island, individual);
  if (Island* const island = find_island(open.trial.island)) {
    if (individual.scores.empty()) {
      island->fail(individual.genome);
    } else {
      island->admit(individual, plan_.self);
    }
  }
}

void Rank::finish(const Open& open, Outcome outcome) {
  complete(open, outcome);
  const Individual individual = individual_of(open, outcome);
  if (outcome.ending == Ending::finished) {
    times_.end(outcome.usage.wall);
  }
  history_.end(open.trial.id, outcome.ending);
  if (const Curve* const curve = history_.curve(open.trial.id)) {
    plan_.estimator.observe(*curve, outcome.ending);
    tell_all(CurveEnded{open.trial.id, outcome.ending});
    tell_rule(open.trial.id, outcome.ending);
  }
  record(Finished{.trial = open.trial.id,
                  .attempt = open.attempt.number,
                  .outcome = outcome,
                  .scores = individual.scores,
                  .violation = individual.violation});
  admit(open, individual);
  if (Island* const island = find_island(open.trial.island)) {
    if (!individual.scores.empty()) {
      migrate(*island);
    }
    tell_plugin(open.trial.island, individual, outcome.metrics);
  }
  judge_host(plan_.self);
}

}  // namespace evolt
