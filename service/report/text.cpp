#include "service/report/text.hpp"

#include "service/report/energy_text.hpp"
#include "service/report/ranking_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

namespace evolt {
namespace {

using Json = nlohmann::ordered_json;

std::string plain(const Json& value, TextOptions options) {
  if (value.is_string()) {
    return harmless(value.get_ref<const std::string&>(), options.utf8);
  }
  if (value.is_null()) {
    return "-";
  }
  if (value.is_number_float()) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.6g", value.get<double>());
    return buffer;
  }
  return harmless(value.dump(-1, ' ', false, Json::error_handler_t::replace), options.utf8);
}

/// Columns taken on a terminal: code points, which is right for all but wide scripts.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool numeric(std::string_view cell) {
  return !cell.empty() && (cell == "-" || (cell[0] >= '0' && cell[0] <= '9') ||
                           (cell.size() > 1 && cell[0] == '-' && cell[1] >= '0' && cell[1] <= '9'));
}

std::string joined(const std::vector<std::string>& parts, TextOptions options) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) {
      text += options.utf8 ? " · " : ", ";
    }
    text += part;
  }
  return text;
}

std::string counted(const Json& trials, const char* key, const char* called) {
  return std::to_string(trials.value(key, std::int64_t{0})) + ' ' + called;
}

std::string trials_line(const Json& trials, TextOptions options) {
  std::vector<std::string> parts{
      counted(trials, "total", "in all"), counted(trials, "finished", "finished"),
      counted(trials, "stopped", "stopped early"), counted(trials, "failed", "failed")};
  for (const auto& [key, called] :
       {std::pair{"running", "not ended"}, std::pair{"parked", "of these parked"},
        std::pair{"lost_attempts", "attempts lost"}, std::pair{"repeats", "repeated"}}) {
    if (trials.value(key, std::int64_t{0}) != 0) {
      parts.push_back(counted(trials, key, called));
    }
  }
  return joined(parts, options);
}

std::string epochs_line(const Json& epochs, TextOptions options) {
  std::vector<std::string> parts;
  const std::string spent = plain(epochs.value("spent", Json()), options);
  const Json full = epochs.value("full", Json());
  parts.push_back(full.is_null() ? spent + " spent"
                                 : spent + " of " + plain(full, options) + " spent");
  const Json saved = epochs.value("saved_fraction", Json());
  if (saved.is_number()) {
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, "%.1f %% saved", 100 * saved.get<double>());
    parts.emplace_back(buffer);
  }
  if (epochs.value("audit", std::int64_t{0}) != 0) {
    parts.push_back(counted(epochs, "audit", "to audit the stopper"));
  }
  return joined(parts, options);
}

/// `61.2 s in 3 attempts, 0.8 s of it start-up, 40.1 s of processor`.
std::string usage_line(const Json& usage, std::size_t attempts, TextOptions options) {
  std::vector<std::string> parts{plain(usage.value("seconds", Json()), options) + " s in " +
                                 std::to_string(attempts) +
                                 (attempts == 1 ? " attempt" : " attempts")};
  for (const auto& [key, called] : {std::pair{"startup_seconds", " s of it start-up"},
                                    std::pair{"cpu_seconds", " s of processor"}}) {
    if (const Json value = usage.value(key, Json()); value.is_number()) {
      parts.push_back(plain(value, options) + called);
    }
  }
  return joined(parts, options);
}

std::string front_table(const Json& report, TextOptions options) {
  std::vector<std::vector<std::string>> rows(1);
  rows[0].emplace_back("trial");
  for (const Json& objective : report.value("objective", Json::array())) {
    rows[0].push_back(plain(objective.value("name", Json()), options));
  }
  std::vector<std::string> params;
  for (const Json& point : report["front"]) {
    for (const auto& [name, value] : point["params"].items()) {
      if (std::find(params.begin(), params.end(), name) == params.end()) {
        params.push_back(name);
      }
    }
  }
  for (const std::string& name : params) {
    rows[0].push_back(harmless(name, options.utf8));
  }
  for (const Json& point : report["front"]) {
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(plain(point["trial"], options));
    for (const Json& score : point["scores"]) {
      row.push_back(plain(score, options));
    }
    for (const std::string& name : params) {
      row.push_back(point["params"].contains(name) ? plain(point["params"][name], options) : "");
    }
  }
  detail::add_ties(report["front"], rows);
  return table(rows);
}

/// `name  value` lines, indented.
std::string pairs(const Json& object, TextOptions options, std::string_view indent) {
  std::size_t widest = 0;
  for (const auto& [name, value] : object.items()) {
    widest = std::max(widest, width_of(harmless(name, options.utf8)));
  }
  std::string text;
  for (const auto& [name, value] : object.items()) {
    const std::string shown = harmless(name, options.utf8);
    text += indent;
    text += shown + std::string(widest - width_of(shown) + 2, ' ') + plain(value, options) + '\n';
  }
  return text;
}

