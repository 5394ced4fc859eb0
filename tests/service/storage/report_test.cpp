#include "service/report/report.hpp"

#include "events.hpp"
#include "service/report/answer.hpp"
#include "service/report/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace evolt {
namespace {

using namespace testing;
using Json = nlohmann::ordered_json;

Ledger sample(LedgerOptions options = {{"accuracy"}, 1}) {
  Ledger ledger(std::move(options));
  for (const Event& event :
       {bred(id(1)), leased(id(1)), measured(id(1), 1, {{"accuracy", 0.5}}),
        measured(id(1), 2, {{"accuracy", 0.75}}), finished(id(1), {-0.875, 20}),
        bred(id(2), {{"lr", 0.5}}, 10, {id(1), id(99)}), leased(id(2)), stopped(id(2), 3),
        finished(id(2), {-0.25, 10}, 3, Ending::stopped), bred(id(3), {{"lr", 0.125}}),
        leased(id(3)), failed(id(3)), migrated(id(1), 0, 1, 1)}) {
    if (const auto* end = std::get_if<Finished>(&event.what);
        end != nullptr && ledger.options().names.size() == 1) {
      Event single = event;
      auto& scores = std::get<Finished>(single.what).scores;
      if (scores.size() > 1) {
        scores.erase(scores.begin() + 1, scores.end());
      }
      ledger.apply(single);
      continue;
    }
    ledger.apply(event);
  }
  return ledger;
}

std::string whole(const TextSource& source) {
  std::string text;
  while (source(text)) {
  }
  return text;
}

TEST_CASE("report: best has every promised field, in the user's sign", "[report]") {
  const Json json = best_report(sample());
  CHECK(json["trials"]["total"] == 3);
  CHECK(json["trials"]["finished"] == 1);
  CHECK(json["trials"]["stopped"] == 1);
  CHECK(json["trials"]["failed"] == 1);
  CHECK(json["best"]["trial"] == 1);
  CHECK(json["best"]["score"] == 0.875);
  CHECK(json["best"]["params"] == Json({{"lr", 0.1}}));
  CHECK(json["best"]["metrics"]["accuracy"] == 0.875);
  CHECK_FALSE(json.contains("front"));
  CHECK(json["epochs"]["spent"] == 13);
  CHECK(json["epochs"]["full"] == 30);
  CHECK(json["epochs"]["saved_fraction"].get<double>() == Approx(1 - 13.0 / 30));
  CHECK(json["epochs"]["audit"] == 0);
  CHECK(json["migrations"] == 1);
}

TEST_CASE("report: what attempts used is summed, lost ones too", "[report]") {
  Ledger ledger({{"accuracy"}, 1});
  const auto used = [](double wall, double startup, std::optional<double> joules) {
    Usage usage{.wall = {wall}, .startup = Seconds{startup}, .cpu = Seconds{wall / 2}};
    if (joules) {
      usage.energy = EnergyReading{.joules = {*joules}, .label = EnergyLabel::sampled};
    }
    return usage;
  };
  const auto end = [&](int n, std::int32_t attempt, Usage usage) {
    Event event = finished(id(n), {-0.5}, 10, Ending::finished, attempt);
    std::get<Finished>(event.what).outcome.usage = std::move(usage);
    return event;
  };
  for (const Event& event :
       {bred(id(1)), leased(id(1)), Event{{5}, Lost{id(1), 1, "drained", used(22, 1, 220)}},
        leased(id(1), 2), end(1, 2, used(20, 2, 200)), bred(id(2)), leased(id(2)),
        leased(id(2), 2)}) {
    ledger.apply(event);
  }
  const Json shown = show_report(ledger, *ledger.find(1));
  CHECK(shown["usage"]["seconds"] == 42);
  CHECK(shown["usage"]["startup_seconds"] == 3);
  CHECK(shown["usage"]["cpu_seconds"] == 21);
  CHECK(shown["usage"]["energy"]["joules"] == 420);
  CHECK(show_text(shown).find("time    42 s in 2 attempts, 3 s of it start-up, 21 s of processor\n"
                              "energy  420 J (0 to 0), sampled\n") != std::string::npos);
  CHECK_FALSE(show_report(ledger, *ledger.find(2)).contains("usage"));
  CHECK(best_report(ledger)["usage"] == Json({{"attempts", 2},
                                              {"seconds", 42.0},
                                              {"startup_seconds", 3.0},
                                              {"cpu_seconds", 21.0},
                                              {"joules", 420.0}}));
  // A lost attempt that came to an end after all counts once; joules are all known or not told.
  ledger.apply(Event{{5}, Lost{id(2), 1, "its rank died", used(3, 1, {})}});
  CHECK(best_report(ledger)["usage"]["seconds"] == 45);
  CHECK(best_report(ledger)["usage"]["joules"].is_null());
  ledger.apply(end(2, 1, used(9, 1, 90)));
  CHECK(best_report(ledger)["usage"]["attempts"] == 3);
  CHECK(best_report(ledger)["usage"]["seconds"] == 51);
  CHECK(best_report(ledger)["usage"]["joules"] == 510);
}

TEST_CASE("report: the energy of a search has bounds, labels, endings and what is not known",
          "[report]") {
  LedgerOptions options{.names = {"accuracy"}, .maximized = 1};
  options.energy.carbon = NamedNumber{360, {}};
  options.energy.tariff = Tariff{0.5, "CHF"};
  options.budget.joules = Joules{300};
  options.budget.kwh = 1;
  Ledger ledger(options);
  const auto used = [](double wall, std::optional<double> joules,
                       EnergyLabel label = EnergyLabel::sampled) {
    Usage usage{.wall = {wall}};
    if (joules) {
      usage.energy = EnergyReading{.joules = {*joules},
                                   .lower = {0.9 * *joules},
                                   .upper = {1.2 * *joules},
                                   .label = label,
                                   .coverage = 0.5};
    }
    return usage;
  };
  const auto end = [&](int n, Ending ending, Usage usage, std::int32_t attempt = 1) {
    Event event = finished(id(n), {-0.5}, 10, ending, attempt);
    std::get<Finished>(event.what).outcome.usage = std::move(usage);
    return event;
  };
  Event running{{5}, Measured{.trial = id(5), .measurement = {.step = 1, .elapsed = {1}}}};
  std::get<Measured>(running.what).measurement.energy = used(1, 5).energy;
  for (const Event& event :
       {bred(id(1)), leased(id(1)), Event{{5}, Lost{id(1), 1, "drained", used(10, 100)}},
        leased(id(1), 2), end(1, Ending::finished, used(20, 200), 2), bred(id(2)), leased(id(2)),
        end(2, Ending::failed, used(3, 30, EnergyLabel::counter_shared)), bred(id(3)),
        leased(id(3)), end(3, Ending::stopped, used(4, {})), bred(id(4)), leased(id(4)),
        end(4, Ending::stopped, used(6, 999, EnergyLabel::model)), bred(id(5)), leased(id(5)),
        running}) {
    ledger.apply(event);
  }
  const Json energy = best_report(ledger)["energy"];
  CHECK(energy["joules"] == 335);
  CHECK(energy["lower"].get<double>() == Approx(301.5));
  CHECK(energy["upper"].get<double>() == Approx(402));
  CHECK(energy["labels"]["sampled"] == Json({{"attempts", 3}, {"joules", 305.0}}));
  CHECK(energy["labels"]["counter-shared"] == Json({{"attempts", 1}, {"joules", 30.0}}));
  CHECK_FALSE(energy["labels"].contains("model"));  // it may not count
  CHECK(energy["by_ending"] == Json({{"finished", 200.0},
                                     {"stopped", 0.0},
                                     {"failed", 30.0},
                                     {"lost", 100.0},
                                     {"parked", 0.0},
                                     {"running", 5.0}}));
  CHECK(energy["attempts"] == 6);
  CHECK(energy["not_measured"]["attempts"] == 2);
  CHECK(energy["not_measured"]["seconds"] == 10);
  CHECK(energy["not_measured"]["joules"].get<double>() == Approx(10 * 335.0 / 34));
  const double total = 335 + 10 * 335.0 / 34;
  CHECK(energy["total_joules"].get<double>() == Approx(total));
  CHECK(energy["coverage"].get<double>() == Approx(17.0 / 44));
  CHECK(energy["pue"] == Json({{"value", 1}, {"source", "not set: taken as 1"}}));
  CHECK(energy["gco2e"].get<double>() == Approx(total / 1e4));
  CHECK(energy["cost"]["currency"] == "CHF");
  REQUIRE(energy["budgets"].size() == 2);
  CHECK(energy["budgets"][0]["key"] == "budget.joules");
  CHECK(energy["budgets"][0]["over"].get<double>() == Approx(total - 300));
  CHECK(energy["budgets"][1]["over"] == 0);
  const std::string text = best_text(best_report(ledger));
  CHECK(text.find("energy  335 J (301.5 to 402), counter-shared + sampled, finished 200 J, failed "
                  "30 J, lost 100 J, running 5 J, 39 % of the time observed\n        2 attempts "
                  "(10 s) not measured, 98.5294 J at the mean power of the others: 433.529 J in "
                  "all\ncarbon  0.0433529 g CO2e at 360 g/kWh (set in the study file), PUE 1 (not "
                  "set: taken as 1)\ncost    6.02124e-05 CHF\nbudget  budget.joules: 433.529 of "
                  "300 used, 133.529 over\n") != std::string::npos);
}

TEST_CASE("report: show tells a trial's energy and that of its phases, or why not", "[report]") {
  const auto shown = [](Usage usage) {
    Ledger ledger({{"accuracy"}, 1});
    ledger.apply(bred(id(1)));
    ledger.apply(leased(id(1)));
    Event event = finished(id(1), {-0.5}, 10, Ending::finished, 1);
    std::get<Finished>(event.what).outcome.usage = std::move(usage);
    ledger.apply(event);
    return show_report(ledger, *ledger.find(1));
  };
  const EnergyReading reading{
      .joules = {90}, .lower = {80}, .upper = {95}, .label = EnergyLabel::counter_shared};
  const Json measured = shown(Usage{
      .wall = Seconds{9},
      .energy = reading,
      .phases = {{"infer", Seconds{2}, 100, reading, ""}, {"x", Seconds{0.1}, 0, {}, "short"}}});
  CHECK(measured["usage"]["phases"][0]["energy"]["upper"] == 95);
  CHECK(measured["usage"]["phases"][0]["items"] == 100);
  CHECK(measured["usage"]["phases"][1] ==
        Json({{"phase", "x"}, {"seconds", 0.1}, {"unmeasured", "short"}}));
  CHECK(show_text(measured).find("energy  90 J (80 to 95), counter-shared\n"
                                 "phase   infer, 2 s, 100 items, 90 J (80 to 95), counter-shared\n"
                                 "phase   x, 0.1 s, not known: short\n") != std::string::npos);
  const Json unknown = shown(Usage{.wall = Seconds{1}, .unmeasured = "below resolution"});
  CHECK(unknown["usage"]["unmeasured"] == "below resolution");
  CHECK(show_text(unknown).find("energy  not known: below resolution\n") != std::string::npos);
  CHECK(show_text(shown(Usage{.wall = Seconds{1}})).find("energy") == std::string::npos);
}

TEST_CASE("report: a search that nothing measured has no energy, and not 0 J", "[report]") {
  LedgerOptions options{.names = {"accuracy"}, .maximized = 1};
  Ledger ledger(options);
  Event event = finished(id(1), {-0.5}, 10);
  std::get<Finished>(event.what).outcome.usage.wall = {3};
  for (const Event& each : {bred(id(1)), leased(id(1)), event}) {
    ledger.apply(each);
  }
  const Json energy = best_report(ledger)["energy"];
  for (const char* const key :
       {"joules", "lower", "upper", "total_joules", "kwh", "facility_joules", "gco2e", "cost"}) {
    INFO(key);
    CHECK(energy[key].is_null());
  }
  CHECK(energy["by_ending"]["finished"].is_null());
  CHECK(energy["not_measured"]["attempts"] == 1);
  CHECK(energy["not_measured"]["joules"].is_null());
  CHECK(energy["coverage"] == 0);
  CHECK(energy["carbon"] == "unknown");
  CHECK(best_text(best_report(ledger)).find("energy") == std::string::npos);
}

TEST_CASE("report: each saving names its method", "[report]") {
  LedgerOptions options{.names = {"accuracy"}, .maximized = 1};
  options.energy.carbon = NamedNumber{360, {}};
  options.energy.pue = NamedNumber{1.58, "strubell-2019"};
  Ledger ledger(options);
  Event event = finished(id(1), {-0.5}, 4, Ending::stopped);
  Outcome& outcome = std::get<Finished>(event.what).outcome;
  outcome.usage = Usage{.wall = {4}};
  outcome.usage.energy = EnergyReading{.joules = {40}, .label = EnergyLabel::sampled};
  for (const Event& each : {bred(id(1)), leased(id(1)), event}) {
    ledger.apply(each);
  }
  const Json report = best_report(ledger);
  const Json saved = report["savings"];
  CHECK(saved["epochs"] == 6);
  CHECK(saved["seconds"].get<double>() == Approx(6));
  CHECK(saved["joules"].get<double>() == Approx(60));
  CHECK(saved["gco2e"].get<double>() == Approx(60 * 1.58 * 360 / 3.6e6));
  for (const char* const key : {"epochs", "seconds", "joules", "gco2e"}) {
    INFO(key);
    CHECK_FALSE(saved["methods"][key].get<std::string>().empty());
  }
  CHECK(best_text(report).find("saved   6 epochs, 6 s, 60 J, 0.00948 g CO2e") != std::string::npos);
}

TEST_CASE("report: best is null while nothing has finished", "[report]") {
  const Json json = best_report(Ledger({{"accuracy"}, 1}));
  CHECK(json["best"].is_null());
  CHECK(json["epochs"]["saved_fraction"].is_null());
  CHECK(best_text(json).find("none yet") != std::string::npos);
}

TEST_CASE("report: several objectives have a front", "[report]") {
  const Json json = best_report(sample({{"accuracy", "joules"}, 1}));
  REQUIRE(json["front"].size() == 1);
  CHECK(json["front"][0]["trial"] == 1);
  CHECK(json["front"][0]["scores"] == Json({0.875, 20.0}));
  const std::string text = best_text(json);
  CHECK(text.find("trial  accuracy  joules   lr") != std::string::npos);
  CHECK(text.find("    1     0.875      20  0.1") != std::string::npos);
}

TEST_CASE("report: numbers that are not finite are null and named", "[report]") {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto infinity = std::numeric_limits<double>::infinity();
  Ledger ledger({{"accuracy"}, 1});
  ledger.apply(bred(id(1)));
  ledger.apply(measured(id(1), 1, {{"loss", nan}, {"accuracy", 0.5}, {"norm", -infinity}}));
  const Json json = show_report(ledger, *ledger.find(1));
  CHECK(json["curve"][0]["metrics"]["loss"].is_null());
  CHECK(json["curve"][0]["metrics"]["norm"].is_null());
  CHECK(json["curve"][0]["non_finite"] == Json({"loss", "norm"}));
  CHECK(Json::parse(json.dump()) == json);
}

TEST_CASE("report: show says why a trial ended and where it came from", "[report]") {
  const Ledger ledger = sample();
  const Json json = show_report(ledger, *ledger.find(2));
  CHECK(json["state"] == "stopped");
  CHECK(json["why"] == "worse than the median");
  CHECK(json["stop"]["forecast"] == 0.7);
  CHECK(json["lineage"]["parents"][0] == Json({{"trial", 1}, {"id", "1.0.1"}}));
  CHECK(json["lineage"]["parents"][1]["trial"].is_null());
  CHECK(json["attempts"][0]["usage"]["seconds"] == 5.0);
  CHECK(show_report(ledger, *ledger.find(3))["outcome"]["failure"] == "exit-code");
}

TEST_CASE("report: text keeps control characters off the terminal", "[report]") {
  const Ledger ledger = sample();
  const std::string text = show_text(show_report(ledger, *ledger.find(3)), {.utf8 = true});
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("ValueError") != std::string::npos);
  CHECK(harmless("a\x1b[2Jb\n\xC2\x9B"
                 "c",
                 true) == "a?[2Jb??c");
  CHECK(harmless("µ", true) == "µ");
  CHECK(harmless("µ", false) == "??");
}

