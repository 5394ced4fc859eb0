#include "core/rng.hpp"
#include "propagator/catalogue.hpp"
#include "tests/service/study_file/cases.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace evolt::test {
namespace {

/// Makes a random good study: every field takes values at and between its limits.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : rng_({seed}) {}

  Study study() {
    Study study;
    study.name = text();
    study.seed = rng_.bits();
    study.budget.trials = whole(1, 1 << 30);
    study.budget.seconds = maybe(Seconds{positive()});
    study.budget.joules = maybe(Joules{positive()});
    study.budget.kwh = maybe(positive());
    study.objective = objective();
    study.trial = trial();
    study.islands = islands();
    study.search.propagator = propagator();
    study.search.noise = rng_.chance(0.5);
    study.search.cost = rng_.chance(0.5) ? "none" : text();
    if (rng_.chance(0.5)) {
      study.search.warm_start = {text(), "../" + text()};
    }
    study.space = space();
    study.stopper = stopper(study);
    energy(study);
    if (rng_.chance(0.7)) {
      study.start.push_back(point(study.space));
    }
    study.directory = "/data/" + text();
    return study;
  }

 private:
  void energy(Study& study) {
    study.energy = energy();
    study.energy.pue = maybe(NamedNumber{rng_.uniform(1, 3), {}});
    study.energy.carbon = maybe(NamedNumber{positive() / 1000, {}});
    if (rng_.chance(0.3)) {
      study.energy.pue = NamedNumber{1.58, "strubell-2019"};
      study.energy.carbon = NamedNumber{344.1, "DE"};
    }
    study.energy.tariff = maybe(Tariff{positive(), "EUR"});
    if (study.energy.carbon) {
      study.budget.gco2e = maybe(positive());
    }
    if (study.objective.score_names().size() == 1 && rng_.chance(0.5)) {
      study.budget.gain_per_joule = positive();
      study.budget.gain_over = whole(1, 1000);
    }
  }

  std::int64_t whole(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(rng_.below(static_cast<std::size_t>(high - low + 1)));
  }
  std::int32_t small(std::int32_t low, std::int32_t high) {
    return static_cast<std::int32_t>(whole(low, high));
  }
  double positive() { return std::max(1e-6, rng_.uniform() * rng_.uniform(0, 1e6)); }
  template <typename Thing>
  std::optional<Thing> maybe(Thing thing) {
    return rng_.chance(0.5) ? std::optional(thing) : std::nullopt;
  }
  const char* pick(std::initializer_list<const char*> words) {
    return *(words.begin() + rng_.below(words.size()));
  }
  PropagatorSettings propagator() {
    const std::vector<std::string> names = propagator_names();
    const std::string& name = names[rng_.below(names.size())];
    if (rng_.chance(0.5)) {
      return name;
    }
    return PluginSettings{.command = {text(), text()},
                          .deadline = Seconds{positive()},
                          .fallback = name,
                          .name = rng_.chance(0.5) ? "mine-" + std::to_string(rng_.below(9)) : ""};
  }

