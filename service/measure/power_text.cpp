#include "service/measure/power_text.hpp"

#include "core/words.hpp"
#include "service/report/json_parts.hpp"
#include "service/report/text.hpp"

#include <absl/strings/str_format.h>
#include <nlohmann/json.hpp>

#include <ctime>
#include <optional>
#include <vector>

namespace evolt {
namespace {

using Json = detail::Json;
using detail::number;

Json maybe(const std::optional<Watts>& watts) {
  return watts ? number(watts->value) : Json(nullptr);
}

std::string shown(const std::optional<Watts>& watts) {
  return watts ? absl::StrFormat("%.1f", watts->value) : "-";
}

std::string name_of(const OpenWindow& window) {
  return window.name.empty() ? absl::StrFormat("process %d", window.process) : window.name;
}

std::string clock_time(Seconds wall) {
  const auto now = static_cast<std::time_t>(wall.value);
  std::tm local{};
  ::localtime_r(&now, &local);
  char text[16];
  std::strftime(text, sizeof text, "%H:%M:%S", &local);
  return text;
}

}  // namespace

Json power_json(const PowerSample& sample, Seconds wall) {
  Json sources = Json::array();
  for (const SourcePower& one : sample.sources) {
    sources.push_back({{"name", one.name}, {"part", word(one.part)}, {"watts", maybe(one.watts)}});
  }
  Json windows = Json::array();
  for (const auto& [window, watts] : sample.windows) {
    Json json = {{"name", window.name},
                 {"process", window.process},
                 {"seconds", number(window.figure.time.value)},
                 {"watts", maybe(watts)},
                 {"energy", nullptr},
                 {"missing", window.figure.missing}};
    if (window.figure.energy) {
      json["energy"] = detail::usage_json(Usage{.energy = window.figure.energy}).at("energy");
    }
    windows.push_back(std::move(json));
  }
  return {{"time", number(wall.value)},
          {"watts", maybe(sample.total)},
          {"sources", std::move(sources)},
          {"windows", std::move(windows)}};
}

std::string power_line(const PowerSample& sample, Seconds wall) {
  std::string text = clock_time(wall) + "  total " + shown(sample.total) + " W";
  for (const SourcePower& one : sample.sources) {
    text += "  " + one.name + " " + shown(one.watts) + " W";
  }
  for (const auto& [window, watts] : sample.windows) {
    text += "  " + harmless(name_of(window), false) + " " + shown(watts) + " W";
  }
  return text + "\n";
}

std::string power_table(const PowerSample& sample) {
  std::vector<std::vector<std::string>> sources = {{"source", "part", "watts"}};
  for (const SourcePower& one : sample.sources) {
    sources.push_back({one.name, std::string(word(one.part)), shown(one.watts)});
  }
  sources.push_back({"total", "", shown(sample.total)});
  std::string text = table(sources);
  if (sample.windows.empty()) {
    return text;
  }
  std::vector<std::vector<std::string>> windows = {
      {"trial", "watts", "seconds", "joules", "at least", "at most", "label"}};
  for (const auto& [window, watts] : sample.windows) {
    std::vector<std::string> row = {harmless(name_of(window), false), shown(watts),
                                    absl::StrFormat("%.1f", window.figure.time.value)};
    if (const std::optional<EnergyReading>& energy = window.figure.energy) {
      for (const Joules joules : {energy->joules, energy->lower, energy->upper}) {
        row.push_back(absl::StrFormat("%.4g", joules.value));
      }
      row.emplace_back(word(energy->label));
    } else {
      row.insert(row.end(), {"-", "-", "-", window.figure.missing});
    }
    windows.push_back(std::move(row));
  }
  return text + "\n" + table(windows);
}

}  // namespace evolt
