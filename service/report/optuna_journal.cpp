#include "service/report/optuna_journal.hpp"

#include "service/report/json_parts.hpp"
#include "service/report/report.hpp"

#include <cmath>
#include <cstdio>
#include <ctime>

namespace evolt::detail {
namespace {

enum Operation {
  kCreateStudy = 0,
  kStudyAttribute = 3,
  kCreateTrial = 4,
  kEnd = 6,
  kStep = 7,
  kTrialAttribute = 9
};
enum State { kRunning = 0, kComplete = 1, kPruned = 2, kFailed = 3 };

Json record(Operation operation) {
  return {{"op_code", static_cast<int>(operation)}, {"worker_id", "evolt"}};
}

std::string line(const Json& json) {
  return dump(json) + '\n';
}

/// ISO 8601 in UTC, as Optuna's loader wants it.
std::string date(Seconds at) {
  const double whole = std::floor(at.value);
  const auto time = static_cast<std::time_t>(whole);
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[64];
  char day[32];
  std::strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text, sizeof text, "%s.%06d+00:00", day,
                static_cast<int>((at.value - whole) * 1e6));
  return text;
}

/// Optuna's distributions know no log scale with a step: the scale stays, the step goes.
Json distribution(const Domain& domain) {
  if (const auto* real = std::get_if<FloatDomain>(&domain)) {
    const bool log = real->scale == Scale::log;
    return {{"name", "FloatDistribution"},
            {"attributes",
             {{"low", real->low},
              {"high", real->high},
              {"log", log},
              {"step", real->step && !log ? Json(*real->step) : Json(nullptr)}}}};
  }
  if (const auto* whole = std::get_if<IntDomain>(&domain)) {
    const bool log = whole->scale == Scale::log;
    return {{"name", "IntDistribution"},
            {"attributes",
             {{"low", whole->low},
              {"high", whole->high},
              {"log", log},
              {"step", log ? 1 : whole->step}}}};
  }
  const auto* choice = std::get_if<ChoiceDomain>(&domain);
  const std::vector<Value>& values =
      choice != nullptr ? choice->values : std::get<OrdinalDomain>(domain).values;
  Json choices = Json::array();
  for (const Value& value : values) {
    std::visit([&](const auto& plain) { choices.push_back(plain); }, value);
  }
  return {{"name", "CategoricalDistribution"}, {"attributes", {{"choices", std::move(choices)}}}};
}

/// A value as Optuna stores it: itself, or its place among the choices; null when it is neither.
Json internal(const Domain& domain, const Value& value) {
  if (std::holds_alternative<FloatDomain>(domain) || std::holds_alternative<IntDomain>(domain)) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      return *whole;
    }
    const auto* real = std::get_if<double>(&value);
    return real != nullptr ? Json(*real) : Json(nullptr);
  }
  const auto* choice = std::get_if<ChoiceDomain>(&domain);
  const std::vector<Value>& values =
      choice != nullptr ? choice->values : std::get<OrdinalDomain>(domain).values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (same_value(values[i], value)) {
      return i;
    }
  }
  return nullptr;
}

/// The format writes numbers that are not finite as bare words, which JSON proper has none for.
std::string bare(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  return std::isinf(value) ? (value < 0 ? "-Infinity" : "Infinity") : Json(value).dump();
}

std::string steps(const Ledger& ledger, const LedgerTrial& trial, std::int64_t id) {
  std::string text;
  if (ledger.options().names.size() != 1) {
    return text;
  }
  for (const Measurement& m : ledger.measurements(trial)) {
    if (const auto value = find(m.metrics, ledger.options().names[0])) {
      Json json = record(kStep);
      json["trial_id"] = id;
      json["step"] = m.step;
      std::string head = dump(json);
      head.pop_back();
      text += head + ",\"intermediate_value\":" + bare(*value) + "}\n";
    }
  }
  return text;
}

}  // namespace

std::string optuna_head(const LedgerOptions& options, const std::string& name) {
  Json study = record(kCreateStudy);
  study["study_name"] = name;
  study["directions"] = Json::array();
  for (std::size_t i = 0; i < options.names.size(); ++i) {
    study["directions"].push_back(i < options.maximized ? 2 : 1);
  }
  Json names = record(kStudyAttribute);
  names["study_id"] = 0;
  names["system_attr"] = {{"study:metric_names", options.names}};
  return line(study) + line(names);
}

std::string optuna_trial(const Ledger& ledger, const SearchSpace& space, const LedgerTrial& trial) {
  const std::int64_t id = trial.number - 1;
  Json created = record(kCreateTrial);
  created["study_id"] = 0;
  created["datetime_start"] = date(trial.bred_at);
  created["state"] = static_cast<int>(kRunning);
  created["params"] = Json::object();
  created["distributions"] = Json::object();
  for (const auto& [name, value] : ledger.params(trial)) {
    const auto at = space.index_of(name);
    if (!at) {
      continue;
    }
    const Domain& domain = space.parameters()[*at].domain;
    if (Json stored = internal(domain, value); !stored.is_null()) {
      created["params"][name] = std::move(stored);
      created["distributions"][name] = dump(distribution(domain));
    }
  }
  created["user_attrs"] = {{"evolt:id", to_string(trial.id)},
                           {"evolt:island", index(trial.island)},
                           {"evolt:propagator", trial.lineage.propagator},
                           {"evolt:state", state_of(trial)}};
  std::string text = line(created) + steps(ledger, trial, id);
  if (!trial.result) {
    return text;
  }
  const Result& result = *trial.result;
  const bool scored = result.scores.size() == ledger.options().names.size();
  if (scored) {
    Json constraints = record(kTrialAttribute);
    constraints["trial_id"] = id;
    constraints["system_attr"] = {{"constraints", {number(result.violation)}}};
    text += line(constraints);
  }
  Json end = record(kEnd);
  end["trial_id"] = id;
  const Ending ending = result.outcome.ending;
  const bool complete = ending == Ending::finished && scored;
  end["state"] = static_cast<int>(complete                    ? kComplete
                                  : ending == Ending::stopped ? kPruned
                                                              : kFailed);
  end["values"] = nullptr;
  if (complete) {
    end["values"] = Json::array();
    for (std::size_t i = 0; i < result.scores.size(); ++i) {
      end["values"].push_back(ledger.in_users_sign(i, result.scores[i]));
    }
  }
  end["datetime_complete"] = date(result.at);
  return text + line(end);
}

}  // namespace evolt::detail
