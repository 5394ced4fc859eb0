#include "tests/service/study_file/cases.hpp"

#include <nlohmann/json.hpp>

namespace evolt::test {
namespace {

/// Every key of the format, none with its default.
const char* const kEverything = R"(
schema = 1
[study]
name = "nas"
seed = 7
[budget]
trials = 2000
seconds = "1h30min"
[objective]
maximize = ["acc", "speed"]
minimize = "joules"
kind = "pareto"
require = { acc = { ge = 0.6 }, joules = { lt = 1e4, gt = 0 } }
[trial]
mode = "process"
command = ["python3", "train.py", "", "--w={width}", "{params}", '{"json": 1}', "{}", "${HOME}"]
steps = 50
fidelity = "epoch"
capture = { file = "result.csv" }
infeasible_exit = 77
checkpoint = true
env = ["DATA_DIR", "A=b=c"]
cores = 2
gpus = 0.5
ranks_per_trial = 4
pack_files = true
limits = { memory = "1.5GiB", wall = "6h", no_progress = "40min", grace = 0, attempts = 5 }
[stopper]
kind = "median"
metric = "speed"
min_steps = 4
audit = 0.03
park = false
loss_changes_with = ["lr", "batch"]
[islands]
count = 8
population = 12
topology = "full"
mode = "migrate"
probability = 0.25
every_results = 9
size = 12
sizes = [1, 2, 1, 1, 1, 1, 1, 4]
emigrate = "diverse"
learn_from = "island"
self_tuning = true
[[islands.kind]]
propagator = "default"
share = 3
[[islands.kind]]
propagator = "random"
[search]
noise = true
warm_start = ["../last", "/data/other"]
[param]
width = { type = "int", low = 16, high = 512, scale = "log", step = 8 }
block = { type = "choice", values = ["conv", 3, 0.5, true] }
expand = { type = "float", low = 1, high = 6, step = 0.5, when = { block = "conv", width = { ge = 20, le = 64 } } }
lr = { type = "float", low = 1e-5, high = 0.1, scale = "log", when = { block = [3, "conv"] } }
batch = { type = "ordinal", values = [16, 32] }
[[forbid]]
block = true
width = { gt = 8, lt = 400 }
[[forbid]]
block = 0.5
batch = [16]
[[start]]
values = { batch = 32, block = "conv", width = 64.0, expand = 4, lr = 1e-3 }
)";

TEST_CASE("study file: a plug-in may stand wherever a propagator does", "[service]") {
  const PluginSettings plain{.command = {"./mine"}};
  CHECK(plain.deadline == Seconds{5});
  const Study study = parse_study(kBase + R"(
[search]
propagator = { command = ["./mine"] }
)",
                                  "study.toml");
  CHECK(study.search.propagator == PropagatorSettings(plain));
  CHECK(plain.propagator() == "plugin");
  const Study kinds = parse_study(kBase + R"(
[islands]
count = 2
[[islands.kind]]
propagator = { command = ["python3", "mine.py"], deadline = "2min", fallback = "parzen", name = "mine" }
[[islands.kind]]
propagator = "random"
)",
                                  "study.toml");
  const PluginSettings mine{.command = {"python3", "mine.py"},
                            .deadline = Seconds{120},
                            .fallback = "parzen",
                            .name = "mine"};
  CHECK(kinds.islands.kind == std::vector<IslandKind>{{mine, 1}, {std::string("random"), 1}});
  CHECK(mine.propagator() == "plugin:mine");
}

std::vector<Value> values(std::initializer_list<Value> list) {
  return list;
}

TEST_CASE("study file: every key is read into its own place", "[service]") {
  const Study study = parse_study(kEverything, "/data/here/study.toml");
  CHECK(study.name == "nas");
  CHECK(study.seed == 7);
  CHECK(study.directory == "/data/here");
  CHECK(study.budget == BudgetSettings{2000, Seconds{5400}});
  CHECK(study.objective.maximize == std::vector<std::string>{"acc", "speed"});
  CHECK(study.objective.minimize == std::vector<std::string>{"joules"});
  CHECK(study.objective.names() == std::vector<std::string>{"acc", "speed", "joules"});
  CHECK(study.objective.kind == ObjectiveKind::pareto);
  CHECK(study.objective.require.at("acc") == Requirement{.param = "acc", .ge = 0.6});
  CHECK(study.objective.require.at("joules") ==
        Requirement{.param = "joules", .gt = 0.0, .lt = 1e4});
  CHECK(study.stopper == StopperSettings{"median", "speed", 4, 0.03, false, {"lr", "batch"}});
  CHECK(study.islands == IslandSettings{.count = 8,
                                        .sizes = {1, 2, 1, 1, 1, 1, 1, 4},
                                        .population = 12,
                                        .topology = "full",
                                        .mode = "migrate",
                                        .probability = 0.25,
                                        .every_results = 9,
                                        .size = 12,
                                        .emigrate = "diverse",
                                        .self_tuning = true,
                                        .learn_from = "island",
                                        .kind = {{"default", 3}, {"random", 1}}});
  CHECK(study.search == SearchSettings{"default", true, {"../last", "/data/other"}});
}

