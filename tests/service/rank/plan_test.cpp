#include "service/search/plan.hpp"

#include "core/config_error.hpp"
#include "study_text.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

using test::small_study;

RankPlan plan_of(const Study& study, const Berth& berth = {}) {
  const Encoding encoding(study.space);
  return make_plan(study, encoding, berth);
}

}  // namespace

TEST_CASE("plan: the budget is what earlier starts left of it", "[service]") {
  const Study study = small_study();
  CHECK(plan_of(study).credits == 20);
  CHECK(plan_of(study, Berth{.bred = 15}).credits == 5);
  CHECK(plan_of(study, Berth{.bred = 25}).credits == 0);
}

TEST_CASE("plan: judges the first objective that trainers report, in its own sense", "[service]") {
  CHECK(plan_of(small_study()).judged == "acc");
  CHECK(plan_of(small_study()).judged_maximized);
  Study cheap = small_study();
  cheap.objective.maximize.clear();
  cheap.objective.minimize = {"seconds"};
  CHECK(plan_of(cheap).judged.empty());
  Study both = small_study();
  both.objective.minimize = {"loss"};
  CHECK(plan_of(both).judged.empty());
  both.stopper.kind = "median";
  both.stopper.metric = "loss";
  CHECK(plan_of(both).judged == "loss");
  CHECK_FALSE(plan_of(both).judged_maximized);
}

TEST_CASE("plan: a stopper's metric must be an objective", "[service]") {
  Study study = small_study();
  study.stopper.metric = "ac";
  try {
    plan_of(study);
    FAIL("accepted");
  } catch (const ConfigError& error) {
    CHECK(error.complaint().nearest == "acc");
  }
}

TEST_CASE("plan: kinds of islands come in the proportion of their shares", "[service]") {
  Study study = small_study();
  study.islands.count = 8;
  study.islands.kind = {{"default", 3}, {"random", 1}};
  std::size_t random = 0;
  const Encoding encoding(study.space);
  const RankPlan plan = make_plan(study, encoding, {});
  for (const Propagator& propagator : plan.propagators) {
    random += propagator.name() == make_plan(study, encoding, {}).propagators.back().name() ? 0 : 1;
  }
  CHECK(plan.propagators.size() == 8);
  CHECK((random == 2 || random == 6));
}

TEST_CASE("plan: what nothing measures is refused, not failed trial by trial", "[service]") {
  Study study = small_study();
  study.objective.minimize = {"joules"};
  CHECK_THROWS_AS(plan_of(study), ConfigError);
}

TEST_CASE("plan: an unknown propagator is a bad study", "[service]") {
  Study study = small_study();
  study.search.propagator = "evolutoin";
  CHECK_THROWS_AS(plan_of(study), ConfigError);
}

}  // namespace evolt