  std::string text() {
    return std::string(pick({"a", "\u00e9t\u00e9", "x y", "\"q\"", "back\\slash", "tab\u00b7"})) +
           std::to_string(rng_.below(1000));
  }
  std::vector<std::string> names(const char* prefix, std::size_t count) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < count; ++i) {
      all.push_back(prefix + std::to_string(i));
    }
    return all;
  }

  Requirement bounds(const std::string& name, double low, double high) {
    Requirement requirement{.param = name};
    const double middle = low + (high - low) * 0.25;
    (rng_.chance(0.5) ? requirement.ge : requirement.gt) = middle;
    if (rng_.chance(0.5)) {
      (rng_.chance(0.5) ? requirement.le : requirement.lt) = high + 1;
    }
    return requirement;
  }

  void price(ObjectiveSettings& objective) {
    const bool maximized = !objective.maximize.empty();
    objective.kind = rng_.chance(0.5)   ? ObjectiveKind::per_joule
                     : rng_.chance(0.5) ? ObjectiveKind::zeus_cost
                                        : ObjectiveKind::joules_to_target;
    objective.target = positive();
    if (objective.kind == ObjectiveKind::per_joule) {
      objective.form = rng_.chance(0.5) ? EfficiencyForm::ratio : EfficiencyForm::neural_power;
      objective.cost = rng_.chance(0.5) ? "joules" : "seconds";
      objective.exponent = positive();
      if (objective.form == EfficiencyForm::ratio) {
        objective.chance = *objective.target + (maximized ? -positive() : positive());
      }
      if (rng_.chance(0.5)) {
        objective.floor = positive();
      }
      if (rng_.chance(0.5)) {
        objective.form = EfficiencyForm::pepr;
        objective.chance = 0;
        objective.exponent = 2;
        objective.target = maximized ? 1 : 0;
        objective.cost_range = {0, positive()};
      }
      return;
    }
    objective.eta = objective.kind == ObjectiveKind::zeus_cost ? rng_.uniform() : 1;
    if (objective.kind == ObjectiveKind::zeus_cost) {
      objective.most_power = Watts{positive()};
    }
  }

  EnergySettings energy() {
    EnergySettings energy{.estimated = rng_.chance(0.5), .cpu_ratio = 1 + positive()};
    energy.idle = static_cast<IdlePolicy>(rng_.below(5));
    if (rng_.chance(0.3)) {
      energy.sensors = {"powercap", text()};
    } else {
      energy.measured = rng_.chance(0.5);
    }
    if (rng_.chance(0.3)) {
      energy.scope = {"package", text()};
    }
    return energy;
  }

  ObjectiveSettings objective() {
    ObjectiveSettings objective;
    objective.maximize = names("max", rng_.below(3));
    objective.minimize = names("min", objective.maximize.empty() ? 1 : rng_.below(3));
    objective.kind = objective.names().size() == 1 ? ObjectiveKind::metric : ObjectiveKind::pareto;
    if (objective.names().size() == 1 && rng_.chance(0.5)) {
      price(objective);
    }
    if (!objective.combines() && rng_.chance(0.3)) {
      objective.minimize.emplace_back("lifetime_joules");
      objective.kind =
          objective.names().size() == 1 ? ObjectiveKind::metric : ObjectiveKind::pareto;
      objective.lifetime = Lifetime{.phase = text(), .items = whole(1, 1'000'000)};
    }
    if (rng_.chance(0.5)) {
      objective.require["val/acc"] = bounds("val/acc", -positive(), positive());
    }
    return objective;
  }

  TrialSettings trial() {
    TrialSettings trial;
    trial.mode = rng_.chance(0.6)   ? StartMode::process
                 : rng_.chance(0.5) ? StartMode::server
                                    : StartMode::inproc;
    if (trial.mode != StartMode::inproc || rng_.chance(0.5)) {
      trial.command = {"./" + text(), "", text()};
    }
    if (trial.mode == StartMode::process) {
      trial.command.insert(trial.command.end(), {"{params}", "--lr={p0}"});
    }
    trial.steps = whole(0, 1000);
    trial.fidelity = text();
    const std::size_t capture = rng_.below(2);
    trial.capture = capture == 0 ? Capture(CaptureJson{}) : Capture(CaptureFile{text()});
    trial.infeasible_exit = maybe(small(1, 255));
    trial.checkpoint = rng_.chance(0.5);
    trial.rerun = trial.steps > 0 && rng_.chance(0.5);
    trial.inherit = trial.checkpoint && trial.mode != StartMode::inproc && rng_.chance(0.5);
    if (rng_.chance(0.5)) {
      trial.env = {"HOME", "A=" + text(), "B="};
    }
    trial.cores = small(1, 64);
    trial.gpus = rng_.chance(0.5) ? rng_.uniform() : static_cast<double>(small(0, 8));
    trial.ranks_per_trial = small(1, 64);
    constexpr PackFiles kPack[] = {PackFiles::automatic, PackFiles::always, PackFiles::never};
    trial.pack_files = kPack[rng_.below(3)];
    trial.limits = {maybe(whole(1, std::int64_t{1} << 50)),
                    maybe(Seconds{positive()}),
                    maybe(Seconds{positive()}),
                    maybe(Joules{positive()}),
                    Seconds{positive()},
                    small(1, 9)};
    return trial;
  }

  RuleSettings rule() {
    switch (rng_.below(5)) {
      case 0: {
        RuleSettings asha = "asha";
        asha.options = {{"eta", 1.5 + rng_.uniform()},
                        {"score", pick({"tse", "tse_e", "lcga"})},
                        {"promote", rng_.chance(0.5)}};
        return asha;
      }
      case 1: {
        RuleSettings either = pick({"any_of", "all_of"});
        either.rules = {rule(), "median"};
        return either;
      }
      case 2: {
        RuleSettings late = "after_steps";
        late.options = {{"steps", static_cast<double>(whole(1, 99))}};
        late.rules = {rule()};
        return late;
      }
      default:
        return pick({"default", "asha", "median", "none", "patience", "pasha"});
    }
  }

  StopperSettings stopper(const Study& study) {
    StopperSettings stopper;
    stopper.kind = rule();
    if (rng_.chance(0.3)) {
      stopper.program = RuleProgram{
          .command = {text(), text()}, .deadline = Seconds{positive()}, .name = pick({"", "mine"})};
    }
    stopper.metric = rng_.chance(0.5) ? study.objective.names().back() : "";
    stopper.min_steps = maybe(whole(1, 99));
    stopper.audit = rng_.uniform();
    stopper.park = rng_.chance(0.5);
    if (rng_.chance(0.5)) {
      stopper.loss_changes_with = {study.space.parameters().front().name};
    }
    return stopper;
  }

  IslandSettings islands() {
    IslandSettings islands;
    islands.count = small(1, 99);
    islands.population = small(2, 99);
    islands.mode = pick({"pollinate", "migrate"});
    if (rng_.chance(0.3)) {
      islands.count = small(1, 4);
      islands.links.assign(static_cast<std::size_t>(islands.count),
                           std::vector<double>(static_cast<std::size_t>(islands.count)));
      islands.links.front().back() = islands.count > 1 ? rng_.uniform() : 0;
    } else {
      islands.topology = pick({"ring", "full", "random", "torus", "star", "random_regular"});
      islands.probability = rng_.uniform();
    }
    for (std::int32_t i = rng_.chance(0.5) ? islands.count : 0; i > 0; --i) {
      islands.sizes.push_back(small(1, 64));
    }
    islands.emigrate = pick({"best", "random", "diverse"});
    islands.replace = islands.mode == "pollinate" ? pick({"worst", "random", "similar"}) : "worst";
    islands.self_tuning = rng_.chance(0.5);
    islands.learn_from = pick({"all", "island"});
    islands.every_results = small(1, 99);
    islands.size = small(1, islands.population);
    const auto most = static_cast<std::size_t>(islands.count);
    for (std::size_t i = std::min(rng_.below(3), most); i > 0; --i) {
      islands.kind.push_back({propagator(), positive()});
    }
    return islands;
  }

  std::vector<Value> values() {
    return {std::int64_t{-3},
            0.1 + rng_.uniform(),
            std::string("v") + text(),
            true,
            std::numeric_limits<std::int64_t>::max(),
            std::string()};
  }

  Domain domain() {
    switch (rng_.below(4)) {
      case 0: {
        const double low = positive();
        const double width = positive();
        return FloatDomain{low, low + width, rng_.chance(0.5) ? Scale::log : Scale::linear,
                           maybe(width / 8)};
      }
      case 1: {
        const std::int64_t low = whole(1, 100);
        return IntDomain{low, low + whole(10, 1000), rng_.chance(0.5) ? Scale::log : Scale::linear,
                         whole(1, 9)};
      }
      case 2:
        return ChoiceDomain{values()};
      default:
        return OrdinalDomain{values()};
    }
  }

  /// A requirement that the first value or the lower end of the domain never meets.
  Requirement requirement(const Parameter& on) {
    if (const auto* const real = std::get_if<FloatDomain>(&on.domain)) {
      return bounds(on.name, real->low, real->high);
    }
    if (const auto* const whole_range = std::get_if<IntDomain>(&on.domain)) {
      return bounds(on.name, static_cast<double>(whole_range->low),
                    static_cast<double>(whole_range->high));
    }
    const auto& all = std::holds_alternative<ChoiceDomain>(on.domain)
                          ? std::get<ChoiceDomain>(on.domain).values
                          : std::get<OrdinalDomain>(on.domain).values;
    return Requirement{.param = on.name, .any_of = {all[1], all[2 + rng_.below(4)]}};
  }

  SearchSpace space() {
    std::vector<Parameter> parameters;
    const std::size_t count = 1 + rng_.below(6);
    for (std::size_t i = 0; i < count; ++i) {
      Parameter parameter{"p" + std::to_string(i), domain(), {}};
      if (i > 0 && rng_.chance(0.5)) {
        parameter.when.all.push_back(requirement(parameters[rng_.below(i)]));
      }
      parameters.push_back(std::move(parameter));
    }
    if (rng_.chance(0.3)) {
      const double low = 1 + positive();
      parameters.push_back({"limit",
                            FloatDomain{low, low + 100, Scale::linear, maybe(12.5)},
                            {},
                            rng_.chance(0.5) ? Knob::gpu_power_limit : Knob::cpu_power_limit});
    }
    std::vector<Condition> forbidden;
    for (std::size_t i = rng_.below(3); i > 0; --i) {
      forbidden.push_back({{requirement(parameters[rng_.below(count)])}});
    }
    return SearchSpace(parameters, forbidden);
  }

  /// The point of all lower ends and first values: no condition of ours holds there.
  static Params point(const SearchSpace& space) {
    struct First {
      Value operator()(const FloatDomain& domain) const { return domain.low; }
      Value operator()(const IntDomain& domain) const { return domain.low; }
      Value operator()(const ChoiceDomain& domain) const { return domain.values.front(); }
      Value operator()(const OrdinalDomain& domain) const { return domain.values.front(); }
    };
    Params params;
    for (const Parameter& parameter : space.parameters()) {
      if (parameter.when.all.empty()) {
        params.emplace_back(parameter.name, std::visit(First{}, parameter.domain));
      }
    }
    return params;
  }

  Rng rng_;
};

