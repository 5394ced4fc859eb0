#include "service/report/energy_text.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

namespace evolt::detail {
namespace {

using Json = nlohmann::ordered_json;

std::string figure(const Json& value, std::string_view unit = {}) {
  if (!value.is_number()) {
    return "-";
  }
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.6g", value.get<double>());
  return unit.empty() ? std::string(buffer) : std::string(buffer) + ' ' + std::string(unit);
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) {
    text += text.empty() ? "" : between;
    text += part;
  }
  return text;
}

std::string_view dot(TextOptions options) {
  return options.utf8 ? " · " : ", ";
}

std::string attempts(const Json& count) {
  const auto n = count.get<std::int64_t>();
  return std::to_string(n) + (n == 1 ? " attempt" : " attempts");
}

/// `12345 J (11000 to 13800), counter-shared`
std::string joules_line(const Json& energy, TextOptions options) {
  std::vector<std::string> labels;
  for (const auto& [label, sum] : energy["labels"].items()) {
    labels.push_back(label);
  }
  std::vector<std::string> parts{figure(energy["joules"], "J") + " (" + figure(energy["lower"]) +
                                     " to " + figure(energy["upper"]) + ')',
                                 joined(labels, " + ")};
  for (const auto& [fate, joules] : energy["by_ending"].items()) {
    if (joules.is_number() && joules.get<double>() > 0) {
      parts.push_back(fate + ' ' + figure(joules, "J"));
    }
  }
  if (energy["coverage"].is_number()) {
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, "%.0f %% of the time observed",
                  100 * energy["coverage"].get<double>());
    parts.emplace_back(buffer);
  }
  return joined(parts, dot(options));
}

std::string world_lines(const Json& energy, TextOptions options) {
  const Json& carbon = energy["carbon"];
  const std::string pue = "PUE " + figure(energy["pue"]["value"]) + " (" +
                          harmless(energy["pue"]["source"].get<std::string>(), options.utf8) + ')';
  std::string text = "carbon  ";
  if (carbon.is_object()) {
    text += figure(energy["gco2e"], "g CO2e") + " at " + figure(carbon["grams_per_kwh"], "g/kWh") +
            " (" + harmless(carbon["source"].get<std::string>(), options.utf8) + ')' +
            std::string(dot(options)) + pue + '\n';
  } else {
    text += "unknown: energy.carbon is not set" + std::string(dot(options)) + pue + '\n';
  }
  if (energy["cost"].is_object()) {
    text += "cost    " +
            figure(energy["cost"]["amount"],
                   harmless(energy["cost"]["currency"].get<std::string>(), options.utf8)) +
            '\n';
  }
  return text;
}

}  // namespace

std::string savings_line(const Json& saved, TextOptions options) {
  std::vector<std::string> parts{std::to_string(saved.value("epochs", std::int64_t{0})) + " epochs",
                                 figure(saved["seconds"], "s")};
  if (saved["joules"].is_number()) {
    parts.push_back(figure(saved["joules"], "J"));
  }
  if (const Json grams = saved.value("gco2e", Json()); grams.is_number()) {
    parts.push_back(figure(grams, "g CO2e"));
  }
  return joined(parts, dot(options));
}

std::string energy_lines(const Json& energy, TextOptions options) {
  if (!energy.is_object()) {
    return "";
  }
  std::string text;
  if (energy["joules"].is_number()) {
    text += "energy  " + joules_line(energy, options) + '\n';
    const Json& rest = energy["not_measured"];
    if (rest["attempts"] != 0) {
      text += "        " + attempts(rest["attempts"]) + " (" + figure(rest["seconds"], "s") +
              ") not measured, " + figure(rest["joules"], "J") +
              " at the mean power of the others: " + figure(energy["total_joules"], "J") +
              " in all\n";
    }
    text += world_lines(energy, options);
  }
  for (const Json& budget : energy["budgets"]) {
    text += "budget  " + budget["key"].get<std::string>() + ": " + figure(budget["used"]) + " of " +
            figure(budget["limit"]) + " used";
    if (budget["over"].is_number() && budget["over"].get<double>() > 0) {
      text += std::string(dot(options)) + figure(budget["over"]) + " over";
    }
    text += '\n';
  }
  return text;
}

std::string trial_energy_lines(const Json& usage, TextOptions options) {
  const auto told = [options](const Json& of) -> std::string {
    if (const Json energy = of.value("energy", Json()); energy.is_object()) {
      return figure(energy["joules"], "J") + " (" + figure(energy["lower"]) + " to " +
             figure(energy["upper"]) + ")" + std::string(dot(options)) +
             energy["label"].get<std::string>();
    }
    const std::string why = of.value("unmeasured", "");
    return why.empty() ? "" : "not known: " + harmless(why, options.utf8);
  };
  std::string text = told(usage);
  if (!text.empty()) {
    text = "energy  " + text + '\n';
  }
  for (const Json& phase : usage.value("phases", Json::array())) {
    text += "phase   " + harmless(phase["phase"].get<std::string>(), options.utf8) + ", " +
            figure(phase["seconds"], "s");
    if (phase.contains("items")) {
      text += ", " + std::to_string(phase["items"].get<std::int64_t>()) + " items";
    }
    const std::string energy = told(phase);
    text += (energy.empty() ? "" : std::string(dot(options)) + energy) + '\n';
  }
  return text;
}

}  // namespace evolt::detail
