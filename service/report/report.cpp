#include "service/report/report.hpp"

#include "core/words.hpp"
#include "estimators/hypervolume.hpp"
#include "service/report/doubts.hpp"
#include "service/report/energy_json.hpp"
#include "service/report/json_parts.hpp"
#include "service/report/ranking_json.hpp"
#include "service/report/savings.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace evolt {
namespace {

using detail::Json;
using detail::number;

Json scores_json(const Ledger& ledger, const std::vector<double>& scores) {
  Json json = Json::array();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    json.push_back(number(ledger.in_users_sign(i, scores[i])));
  }
  return json;
}

/// Null before there is a reference; with more objectives than four the value is not worked out.
Json hypervolume_json(const Ledger& ledger) {
  const std::vector<double> reference = ledger.reference();
  if (reference.empty()) {
    return nullptr;
  }
  Json json = {{"value", nullptr}, {"reference", scores_json(ledger, reference)}};
  if (reference.size() <= 4) {
    std::vector<std::vector<double>> points;
    for (const Front::Point& point : ledger.front()) {
      points.push_back(point.scores);
    }
    json["value"] = number(hypervolume(std::move(points), reference));
  }
  return json;
}

/// Where scores hold energy: their bounds, and who the bounds let be better.
void put_doubts(Json& entry, const Ledger& ledger, const LedgerTrial& trial, const Doubts& doubts) {
  const auto known = doubts.tied_with.find(trial.number);
  if (known != doubts.tied_with.end()) {
    entry["bounds"] = detail::bounds_json(ledger, *ledger.bounded(trial));
    entry["tied_with"] = detail::rivals_json(known->second);
  }
}

/// `{trial, params, metrics}`, what `best` and every point of `front` begin with.
Json summary(const Ledger& ledger, const LedgerTrial& trial) {
  Json json = {{"trial", trial.number}, {"params", params_to_json(ledger.params(trial))}};
  detail::put_metrics(json, trial.result->outcome.metrics);
  return json;
}

Json relative_json(const Ledger& ledger, const TrialId& id) {
  const LedgerTrial* const trial = ledger.find(id);
  return {{"trial", trial == nullptr ? Json(nullptr) : Json(trial->number)}, {"id", to_string(id)}};
}

Json lineage_json(const Ledger& ledger, const Lineage& lineage) {
  Json parents = Json::array();
  for (const TrialId& id : lineage.parents) {
    parents.push_back(relative_json(ledger, id));
  }
  return {{"propagator", lineage.propagator}, {"parents", std::move(parents)}};
}

Json outcome_json(const Outcome& outcome) {
  Json json = {{"ending", word(outcome.ending)}};
  if (outcome.failure != Failure::none) {
    json["failure"] = word(outcome.failure);
  }
  json["reason"] = outcome.reason;
  json["steps"] = outcome.steps;
  json["started_at"] = outcome.started_at;
  if (outcome.exit_code) {
    json["exit_code"] = *outcome.exit_code;
  }
  if (outcome.signal) {
    json["signal"] = *outcome.signal;
  }
  if (!outcome.checkpoint.empty()) {
    json["checkpoint"] = outcome.checkpoint;
  }
  if (!outcome.last_lines.empty()) {
    json["last_lines"] = outcome.last_lines;
  }
  return json;
}

Json attempt_json(const Ledger& ledger, const LedgerAttempt& attempt) {
  static constexpr const char* kStates[] = {"running", "ended", "lost", "parked", "reached"};
  Json json = {{"attempt", attempt.number},
               {"state", kStates[static_cast<std::size_t>(attempt.state)]},
               {"rank", index(attempt.rank)},
               {"slot", attempt.slot}};
  if (!attempt.worker.empty()) {
    json["worker"] = attempt.worker;
  }
  if (!attempt.reason.empty()) {
    json["reason"] = attempt.reason;
  }
  if (attempt.goal > 0) {
    json["goal"] = attempt.goal;
  }
  if (attempt.inherits_from) {
    json["inherits_from"] = relative_json(ledger, *attempt.inherits_from);
  }
  json["steps"] = attempt.spent;
  if (attempt.state != LedgerAttempt::State::running) {
    json["usage"] = detail::usage_json(attempt.usage);
  }
  return json;
}