TEST_CASE("study file: [trial] is read whole", "[service]") {
  const TrialSettings trial = parse_study(kEverything, "study.toml").trial;
  CHECK(trial.mode == StartMode::process);
  CHECK(trial.command == std::vector<std::string>{"python3", "train.py", "", "--w={width}",
                                                  "{params}", R"({"json": 1})", "{}", "${HOME}"});
  CHECK(trial.steps == 50);
  CHECK(trial.fidelity == "epoch");
  CHECK(trial.capture == Capture(CaptureFile{"result.csv"}));
  CHECK(trial.infeasible_exit == 77);
  CHECK(trial.checkpoint);
  CHECK(trial.env == std::vector<std::string>{"DATA_DIR", "A=b=c"});
  CHECK(trial.cores == 2);
  CHECK(trial.gpus == 0.5);
  CHECK(trial.ranks_per_trial == 4);
  CHECK(trial.pack_files == PackFiles::always);
  CHECK(trial.limits ==
        LimitSettings{1610612736, Seconds{21600}, Seconds{2400}, {}, Seconds{0}, 5});
}

TEST_CASE("study file: a stopping rule may have options and be made of others", "[service]") {
  const auto kind = [](const std::string& text) {
    return parse_study(after("[stopper]\nkind = " + text), "study.toml").stopper.kind;
  };
  RuleSettings asha = "asha";
  asha.options = {{"eta", 4.0}, {"score", std::string("tse_e")}, {"promote", true}};
  CHECK(kind("\"asha\"") == RuleSettings("asha"));
  CHECK(kind("{ name = \"asha\" }") == RuleSettings("asha"));
  CHECK(kind("{ name = \"asha\", eta = 4, score = \"tse_e\", promote = true }") == asha);
  RuleSettings patience = "patience";
  patience.options = {{"steps", 5.0}};
  RuleSettings any = "any_of";
  any.rules = {"median", patience};
  CHECK(kind("{ any_of = [\"median\", { name = \"patience\", steps = 5 }] }") == any);
  CHECK(kind("{ name = \"any_of\", rules = [\"median\", { name = \"patience\", steps = 5 }] }") ==
        any);
  RuleSettings late = "after_steps";
  late.options = {{"steps", 3.0}};
  late.rules = {any};
  CHECK(
      kind("{ steps = 3, rules = [{ any_of = [\"median\", { name = \"patience\", steps = 5 }] }], "
           "name = \"after_steps\" }") == late);
}

TEST_CASE("study file: a stopping rule may be a program", "[service]") {
  const auto stopper = [](const std::string& text) {
    return parse_study(after("[stopper]\nkind = " + text), "study.toml").stopper;
  };
  const StopperSettings plain = stopper("{ command = [\"./mine\"] }");
  CHECK(plain.kind == RuleSettings("default"));
  CHECK(plain.program == RuleProgram{.command = {"./mine"}});
  CHECK(plain.program->rule() == "rule");
  const StopperSettings whole = stopper(
      "{ command = [\"python3\", \"mine.py\"], deadline = \"2min\", name = \"mine\", "
      "fallback = { name = \"asha\", eta = 4 } }");
  RuleSettings asha = "asha";
  asha.options = {{"eta", 4.0}};
  CHECK(whole.kind == asha);
  CHECK(whole.program ==
        RuleProgram{.command = {"python3", "mine.py"}, .deadline = Seconds{120}, .name = "mine"});
  CHECK(whole.program->rule() == "rule:mine");
  CHECK(!stopper("\"asha\"").program);
}