TEST_CASE("report: glyphs only where the terminal has them", "[report]") {
  const Ledger ledger = sample();
  const Json json = show_report(ledger, *ledger.find(1));
  const std::string glyphs = show_text(json, {.utf8 = true});
  const std::string ascii = show_text(json, {.utf8 = false});
  CHECK(glyphs.find("▁█") != std::string::npos);
  CHECK(std::all_of(ascii.begin(), ascii.end(), [](char c) { return c > 0; }));
}

TEST_CASE("report: sparkline leaves gaps and survives odd curves", "[report]") {
  CHECK(sparkline(Json::array({0.0, nullptr, 1.0})) == "▁ █");
  CHECK(sparkline(Json::array({nullptr})).empty());
  CHECK(sparkline(Json::array({2.0, 2.0})) == "▄▄");
  CHECK(sparkline(Json::array({-1e308, 1e308})) == "▄▄");
  CHECK(sparkline(Json::array({1.0, 2.0, 3.0, 4.0}), 2) == "▃█");
}

TEST_CASE("report: a trial is found by number and by id", "[report]") {
  const Ledger ledger = sample();
  CHECK((*find_trial(ledger, "2"))->id == id(2));
  CHECK((*find_trial(ledger, "1.0.3"))->number == 3);
  CHECK(absl::IsNotFound(find_trial(ledger, "4").status()));
  CHECK(absl::IsNotFound(find_trial(ledger, "1.5.3").status()));
  CHECK(absl::IsInvalidArgument(find_trial(ledger, "best").status()));
  CHECK(absl::IsInvalidArgument(find_trial(ledger, "").status()));
}