TEST_CASE("resolved study: what is written reads back the same", "[service]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Study study = Maker(seed).study();
    const std::string text = study_to_json(study).dump();
    INFO(text);
    const Study back = parse_study(text, "somewhere/else.json", {}, true);
    CHECK(back == study);
    CHECK(study_to_json(back).dump() == text);
  }
}

TEST_CASE("resolved study: a regex survives", "[service]") {
  const Study study =
      parse_study(trial(R"x(capture = { regex = '(?P<step>\d+)\t"(?P<acc>\S+)"' })x"), "s.toml");
  CHECK(parse_study(study_to_json(study).dump(2), "", {}, true) == study);
}

TEST_CASE("resolved study: every default is written out", "[service]") {
  const auto json = study_to_json(parse_study(kBase, "study.toml"));
  CHECK(json.at("budget").dump() == R"({"trials":100})");
  CHECK(json.at("stopper").dump() ==
        R"({"kind":"default","audit":0.03,"park":true,"loss_changes_with":[]})");
  CHECK(json.at("trial").at("limits").dump() == R"({"grace":20.0,"attempts":3})");
  CHECK(json.at("param").at("n").dump() ==
        R"({"type":"int","low":1,"high":8,"scale":"linear","step":1})");
}

TEST_CASE("resolved study: a condition that no file can hold is refused", "[service]") {
  Study study = parse_study(kBase, "study.toml");
  Condition twice{{Requirement{.param = "n", .ge = 2.0}, Requirement{.param = "n", .le = 3.0}}};
  study.space = SearchSpace(study.space.parameters(), {twice});
  CHECK_THROWS_WITH(study_to_json(study),
                    "a condition has two requirements on \"n\"; a study file holds one for each "
                    "parameter");
}

