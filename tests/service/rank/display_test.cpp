#include "service/run/display.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace evolt {
namespace {

struct Stage {
  ManualClock clock;
  Ledger ledger{LedgerOptions{.names = {"acc"}, .maximized = 1}};
  std::ostringstream out;
  std::uint64_t count = 0;

  void finish(double accuracy) {
    const TrialId id{1, 0, ++count};
    Trial trial;
    trial.id = id;
    ledger.apply(Event{{}, Bred{trial}});
    ledger.apply(Event{{}, Finished{id, 1, Outcome{.metrics = {{"acc", accuracy}}}, {-accuracy}}});
  }
};

}  // namespace

TEST_CASE("display: plain lines come with news, and not too often", "[service]") {
  Stage stage;
  Display display({.budget = 10}, stage.out, stage.clock, stage.ledger);
  stage.finish(0.5);
  display.update(stage.ledger);
  CHECK(stage.out.str().find("1/10") != std::string::npos);
  CHECK(stage.out.str().find("best acc 0.5 (#1)") != std::string::npos);
  const auto length = stage.out.str().size();
  stage.finish(0.25);  // no new best, and too early
  display.update(stage.ledger);
  CHECK(stage.out.str().size() == length);
  stage.clock.advance(Seconds{6});
  display.update(stage.ledger);
  CHECK(stage.out.str().find("2/10") != std::string::npos);
  CHECK(stage.out.str().find("ETA 0:24") != std::string::npos);
  const auto later = stage.out.str().size();
  stage.clock.advance(Seconds{60});
  display.update(stage.ledger);  // nothing new
  CHECK(stage.out.str().size() == later);
  CHECK(stage.out.str().find('\r') == std::string::npos);
}

TEST_CASE("display: a terminal has one line", "[service]") {
  Stage stage;
  Display display({.budget = 10, .terminal = true}, stage.out, stage.clock, stage.ledger);
  display.update(stage.ledger);
  stage.finish(0.5);
  display.update(stage.ledger);
  CHECK(stage.out.str().find('\n') == std::string::npos);
  display.finish(stage.ledger);
  CHECK(stage.out.str().back() == '\n');
}

TEST_CASE("display: times a person can read", "[service]") {
  CHECK(clock_text(Seconds{7}) == "0:07");
  CHECK(clock_text(Seconds{3599.6}) == "1:00:00");
  CHECK(clock_text(Seconds{7439}) == "2:03:59");
  CHECK(clock_text(Seconds{-1}) == "0:00");
}

}  // namespace evolt
