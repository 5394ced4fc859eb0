#include "service/report/energy_json.hpp"

#include "core/words.hpp"
#include "service/report/energy_totals.hpp"
#include "service/study_file/carbon_zones.hpp"

#include <algorithm>
#include <string>

namespace evolt::detail {
namespace {

constexpr double kJoulesPerKwh = 3.6e6;

Json optional_json(const std::optional<double>& value) {
  return value ? number(*value) : Json(nullptr);
}

/// Where a number comes from: the study file, or what a name there stands for.
std::string source_of(const NamedNumber& given) {
  if (given.name.empty()) {
    return "set in the study file";
  }
  const auto zone = find_carbon_zone(given.name);
  return zone ? describe(*zone) : given.name;
}

Json named_json(const std::optional<NamedNumber>& given, const char* key, Json absent) {
  if (!given) {
    return absent;
  }
  Json json = {{key, number(given->value)}, {"source", source_of(*given)}};
  if (!given->name.empty()) {
    json["name"] = given->name;
  }
  return json;
}

/// One for each cap that the study sets.
Json budgets_json(const LedgerOptions& options, const std::optional<Joules>& used) {
  Json json = Json::array();
  const auto put = [&](const char* key, double limit, double per_joule) {
    Json entry = {{"key", key}, {"limit", number(limit)}, {"used", nullptr}, {"over", nullptr}};
    if (used) {
      const double amount = used->value * per_joule;
      entry["used"] = number(amount);
      entry["over"] = number(std::max(amount - limit, 0.0));
    }
    json.push_back(std::move(entry));
  };
  const BudgetSettings& budget = options.budget;
  if (budget.joules) {
    put("budget.joules", budget.joules->value, 1);
  }
  if (budget.kwh) {
    put("budget.kwh", *budget.kwh, 1 / kJoulesPerKwh);
  }
  if (budget.gco2e) {
    put("budget.gco2e", *budget.gco2e, footprint(options.energy, Joules{1}).gco2e.value_or(0));
  }
  return json;
}

}  // namespace

Json energy_json(const Ledger& ledger) {
  const LedgerOptions& options = ledger.options();
  const EnergyTotals totals = energy_totals(ledger);
  const bool any = totals.measured.attempts > 0;
  const auto measured = [any](Joules joules) { return any ? number(joules.value) : Json(nullptr); };
  Json json = {{"joules", measured(totals.measured.joules)},
               {"lower", measured(totals.measured.lower)},
               {"upper", measured(totals.measured.upper)},
               {"labels", Json::object()},
               {"by_ending", Json::object()}};
  for (const auto& [label, sum] : totals.labels) {
    json["labels"][std::string(word(label))] = {{"attempts", sum.attempts},
                                                {"joules", number(sum.joules.value)}};
  }
  for (std::size_t i = 0; i < kFates; ++i) {
    json["by_ending"][word(Fate(i))] = measured(totals.fates[i].joules);
  }
  const auto filled = totals.filled();
  const auto total = totals.total();
  json["attempts"] = totals.attempts;
  json["not_measured"] = {{"attempts", totals.not_measured},
                          {"seconds", number(totals.unread.value)},
                          {"joules", filled ? number(filled->value) : Json(nullptr)},
                          {"method", "their wall time at the mean power of the measured ones"}};
  json["coverage"] = optional_json(totals.coverage());
  json["total_joules"] = total ? number(total->value) : Json(nullptr);
  json["kwh"] = total ? number(total->value / kJoulesPerKwh) : Json(nullptr);
  const Footprint print = footprint(options.energy, total.value_or(Joules{}));
  json["pue"] =
      named_json(options.energy.pue, "value", {{"value", 1}, {"source", "not set: taken as 1"}});
  json["facility_joules"] = total ? number(print.facility.value) : Json(nullptr);
  json["carbon"] = named_json(options.energy.carbon, "grams_per_kwh", "unknown");
  json["gco2e"] = total ? optional_json(print.gco2e) : Json(nullptr);
  json["cost"] = nullptr;
  if (total && print.cost) {
    json["cost"] = {{"amount", number(*print.cost)}, {"currency", options.energy.tariff->currency}};
  }
  json["budgets"] = budgets_json(options, total);
  return json;
}

Json savings_json(const Savings& saved, const EnergySettings& energy) {
  Json json = {{"trials", saved.trials},
               {"epochs", saved.epochs},
               {"seconds", number(saved.seconds.value)},
               {"joules", saved.joules ? number(saved.joules->value) : Json(nullptr)},
               {"gco2e", nullptr}};
  if (saved.joules) {
    json["gco2e"] = optional_json(footprint(energy, *saved.joules).gco2e);
  }
  return json;
}

Json savings_methods_json() {
  return {{"epochs", "full length less the steps that were run, of each trial that was stopped"},
          {"seconds",
           "those steps at the trial's own mean time a step, start-up apart, less the start-ups "
           "that parking caused"},
          {"joules", "those seconds at the trial's own mean power"},
          {"gco2e", "those joules, times energy.pue, at energy.carbon"}};
}

}  // namespace evolt::detail
