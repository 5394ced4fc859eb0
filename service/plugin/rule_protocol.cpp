#include "service/plugin/rule_protocol.hpp"

#include "core/words.hpp"
#include "service/plugin/protocol.hpp"
#include "service/plugin/protocol_parts.hpp"
#include "service/study_file/parts_json.hpp"

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

using Json = nlohmann::ordered_json;

constexpr IslandId kNoIsland{-1};  // a rule serves all of its rank's

/// In the user's sign.
double value_of(const CurvePoint& point, bool maximized) {
  return maximized ? -point.value : point.value;
}

/// A number that may be left out, or null; false where it is something else.
bool read_number(const Json& json, const char* key, std::optional<double>& number) {
  if (!json.contains(key) || json[key].is_null()) {
    return true;
  }
  if (!json[key].is_number() || !std::isfinite(json[key].get<double>())) {
    return false;
  }
  number = json[key].get<double>();
  return true;
}

std::string in_quotes_or_kind(const Json& json) {
  return json.is_string() ? '"' + json.get<std::string>() + '"' : std::string(json.type_name());
}

/// What is wrong with a verdict, if anything; else it is filled in.
std::string read_verdict(const Json& json, Verdict& verdict) {
  const Json word = json.contains("verdict") ? json["verdict"] : Json();
  if (word == "stop") {
    verdict.decision = Verdict::Decision::stop;
  } else if (word == "park") {
    verdict.decision = Verdict::Decision::park;
  } else if (word != "proceed") {
    return absl::StrCat("the verdict is ", in_quotes_or_kind(word),
                        R"(, not "proceed", "stop" or "park")");
  }
  if (json.contains("reason") && !json["reason"].is_string()) {
    return "the reason is not a text";
  }
  verdict.reason = json.value("reason", "");
  if (!read_number(json, "forecast", verdict.forecast)) {
    return "the forecast is not a number";
  }
  if (!read_number(json, "spread", verdict.spread) || (verdict.spread && *verdict.spread < 0)) {
    return "the spread is not a number of 0 or more";
  }
  if (verdict.spread && !verdict.forecast) {
    return "there is a spread without a forecast";
  }
  return "";
}

}  // namespace

std::string rule_hello_line(const Study& study, const RuleSeat& seat, std::uint64_t life) {
  const PluginSeat place{.island = kNoIsland, .rank = seat.rank, .incarnation = seat.incarnation};
  Json json = {
      {"event", "hello"},
      {"protocol", 1},
      {"study", study.name},
      {"seed", detail::plugin_seed(study, place, life)},
      {"rank", index(seat.rank)},
      {"trials", study.budget.trials},
      {"metric", {{"name", seat.metric}, {"direction", seat.maximized ? "maximize" : "minimize"}}},
      {"steps", study.trial.steps},
      {"min_steps", seat.min_steps},
      {"park", seat.parks},
      {"loss_changes_with", study.stopper.loss_changes_with}};
  json["params"] = detail::space_json(study.space);
  return detail::line_of(json);
}

std::string report_line(const TellReport& report, bool params, bool maximized) {
  const Measurement& measurement = report.measurement;
  Json json = {{"event", "report"},
               {"trial", to_string(report.trial)},
               {"step", report.point.step},
               {"value", value_of(report.point, maximized)},
               {"ask", report.otherwise.has_value()}};
  if (report.point.loss) {
    json["loss"] = *report.point.loss;
  }
  if (measurement.elapsed.value > 0) {
    json["seconds"] = measurement.elapsed.value;
  }
  if (measurement.energy) {
    json["joules"] = measurement.energy->joules.value;
  }
  json["metrics"] = detail::metrics_json(measurement.metrics);
  if (params) {
    json["params"] = params_to_json(report.params);
  }
  return detail::line_of(json);
}

std::string point_line(const TellPoint& point, bool maximized) {
  Json json = {{"event", "point"},
               {"trial", to_string(point.trial)},
               {"step", point.point.step},
               {"value", value_of(point.point, maximized)}};
  if (point.point.loss) {
    json["loss"] = *point.point.loss;
  }
  return detail::line_of(json);
}

std::string curve_end_line(const TellCurveEnd& end) {
  return detail::line_of(
      {{"event", "ended"},
       {"trial", to_string(end.trial)},
       {"status", end.ending ? std::string(word(*end.ending)) : std::string("parked")}});
}

std::string curve_line(const Curve& curve, const std::optional<Ending>& ending, bool maximized,
                       std::size_t most) {
  const std::size_t all = curve.points.size();
  const std::size_t count = std::min(all, most);
  Json steps = Json::array();
  Json values = Json::array();
  Json losses = Json::array();
  bool any_loss = false;
  for (std::size_t i = 0; i < count; ++i) {
    const CurvePoint& point = curve.points[count == all ? i : i * (all - 1) / (count - 1)];
    steps.push_back(point.step);
    values.push_back(value_of(point, maximized));
    losses.push_back(point.loss ? Json(*point.loss) : Json());
    any_loss = any_loss || point.loss;
  }
  Json json = {{"event", "curve"},
               {"trial", to_string(curve.trial)},
               {"status", ending ? std::string(word(*ending)) : std::string("running")},
               {"steps", std::move(steps)},
               {"values", std::move(values)}};
  if (any_loss) {
    json["losses"] = std::move(losses);
  }
  return detail::line_of(json);
}

VerdictWord read_verdict_line(std::string_view line, bool whole) {
  VerdictWord word;
  if (line.empty() || line.front() != '{') {
    return word;
  }
  word.kind = VerdictWord::Kind::broken;
  const Json json = Json::parse(line, nullptr, false);
  if (!whole) {
    word.why = "a line is longer than 256 KiB";
  } else if (json.is_discarded()) {
    word.why = "a line is not JSON";
  } else if (!json.contains("trial") || !json["trial"].is_string()) {
    word.why = "a line has no text as \"trial\"";
  } else if (json.contains("step") && !json["step"].is_number_integer()) {
    word.why = "the step is not a whole number";
  } else if (word.trial = parse_trial_id(json["trial"].get<std::string>()); !word.trial) {
    word.why = absl::StrCat(in_quotes_or_kind(json["trial"]), " is no trial");
  } else {
    if (json.contains("step")) {
      word.step = json["step"].get<std::int64_t>();
    }
    word.why = read_verdict(json, word.verdict);
    word.kind = word.why.empty() ? VerdictWord::Kind::verdict : VerdictWord::Kind::broken;
  }
  return word;
}

}  // namespace evolt