Json curve_json(const Ledger& ledger, const LedgerTrial& trial) {
  Json curve = Json::array();
  const std::vector<Measurement> all = ledger.measurements(trial);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Measurement& m = all[i];
    Json point = {{"step", m.step},
                  {"attempt", trial.log.rows[i].attempt},
                  {"seconds", number(m.elapsed.value)}};
    detail::put_metrics(point, m.metrics);
    if (!m.phase.empty()) {
      point["phase"] = m.phase;
    }
    if (m.items) {
      point["items"] = *m.items;
    }
    if (m.energy) {
      point["joules"] = number(m.energy->joules.value);
    }
    curve.push_back(std::move(point));
  }
  return curve;
}

/// `low` and `high` bound the forecast at two standard deviations.
Json stop_json(const Stopped& stop) {
  Json json = {{"step", stop.step},
               {"attempt", stop.attempt},
               {"reason", stop.reason},
               {"forecast", stop.forecast ? number(*stop.forecast) : Json(nullptr)},
               {"low", nullptr},
               {"high", nullptr},
               {"audited", stop.audited}};
  if (stop.forecast && stop.spread) {
    json["low"] = number(*stop.forecast - 2 * *stop.spread);
    json["high"] = number(*stop.forecast + 2 * *stop.spread);
  }
  return json;
}

/// One sentence: why the trial is in the state it is in.
std::string why(const LedgerTrial& trial) {
  if (is_parked(trial)) {
    return "parked: " + trial.attempts.back().reason;
  }
  if (!trial.result) {
    return trial.stop && !trial.stop->audited ? "being stopped: " + trial.stop->reason : "";
  }
  const Outcome& outcome = trial.result->outcome;
  if (outcome.ending == Ending::stopped && trial.stop) {
    return trial.stop->reason;
  }
  return outcome.reason;
}

}  // namespace

std::string_view state_of(const LedgerTrial& trial) {
  if (trial.result) {
    return word(trial.result->outcome.ending);
  }
  return is_parked(trial) ? "parked" : "running";
}

nlohmann::ordered_json best_report(const Ledger& ledger) {
  const TrialCounts& counts = ledger.counts();
  Json json = {{"trials",
                {{"total", counts.total},
                 {"finished", counts.finished},
                 {"stopped", counts.stopped},
                 {"failed", counts.failed},
                 {"running", counts.running},
                 {"parked", counts.parked},
                 {"lost_attempts", counts.lost},
                 {"repeats", ledger.repeats()}}}};
  const LedgerOptions& options = ledger.options();
  json["objective"] = Json::array();
  for (std::size_t i = 0; i < options.names.size(); ++i) {
    json["objective"].push_back(
        {{"name", options.names[i]}, {"goal", i < options.maximized ? "maximize" : "minimize"}});
  }
  const Doubts open = doubts(ledger);
  json["best"] = nullptr;
  if (const LedgerTrial* const best = ledger.best()) {
    Json& entry = json["best"] = summary(ledger, *best);
    if (options.names.size() > 1) {
      entry["score"] = scores_json(ledger, best->result->scores)[0];
    } else {
      entry["score"] = scores_json(ledger, {ledger.mean_score(*best)})[0];
      entry["evaluations"] = ledger.evaluations(*best);
    }
    put_doubts(entry, ledger, *best, open);
  }
  if (options.names.size() > 1) {
    Json& front = json["front"] = Json::array();
    for (const Front::Point& point : ledger.front()) {
      const LedgerTrial& trial = *ledger.find(point.number);
      Json entry = summary(ledger, trial);
      entry["scores"] = scores_json(ledger, point.scores);
      put_doubts(entry, ledger, trial, open);
      front.push_back(std::move(entry));
    }
    json["hypervolume"] = hypervolume_json(ledger);
  }
  if (options.objective) {
    json["contenders"] = detail::contenders_json(ledger, open);
    json["ranking"] = detail::ranking_json(ledger);
  }
  const EpochTotals epochs = ledger.epochs();
  const auto saved = epochs.saved_fraction();
  json["epochs"] = {{"spent", epochs.spent},
                    {"full", epochs.full ? Json(*epochs.full) : Json(nullptr)},
                    {"saved_fraction", saved ? Json(*saved) : Json(nullptr)},
                    {"audit", epochs.audit}};
  json["savings"] = detail::savings_json(savings(ledger), options.energy);
  json["savings"]["methods"] = detail::savings_methods_json();
  const AuditTotals audit = audit_totals(ledger);
  json["audit"] = {{"trials", audit.trials},
                   {"misses", audit.misses},
                   {"miss_rate", audit.trials > 0 ? Json(static_cast<double>(audit.misses) /
                                                         static_cast<double>(audit.trials))
                                                  : Json(nullptr)}};
  json["usage"] = detail::usage_json(ledger.usage());
  json["energy"] = detail::energy_json(ledger);
  json["migrations"] = ledger.migrations();
  json["operators"] = Json::array();
  for (const OperatorRecord& record : ledger.operators()) {
    json["operators"].push_back({{"propagator", record.propagator},
                                 {"proposed", record.proposed},
                                 {"finished", record.finished},
                                 {"stopped", record.stopped},
                                 {"failed", record.failed},
                                 {"improved", record.improved},
                                 {"last_improved", record.last > 0 ? Json(record.last) : Json()}});
  }
  return json;
}

