#include "service/search/plan.hpp"

#include "core/config_error.hpp"
#include "study_text.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

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

TEST_CASE("plan: judges what the rule can rank by, in its own sense", "[service]") {
  CHECK(plan_of(small_study()).outlook.metric() == "acc");
  CHECK(plan_of(small_study()).outlook.in_users_sign(-1) == 1);
  Study cheap = small_study();
  cheap.objective.maximize.clear();
  cheap.objective.minimize = {"seconds"};
  CHECK(plan_of(cheap).outlook.judges());
  CHECK(plan_of(cheap).outlook.metric().empty());
  Study both = small_study();
  both.objective.minimize = {"loss"};
  CHECK(plan_of(both).outlook.judges());
  CHECK(plan_of(both).outlook.metric().empty());
  both.stopper.kind = "median";
  CHECK(plan_of(both).outlook.metric() == "acc");
  both.stopper.metric = "loss";
  CHECK(plan_of(both).outlook.metric() == "loss");
  CHECK(plan_of(both).outlook.in_users_sign(-1) == -1);
  both.stopper.kind = "none";
  CHECK_FALSE(plan_of(both).outlook.judges());
  Study demanding = small_study();
  demanding.objective.require["latency"] = {.param = "latency", .le = 3};
  CHECK(plan_of(demanding).outlook.metric().empty());
}

TEST_CASE("plan: parks where trials have checkpoints and the study lets them be parked",
          "[service]") {
  Study study = small_study("[stopper]\nmin_steps = 1\n");
  study.trial.steps = 50;
  study.trial.checkpoint = true;
  // Hopeless beside others.
  History history;
  for (std::uint64_t k = 0; k < 20; ++k) {
    history.add({1, 0, k}, {1, static_cast<double>(k), {}, {}});
  }
  const auto decision = [&](const Study& asked) {
    return plan_of(asked).estimator.judge(*history.curve({1, 0, 19}), history).decision;
  };
  CHECK(decision(study) == Verdict::Decision::park);
  Study other = study;
  other.trial.checkpoint = false;
  CHECK(decision(other) == Verdict::Decision::stop);
  other = study;
  other.stopper.park = false;
  CHECK(decision(other) == Verdict::Decision::stop);
  other = study;
  other.trial.mode = StartMode::inproc;
  CHECK(decision(other) == Verdict::Decision::stop);
  other.trial.checkpoint = false;
  other.trial.rerun = true;  // whatever it is, it can be run again
  CHECK(decision(other) == Verdict::Decision::park);
  CHECK(plan_of(other).rerun);
  CHECK_FALSE(plan_of(other).continues);
  CHECK_FALSE(plan_of(study).rerun);
}

TEST_CASE("plan: a rule that is a program is asked from the first step on, its fallback is ready",
          "[service]") {
  Study study = small_study("[stopper]\nkind = { command = [\"x\"], fallback = \"asha\" }\n");
  study.trial.steps = 50;
  const RankPlan plan = plan_of(study);
  CHECK(plan.rule == AskedRule{.window = {.steps = 50, .min_steps = 1}});
  CHECK(plan.estimator.name() == "asha");
  CHECK(plan.outlook.metric() == "acc");
  study.stopper.min_steps = 7;
  study.trial.checkpoint = true;
  CHECK(plan_of(study).rule == AskedRule{.window = {.steps = 50, .min_steps = 7}, .parks = true});
  CHECK(!plan_of(small_study()).rule);
  const Layout pairs(4, {RankId{0}, RankId{2}}, {1});
  CHECK(plan_of(study, Berth{.self = RankId{2}, .layout = pairs}).rule);
  CHECK(!plan_of(study, Berth{.self = RankId{1}, .layout = pairs}).rule);
}

TEST_CASE("plan: who waits for a program's verdict is not taken for hung", "[service]") {
  Study study = small_study("[stopper]\nkind = { command = [\"x\"], deadline = 30 }\n");
  study.trial.limits.no_progress = Seconds{30};
  CHECK_THROWS_WITH(plan_of(study), Catch::Contains("not below trial.limits.no_progress"));
  study.trial.limits.no_progress = Seconds{31};
  CHECK_NOTHROW(plan_of(study));
}

