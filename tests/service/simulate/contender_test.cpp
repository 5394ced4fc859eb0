#include "service/simulate/contender.hpp"

#include "core/config_error.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <variant>

namespace evolt {

TEST_CASE("contender: a search and a stopper", "[service]") {
  const Contender contender = parse_contender("random+asha", "--against");
  CHECK(contender.name == "random+asha");
  CHECK(contender.search == "random");
  CHECK(contender.stopper == "asha");
  CHECK_FALSE(contender.i_epoch);
}

TEST_CASE("contender: i-epoch has its epochs, and how many it finishes", "[service]") {
  CHECK(make_contender("random", "i-epoch:3").i_epoch == IEpoch{3, 20});
  CHECK(make_contender("random", "i-epoch:3:7").i_epoch == IEpoch{3, 7});
}

TEST_CASE("contender: an i-epoch that cannot be is refused", "[service]") {
  const auto* const stopper = GENERATE("i-epoch", "i-epoch:", "i-epoch:0", "i-epoch:x",
                                       "i-epoch:1:0", "i-epoch:1:2:3", "i-epoch:1:2x");
  CHECK_THROWS_WITH(make_contender("random", stopper), Catch::Contains("i-epoch:I:TOP"));
}

TEST_CASE("contender: an unknown search is refused, with the nearest", "[service]") {
  CHECK_THROWS_WITH(make_contender("randm", "none"), Catch::Contains("did you mean \"random\""));
  CHECK_THROWS_WITH(parse_contender("random", "--against"), Catch::Contains("SEARCH+STOPPER"));
}

TEST_CASE("contender: the study's own rule keeps its settings, another has its own", "[service]") {
  Study study;
  study.trial.steps = 50;
  study.stopper = {.kind = "asha", .metric = "acc", .min_steps = 3, .audit = 0.1};
  study.search.propagator = "cma_es";
  study.islands.kind = {IslandKind{"parzen", 1}};
  CHECK(make_contender("evolution", "asha").study(study) == study);

  const Study other = make_contender("parzen", "median").study(study);
  CHECK(other.stopper == StopperSettings{.kind = "median", .metric = "acc", .audit = 0.1});
  CHECK(std::get<std::string>(other.search.propagator) == "parzen");
  CHECK(other.islands.kind.empty());

  const Study short_one = make_contender("evolution", "i-epoch:4").study(study);
  CHECK(short_one.trial.steps == 4);
  CHECK(short_one.stopper.kind == "none");
  CHECK(make_contender("evolution", "i-epoch:99").study(study).trial.steps == 50);
}

}  // namespace evolt
