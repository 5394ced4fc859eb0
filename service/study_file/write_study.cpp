#include "core/config_error.hpp"
#include "core/words.hpp"
#include "service/study.hpp"
#include "service/study_file/parts_json.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace evolt {
namespace {

using Json = nlohmann::ordered_json;

Json value_json(const Value& value) {
  return std::visit([](const auto& plain) { return Json(plain); }, value);
}

Json values_json(const std::vector<Value>& values) {
  Json array = Json::array();
  for (const Value& value : values) {
    array.push_back(value_json(value));
  }
  return array;
}

Json condition_json(const Condition& condition) {
  Json json = Json::object();
  for (const Requirement& need : condition.all) {
    if (json.contains(need.param)) {
      throw ConfigError(Complaint{.what = "a condition has two requirements on \"" + need.param +
                                          "\"; a study file holds one for each parameter"});
    }
    json[need.param] = detail::requirement_json(need);
  }
  return json;
}

struct DomainWriter {
  Json& json;

  void operator()(const FloatDomain& domain) const {
    range(domain);
    if (domain.step) {
      json["step"] = *domain.step;
    }
  }
  void operator()(const IntDomain& domain) const {
    range(domain);
    json["step"] = domain.step;
  }
  void operator()(const ChoiceDomain& domain) const { json["values"] = values_json(domain.values); }
  void operator()(const OrdinalDomain& domain) const {
    json["values"] = values_json(domain.values);
  }

  template <typename Range>
  void range(const Range& domain) const {
    json["low"] = domain.low;
    json["high"] = domain.high;
    json["scale"] = word(domain.scale);
  }
};

Json trial_json(const TrialSettings& trial) {
  Json json = {{"mode", word(trial.mode)},
               {"command", trial.command},
               {"steps", trial.steps},
               {"fidelity", trial.fidelity}};
  if (const auto* const regex = std::get_if<CaptureRegex>(&trial.capture)) {
    json["capture"] = {{"regex", regex->pattern}};
  } else if (const auto* const file = std::get_if<CaptureFile>(&trial.capture)) {
    json["capture"] = {{"file", file->path}};
  } else {
    json["capture"] = {{"json", true}};
  }
  if (trial.infeasible_exit) {
    json["infeasible_exit"] = *trial.infeasible_exit;
  }
  json["checkpoint"] = trial.checkpoint;
  json["rerun"] = trial.rerun;
  json["inherit"] = trial.inherit;
  json["env"] = trial.env;
  json["cores"] = trial.cores;
  json["gpus"] = trial.gpus;
  json["ranks_per_trial"] = trial.ranks_per_trial;
  json["pack_files"] = trial.pack_files == PackFiles::automatic
                           ? Json("auto")
                           : Json(trial.pack_files == PackFiles::always);
  Json limits = Json::object();
  if (trial.limits.memory) {
    limits["memory"] = *trial.limits.memory;
  }
  if (trial.limits.wall) {
    limits["wall"] = trial.limits.wall->value;
  }
  if (trial.limits.no_progress) {
    limits["no_progress"] = trial.limits.no_progress->value;
  }
  if (trial.limits.joules) {
    limits["joules"] = trial.limits.joules->value;
  }
  limits["grace"] = trial.limits.grace.value;
  limits["attempts"] = trial.limits.attempts;
  json["limits"] = std::move(limits);
  return json;
}

Json budget_json(const BudgetSettings& budget) {
  Json json = {{"trials", budget.trials}};
  if (budget.seconds) {
    json["seconds"] = budget.seconds->value;
  }
  if (budget.joules) {
    json["joules"] = budget.joules->value;
  }
  if (budget.kwh) {
    json["kwh"] = *budget.kwh;
  }
  if (budget.gco2e) {
    json["gco2e"] = *budget.gco2e;
  }
  if (budget.gain_per_joule) {
    json["gain_per_joule"] = *budget.gain_per_joule;
    json["gain_over"] = budget.gain_over;
  }
  return json;
}

Json rule_json(const RuleSettings& rule) {
  if (rule.options.empty() && rule.rules.empty()) {
    return rule.name;
  }
  Json json = {{"name", rule.name}};
  for (const auto& [name, value] : rule.options) {
    std::visit([&](const auto& each) { json[name] = each; }, value);
  }
  for (const RuleSettings& part : rule.rules) {
    json["rules"].push_back(rule_json(part));
  }
  return json;
}

Json stopper_json(const StopperSettings& stopper) {
  Json json = {{"kind", rule_json(stopper.kind)}};
  if (stopper.program) {
    json["kind"] = {{"command", stopper.program->command},
                    {"deadline", stopper.program->deadline.value},
                    {"fallback", rule_json(stopper.kind)}};
    if (!stopper.program->name.empty()) {
      json["kind"]["name"] = stopper.program->name;
    }
  }
  if (!stopper.metric.empty()) {
    json["metric"] = stopper.metric;
  }
  if (stopper.min_steps) {
    json["min_steps"] = *stopper.min_steps;
  }
  json["audit"] = stopper.audit;
  json["park"] = stopper.park;
  json["loss_changes_with"] = stopper.loss_changes_with;
  return json;
}

Json propagator_json(const PropagatorSettings& propagator) {
  if (const auto* const name = std::get_if<std::string>(&propagator)) {
    return *name;
  }
  const auto& plugin = std::get<PluginSettings>(propagator);
  Json json = {{"command", plugin.command},
               {"deadline", plugin.deadline.value},
               {"fallback", plugin.fallback}};
  if (!plugin.name.empty()) {
    json["name"] = plugin.name;
  }
  return json;
}

Json islands_json(const IslandSettings& islands) {
  Json kinds = Json::array();
  for (const IslandKind& kind : islands.kind) {
    kinds.push_back(Json{{"propagator", propagator_json(kind.propagator)}, {"share", kind.share}});
  }
  Json json = {{"count", islands.count},
               {"population", islands.population},
               {"mode", islands.mode},
               {"every_results", islands.every_results},
               {"size", islands.size},
               {"emigrate", islands.emigrate},
               {"replace", islands.replace},
               {"self_tuning", islands.self_tuning},
               {"learn_from", islands.learn_from},
               {"kind", std::move(kinds)}};
  if (!islands.sizes.empty()) {
    json["sizes"] = islands.sizes;
  }
  if (islands.links.empty()) {
    json["topology"] = islands.topology;
    json["probability"] = islands.probability;
  } else {
    json["topology"] = islands.links;
  }
  return json;
}

}  // namespace

