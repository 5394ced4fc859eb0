#include "service/report/ranking_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace evolt::detail {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNamed = 5;

std::string figure(const Json& value) {
  if (!value.is_number()) {
    return "-";
  }
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.6g", value.get<double>());
  return buffer;
}

std::string trials(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " trial" : " trials");
}

}  // namespace

std::string trial_names(const Json& trials, std::size_t total) {
  std::string text;
  const std::size_t named = std::min(trials.size(), kNamed);
  for (std::size_t i = 0; i < named; ++i) {
    const Json& trial = trials[i].is_object() ? trials[i]["trial"] : trials[i];
    text += (i == 0 ? "" : ", ") + trial.dump();
  }
  return total > named ? text + " and " + std::to_string(total - named) + " more" : text;
}

void add_ties(const Json& front, std::vector<std::vector<std::string>>& rows) {
  std::vector<std::string> column{"tied with"};
  bool tied = false;
  for (const Json& point : front) {
    const Json ties = point.value("tied_with", Json::array());
    tied = tied || !ties.empty();
    column.push_back(trial_names(ties, ties.size()));
  }
  for (std::size_t i = 0; tied && i < rows.size(); ++i) {
    rows[i].push_back(column[i]);
  }
}

std::string open_lines(const Json& report, TextOptions options) {
  std::string text;
  if (const Json open = report.value("contenders", Json()); open.is_object() && open["total"] > 0) {
    const auto total = open["total"].get<std::size_t>();
    text += "open    " + trials(total) + (total == 1 ? " is" : " are") +
            " not clearly worse, by the bounds of energy: " + trial_names(open["trials"], total) +
            '\n';
  }
  for (const Json& left :
       report.value("ranking", Json::object()).value("unranked", Json::array())) {
    text += "left    out of the ranking, of " + trials(left["results"].get<std::size_t>()) + ": " +
            harmless(left["why"].get<std::string>(), options.utf8) + '\n';
  }
  return text;
}

std::string within_line(const Json& report, TextOptions options) {
  const Json within = report.value("within", Json());
  if (!within.is_object()) {
    return "";
  }
  const auto name = [&](const char* key) {
    return harmless(within[key].get<std::string>(), options.utf8);
  };
  const std::string margin = figure(within["margin"]) + (within["percent"] == true ? " %" : "");
  if (within["trial"].is_null()) {
    return "within  none yet: no trial has finished and met every requirement\n";
  }
  const bool cost_first = report["objective"][0]["name"] == within["cost"];
  const std::size_t cost = cost_first ? 0 : 1;
  std::string text = "within  trial " + within["trial"].dump() + " is the cheapest within " +
                     margin + " of the best " + name("metric") + " (" +
                     figure(within["best_metric"]) + "): " + name("metric") + ' ' +
                     figure(within["scores"][1 - cost]) + ", " + name("cost") + ' ' +
                     figure(within["scores"][cost]);
  if (const Json bounds = within.value("bounds", Json()); bounds.is_array()) {
    text += " (" + figure(bounds[cost][0]) + " to " + figure(bounds[cost][1]) + ')';
  }
  text += ", of " + trials(within["among"].get<std::size_t>());
  if (const auto ties = within.value("ties", std::size_t{0}); ties > 0) {
    text += "; not clearly cheaper than " + trial_names(within["tied_with"], ties);
  }
  return text + '\n';
}

}  // namespace evolt::detail
