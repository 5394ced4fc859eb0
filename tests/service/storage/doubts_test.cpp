#include "service/report/doubts.hpp"

#include "bounded_events.hpp"
#include "service/report/report.hpp"
#include "service/report/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace evolt {
namespace {

using namespace testing;
using Json = nlohmann::ordered_json;

TEST_CASE("doubts: a point of the front is tied with one that may dominate it", "[report]") {
  Ledger ledger(energy_options());
  run(ledger, 1, 0.9, read(100, 20));
  run(ledger, 2, 0.8, read(95, 20));  // not as good, and perhaps no cheaper
  run(ledger, 3, 0.5, read(20, 2));
  const Doubts open = doubts(ledger);
  REQUIRE(open.tied_with.size() == 3);
  CHECK(open.tied_with.at(1).empty());
  REQUIRE(open.tied_with.at(2).size() == 1);
  CHECK(open.tied_with.at(2)[0].trial == 1);
  CHECK(open.tied_with.at(2)[0].probability == Approx(35.0 * 35 / 2 / 1600));
  CHECK(open.tied_with.at(3).empty());
  CHECK(open.contending == 0);
  const Json report = best_report(ledger);
  CHECK(report["front"][1]["bounds"] == Json({{0.8, 0.8}, {75.0, 115.0}}));
  CHECK(report["front"][1]["tied_with"][0]["trial"] == 1);
  const std::string text = best_text(report);
  CHECK(text.find("trial  accuracy  joules   lr  tied with") != std::string::npos);
  CHECK(text.find("    2       0.8      95  0.1          1") != std::string::npos);
}

TEST_CASE("doubts: what is behind the front, but not clearly, contends", "[report]") {
  Ledger ledger(energy_options());
  run(ledger, 1, 0.9, read(100, 20));
  run(ledger, 2, 0.9, read(105, 20));  // hardly behind
  run(ledger, 3, 0.8, read(120, 20));  // likelier to be
  run(ledger, 4, 0.9, read(300, 20));  // clearly
  run(ledger, 5, 0.1, read(101, 0.5));
  const Doubts open = doubts(ledger);
  REQUIRE(open.contending == 3);
  CHECK(open.contenders[0].trial == 5);
  CHECK(open.contenders[1].trial == 2);
  CHECK(open.contenders[2].trial == 3);
  CHECK(open.contenders[0].behind[0].trial == 1);
  CHECK(open.contenders[1].behind[0].probability > 0.5);
  CHECK(open.contenders[2].behind[0].probability < kClear);
  CHECK(doubts(ledger, 1).contenders.size() == 1);
  CHECK(doubts(ledger, 1).contending == 3);
  const Json report = best_report(ledger);
  CHECK(report["contenders"]["total"] == 3);
  CHECK(report["contenders"]["clear"] == 0.95);
  CHECK(report["contenders"]["trials"][1]["scores"] == Json({0.9, 105.0}));
  CHECK(report["contenders"]["trials"][1]["bounds"][1] == Json({85.0, 125.0}));
  CHECK(best_text(report).find(
            "open    3 trials are not clearly worse, by the bounds of energy: 5, 2, 3\n") !=
        std::string::npos);
}

TEST_CASE("doubts: exact joules leave nothing open", "[report]") {
  Ledger ledger(energy_options());
  run(ledger, 1, 0.9, read(100, 0));
  run(ledger, 2, 0.9, read(100.1, 0));
  run(ledger, 3, 0.8, read(99, 0));
  const Doubts open = doubts(ledger);
  CHECK(open.contending == 0);
  CHECK(open.tied_with.at(1).empty());
  CHECK(open.tied_with.at(3).empty());
  CHECK(best_text(best_report(ledger)).find("tied") == std::string::npos);
}

TEST_CASE("doubts: the gain of one sensor is in all its readings, and leaves nothing open",
          "[report]") {
  const std::string other = GENERATE("epyc", "xeon");
  const auto gained = [](double joules, const std::string& host) {
    EnergyReading energy = read(joules, 0);
    energy.lower = Joules{joules / 1.05};
    energy.upper = Joules{joules / 0.95};
    energy.gain = 0.05;
    energy.sensors = {"powercap:package-0"};
    energy.host_class = host;
    return energy;
  };
  Ledger ledger(energy_options());
  run(ledger, 1, 0.9, gained(100, "epyc"));
  run(ledger, 2, 0.9, gained(101, other));
  CHECK(doubts(ledger).contending == (other == "epyc" ? 0 : 1));
}

TEST_CASE("doubts: a single score has its bounds, in the user's sign", "[report]") {
  Ledger ledger(energy_options(false));
  run(ledger, 1, 0.9, read(100, 50));
  run(ledger, 2, 0.9, read(110, 50));
  run(ledger, 3, 0.3, read(100, 50));
  const Json report = best_report(ledger);
  CHECK(report["best"]["trial"] == 1);
  const Json bounds = report["best"]["bounds"][0];
  CHECK(bounds[0].get<double>() == Approx(0.81 / 150));
  CHECK(bounds[1].get<double>() == Approx(0.81 / 50));
  CHECK(report["best"]["tied_with"] == Json::array());
  CHECK(report["contenders"]["total"] == 1);
  CHECK(report["contenders"]["trials"][0]["trial"] == 2);
  CHECK(best_text(report).find("best    trial 1, score 0.0081 (0.0054 to 0.0162)\n") !=
        std::string::npos);
  CHECK(show_report(ledger, *ledger.find(2))["bounds"][0][0].get<double>() == Approx(0.81 / 160));
}

TEST_CASE("doubts: a lower bound of 0 J has no best score", "[report]") {
  Ledger ledger(energy_options(false));
  run(ledger, 1, 0.9, read(100, 100));
  const Json bounds = best_report(ledger)["best"]["bounds"][0];
  CHECK(bounds[0].get<double>() == Approx(0.81 / 200));
  CHECK(bounds[1].is_null());
}

TEST_CASE("doubts: bounds that are not those of the score are not known", "[report]") {
  Ledger ledger(energy_options());
  run(ledger, 1, 0.9, read(100, 0));
  Event late{{6}, Lost{id(1), 2, "its rank died", Usage{.wall = {3}, .energy = read(40, 0)}}};
  ledger.apply(leased(id(1), 2));
  ledger.apply(late);  // it used 140 J now, and was scored with 100
  const auto known = ledger.bounded(*ledger.find(1));
  CHECK(std::isinf(known->values[1].upper));
  CHECK(best_report(ledger)["front"][0]["bounds"][1] == Json({nullptr, nullptr}));
}

}  // namespace
}  // namespace evolt