/// `5.2.17`, or the number of the trial where it is known.
std::string relative(const Json& trial, TextOptions options) {
  return plain(trial["trial"].is_null() ? trial["id"] : trial["trial"], options);
}

std::string lineage_line(const Json& lineage, TextOptions options) {
  std::string text = plain(lineage.value("propagator", Json()), options);
  const Json parents = lineage.value("parents", Json::array());
  for (std::size_t i = 0; i < parents.size(); ++i) {
    text += i == 0 ? " of trial " : " and ";
    text += relative(parents[i], options);
  }
  return text;
}

/// Why an attempt ended, and what it began with where that was not its own.
std::string story(const Json& attempt, TextOptions options) {
  std::string text = plain(attempt.value("reason", Json("")), options);
  if (attempt.contains("inherits_from")) {
    text += (text.empty() ? "from trial " : "; from trial ") +
            relative(attempt["inherits_from"], options);
  }
  return text;
}

std::string attempts_table(const Json& attempts, TextOptions options) {
  std::vector<std::vector<std::string>> rows{{"attempt", "state", "rank", "slot", "worker", "steps",
                                              "seconds", "start-up s", "cpu s", "why"}};
  for (const Json& attempt : attempts) {
    const Json usage = attempt.value("usage", Json::object());
    const std::string goal =
        attempt.contains("goal") ? " to " + plain(attempt["goal"], options) : "";
    rows.push_back({plain(attempt["attempt"], options), plain(attempt["state"], options),
                    plain(attempt["rank"], options), plain(attempt["slot"], options),
                    plain(attempt.value("worker", Json("local")), options),
                    plain(attempt["steps"], options) + goal,
                    plain(usage.value("seconds", Json()), options),
                    plain(usage.value("startup_seconds", Json()), options),
                    plain(usage.value("cpu_seconds", Json()), options), story(attempt, options)});
  }
  return table(rows);
}

/// First and last value of each metric, with its sparkline where there are glyphs.
std::string curve_text(const Json& curve, TextOptions options) {
  Json by_name = Json::object();
  for (const Json& point : curve) {
    for (const auto& [name, value] : point["metrics"].items()) {
      by_name[name].push_back(value);
    }
  }
  std::vector<std::vector<std::string>> rows{{"metric", "first", "last", ""}};
  for (const auto& [name, values] : by_name.items()) {
    rows.push_back({harmless(name, options.utf8), plain(values.front(), options),
                    plain(values.back(), options), options.utf8 ? sparkline(values) : ""});
  }
  return table(rows);
}

}  // namespace