namespace detail {

Json requirement_json(const Requirement& requirement) {
  if (!requirement.any_of.empty()) {
    return values_json(requirement.any_of);
  }
  Json bounds = Json::object();
  const auto write = [&](const char* key, const std::optional<double>& bound) {
    if (bound) {
      bounds[key] = *bound;
    }
  };
  write("ge", requirement.ge);
  write("gt", requirement.gt);
  write("le", requirement.le);
  write("lt", requirement.lt);
  return bounds;
}

Json parameter_json(const Parameter& parameter) {
  Json json = {{"type", word(parameter.domain)}};
  std::visit(DomainWriter{json}, parameter.domain);
  if (parameter.knob != Knob::none) {
    json["type"] = word(parameter.knob);
    json.erase("scale");
  }
  if (!parameter.when.all.empty()) {
    json["when"] = condition_json(parameter.when);
  }
  return json;
}

Json forbidden_json(const SearchSpace& space) {
  Json json = Json::array();
  for (const Condition& condition : space.forbidden()) {
    json.push_back(condition_json(condition));
  }
  return json;
}

}  // namespace detail

Json study_to_json(const Study& study) {
  Json json;
  json["schema"] = 1;
  json["study"] = {{"name", study.name}, {"seed", study.seed}};
  json["budget"] = budget_json(study.budget);
  json["objective"] = detail::objective_json(study.objective);
  json["trial"] = trial_json(study.trial);
  json["energy"] = detail::energy_json(study.energy);
  json["stopper"] = stopper_json(study.stopper);
  json["islands"] = islands_json(study.islands);
  json["search"] = {{"propagator", propagator_json(study.search.propagator)},
                    {"noise", study.search.noise},
                    {"warm_start", study.search.warm_start},
                    {"cost", study.search.cost}};
  json["param"] = Json::object();
  for (const Parameter& parameter : study.space.parameters()) {
    json["param"][parameter.name] = detail::parameter_json(parameter);
  }
  json["forbid"] = detail::forbidden_json(study.space);
  json["start"] = Json::array();
  for (const Params& point : study.start) {
    json["start"].push_back(Json{{"values", params_to_json(point)}});
  }
  json["directory"] = study.directory;
  return json;
}

}  // namespace evolt