TEST_CASE("study file: the search space keeps the order of the file", "[service]") {
  const Study study = parse_study(kEverything, "study.toml");
  const auto& parameters = study.space.parameters();
  REQUIRE(parameters.size() == 5);
  CHECK(parameters[0] == Parameter{"width", IntDomain{16, 512, Scale::log, 8}, {}});
  CHECK(parameters[1] ==
        Parameter{"block", ChoiceDomain{values({"conv", std::int64_t{3}, 0.5, true})}, {}});
  CHECK(parameters[2] == Parameter{"expand",
                                   FloatDomain{1, 6, Scale::linear, 0.5},
                                   {{Requirement{.param = "block", .any_of = values({"conv"})},
                                     Requirement{.param = "width", .ge = 20.0, .le = 64.0}}}});
  CHECK(parameters[3].name == "lr");
  CHECK(parameters[3].when.all.at(0).any_of == values({std::int64_t{3}, "conv"}));
  CHECK(parameters[4] ==
        Parameter{"batch", OrdinalDomain{values({std::int64_t{16}, std::int64_t{32}})}, {}});
  REQUIRE(study.space.forbidden().size() == 2);
  CHECK(study.space.forbidden()[0].all ==
        std::vector<Requirement>{Requirement{.param = "block", .any_of = values({true})},
                                 Requirement{.param = "width", .gt = 8.0, .lt = 400.0}});
}

TEST_CASE("study file: a power limit is a float that evolt sets itself", "[service]") {
  const Study study = parse_study(
      "[objective]\nminimize = \"loss\"\n[trial]\ncommand = [\"train\", \"{params}\"]\n[param]\n"
      "limit = { type = \"gpu_power_limit\", low = 100, high = 300, step = 25 }\n"
      "cap = { type = \"cpu_power_limit\", low = 50, high = 90 }\n",
      "study.toml");
  const Parameter& limit = study.space.parameters()[0];
  CHECK(limit.knob == Knob::gpu_power_limit);
  CHECK(limit.domain == Domain(FloatDomain{100, 300, Scale::linear, 25.0}));
  CHECK(study.space.parameters()[1].knob == Knob::cpu_power_limit);
  // Which device a number is for is part of the space.
  Study other = study;
  other.space = SearchSpace({{"limit", limit.domain, {}}, study.space.parameters()[1]});
  CHECK_THAT(resume_conflict(study, other), Catch::Contains("gpu_power_limit"));
}

TEST_CASE("study file: a start point takes the order and types of the space", "[service]") {
  const Study study = parse_study(kEverything, "study.toml");
  const Params expected = {{"width", std::int64_t{64}},
                           {"block", std::string("conv")},
                           {"expand", 4.0},
                           {"lr", 1e-3},
                           {"batch", std::int64_t{32}}};
  REQUIRE(study.start.size() == 1);
  CHECK(study.start[0] == expected);
}

TEST_CASE("study file: what is left out has its documented default", "[service]") {
  const Study study = parse_study(kBase, "/data/mnist.toml");
  CHECK(study.name == "mnist");
  CHECK(study.seed == 0);
  CHECK(study.budget == BudgetSettings{});
  CHECK(study.stopper == StopperSettings{});
  CHECK(study.islands == IslandSettings{});
  CHECK(study.search == SearchSettings{});
  TrialSettings trial;
  trial.command = {"./train"};
  CHECK(study.trial == trial);
  CHECK(study.objective.kind == ObjectiveKind::metric);
  CHECK(study.start.empty());
}

TEST_CASE("study file: several objectives are a front unless told otherwise", "[service]") {
  CHECK(parse_study(objective("maximize = \"acc\"\nminimize = \"t\""), "s.toml").objective.kind ==
        ObjectiveKind::pareto);
  CHECK(parse_study(objective("minimize = [\"a\"]\nkind = \"metric\""), "s.toml").objective.kind ==
        ObjectiveKind::metric);
}

TEST_CASE("study file: a regex whose groups are the objectives is accepted", "[service]") {
  const Study study =
      parse_study(trial(R"(capture = { regex = 'epoch (?P<step>\d+) acc=(?P<acc>\S+)' })"), "s");
  CHECK(study.trial.capture == Capture(CaptureRegex{R"(epoch (?P<step>\d+) acc=(?P<acc>\S+))"}));
}

TEST_CASE("study file: built-in metrics need no group of the regex", "[service]") {
  std::string text = trial("capture = { regex = '(?P<loss>.+)' }");
  const std::string old = "maximize = \"acc\"";
  text.replace(text.find(old), old.size(), "minimize = [\"loss\", \"seconds\"]");
  CHECK(parse_study(text, "s.toml").objective.minimize.size() == 2);
}