std::string harmless(std::string_view text, bool utf8) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // C2 80 .. C2 9F are control characters too, written in UTF-8.
    const bool high_control =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (high_control) {
      ++i;
    }
    const bool shown = byte >= 0x20 && byte != 0x7F && !high_control && (utf8 || byte < 0x80);
    clean += shown ? text[i] : '?';
  }
  return clean;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  std::vector<bool> right;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      if (c >= widths.size()) {
        widths.push_back(0);
        right.push_back(true);
      }
      widths[c] = std::max(widths[c], width_of(rows[r][c]));
      right[c] = right[c] && (r == 0 || rows[r][c].empty() || numeric(rows[r][c]));
    }
  }
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string pad(widths[c] - width_of(row[c]), ' ');
      line += c == 0 ? "" : "  ";
      line += right[c] ? pad + row[c] : row[c] + pad;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string sparkline(const nlohmann::ordered_json& numbers, std::size_t width) {
  static constexpr const char* kGlyphs[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::optional<double> least;
  std::optional<double> most;
  for (const Json& number : numbers) {
    if (number.is_number()) {
      const double value = number.get<double>();
      least = std::min(least.value_or(value), value);
      most = std::max(most.value_or(value), value);
    }
  }
  if (!least || width == 0) {
    return "";
  }
  const std::size_t columns = std::min(width, numbers.size());
  std::string line;
  for (std::size_t c = 0; c < columns; ++c) {
    // The last value of each column's share, so that the line ends where the curve does.
    const Json& number = numbers[(c + 1) * numbers.size() / columns - 1];
    if (!number.is_number()) {
      line += ' ';
      continue;
    }
    const double range = *most - *least;
    const double height =
        range > 0 && std::isfinite(range) ? (number.get<double>() - *least) / range : 0.5;
    line += kGlyphs[static_cast<std::size_t>(std::clamp(height * 7.999, 0.0, 7.0))];
  }
  return line;
}

std::string best_text(const nlohmann::ordered_json& report, TextOptions options) {
  std::string text = "trials  " + trials_line(report["trials"], options) + '\n';
  text += "epochs  " + epochs_line(report["epochs"], options) + '\n';
  if (report["savings"]["trials"] != 0 || report["savings"]["epochs"] != 0) {
    text += "saved   " + detail::savings_line(report["savings"], options) + '\n';
  }
  if (report["audit"]["trials"] != 0) {
    text += "audit   " + counted(report["audit"], "misses", "of ") +
            counted(report["audit"], "trials", "doomed trials ended among the best tenth") + '\n';
  }
  if (const Json usage = report.value("usage", Json::object());
      usage.value("attempts", std::size_t{0}) > 0) {
    text += "time    " + usage_line(usage, usage["attempts"], options) + '\n';
  }
  text += detail::energy_lines(report.value("energy", Json()), options);
  text += "moves   " + counted(report, "migrations", "between islands") + '\n';
  if (report.contains("front")) {
    if (const Json volume = report.value("hypervolume", Json()); volume.is_object()) {
      text += "hypervolume " + plain(volume["value"], options) + '\n';
    }
    text +=
        report["front"].empty() ? "front   none yet\n" : "front\n" + front_table(report, options);
    return text + detail::open_lines(report, options) + detail::within_line(report, options);
  }
  const Json& best = report["best"];
  if (best.is_null()) {
    return text + "best    none yet: no trial has finished and met every requirement\n";
  }
  text +=
      "best    trial " + plain(best["trial"], options) + ", score " + plain(best["score"], options);
  if (best.contains("bounds")) {
    text += " (" + plain(best["bounds"][0][0], options) + " to " +
            plain(best["bounds"][0][1], options) + ')';
  }
  text += '\n' + detail::open_lines(report, options);
  text += "metrics\n" + pairs(best["metrics"], options, "  ");
  text += "params\n" + pairs(best["params"], options, "  ");
  return text;
}

std::string operators_text(const nlohmann::ordered_json& report, TextOptions options) {
  static constexpr const char* kColumns[] = {"propagator", "proposed", "finished",     "stopped",
                                             "failed",     "improved", "last_improved"};
  std::vector<std::vector<std::string>> rows(1);
  for (const char* const column : kColumns) {
    rows[0].emplace_back(column);
  }
  for (const Json& record : report.value("operators", Json::array())) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const char* const column : kColumns) {
      row.push_back(plain(record.value(column, Json()), options));
    }
  }
  return table(rows);
}

std::string show_text(const nlohmann::ordered_json& report, TextOptions options) {
  std::string text = "trial   " + plain(report["trial"], options) + "  (" +
                     plain(report["id"], options) + "), " + plain(report["state"], options) + '\n';
  if (const Json& why = report["why"]; why != "") {
    text += "why     " + plain(why, options) + '\n';
  }
  if (report.contains("stop")) {
    const Json& stop = report["stop"];
    text += "stop    at step " + plain(stop["step"], options) + ", forecast " +
            plain(stop["forecast"], options) +
            (stop["low"].is_number()
                 ? " (" + plain(stop["low"], options) + " to " + plain(stop["high"], options) + ')'
                 : "") +
            (stop["audited"] == true ? ", audited: it ran on" : "") + '\n';
    if (stop.contains("saved")) {
      text += "saved   " + detail::savings_line(stop["saved"], options) + '\n';
    }
  }
  text += "bred    by " + lineage_line(report["lineage"], options) + ", on island " +
          plain(report["island"], options) + '\n';
  if (report.contains("usage")) {
    const auto ended = std::count_if(
        report["attempts"].begin(), report["attempts"].end(),
        [](const Json& attempt) { return attempt.value("state", Json()) != "running"; });
    text +=
        "time    " + usage_line(report["usage"], static_cast<std::size_t>(ended), options) + '\n';
    text += detail::trial_energy_lines(report["usage"], options);
  }
  if (report.contains("scores")) {
    text += "scores\n" + pairs(report["scores"], options, "  ");
  }
  text += "params\n" + pairs(report["params"], options, "  ");
  if (!report["curve"].empty()) {
    text += "curve, " + std::to_string(report["curve"].size()) + " reports\n" +
            curve_text(report["curve"], options);
  }
  if (!report["attempts"].empty()) {
    text += "attempts\n" + attempts_table(report["attempts"], options);
  }
  if (report.contains("log")) {
    text += "log     " + plain(report["log"], options) + '\n';
  }
  if (report.contains("outcome") && report["outcome"].contains("last_lines")) {
    text += "last lines\n";
    for (const Json& line : report["outcome"]["last_lines"]) {
      text += "  " + plain(line, options) + '\n';
    }
  }
  return text;
}

}  // namespace evolt