std::string conflict(const std::string& stored, const std::string& next) {
  return resume_conflict(parse_study(stored, "study.toml"), parse_study(next, "study.toml"));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST_CASE("resume conflict: everything but the search may change", "[service]") {
  CHECK(conflict(kBase, kBase).empty());
  const std::string more =
      "[study]\nseed = 9\n[budget]\ntrials = 999\n[stopper]\nkind = \"none\"\n[islands]\n"
      "count = 7\n[[start]]\nvalues = { lr = 0.01, opt = \"sgd\", n = 1 }";
  CHECK(conflict(kBase, after(more)).empty());
  CHECK(conflict(kBase, trial("steps = 9")).empty());
}

TEST_CASE("resume conflict: names the parameters that changed, with both values", "[service]") {
  const std::string tail = "; undo the change, or start in another directory";
  const std::string head = "the study was started with another search: ";
  CHECK(conflict(kBase, replaced(kBase, "high = 8", "high = 9")) ==
        head +
            R"(parameter "n" was {"type":"int","low":1,"high":8,"scale":"linear","step":1} and is )"
            R"(now {"type":"int","low":1,"high":9,"scale":"linear","step":1})" +
            tail);
  const std::string small = replaced(kBase, "n = { type = \"int\", low = 1, high = 8 }\n", "");
  CHECK(conflict(kBase, small) ==
        head +
            R"(parameter "n" was {"type":"int","low":1,"high":8,"scale":"linear","step":1} and is )"
            "gone" +
            tail);
  CHECK(conflict(small, kBase) ==
        head +
            R"(parameter "n" is new: {"type":"int","low":1,"high":8,"scale":"linear","step":1})" +
            tail);
  CHECK(conflict(kBase, after("[[forbid]]\nopt = \"sgd\"")) ==
        head + R"([[forbid]] was [] and is now [{"opt":["sgd"]}])" + tail);
  CHECK(conflict(small + "n = { type = \"int\", low = 1, high = 8 }\nm = { type = \"int\", low = "
                         "1, high = 8 }\n",
                 small + "m = { type = \"int\", low = 1, high = 8 }\nn = { type = \"int\", low = "
                         "1, high = 8 }\n") ==
        head + "the order of the parameters was lr, opt, n, m and is now lr, opt, m, n" + tail);
}

TEST_CASE("resume conflict: names the objective", "[service]") {
  CHECK(conflict(kBase, objective("minimize = \"acc\"")) ==
        "the study was started with another search: the objective was "
        R"({"maximize":["acc"],"minimize":[],"kind":"metric","require":{}} and is now )"
        R"({"maximize":[],"minimize":["acc"],"kind":"metric","require":{}})"
        "; undo the change, or start in another directory");
}

}  // namespace
}  // namespace evolt::test