TEST_CASE("study file: a requirement on what the regex never reports is refused", "[service]") {
  std::string text = trial("capture = { regex = '(?P<acc>.+)' }");
  const std::string old = "maximize = \"acc\"";
  text.replace(text.find(old), old.size(), old + "\nrequire = { los = { lt = 1 } }");
  CHECK(message_of(text) ==
        "study.toml:3:13: objective.require.los: \"los\" is no named group of "
        "trial.capture.regex; allowed: acc, seconds, joules");
}

TEST_CASE("study file: an in-process study needs no command", "[service]") {
  CHECK(parse_study(command("mode = \"inproc\""), "s.toml").trial.mode == StartMode::inproc);
  CHECK(parse_study(command("mode = \"server\"\ncommand = [\"./serve\", \"{other}\"]"), "s.toml")
            .trial.mode == StartMode::server);
}

TEST_CASE("study file: a name that no directory can have is asked for", "[service]") {
  CHECK(complaint_of(kBase, {}, false, "-x.toml").key == "study.name");
  CHECK(parse_study(kBase, "").name == "study");
  CHECK(parse_study(kBase, "").directory.empty());
}

TEST_CASE("study file: durations and amounts of memory", "[service]") {
  const auto wall = [](const std::string& text) {
    return parse_study(trial("limits = { wall = " + text + " }"), "s").trial.limits.wall->value;
  };
  CHECK(wall("90") == 90);
  CHECK(wall("0.5") == 0.5);
  CHECK(wall("\"20s\"") == 20);
  CHECK(wall("\"500ms\"") == 0.5);
  CHECK(wall("\"40min\"") == 2400);
  CHECK(wall("\"6 h\"") == 21600);
  CHECK(wall("\"2d\"") == 172800);
  CHECK(wall("\"1d 2h 3min\"") == 93780);
  CHECK(wall("\"1.5h\"") == 5400);
  for (const char* const bad : {"\"20\"", "\"\"", "\"s\"", "\"20s x\"", "\"1e3s\"", "\"inf s\"",
                                "\"5 m\"", "\"nand\"", "\" 5s\""}) {
    CHECK(message_of(trial("limits = { wall = " + std::string(bad) + " }"))
              .find("is not a duration") != std::string::npos);
  }
  const auto memory = [](const std::string& text) {
    return *parse_study(trial("limits = { memory = " + text + " }"), "s").trial.limits.memory;
  };
  CHECK(memory("4096") == 4096);
  CHECK(memory("\"512MB\"") == 512000000);
  CHECK(memory("\"24GiB\"") == 25769803776);
  CHECK(memory("\"1 kB\"") == 1000);
  CHECK(memory("\"2KiB\"") == 2048);
  for (const char* const bad : {"\"5\"", "\"5 gb\"", "1.5", "\"-5GB\"", "true", "\"1GB 2MB\""}) {
    CHECK(message_of(trial("limits = { memory = " + std::string(bad) + " }"))
              .find("is not an amount of memory") != std::string::npos);
  }
}

TEST_CASE("study file: JSON gives the same study as TOML", "[service]") {
  const char* const json = R"({
    "study": {"name": "nas", "seed": 18446744073709551615},
    "objective": {"minimize": ["loss"]},
    "trial": {"command": ["x", "{lr}"], "limits": {"wall": "6h"}},
    "param": {
      "lr": {"type": "float", "low": 0, "high": 1},
      "a": {"type": "choice", "values": [1, "b", true], "when": {"lr": {"ge": 0.5}}}
    },
    "forbid": [{"a": ["b", true]}],
    "start": [{"values": {"lr": 0}}]
  })";
  const char* const toml = R"(
    [study]
    name = "nas"
    [objective]
    minimize = "loss"
    [trial]
    command = ["x", "{lr}"]
    limits.wall = 21600
    [param.lr]
    type = "float"
    low = 0.0
    high = 1.0
    [param.a]
    type = "choice"
    values = [1, "b", true]
    when.lr.ge = 0.5
    [[forbid]]
    a = ["b", true]
    [[start]]
    values.lr = 0.0
  )";
  Study from_json = parse_study(json, "study.json", {}, true);
  CHECK(from_json.seed == 18446744073709551615U);
  from_json.seed = 0;
  CHECK(from_json == parse_study(toml, "study.toml"));
}

}  // namespace
}  // namespace evolt::test