TEST_CASE("answer: replies to every request with one line", "[report]") {
  const Ledger ledger = sample();
  const std::string best = whole(answer(ledger, {}, R"({"best":true})"));
  CHECK(best == Json({{"best", best_report(ledger)}}).dump() + '\n');
  const Json show = Json::parse(whole(answer(ledger, {}, R"({"show":2})")));
  CHECK(show["show"]["trial"] == 2);
  CHECK(Json::parse(whole(answer(ledger, {}, R"({"show":"1.0.2"})"))) == show);
  const std::string csv = whole(answer(ledger, {}, R"({"export":"csv"})"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1);
  CHECK(Json::parse(csv)["export"].get<std::string>().starts_with("trial,id,"));
}

TEST_CASE("answer: what it does not understand is an error with a code", "[report]") {
  const Ledger ledger = sample();
  const auto code = [&](std::string_view request) {
    return Json::parse(whole(answer(ledger, {}, request)))["code"].get<std::string>();
  };
  CHECK(code("") == "INVALID_ARGUMENT");
  CHECK(code("best") == "INVALID_ARGUMENT");
  CHECK(code("[1]") == "INVALID_ARGUMENT");
  CHECK(code(R"({"best":true,"show":1})") == "INVALID_ARGUMENT");
  CHECK(code(R"({"drop":true})") == "INVALID_ARGUMENT");
  CHECK(code(R"({"export":"xml"})") == "INVALID_ARGUMENT");
  CHECK(code(R"({"export":1})") == "INVALID_ARGUMENT");
  CHECK(code(R"({"show":[]})") == "INVALID_ARGUMENT");
  CHECK(code(R"({"show":77})") == "NOT_FOUND");
  CHECK(code("{\"\xff\":1}") == "INVALID_ARGUMENT");
}

}  // namespace
TEST_CASE("report: hypervolume of the front in the user's sign", "[report]") {
  Ledger ledger(LedgerOptions{.names = {"accuracy", "loss"}, .maximized = 1});
  for (std::uint64_t i = 1; i <= 10; ++i) {
    CHECK(best_report(ledger)["hypervolume"].is_null());
    ledger.apply(bred(id(i), {{"lr", 0.001 * static_cast<double>(i)}}));
    ledger.apply(finished(id(i), {i == 1 ? -1.0 : 0.0, i == 1 ? 0.0 : 1.0}));
  }
  const Json json = best_report(ledger)["hypervolume"];
  CHECK(json["reference"][0].get<double>() == Approx(-0.1));
  CHECK(json["reference"][1].get<double>() == Approx(1.1));
  CHECK(json["value"].get<double>() == Approx(1.21));
  CHECK(best_text(best_report(ledger)).find("hypervolume") != std::string::npos);
}

TEST_CASE("report: operators as a table", "[report]") {
  const std::string text = operators_text(best_report(sample()));
  CHECK(text.find("propagator") != std::string::npos);
  CHECK(text.find("improved") != std::string::npos);
}

}  // namespace evolt
