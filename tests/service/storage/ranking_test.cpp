#include "service/report/ranking.hpp"

#include "bounded_events.hpp"
#include "service/report/report.hpp"
#include "service/report/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace evolt {
namespace {

using namespace testing;
using Json = nlohmann::ordered_json;

TEST_CASE("rankings: the one with the most results leads, of equals the first", "[report]") {
  Rankings rankings;
  CHECK_FALSE(rankings.leading().has_value());
  const std::size_t a = rankings.of("package");
  const std::size_t b = rankings.of("gpu + package");
  CHECK(rankings.of("package") == a);
  rankings[a].add(1, 1, {5});
  rankings[b].add(2, 2, {9});
  CHECK(rankings.leading() == a);
  rankings[b].add(3, 3, {8});
  CHECK(rankings.leading() == b);
  CHECK(rankings[b].best() == 3);
}

TEST_CASE("ledger: joules of other parts of the host do not rank beside each other", "[report]") {
  const bool several = GENERATE(true, false);
  Ledger ledger(energy_options(several));
  run(ledger, 1, 0.9, read(10, 1));  // of the package alone it looks cheap
  CHECK(ledger.best()->number == 1);
  run(ledger, 2, 0.9, read(300, 1, EnergyLabel::counter_exclusive, {"package", "gpu"}));
  run(ledger, 3, 0.9, read(200, 1, EnergyLabel::node_metered, {"gpu", "package"}));
  CHECK(ledger.best()->number == 3);
  CHECK(ledger.counts().finished == 3);
  if (several) {
    REQUIRE(ledger.front().size() == 1);
    CHECK(ledger.front()[0].number == 3);
  }
  CHECK_FALSE(ledger.ranks(*ledger.find(1)));
  CHECK(ledger.ranks(*ledger.find(2)));
  const std::string why = ledger.why_unranked(*ledger.find(1));
  CHECK(why ==
        "its joules are those of package, and most of this study's are those of gpu + package: "
        "energy.scope says what counts");
  CHECK(show_report(ledger, *ledger.find(1))["unranked"] == why);
  CHECK_FALSE(show_report(ledger, *ledger.find(2)).contains("unranked"));
  const Json report = best_report(ledger);
  CHECK(report["ranking"] ==
        Json({{"scope", "gpu + package"},
              {"results", 2},
              {"unranked", Json::array({Json({{"results", 1}, {"why", why}})})}}));
  CHECK(best_text(report).find("left    out of the ranking, of 1 trial: its joules are those of") !=
        std::string::npos);
}

TEST_CASE("ledger: kinds of meters that measure rank together, estimates do not", "[report]") {
  const EnergyLabel estimate = GENERATE(EnergyLabel::model, EnergyLabel::declared);
  LedgerOptions options = energy_options();
  const auto fill = [&](Ledger& ledger) {
    int n = 0;
    for (const EnergyLabel label : {EnergyLabel::node_metered, EnergyLabel::counter_exclusive,
                                    EnergyLabel::counter_shared, EnergyLabel::sampled, estimate}) {
      ++n;
      run(ledger, n, 0.1 * n, read(100 * n, 1, label));
    }
  };
  Ledger refused(options);
  fill(refused);
  CHECK(refused.front().size() == 4);
  CHECK(refused.best()->number == 4);
  CHECK(refused.why_unranked(*refused.find(5)).find("energy.estimated") != std::string::npos);
  CHECK(best_report(refused)["ranking"]["unranked"].size() == 1);
  options.energy.estimated = true;
  Ledger allowed(options);
  fill(allowed);
  CHECK(allowed.front().size() == 5);
  CHECK(allowed.why_unranked(*allowed.find(5)).empty());
}

TEST_CASE("ledger: what cannot be the best is not told to be out of the ranking", "[report]") {
  Ledger ledger(energy_options());
  for (const Event& event :
       {bred(id(1)), leased(id(1)), finished(id(1), {-0.9, 5}, 3, Ending::stopped), bred(id(2)),
        leased(id(2)), failed(id(2)), bred(id(3)), leased(id(3))}) {
    ledger.apply(event);
  }
  for (int n = 1; n <= 3; ++n) {
    CHECK_FALSE(ledger.ranks(*ledger.find(n)));
    CHECK(ledger.why_unranked(*ledger.find(n)).empty());
  }
  CHECK(best_report(ledger)["ranking"]["scope"].is_null());
}

TEST_CASE("ledger: a study without energy says nothing of bounds", "[report]") {
  Ledger ledger(LedgerOptions{.names = {"accuracy", "joules"}, .maximized = 1});
  run(ledger, 1, 0.9, read(100, 50));
  const Json report = best_report(ledger);
  CHECK_FALSE(report.contains("ranking"));
  CHECK_FALSE(report.contains("contenders"));
  CHECK_FALSE(report["front"][0].contains("tied_with"));
}

}  // namespace
}  // namespace evolt
