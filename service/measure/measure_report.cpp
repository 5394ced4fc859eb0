#include "service/measure/measure_report.hpp"

#include "core/words.hpp"
#include "service/report/json_parts.hpp"
#include "service/report/text.hpp"

#include <absl/strings/str_format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace evolt {
namespace {

using Json = detail::Json;
using detail::number;

/// Bounds wider than the figure itself want an explanation.
constexpr double kWide = 1;

Json spread_json(const std::optional<Spread>& spread) {
  if (!spread) {
    return nullptr;
  }
  return {{"mean", number(spread->mean)},
          {"deviation", spread->deviation ? number(*spread->deviation) : Json(nullptr)},
          {"least", number(spread->least)},
          {"most", number(spread->most)}};
}

Json run_json(const MeasuredRun& run) {
  const std::optional<Watts> power = mean_power(run);
  Json json = {{"seconds", number(run.wall.value)},
               {"cpu_seconds", number(run.cpu.value)},
               {"exit_code", run.code},
               {"executions", run.executions},
               {"watts", power ? number(power->value) : Json(nullptr)},
               {"energy", nullptr},
               {"missing", run.figure.missing}};
  if (run.figure.energy) {
    json["energy"] = detail::usage_json(Usage{.energy = run.figure.energy}).at("energy");
  }
  return json;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

std::string plain(double value) {
  return absl::StrFormat("%.4g", value);
}

/// `1 ms`-sized things keep four digits.
std::vector<std::string> row_of(const std::string& name, const MeasuredRun& run) {
  const double count = static_cast<double>(run.executions);
  std::vector<std::string> row = {name, plain(run.wall.value / count)};
  if (const std::optional<Watts> power = mean_power(run)) {
    const EnergyReading& energy = *run.figure.energy;
    row.insert(row.end(), {plain(energy.joules.value / count), plain(energy.lower.value / count),
                           plain(energy.upper.value / count), plain(power->value),
                           absl::StrFormat("%.1f %%", 100 * energy.coverage),
                           std::string(word(energy.label))});
  } else {
    row.insert(row.end(), {"-", "-", "-", "-", "-", "none"});
  }
  return row;
}

using Rows = std::vector<std::vector<std::string>>;

void add_summary(Rows& rows, const RunSummary& all) {
  const auto line = [&](const std::string& name, auto pick) {
    const auto cell = [&](const std::optional<Spread>& spread) {
      const std::optional<double> value = spread ? pick(*spread) : std::nullopt;
      return value ? plain(*value) : std::string("-");
    };
    rows.push_back({name, cell(all.seconds), cell(all.joules), "", "", cell(all.watts), "", ""});
  };
  line("mean", [](const Spread& s) { return std::optional(s.mean); });
  if (all.measured > 0) {
    rows.back()[3] = plain(all.lower.value);
    rows.back()[4] = plain(all.upper.value);
    rows.back()[7] = word(all.label);
  }
  line("deviation", [](const Spread& s) { return s.deviation; });
  line("least", [](const Spread& s) { return std::optional(s.least); });
  line("most", [](const Spread& s) { return std::optional(s.most); });
}

std::string notes(const MeasureReport& report) {
  std::string text;
  std::string_view said;
  bool wide = false;
  const EnergyReading* energy = nullptr;
  for (const MeasuredRun& run : report.runs) {
    if (run.figure.energy) {
      energy = &*run.figure.energy;
      wide = wide || (energy->upper - energy->lower).value > kWide * energy->joules.value;
    } else if (report.unmeasured.empty() && said != run.figure.missing) {
      said = run.figure.missing;
      text += "no figure: " + run.figure.missing;
      text += said.starts_with("below resolution") ? "; repeat it: --until-resolved\n" : "\n";
    }
  }
  if (energy != nullptr) {
    text += "measured by " + joined(energy->sensors) + "; scope " + joined(energy->scope);
    text += energy->idle ? "; idle power: " + std::string(word(*energy->idle)) : "";
    text += energy->attribution.empty() ? "\n" : "; " + energy->attribution + "\n";
  }
  if (wide && !energy->attribution.empty()) {
    text +=
        "the bounds are wide where others work too, and until the reader has seen this host at "
        "rest: leave `evolt power` running beside\n";
  }
  if (!report.by.lacking.empty()) {
    text += "not measured here: " + joined(report.by.lacking) + "\n";
  }
  if (report.by.partial) {
    text += "a socket of this host is not measured: figures are short of it\n";
  }
  if (report.left) {
    text += "the command left processes running: what they use from now on is not in the figures\n";
  }
  if (!report.unmeasured.empty()) {
    text += "not measured: " + report.unmeasured + "\n";
  }
  return text;
}

}  // namespace

Json measure_json(const MeasureReport& report) {
  Json runs = Json::array();
  for (const MeasuredRun& run : report.runs) {
    runs.push_back(run_json(run));
  }
  const RunSummary all = summarize(report.runs);
  Json joules = spread_json(all.joules);
  if (all.measured > 0) {
    joules["lower"] = number(all.lower.value);
    joules["upper"] = number(all.upper.value);
  }
  return {{"command", report.command},
          {"exit_code", report.code()},
          {"label", word(all.label)},
          {"unmeasured", report.unmeasured},
          {"measured_by",
           {{"label", word(report.by.label)},
            {"sensors", report.by.sensors},
            {"parts", report.by.parts},
            {"lacking", report.by.lacking},
            {"partial", report.by.partial}}},
          {"left_processes", report.left},
          {"runs", std::move(runs)},
          {"each",
           {{"runs", all.measured},
            {"seconds", spread_json(all.seconds)},
            {"joules", std::move(joules)},
            {"watts", spread_json(all.watts)}}}};
}

std::string measure_text(const MeasureReport& report) {
  Rows rows = {{"", "seconds", "joules", "at least", "at most", "watts", "coverage", "label"}};
  std::int64_t number = 0;
  for (const MeasuredRun& run : report.runs) {
    std::string name = absl::StrFormat("run %d", ++number);
    if (run.executions > 1) {
      name += absl::StrFormat(", each of %d", run.executions);
    }
    rows.push_back(row_of(name, run));
  }
  if (report.runs.size() > 1) {
    add_summary(rows, summarize(report.runs));
  }
  return table(rows) + notes(report);
}

}  // namespace evolt