nlohmann::ordered_json show_report(const Ledger& ledger, const LedgerTrial& trial) {
  Json json = {{"trial", trial.number},
               {"id", to_string(trial.id)},
               {"state", state_of(trial)},
               {"why", why(trial)},
               {"params", params_to_json(ledger.params(trial))}};
  detail::put_metrics(json, trial.result ? trial.result->outcome.metrics : Metrics{});
  if (trial.result && !trial.result->scores.empty()) {
    if (trial.result->scores.size() == 1) {
      json["score"] = scores_json(ledger, trial.result->scores)[0];
    }
    json["scores"] = Json::object();
    const Json scores = scores_json(ledger, trial.result->scores);
    for (std::size_t i = 0; i < scores.size() && i < ledger.options().names.size(); ++i) {
      json["scores"][ledger.options().names[i]] = scores[i];
    }
    json["violation"] = number(trial.result->violation);
    if (const auto bounded = ledger.bounded(trial)) {
      json["bounds"] = detail::bounds_json(ledger, *bounded);
    }
    if (const std::string unranked = ledger.why_unranked(trial); !unranked.empty()) {
      json["unranked"] = unranked;
    }
  }
  json["lineage"] = lineage_json(ledger, trial.lineage);
  json["island"] = index(trial.island);
  json["islands"] = Json::array();
  for (const IslandId island : ledger.islands(trial)) {
    json["islands"].push_back(index(island));
  }
  json["arrivals"] = Json::array();
  for (const Arrival& arrival : trial.arrivals) {
    json["arrivals"].push_back({{"at", number(arrival.at.value)},
                                {"from", index(arrival.from)},
                                {"to", index(arrival.to)},
                                {"copy", arrival.copy}});
  }
  json["fidelity"] = {
      {"name", trial.fidelity.name},
      {"steps", trial.fidelity.steps > 0 ? Json(trial.fidelity.steps) : Json(nullptr)}};
  json["bred_at"] = number(trial.bred_at.value);
  if (trial.result) {
    json["ended_at"] = number(trial.result->at.value);
  }
  if (trial.stop) {
    json["stop"] = stop_json(*trial.stop);
    if (const Savings saved = savings(trial, ledger.options().anew); saved.trials > 0) {
      json["stop"]["saved"] = detail::savings_json(saved, ledger.options().energy);
    }
  }
  if (trial.result) {
    json["outcome"] = outcome_json(trial.result->outcome);
  }
  if (const auto used = Ledger::used(trial)) {
    json["usage"] = detail::usage_json(*used);
  }
  json["attempts"] = Json::array();
  for (const LedgerAttempt& attempt : trial.attempts) {
    json["attempts"].push_back(attempt_json(ledger, attempt));
  }
  json["curve"] = curve_json(ledger, trial);
  return json;
}

absl::StatusOr<const LedgerTrial*> find_trial(const Ledger& ledger, std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  const std::optional<TrialId> id = parse_trial_id(text);
  if (!whole && !id) {
    std::string message(text);
    message += " is no trial: give its number, for example 17";
    return absl::InvalidArgumentError(message);
  }
  const LedgerTrial* const trial = whole ? ledger.find(number) : ledger.find(*id);
  if (trial == nullptr) {
    return absl::NotFoundError("there is no trial " + std::string(text) + "; the study has " +
                               std::to_string(ledger.counts().total));
  }
  return trial;
}

}  // namespace evolt
