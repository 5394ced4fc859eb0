#include "service/simulate/comparison_report.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace evolt {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

Json json_of(const std::optional<Figure>& figure) {
  if (!figure) {
    return {};
  }
  return {{"mean", number(figure->mean)},
          {"lo", number(figure->lo)},
          {"hi", number(figure->hi)},
          {"median", number(figure->median)},
          {"reached", figure->reached}};
}

Json json_of(const ContenderFigures& figures) {
  return {{"name", figures.name},
          {"epochs_saved", json_of(figures.epochs_saved)},
          {"audit_epochs", json_of(figures.audit_epochs)},
          {"seconds_saved", json_of(figures.seconds_saved)},
          {"joules_saved", json_of(figures.joules_saved)},
          {"hit_top1", json_of(figures.hit_top1)},
          {"regret", json_of(figures.regret)},
          {"time_to_quality", json_of(figures.time_to_quality)},
          {"epochs_to_quality", json_of(figures.epochs_to_quality)},
          {"saving", json_of(figures.saving)},
          {"oracle_share", json_of(figures.oracle_share)},
          {"joules_to_lean", json_of(figures.joules_to_lean)},
          {"epochs_to_lean", json_of(figures.epochs_to_lean)},
          {"joules_to_lean_of_random", number(figures.joules_to_lean_of_random)}};
}

std::size_t pool_size(const TableStudy& study, const ComparisonOptions& options) {
  return options.pool.value_or(study.rows().size());
}

/// A replay has no more than its pool has rows.
std::int64_t trials_of(const TableStudy& study, const ComparisonOptions& options) {
  return std::min(options.trials.value_or(study.study().budget.trials),
                  static_cast<std::int64_t>(pool_size(study, options)));
}

std::string percent(const std::optional<Figure>& figure) {
  return !figure ? "-"
                 : absl::StrFormat("%.1f %% (%.1f-%.1f)", 100 * figure->mean.value_or(0),
                                   100 * figure->lo.value_or(0), 100 * figure->hi.value_or(0));
}

std::string share(const std::optional<Figure>& figure) {
  return !figure ? "-"
                 : absl::StrFormat("%.2f (%.2f-%.2f)", figure->mean.value_or(0),
                                   figure->lo.value_or(0), figure->hi.value_or(0));
}

std::string plain(const std::optional<Figure>& figure) {
  return !figure || !figure->mean ? "-" : absl::StrFormat("%.4g", *figure->mean);
}

/// A median, for what not every seed comes to.
std::string middle(const std::optional<Figure>& figure) {
  return !figure || !figure->median ? "never" : absl::StrFormat("%.4g", *figure->median);
}

struct Column {
  const char* title;
  std::function<std::string(const ContenderFigures&)> cell;
};

std::string percent_middle(const std::optional<Figure>& figure) {
  return !figure || !figure->median ? "-" : absl::StrFormat("%.1f %%", 100 * *figure->median);
}

std::string ratio(const std::optional<double>& value) {
  return value ? absl::StrFormat("%.3g", *value) : "-";
}

/// Whether a study asks for few joules, so that it matters when a lean row was found.
bool minimizes_joules(const Study& study) {
  const auto& names = study.objective.minimize;
  return std::find(names.begin(), names.end(), "joules") != names.end();
}

