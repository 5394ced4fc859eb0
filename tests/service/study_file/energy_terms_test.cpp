#include "service/study_file/carbon_zones.hpp"
#include "service/study_file/quantities.hpp"
#include "tests/service/study_file/cases.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <set>
#include <sstream>

namespace evolt::test {
namespace {

TEST_CASE("study file: budgets of energy", "[service]") {
  const BudgetSettings budget =
      parse_study(after("[budget]\njoules = \"1.5 MJ\"\nkwh = 2\ngco2e = \"0.5 kg\"\n"
                        "gain_per_joule = 1e-6\ngain_over = 50\n[energy]\ncarbon = 100"),
                  "s.toml")
          .budget;
  CHECK(budget.joules == Joules{1.5e6});
  CHECK(budget.kwh == 2.0);
  CHECK(budget.gco2e == 500.0);
  CHECK(budget.gain_per_joule == 1e-6);
  CHECK(budget.gain_over == 50);
  CHECK(budget.counts_energy());
  CHECK_FALSE(parse_study(kBase, "s.toml").budget.counts_energy());
  const auto kwh = [](const std::string& text) {
    return *parse_study(after("[budget]\nkwh = " + text), "s.toml").budget.kwh;
  };
  CHECK(kwh("0.25") == 0.25);
  CHECK(kwh("\"500 Wh\"") == Approx(0.5));
  CHECK(parse_study(after(""), "s.toml", {"budget.joules=20kJ"}).budget.joules == Joules{20000});
  CHECK(parse_study(trial("limits = { joules = \"2kJ\" }"), "s.toml").trial.limits.joules ==
        Joules{2000});
}

TEST_CASE("study file: what a joule stands for", "[service]") {
  const EnergySettings none = parse_study(kBase, "s.toml").energy;
  CHECK_FALSE(none.pue);
  CHECK_FALSE(none.carbon);
  CHECK_FALSE(none.tariff);
  const EnergySettings given = parse_study(after("[energy]\npue = 1.2\ncarbon = 350\n"
                                                 "tariff = { price = 0.3, currency = \"EUR\" }"),
                                           "s.toml")
                                   .energy;
  CHECK(given.pue == NamedNumber{1.2, ""});
  CHECK(given.carbon == NamedNumber{350, ""});
  CHECK(given.tariff == Tariff{0.3, "EUR"});
  const auto carbon = [](const std::string& name) {
    return *parse_study(after("[energy]\ncarbon = \"" + name + "\""), "s.toml").energy.carbon;
  };
  CHECK(carbon("DE") == NamedNumber{344.1, "DE"});
  CHECK(carbon("deu") == NamedNumber{344.1, "DE"});
  CHECK(carbon("FR") == NamedNumber{44.2, "FR"});
  CHECK(carbon("strubell-2019").value == Approx(432.727).epsilon(1e-5));
  CHECK(parse_study(after("[energy]\npue = \"strubell-2019\""), "s.toml").energy.pue ==
        NamedNumber{1.58, "strubell-2019"});
}

TEST_CASE("study file errors: budgets of energy", "[service]") {
  const std::string units =
      "; allowed: joules, or a text such as \"500kJ\", \"20 MJ\", \"1.5 kWh\"";
  check_all({
      {after("[budget]\njoules = \"5 BTU\""),
       "study.toml:10:10: budget.joules is not an amount of energy: got \"5 BTU\"" + units},
      {after("[budget]\njoules = \"5 kJ 3 J\""),
       "study.toml:10:10: budget.joules is not an amount of energy: got \"5 kJ 3 J\"" + units},
      {after("[budget]\njoules = true"),
       "study.toml:10:10: budget.joules is not an amount of energy: got true" + units},
      {after("[budget]\njoules = 0"),
       "study.toml:10:10: budget.joules is out of range: got 0; allowed: more than 0: joules, or "
       "a text such as \"500kJ\", \"20 MJ\", \"1.5 kWh\""},
      {after("[budget]\njoules = -3"),
       "study.toml:10:10: budget.joules is out of range: got -3; allowed: more than 0: joules, or "
       "a text such as \"500kJ\", \"20 MJ\", \"1.5 kWh\""},
      {after("[budget]\njoules = inf"),
       "study.toml:10:10: budget.joules must be a finite number: got inf"},
      {after("[budget]\nkwh = 0"),
       "study.toml:10:7: budget.kwh is out of range: got 0; allowed: more than 0 kWh"},
      {after("[budget]\nkwh = [1]"), "study.toml:10:7: budget.kwh must be a number: got an array"},
      {after("[budget]\ngco2e = 5"),
       "study.toml:10:9: budget.gco2e cannot be kept: what a kWh stands for is not known; set "
       "energy.carbon: got 5; allowed: energy.carbon = 350 (grams for each kWh) or a country, "
       "energy.carbon = \"DE\""},
      {after("[budget]\ngco2e = 5\n[energy]\ncarbon = 0"),
       "study.toml:10:9: budget.gco2e cannot be kept: what a kWh stands for is not known; set "
       "energy.carbon: got 5; allowed: energy.carbon = 350 (grams for each kWh) or a country, "
       "energy.carbon = \"DE\""},
      {after("[budget]\ngco2e = \"5 lb\"\n[energy]\ncarbon = 1"),
       "study.toml:10:9: budget.gco2e is not a mass: got \"5 lb\"; allowed: grams, or a text such "
       "as \"500g\", \"1.5 kg\""},
      {after("[budget]\ngain_per_joule = 0"),
       "study.toml:10:18: budget.gain_per_joule is out of range: got 0; allowed: more than 0, in "
       "units of the score per joule"},
      {after("[budget]\ngain_over = 5"),
       "study.toml:10:13: budget.gain_over has no effect without budget.gain_per_joule: got 5"},
      {after("[budget]\ngain_per_joule = 1\ngain_over = 0"),
       "study.toml:11:13: budget.gain_over is out of range: got 0; allowed: 1 .. 1000000"},
      {objective("maximize = [\"a\", \"b\"]") + "[budget]\ngain_per_joule = 1\n",
       "study.toml:10:18: budget.gain_per_joule needs one objective: of several there is no one "
       "best to gain on: got 1"},
      {trial("limits = { joules = \"a lot\" }"),
       "study.toml:5:21: trial.limits.joules is not an amount of energy: got \"a lot\"" + units},
  });
}

TEST_CASE("study file errors: an unknown country is unknown", "[service]") {
  check_all({
      {after("[energy]\ncarbon = \"Atlantis\""),
       "study.toml:10:10: no figure for this country is known, and none is made up "
       "(energy.carbon): got \"Atlantis\"; allowed: grams of CO2 equivalent for each kWh "
       "(energy.carbon = 350), a "
       "country of the table in docs/energy-budgets.md by its ISO code (\"DE\", \"USA\"), or "
       "\"strubell-2019\""},
      {after("[energy]\ncarbon = -1"),
       "study.toml:10:10: energy.carbon is out of range: got -1; allowed: 0 .. 5000"},
      {after("[energy]\npue = 0.9"),
       "study.toml:10:7: energy.pue is out of range: got 0.9; allowed: 1 .. 10"},
      {after("[energy]\npue = \"DE\""),
       "study.toml:10:7: unknown energy.pue: got \"DE\"; allowed: a number from 1 on, or "
       "\"strubell-2019\" (1.58)"},
      {after("[energy]\ntariff = 0.3"), "study.toml:10:10: energy.tariff must be a table: got 0.3"},
      {after("[energy]\ntariff = { price = 0.3 }"),
       "study.toml:10:10: energy.tariff.currency is missing; allowed: { price = 0.30, currency = "
       "\"EUR\" }"},
      {after("[energy]\ntariff = { price = -1, currency = \"EUR\" }"),
       "study.toml:10:20: energy.tariff.price is out of range: got -1; allowed: 0 .. 1e+09"},
      {after("[energy]\ntariff = { price = 1, currency = \"US dollars\" }"),
       "study.toml:10:34: energy.tariff.currency must be a short word: got \"US dollars\"; "
       "allowed: \"EUR\", \"USD\", \"CHF\""},
  });
}

TEST_CASE("carbon zones: the table is whole, and the page has it", "[service]") {
  std::set<std::string_view> codes;
  std::ifstream file(std::string(EVOLT_DOCS_DIR) + "/energy-budgets.md");
  REQUIRE(file);
  std::ostringstream page;
  page << file.rdbuf();
  for (const CarbonZone& zone : carbon_zones()) {
    INFO(zone.name);
    CHECK(zone.code.size() == 2);
    CHECK(zone.long_code.size() == 3);
    CHECK(codes.insert(zone.code).second);
    CHECK(codes.insert(zone.long_code).second);
    CHECK(zone.year >= 2023);
    CHECK(zone.grams_per_kwh > 0);
    CHECK(zone.grams_per_kwh < 1500);
    CHECK(page.str().find(std::string(zone.code)) != std::string::npos);
  }
  CHECK_FALSE(find_carbon_zone("XX"));
  CHECK_FALSE(find_carbon_zone(""));
  CHECK(describe(*find_carbon_zone("SE")) ==
        "Sweden, mean of 2024, Ember (2025) by Our World in Data");
}

TEST_CASE("quantities: energies and masses", "[service]") {
  using detail::parse_energy;
  using detail::parse_mass;
  CHECK(parse_energy("3J") == 3.0);
  CHECK(parse_energy("1.5 kWh") == Approx(5.4e6));
  CHECK(parse_energy("2GJ") == 2e9);
  CHECK(parse_mass("2 t") == 2e6);
  for (const char* const bad : {"", "J", "5", "5 j", "5 kJ kJ", "-5 J", "1e999 J", "5 Ws"}) {
    INFO(bad);
    CHECK_FALSE(parse_energy(bad));
    CHECK_FALSE(parse_mass(bad));
  }
}

}  // namespace
}  // namespace evolt::test
