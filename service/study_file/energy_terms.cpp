// Budgets of energy, and what a joule stands for outside the computer: [budget] joules, kwh, gco2e,
// gain_per_joule; [energy] pue, carbon, tariff.
#include "service/study_file/carbon_zones.hpp"
#include "service/study_file/sections.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace evolt::detail {
namespace {

// Strubell, Ganesh, McCallum 2019, "Energy and policy considerations for deep learning in NLP",
// ACL, section 2: a PUE of 1.58 (the mean of data centers in 2018) and 0.954 pounds of CO2
// equivalent for each kWh (the mean of the United States), a pound being 453.59237 g. Only by name.
constexpr std::string_view kStrubell = "strubell-2019";
constexpr double kStrubellPue = 1.58;
constexpr double kStrubellGrams = 0.954 * 453.59237;

constexpr double kLargestPue = 10;      // worse than anything ever published
constexpr double kLargestGrams = 5000;  // coal's is about 1000
constexpr std::int64_t kLongestWindow = 1'000'000;

bool is_text(const Field& field) {
  return std::holds_alternative<std::string>(field.node().value);
}

NamedNumber read_pue(const Field& field) {
  if (is_text(field)) {
    if (field.text() != kStrubell) {
      field.fail("unknown " + field.key(),
                 absl::StrCat("a number from 1 on, or \"", std::string(kStrubell), "\" (",
                              kStrubellPue, ")"));
    }
    return {kStrubellPue, std::string(kStrubell)};
  }
  return {field.number(1, kLargestPue), {}};
}

NamedNumber read_carbon(const Field& field) {
  if (!is_text(field)) {
    return {field.number(0, kLargestGrams), {}};
  }
  const std::string name = field.text();
  if (name == kStrubell) {
    return {kStrubellGrams, name};
  }
  if (const auto zone = find_carbon_zone(name)) {
    return {zone->grams_per_kwh, std::string(zone->code)};
  }
  field.fail("no figure for this country is known, and none is made up",
             absl::StrCat("grams of CO2 equivalent for each kWh (", field.key(),
                          " = 350), a country of the table in docs/energy-budgets.md by its ISO "
                          "code (\"DE\", \"USA\"), or \"",
                          std::string(kStrubell), "\""));
}

Tariff read_tariff(const Field& field, const Document& document) {
  constexpr std::string_view kAllowed = R"({ price = 0.30, currency = "EUR" })";
  const Section section(document, field, keys_of("energy.tariff"), "[energy.tariff]");
  Tariff tariff;
  tariff.price = section.need("price", std::string(kAllowed)).number(0, 1e9);
  const Field currency = section.need("currency", std::string(kAllowed));
  tariff.currency = currency.text();
  constexpr std::size_t kLongest = 8;
  if (tariff.currency.size() > kLongest ||
      !std::all_of(tariff.currency.begin(), tariff.currency.end(),
                   [](unsigned char c) { return c > ' ' && c != 0x7F; })) {
    currency.fail(currency.key() + " must be a short word", R"("EUR", "USD", "CHF")");
  }
  return tariff;
}

}  // namespace

void read_energy_terms(const Section& energy, EnergySettings& into) {
  if (const auto pue = energy.find("pue")) {
    into.pue = read_pue(*pue);
  }
  if (const auto carbon = energy.find("carbon")) {
    into.carbon = read_carbon(*carbon);
  }
  if (const auto tariff = energy.find("tariff")) {
    into.tariff = read_tariff(*tariff, energy.document());
  }
}

void read_energy_budget(const Section& file, const EnergySettings& energy,
                        const ObjectiveSettings& objective, BudgetSettings& budget) {
  const Section section = file.table("budget");
  if (const auto joules = section.find("joules")) {
    budget.joules = joules->energy();
  }
  if (const auto kwh = section.find("kwh")) {
    constexpr double kJoulesPerKwh = 3.6e6;
    budget.kwh = is_text(*kwh) ? kwh->energy().value / kJoulesPerKwh : kwh->number();
    if (!(*budget.kwh > 0)) {
      kwh->fail(kwh->key() + " is out of range", "more than 0 kWh");
    }
  }
  if (const auto gco2e = section.find("gco2e")) {
    budget.gco2e = gco2e->mass();
    if (!energy.carbon || !(energy.carbon->value > 0)) {
      gco2e->fail(
          gco2e->key() + " cannot be kept: what a kWh stands for is not known; set energy.carbon",
          R"(energy.carbon = 350 (grams for each kWh) or a country, energy.carbon = "DE")");
    }
  }
  if (const auto gain = section.find("gain_per_joule")) {
    budget.gain_per_joule = gain->number();
    if (!(*budget.gain_per_joule > 0)) {
      gain->fail(gain->key() + " is out of range", "more than 0, in units of the score per joule");
    }
    if (objective.score_names().size() != 1) {
      gain->fail(gain->key() + " needs one objective: of several there is no one best to gain on");
    }
  }
  if (const auto over = section.find("gain_over")) {
    budget.gain_over = over->whole(1, kLongestWindow);
    if (!budget.gain_per_joule) {
      over->fail(over->key() + " has no effect without budget.gain_per_joule");
    }
  }
}

}  // namespace evolt::detail