TEST_CASE("plan: a rule that is a program judges where its fallback would not", "[service]") {
  Study study = small_study("[stopper]\nkind = { command = [\"x\"] }\n");
  study.objective.minimize = {"loss"};
  CHECK(plan_of(study).outlook.metric() == "acc");
  CHECK(plan_of(study).estimator.name() == "none");
  study.stopper.kind = "none";
  CHECK(plan_of(study).rule);
  study.objective.maximize.clear();
  study.objective.minimize = {"seconds"};
  CHECK_THROWS_WITH(plan_of(study), Catch::Contains("the program has nothing to judge"));
}

TEST_CASE("plan: loss_changes_with keeps rules from comparing training losses", "[service]") {
  Study study = small_study("[stopper]\nkind = \"tse_e\"\nmin_steps = 1\n");
  History history;
  for (std::uint64_t k = 0; k < 20; ++k) {
    history.add({1, 0, k}, {1, static_cast<double>(k), -static_cast<double>(k), {}});
  }
  const auto stops = [&] {
    return plan_of(study).estimator.judge(*history.curve({1, 0, 19}), history).stops();
  };
  CHECK_FALSE(stops());
  study.stopper.loss_changes_with = {study.space.parameters().front().name};
  CHECK(stops());
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

TEST_CASE("plan: each island has the propagator of its kind", "[service]") {
  const Study study = small_study(
      "[islands]\ncount = 4\n[[islands.kind]]\npropagator = \"parzen\"\nshare = 3\n"
      "[[islands.kind]]\npropagator = \"random\"\n");
  std::vector<std::string> names;
  for (const Propagator& propagator : plan_of(study).propagators) {
    names.emplace_back(propagator.name());
  }
  CHECK(names == std::vector<std::string>{"parzen", "parzen", "immigrant", "parzen"});
}

TEST_CASE("plan: a rank has the propagators of its own islands", "[service]") {
  const Study study = small_study(
      "[islands]\ncount = 2\n[[islands.kind]]\npropagator = \"parzen\"\n"
      "[[islands.kind]]\npropagator = \"random\"\n");
  const RankPlan plan =
      plan_of(study, Berth{.self = RankId{1}, .layout = make_layout(study, 2, {})});
  REQUIRE(plan.propagators.size() == 1);
  CHECK(plan.propagators[0].name() == "immigrant");
  CHECK(plan.layout.ranks() == 2);
}

TEST_CASE("plan: an island with a plug-in has a propagator to fall back to", "[service]") {
  CHECK(plan_of(small_study()).plugins.empty());
  const RankPlan plan = plan_of(
      small_study("[islands]\ncount = 2\n[[islands.kind]]\npropagator = { command = [\"x\"], "
                  "fallback = \"parzen\", name = \"mine\" }\n[[islands.kind]]\n"
                  "propagator = \"random\"\n"));
  CHECK(plan.plugins == std::vector<std::string>{"plugin:mine", ""});
  CHECK(plan.propagators[0].name() == "parzen");
  CHECK(plan.propagators[1].name() == "immigrant");
}

TEST_CASE("plan: more kinds of islands than islands is a bad study", "[service]") {
  Study study = small_study();
  study.islands.kind = {{"parzen", 1}, {"random", 1}};
  CHECK_THROWS_AS(plan_of(study), ConfigError);
}

TEST_CASE("plan: what nothing measures is refused, not failed trial by trial", "[service]") {
  Study study = small_study();
  study.objective.minimize = {"joules"};
  CHECK_THROWS_AS(plan_of(study), ConfigError);
}

TEST_CASE("plan: of several objectives one is what a trial costs, and the search begins cheap",
          "[service]") {
  const auto breeder = [](const Study& study) {
    return std::string(plan_of(study, {.unmeasured = ""}).propagators.front().name());
  };
  const auto sampled = [](const Study& study) {
    return plan_of(study, {.unmeasured = ""}).sampled;
  };
  Study study = small_study();
  CHECK(breeder(study) == "bandit");
  study.objective.kind = ObjectiveKind::pareto;
  study.objective.minimize = {"loss"};
  CHECK(breeder(study) == "bandit");
  CHECK(sampled(study) > 0);
  study.objective.minimize = {"loss", "joules"};
  CHECK(breeder(study) == "frugal");
  CHECK(sampled(study) == 0);
  study.search.cost = "none";
  CHECK(breeder(study) == "bandit");
  CHECK(sampled(study) > 0);
  study.search.cost = "loss";
  CHECK(breeder(study) == "frugal");
  study.objective.minimize = {"seconds"};
  study.search.cost = "auto";
  CHECK(breeder(study) == "frugal");
  Study to_target = small_study();
  to_target.objective.kind = ObjectiveKind::joules_to_target;
  to_target.objective.target = 0.9;
  to_target.objective.eta = 1;
  CHECK(breeder(to_target) == "bandit");
  CHECK(sampled(to_target) > 0);
  study.search.propagator = "evolution";
  CHECK(breeder(study) != "frugal");
  CHECK(sampled(study) > 0);
}

TEST_CASE("plan: a cost that is no objective, or that nobody would mind, is a bad study",
          "[service]") {
  const auto complaint = [](const Study& study) {
    try {
      plan_of(study, {.unmeasured = ""});
    } catch (const ConfigError& error) {
      return error.complaint().key + ": " + error.complaint().what;
    }
    return std::string();
  };
  Study study = small_study();
  study.search.cost = "joules";
  CHECK(complaint(study).find("search.cost: the study has one objective") == 0);
  study.objective.kind = ObjectiveKind::pareto;
  study.objective.minimize = {"seconds"};
  CHECK(complaint(study) == "search.cost: search.cost must be one of the minimized objectives");
  study.search.cost = "acc";  // it is maximized
  CHECK(complaint(study) == "search.cost: search.cost must be one of the minimized objectives");
  study.search.cost = "seconds";
  CHECK(complaint(study).empty());
  study.search.propagator = "random";
  CHECK(complaint(study).find("do not mind") != std::string::npos);
}

TEST_CASE("plan: an unknown propagator is a bad study", "[service]") {
  Study study = small_study();
  study.search.propagator = "evolutoin";
  CHECK_THROWS_AS(plan_of(study), ConfigError);
}

TEST_CASE("plan: what counts joules is refused where nothing measures them", "[service]") {
  const std::size_t which = GENERATE(0U, 1U, 2U, 3U);
  static constexpr const char* kKeys[] = {"budget.joules", "budget.kwh", "budget.gco2e",
                                          "budget.gain_per_joule"};
  Study with = small_study();
  with.energy.carbon = NamedNumber{1, {}};
  switch (which) {
    case 0:
      with.budget.joules = Joules{5};
      break;
    case 1:
      with.budget.kwh = 5;
      break;
    case 2:
      with.budget.gco2e = 5;
      break;
    default:
      with.budget.gain_per_joule = 5;
  }
  try {
    plan_of(with);
    FAIL("no complaint");
  } catch (const ConfigError& error) {
    CHECK(error.complaint().key == kKeys[which]);
  }
  CHECK(plan_of(with, Berth{.unmeasured = ""}).energy);
  Study limited = small_study();
  limited.trial.limits.joules = Joules{7};
  CHECK_THROWS_AS(plan_of(limited), ConfigError);
  CHECK(plan_of(limited, Berth{.unmeasured = ""}).most_joules == Joules{7});
  CHECK_FALSE(plan_of(limited, Berth{.unmeasured = ""}).energy);
}

TEST_CASE("plan: of several caps the smallest holds", "[service]") {
  Study study = small_study();
  const auto used_up_by = [&study](double joules) {
    EnergyBudget budget = *energy_budget(study);
    Trial trial;
    trial.id = TrialId{1, 0, 1};
    Outcome outcome;
    outcome.usage.wall = {1};
    outcome.usage.energy =
        EnergyReading{.joules = {joules}, .label = EnergyLabel::node_metered, .coverage = 1};
    budget.note(Event{{}, Bred{trial}});
    budget.note(Event{{}, Leased{Attempt{.trial = trial.id}}});
    budget.note(Event{{}, Finished{.trial = trial.id, .outcome = outcome}});
    const auto halt = budget.verdict();
    return halt ? halt->text.substr(0, halt->text.find(' ')) : "";
  };
  study.budget.joules = Joules{5e6};
  study.budget.kwh = 1;  // 3.6 MJ
  CHECK(used_up_by(3.5e6).empty());
  CHECK(used_up_by(3.7e6) == "budget.kwh");
  study.energy.carbon = NamedNumber{100, {}};
  study.energy.pue = NamedNumber{2, {}};
  study.budget.gco2e = 100;  // half a kWh of the computers
  CHECK(used_up_by(1.7e6).empty());
  CHECK(used_up_by(1.9e6) == "budget.gco2e");
}

}  // namespace evolt
