#include "service/plugin/protocol.hpp"

#include "core/config_error.hpp"
#include "core/rng.hpp"
#include "service/plugin/protocol_parts.hpp"
#include "service/study_file/parts_json.hpp"

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <utility>
#include <vector>

namespace evolt {
namespace {

using Json = nlohmann::ordered_json;

const char* status_of(const Individual& individual) {
  if (individual.scores.empty()) {
    return "failed";
  }
  return individual.standing == Standing::stopped ? "stopped" : "finished";
}

/// The active parameters among those given; what is wrong with them, if anything, goes to `why`.
Params read_params(const Json& json, const SearchSpace& space, std::string& why) {
  for (const auto& [name, unused] : json.items()) {
    if (!space.index_of(name)) {
      std::vector<std::string> names;
      for (const Parameter& parameter : space.parameters()) {
        names.push_back(parameter.name);
      }
      const std::string near = nearest_word(name, names);
      why = absl::StrCat("there is no parameter \"", name, "\"",
                         near.empty() ? "" : absl::StrCat("; did you mean \"", near, "\"?"));
      return {};
    }
  }
  Params params;
  for (const std::size_t i : space.order()) {
    const Parameter& parameter = space.parameters()[i];
    if (!json.contains(parameter.name) || !holds(parameter.when, params)) {
      continue;
    }
    const Json& value = json.at(parameter.name);
    if (value.is_structured() || value.is_null()) {
      why = absl::StrCat("the value of \"", parameter.name,
                         "\" is not a number, a text or a boolean");
      return {};
    }
    params.emplace_back(parameter.name, value_from_json(value));
  }
  return params;
}

}  // namespace

namespace detail {

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json space_json(const SearchSpace& space) {
  Json json = Json::object();
  for (const Parameter& parameter : space.parameters()) {
    Parameter plain = parameter;
    plain.knob = Knob::none;  // to who proposes it, a power limit is a number
    json[parameter.name] = parameter_json(plain);
  }
  return json;
}

Json metrics_json(const Metrics& metrics) {
  Json json = Json::object();
  for (const auto& [name, value] : metrics) {
    json[name] = value;
  }
  return json;
}

std::uint64_t plugin_seed(const Study& study, const PluginSeat& seat, std::uint64_t life) {
  Rng rng{study.seed, seat.incarnation, static_cast<std::uint64_t>(index(seat.rank)),
          static_cast<std::uint64_t>(index(seat.island)), life};
  return rng.bits() >> 11;
}

}  // namespace detail

std::string hello_line(const Study& study, const PluginSeat& seat, std::uint64_t life) {
  Json json = {{"event", "hello"},
               {"protocol", 1},
               {"study", study.name},
               {"seed", detail::plugin_seed(study, seat, life)},
               {"island", index(seat.island)},
               {"islands", study.islands.count},
               {"rank", index(seat.rank)},
               {"trials", study.budget.trials}};
  json["objectives"] = Json::array();
  const std::vector<std::string> names = study.objective.score_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    json["objectives"].push_back(
        {{"name", names[i]},
         {"direction", i < study.objective.scores_maximized() ? "maximize" : "minimize"}});
  }
  json["params"] = detail::space_json(study.space);
  json["forbid"] = detail::forbidden_json(study.space);
  return detail::line_of(json);
}

std::string started_line(const TrialId& trial, const Params& params, std::int64_t ask) {
  Json json = {{"event", "started"}, {"trial", to_string(trial)}};
  if (ask > 0) {
    json["ask"] = ask;
  }
  json["params"] = params_to_json(params);
  return detail::line_of(json);
}

std::string result_line(const Individual& individual, const Params& params, const Metrics& metrics,
                        const ObjectiveSettings& objective) {
  Json json = {{"event", "result"},
               {"trial", to_string(individual.id)},
               {"params", params_to_json(params)},
               {"status", status_of(individual)},
               {"scores", Json::array()}};
  for (std::size_t i = 0; i < individual.scores.size(); ++i) {
    json["scores"].push_back(i < objective.scores_maximized() ? -individual.scores[i]
                                                              : individual.scores[i]);
  }
  if (individual.violation > 0) {
    json["violation"] = individual.violation;
  }
  json["metrics"] = detail::metrics_json(metrics);
  return detail::line_of(json);
}

std::string ask_line(std::int64_t ask) {
  return detail::line_of({{"event", "ask"}, {"ask", ask}, {"count", 1}});
}

PluginWord read_plugin_line(std::string_view line, bool whole, const SearchSpace& space) {
  PluginWord word;
  if (line.empty() || line.front() != '{') {
    return word;
  }
  word.kind = PluginWord::Kind::broken;
  const Json json = Json::parse(line, nullptr, false);
  if (!whole) {
    word.why = "a line is longer than 256 KiB";
  } else if (json.is_discarded()) {
    word.why = "a line is not JSON";
  } else if (!json.contains("ask") || !json["ask"].is_number_integer()) {
    word.why = "a line has no whole number as \"ask\"";
  } else {
    word.ask = json["ask"].get<std::int64_t>();
    if (!json.contains("params")) {
      word.why = "a line has no \"params\"";
    } else if (json["params"].is_null()) {
      word.kind = PluginWord::Kind::passes;
    } else if (!json["params"].is_object()) {
      word.why = "\"params\" is not an object";
    } else {
      word.params = read_params(json["params"], space, word.why);
      word.kind = word.why.empty() ? PluginWord::Kind::proposes : PluginWord::Kind::broken;
    }
  }
  return word;
}

}  // namespace evolt