std::vector<Column> columns_for(const TableStudy& study) {
  const TableHead& head = study.table().head();
  std::vector<Column> columns{
      {"contender", [](const ContenderFigures& f) { return f.name; }},
      {"epochs saved", [](const ContenderFigures& f) { return percent(f.epochs_saved); }}};
  if (head.has_seconds) {
    columns.push_back(
        {"seconds saved", [](const ContenderFigures& f) { return percent(f.seconds_saved); }});
  }
  if (head.has_joules) {
    columns.push_back(
        {"joules saved", [](const ContenderFigures& f) { return percent(f.joules_saved); }});
  }
  columns.push_back({"hit top 1 %", [](const ContenderFigures& f) { return share(f.hit_top1); }});
  columns.push_back({"regret", [](const ContenderFigures& f) { return plain(f.regret); }});
  columns.push_back(
      {"time to quality", [](const ContenderFigures& f) { return middle(f.time_to_quality); }});
  columns.push_back(
      {"epochs to quality", [](const ContenderFigures& f) { return middle(f.epochs_to_quality); }});
  if (head.reference) {
    columns.push_back(
        {"saving", [](const ContenderFigures& f) { return percent_middle(f.saving); }});
    columns.push_back({"of the oracle's",
                       [](const ContenderFigures& f) { return percent_middle(f.oracle_share); }});
  }
  if (head.has_joules && minimizes_joules(study.study())) {
    columns.push_back(
        {"joules to lean", [](const ContenderFigures& f) { return middle(f.joules_to_lean); }});
    columns.push_back(
        {"epochs to lean", [](const ContenderFigures& f) { return middle(f.epochs_to_lean); }});
    columns.push_back({"joules of random's", [](const ContenderFigures& f) {
                         return ratio(f.joules_to_lean_of_random);
                       }});
  }
  return columns;
}

}  // namespace

Json comparison_json(const TableStudy& study, const ComparisonOptions& options,
                     const std::vector<ContenderFigures>& figures) {
  Json contenders = Json::array();
  for (const ContenderFigures& each : figures) {
    contenders.push_back(json_of(each));
  }
  return {{"contenders", std::move(contenders)},
          {"sim", true},
          {"table", study.table().head().name},
          {"rows", study.rows().size()},
          {"epochs", study.table().head().epochs},
          {"pool", pool_size(study, options)},
          {"trials", trials_of(study, options)},
          {"seeds", options.seeds},
          {"workers", options.workers},
          {"startup_seconds", options.startup.value},
          {"quality", options.goals.quality},
          {"target", study.target() ? Json(*study.target()) : Json()},
          {"lean", {{"within", options.goals.lean.within}, {"factor", options.goals.lean.factor}}}};
}

std::string comparison_text(const TableStudy& study, const ComparisonOptions& options,
                            const std::vector<ContenderFigures>& figures) {
  const TableHead& head = study.table().head();
  std::string text = absl::StrFormat(
      "SIM  %s: pools of %d of %d rows, %d trials of %d epochs, %d seeds, %d workers, "
      "start-up %g s\n",
      head.name, pool_size(study, options), study.rows().size(), trials_of(study, options),
      head.epochs, options.seeds, options.workers, options.startup.value);
  const std::vector<Column> columns = columns_for(study);
  std::vector<std::vector<std::string>> lines(figures.size() + 1);
  std::vector<std::size_t> widths;
  for (const Column& column : columns) {
    lines[0].emplace_back(column.title);
    widths.push_back(lines[0].back().size());
    for (std::size_t i = 0; i < figures.size(); ++i) {
      lines[i + 1].push_back(column.cell(figures[i]));
      widths.back() = std::max(widths.back(), lines[i + 1].back().size());
    }
  }
  for (const auto& line : lines) {
    text += "SIM";
    for (std::size_t i = 0; i < line.size(); ++i) {
      absl::StrAppendFormat(&text, "  %-*s", static_cast<int>(widths[i]), line[i]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  absl::StrAppendFormat(&text,
                        "SIM  savings are net of start-up and of audits; times are virtual; "
                        "quality: the best %g %% of the pool (medians)\n",
                        100 * options.goals.quality);
  if (head.has_joules && minimizes_joules(study.study())) {
    absl::StrAppendFormat(&text,
                          "SIM  lean: within %g of the best of the pool, for at most %g times the "
                          "joules of the cheapest such row (medians)\n",
                          options.goals.lean.within, options.goals.lean.factor);
  }
  return text;
}

}  // namespace evolt
