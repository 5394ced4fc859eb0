#include "tests/service/study_file/cases.hpp"

namespace evolt::test {
namespace {

TEST_CASE(
    "study file errors: unknown keys get a suggestion, in their table or from the one that has "
    "them",
    "[service]") {
  check_all({
      {after("[stopper]\nmin_step = 4"),
       "study.toml:10:1: unknown key \"min_step\" in [stopper] (stopper.min_step); allowed: kind, "
       "metric, min_steps, audit, park, loss_changes_with; did you mean \"min_steps\"?"},
      {after("[study]\ntrials = 2000"),
       "study.toml:10:1: unknown key \"trials\" in [study] (study.trials); allowed: name, seed; "
       "did you mean \"budget.trials\"?"},
      {after("[islands]\nmigrate = { every_results = 60 }"),
       "study.toml:10:1: unknown key \"migrate\" in [islands] (islands.migrate); allowed: count, "
       "sizes, population, topology, mode, probability, every_results, size, emigrate, replace, "
       "self_tuning, learn_from, kind; did you mean \"islands.mode\"?"},
      {after("[bugdet]\ntrials = 5"),
       "study.toml:9:1: unknown key \"bugdet\" at the top of the file; allowed: schema, study, "
       "budget, objective, trial, stopper, islands, search, energy, param, forbid, start; did you "
       "mean "
       "\"budget\"?"},
      {trial("wall = \"6h\""),
       "study.toml:5:1: unknown key \"wall\" in [trial] (trial.wall); allowed: mode, command, "
       "steps, fidelity, capture, infeasible_exit, checkpoint, rerun, inherit, env, cores, gpus, "
       "ranks_per_trial, "
       "pack_files, limits; did you mean \"trial.limits.wall\"?"},
      {trial("epochs = 3"),
       "study.toml:5:1: unknown key \"epochs\" in [trial] (trial.epochs); allowed: mode, command, "
       "steps, fidelity, capture, infeasible_exit, checkpoint, rerun, inherit, env, cores, gpus, "
       "ranks_per_trial, "
       "pack_files, limits; did you mean \"trial.steps\"?"},
      {objective("maximise = \"acc\""),
       "study.toml:2:1: unknown key \"maximise\" in [objective] (objective.maximise); allowed: "
       "maximize, minimize, kind, require, form, cost, chance, target, exponent, floor, "
       "cost_range, "
       "eta, most_power, lifetime; did you mean \"maximize\"?"},
      {trial("limits = { wal = 3 }"),
       "study.toml:5:12: unknown key \"wal\" in [trial.limits] (trial.limits.wal); allowed: "
       "memory, wall, no_progress, joules, grace, attempts; did you mean \"wall\"?"},
      {after("[[islands.kind]]\npropagator = \"default\"\nshear = 1"),
       "study.toml:11:1: unknown key \"shear\" in [[islands.kind]] (islands.kind.0.shear); "
       "allowed: propagator, share"},
      {trial("capture = { jsno = true }"),
       "study.toml:5:13: unknown key \"jsno\" in [trial.capture] (trial.capture.jsno); allowed: "
       "json, regex, file; did you mean \"json\"?"},
      {top("directory = \"x\""),
       "study.toml:1:1: unknown key \"directory\" at the top of the file; allowed: schema, study, "
       "budget, objective, trial, stopper, islands, search, energy, param, forbid, start"},
      {top("trials = 5"),
       "study.toml:1:1: unknown key \"trials\" at the top of the file; allowed: schema, study, "
       "budget, objective, trial, stopper, islands, search, energy, param, forbid, start; did you "
       "mean "
       "\"budget.trials\"?"},
      {top("params = 5"),
       "study.toml:1:1: unknown key \"params\" at the top of the file; allowed: schema, study, "
       "budget, objective, trial, stopper, islands, search, energy, param, forbid, start; did you "
       "mean "
       "\"param\"?"},
  });
}

TEST_CASE("study file errors: what a later version will have is named, never ignored",
          "[service]") {
  check_all({
      {trial("mode = \"remote\""),
       "study.toml:5:8: trial.mode = \"remote\" is not available in this version"},
  });
}

TEST_CASE("study file errors: objectives that price a metric", "[service]") {
  check_all({
      {objective("maximize = \"acc\"\nfloor = 3"),
       "study.toml:3:9: objective.floor belongs to kind = \"per_joule\", and the objective is of "
       "kind \"metric\": got 3"},
      {objective("maximize = \"acc\"\nkind = \"per_joule\"\neta = 0.5"),
       "study.toml:4:7: objective.eta belongs to kind = \"zeus_cost\", and the objective is of "
       "kind "
       "\"per_joule\": got 0.5"},
      {objective("maximize = [\"acc\", \"f1\"]\nkind = \"per_joule\""),
       "study.toml:3:8: objective.kind takes one name, and there are 2: got \"per_joule\"; "
       "allowed: "
       "pareto"},
      {objective("minimize = \"loss\"\nkind = \"per_joule\""),
       "study.toml:1:1: objective.chance is missing; allowed: the loss of a model that knows "
       "nothing"},
      {objective("maximize = \"acc\"\nkind = \"per_joule\"\nchance = 1.5"),
       "study.toml:4:10: objective.chance is not worse than objective.target: got 1.5; allowed: "
       "below 1"},
      {objective("maximize = \"acc\"\nkind = \"per_joule\"\nexponent = 0"),
       "study.toml:4:12: objective.exponent is out of range: got 0; allowed: above 0"},
      {objective("maximize = \"acc\"\nkind = \"per_joule\"\nform = \"pepr\""),
       "study.toml:1:1: objective.cost_range is missing; allowed: [LEAST, MOST]: the costs that "
       "become 0 and 1"},
      {objective("maximize = \"acc\"\nkind = \"per_joule\"\ncost_range = [1, 3]"),
       "study.toml:4:14: objective.cost_range has no place in form = \"ratio\": got an array"},
      {objective("minimize = \"loss\"\nkind = \"per_joule\"\nform = \"neural_power\"\nchance = 2"),
       "study.toml:5:10: objective.chance has no place in form = \"neural_power\": got 2"},
      {objective("maximize = \"acc\"\nkind = \"per_joule\"\nform = \"pepr\"\ncost_range = [3, 1]"),
       "study.toml:5:14: objective.cost_range is no range: got an array; allowed: [LEAST, MOST]"},
      {objective("maximize = \"acc\"\nkind = \"joules_to_target\""),
       "study.toml:1:1: objective.target is missing; allowed: the value of the metric to come to"},
      {objective("maximize = \"acc\"\nkind = \"zeus_cost\"\ntarget = 0.9"),
       "study.toml:1:1: objective.most_power is missing; allowed: watts: what a second costs at "
       "full "
       "power"},
      {objective("maximize = \"acc\"\nkind = \"zeus_cost\"\ntarget = 0.9\neta = 2"),
       "study.toml:5:7: objective.eta is out of range: got 2; allowed: 0 .. 1"},
      {objective("minimize = \"lifetime_joules\""),
       "study.toml:1:1: objective.lifetime is missing; allowed: { phase, items }: the phase that a "
       "trained model is used in, and how often"},
      {objective("maximize = \"acc\"\nlifetime = { items = 5 }"),
       "study.toml:3:12: objective.lifetime is for an objective named lifetime_joules, and there "
       "is none: got a table"},
      {objective("minimize = \"lifetime_joules\"\nlifetime = { items = 0 }"),
       "study.toml:3:22: objective.lifetime.items is out of range: got 0; allowed: 1 or more"},
      {after("[energy]\nsensors = \"some\""),
       "study.toml:10:11: unknown energy.sensors: got \"some\"; allowed: \"auto\", \"none\""},
      {after("[energy]\nscope = []"), "study.toml:10:9: energy.scope is empty: got an empty array"},
      {after("[energy]\nidle = \"mine\""),
       "study.toml:10:8: unknown energy.idle: got \"mine\"; allowed: \"reserved\", \"equal\", "
       "\"busy\", \"none\", \"exclusive\""},
      {after("[energy]\ncpu_ratio = 0.5"),
       "study.toml:10:13: energy.cpu_ratio is out of range: got 0.5; allowed: 1 or more"},
      {after("[energy]\nestimated = true"),
       "study.toml:10:13: energy.estimated must be a text: got true; allowed: \"refuse\", "
       "\"allow\""},
  });
}

TEST_CASE("study file errors: [study] and [budget]", "[service]") {
  check_all({
      {after("[study]\nname = \"a/b\""),
       "study.toml:10:8: study.name cannot be used as a directory: got \"a/b\"; allowed: the name "
       "of a directory: no /, no leading -, at most 200 bytes"},
      {after("[study]\nname = \"\""), "study.toml:10:8: study.name must not be empty: got \"\""},
      {after("[study]\nname = 5"), "study.toml:10:8: study.name must be a text: got 5"},
      {after("[study]\nname = \"-x\""),
       "study.toml:10:8: study.name cannot be used as a directory: got \"-x\"; allowed: the name "
       "of a directory: no /, no leading -, at most 200 bytes"},
      {after("[study]\nname = \"..\""),
       "study.toml:10:8: study.name cannot be used as a directory: got \"..\"; allowed: the name "
       "of a directory: no /, no leading -, at most 200 bytes"},
      {after("[study]\nseed = -1"),
       "study.toml:10:8: study.seed is out of range: got -1; allowed: 0 or more"},
      {after("[budget]\ntrials = 0"),
       "study.toml:10:10: budget.trials is out of range: got 0; allowed: 1 or more"},
      {after("[budget]\ntrials = 10.5"),
       "study.toml:10:10: budget.trials must be a whole number: got 10.5; allowed: 1 or more"},
      {after("[budget]\nseconds = \"6 hours\""),
       "study.toml:10:11: budget.seconds is not a duration: got \"6 hours\"; allowed: seconds, or "
       "a text such as \"20s\", \"40min\", \"6h\", \"2d\""},
      {after("[budget]\nseconds = -1"),
       "study.toml:10:11: budget.seconds must not be negative: got -1"},
      {after("[budget]\nseconds = 0"),
       "study.toml:10:11: budget.seconds is out of range: got 0; allowed: more than 0 seconds"},
      {after("[budget]\nseconds = true"),
       "study.toml:10:11: budget.seconds is not a duration: got true; allowed: seconds, or a text "
       "such as \"20s\", \"40min\", \"6h\", \"2d\""},
      {after("[budget]\nseconds = nan"),
       "study.toml:10:11: budget.seconds must be a finite number: got nan"},
  });
}

TEST_CASE("study file errors: [objective]", "[service]") {
  check_all({
      {objective("maximize = \"acc / joules\""),
       "study.toml:2:12: objective.maximize: \"acc / joules\" is not the name of a metric; "
       "allowed: a name without blanks; an expression is never written here"},
      {objective("maximize = [\"a\", \"a\"]"),
       "study.toml:2:18: objective.maximize.1 stands twice: got \"a\""},
      {objective("maximize = []"),
       "study.toml:2:12: the objective names no metric (objective.maximize): got an empty array; "
       "allowed: maximize or minimize with the name of a metric"},
      {objective("maximize = 3"), "study.toml:2:12: objective.maximize must be a text: got 3"},
      {objective("# none"),
       "study.toml:1:1: objective.maximize is missing; allowed: maximize or minimize with the name "
       "of a metric"},
      {objective("maximize = \"acc\"\nminimize = \"acc\""),
       "study.toml:3:12: \"acc\" stands in both objective.maximize and objective.minimize: got "
       "\"acc\""},
      {objective("maximize = \"acc\"\nminimize = \"t\"\nkind = \"metric\""),
       "study.toml:4:8: objective.kind takes one name, and there are 2: got \"metric\"; allowed: "
       "pareto"},
      {objective("maximize = \"acc\"\nkind = \"pareto\""),
       "study.toml:3:8: objective.kind takes several names, and there is one: got \"pareto\"; "
       "allowed: any other kind"},
      {objective("maximize = \"acc\"\nkind = \"paretto\""),
       "study.toml:3:8: unknown objective.kind: got \"paretto\"; allowed: \"metric\", \"pareto\", "
       "\"per_joule\", \"zeus_cost\", \"joules_to_target\"; "
       "did you mean \"pareto\"?"},
      {objective("maximize = \"acc\"\nrequire = { acc = 0.5 }"),
       "study.toml:3:19: objective.require.acc must be a table of bounds: got 0.5; allowed: { ge, "
       "gt, le, lt }"},
      {objective("maximize = \"acc\"\nrequire = { acc = {} }"),
       "study.toml:3:19: objective.require.acc needs a bound: got an empty table; allowed: ge, gt, "
       "le, lt"},
      {objective("maximize = \"acc\"\nrequire = { acc = { ge = \"x\" } }"),
       "study.toml:3:26: objective.require.acc.ge must be a number: got \"x\""},
      {objective("maximize = \"acc\"\nrequire = { \"a b\" = { ge = 1 } }"),
       "study.toml:3:21: objective.require.a b: \"a b\" is not the name of a metric; allowed: a "
       "name without blanks; an expression is never written here"},
      {objective("maximize = \"acc\"\nrequire = 5"),
       "study.toml:3:11: objective.require must be a table: got 5"},
  });
}

TEST_CASE("study file errors: stopping rules with options and of others", "[service]") {
  check_all({
      {after("[stopper]\nkind = { eta = 4 }"),
       "study.toml:10:8: stopper.kind does not name its rule: got a table; allowed: \"NAME\", { "
       "name "
       "= \"NAME\", OPTION = ... } or { any_of = [\"NAME\", ...] }"},
      {after("[stopper]\nkind = { name = \"asha\", eat = 4 }"),
       "study.toml:10:25: unknown option eat of the stopping rule asha (stopper.kind.eat): got "
       "eat; "
       "allowed: eta, promote, score; did you mean \"eta\"?"},
      {after("[stopper]\nkind = { name = \"asha\", eta = 1 }"),
       "study.toml:10:25: the option eta of the stopping rule asha has no such value "
       "(stopper.kind.eta): got 1; allowed: a number above 1"},
      {after("[stopper]\nkind = { name = \"asha\", eta = true }"),
       "study.toml:10:25: the option eta of the stopping rule asha has no such value "
       "(stopper.kind.eta): got true; allowed: a number above 1"},
      {after("[stopper]\nkind = { name = \"asha\", promote = 1 }"),
       "study.toml:10:25: the option promote of the stopping rule asha has no such value "
       "(stopper.kind.promote): got 1; allowed: true, false"},
      {after("[stopper]\nkind = { any_of = [\"median\", { name = \"patience\", stpes = 5 }] }"),
       "study.toml:10:51: unknown option stpes of the stopping rule patience "
       "(stopper.kind.any_of.1.stpes): got stpes; allowed: steps, delta; did you mean \"steps\"?"},
      {after("[stopper]\nkind = { any_of = [\"median\", \"asah\"] }"),
       "study.toml:10:30: unknown stopper.kind.any_of.1: got \"asah\"; allowed: \"default\", "
       "\"asha\", \"best\", \"tse\", \"tse_e\", \"tse_ema\", \"lcga\", \"pasha\", \"median\", "
       "\"power_law\", \"patience\", \"none\"; did you mean \"asha\"?"},
      {after("[stopper]\nkind = { any_of = [] }"),
       "study.toml:10:10: the number of rules that any_of is made of is wrong "
       "(stopper.kind.any_of): got 0; allowed: 1 or more"},
      {after("[stopper]\nkind = { any_of = [\"asha\"], steps = 4 }"),
       "study.toml:10:8: any_of stands alone in its table (stopper.kind): got a table"},
      {after("[stopper]\nkind = { name = \"after_steps\", rules = [\"asha\"] }"),
       "study.toml:10:1: the stopping rule after_steps needs the option steps (stopper.kind)"},
      {after("[stopper]\nkind = { name = \"asha\", rules = [\"median\"] }"),
       "study.toml:10:1: the stopping rule asha is not made of others (stopper.kind): got 1; "
       "allowed: 0"},
      {after("[stopper]\nkind = { command = [] }"),
       "study.toml:10:20: stopper.kind.command is empty: got an empty array; allowed: one text for "
       "each argument, as in [\"python3\", \"mine.py\"]"},
      {after("[stopper]\nkind = { command = [\"x\"], deadline = 0 }"),
       "study.toml:10:38: stopper.kind.deadline is out of range: got 0; allowed: more than 0 "
       "seconds"},
      {after("[stopper]\nkind = { command = [\"x\"], falback = \"asha\" }"),
       "study.toml:10:27: unknown key \"falback\" in stopper.kind (stopper.kind.falback); allowed: "
       "command, deadline, fallback, name; did you mean \"fallback\"?"},
      {after("[stopper]\nkind = { any_of = [\"median\", { command = [\"x\"] }] }"),
       "study.toml:10:30: a rule that is a program is no part of another rule, and no fallback of "
       "one (stopper.kind.any_of.1): got a table; allowed: stopper.kind = { command = [...] } "
       "alone"},
      {after("[stopper]\nkind = { command = [\"x\"], fallback = { command = [\"y\"] } }"),
       "study.toml:10:38: a rule that is a program is no part of another rule, and no fallback of "
       "one (stopper.kind.fallback): got a table; allowed: stopper.kind = { command = [...] } "
       "alone"},
      {after("[stopper]\nkind = 3"), "study.toml:10:8: stopper.kind must be a text: got 3"},
      {after("[stopper]\npark = 1"), "study.toml:10:8: stopper.park must be true or false: got 1"},
      {after("[stopper]\nloss_changes_with = [\"lrr\"]"),
       "study.toml:10:22: \"lrr\" is no parameter of the study (stopper.loss_changes_with.0): got "
       "\"lrr\"; allowed: lr, opt, n; did you mean \"lr\"?"},
      {after("[stopper]\nloss_changes_with = \"lr\""),
       "study.toml:10:21: stopper.loss_changes_with must be an array of names of parameters: got "
       "\"lr\""},
  });
}

TEST_CASE("study file errors: [stopper], [islands] and [search]", "[service]") {
  check_all({
      {after("[stopper]\nkind = \"asah\""),
       "study.toml:10:8: unknown stopper.kind: got \"asah\"; allowed: \"default\", \"asha\", "
       "\"best\", \"tse\", \"tse_e\", \"tse_ema\", \"lcga\", \"pasha\", \"median\", "
       "\"power_law\", \"patience\", \"none\"; did you mean \"asha\"?"},
      {after("[stopper]\nmetric = \"ac\""),
       "study.toml:10:10: stopper.metric must be one of the objectives: only of those is it known "
       "which way is better: got \"ac\"; allowed: acc; did you mean \"acc\"?"},
      {after("[stopper]\naudit = -0.1"),
       "study.toml:10:9: stopper.audit is out of range: got -0.1; allowed: 0 .. 1"},
      {after("[stopper]\nmin_steps = 0"),
       "study.toml:10:13: stopper.min_steps is out of range: got 0; allowed: 1 or more"},
      {after("[islands]\ncount = 0"),
       "study.toml:10:9: islands.count is out of range: got 0; allowed: 1 or more"},
      {after("[islands]\ncount = 3000000000"),
       "study.toml:10:9: islands.count is out of range: got 3000000000; allowed: 1 .. 2147483647"},
      {after("[islands]\npopulation = 1"),
       "study.toml:10:14: islands.population is out of range: got 1; allowed: 2 or more"},
      {after("[islands]\ntopology = \"rign\""),
       "study.toml:10:12: unknown islands.topology: got \"rign\"; allowed: \"ring\", \"full\", "
       "\"random\", \"torus\", \"star\", \"random_regular\"; did you mean \"ring\"?"},
      {after("[islands]\ncount = 2\nsizes = [1, 2, 3]"),
       "study.toml:11:9: islands.sizes has 3 numbers: got an array; allowed: as many as "
       "islands.count: 2"},
      {after("[islands]\nsizes = [0]"),
       "study.toml:10:10: islands.sizes.0 is out of range: got 0; allowed: 1 .. 1000000"},
      {after("[islands]\ncount = 2\ntopology = [[0, 1]]"),
       "study.toml:11:12: islands.topology has 1 rows: got an array; allowed: as many as "
       "islands.count: 2"},
      {after("[islands]\ncount = 2\ntopology = [[0, 1], [1]]"),
       "study.toml:11:21: a row of islands.topology has 1 numbers (islands.topology.1): got an "
       "array; "
       "allowed: as "
       "many as islands.count: 2"},
      {after("[islands]\ncount = 2\ntopology = [[0, 1], [1, 0.5]]"),
       "study.toml:11:21: island 1 cannot be linked to itself (islands.topology.1): got an array; "
       "allowed: 0"},
      {after("[islands]\ncount = 2\ntopology = [[0, 1], [1, 0]]\nprobability = 0.5"),
       "study.toml:12:15: islands.probability has no effect beside a matrix in islands.topology, "
       "which has a probability for each link; leave one of them out: got 0.5"},
      {after("[islands]\nlearn_from = \"none\""),
       "study.toml:10:14: unknown islands.learn_from: got \"none\"; allowed: \"all\", \"island\""},
      {after("[islands]\nemigrate = \"worst\""),
       "study.toml:10:12: unknown islands.emigrate: got \"worst\"; allowed: \"best\", \"random\", "
       "\"diverse\""},
      {after("[islands]\nmode = \"migrate\"\nreplace = \"random\""),
       "study.toml:11:11: islands.replace has no effect where individuals move: they leave room "
       "where they come from: got \"random\"; allowed: islands.mode = \"pollinate\""},
      {after("[islands]\nmode = \"polinate\""),
       "study.toml:10:8: unknown islands.mode: got \"polinate\"; allowed: \"pollinate\", "
       "\"migrate\"; did you mean \"pollinate\"?"},
      {after("[islands]\nprobability = 1.5"),
       "study.toml:10:15: islands.probability is out of range: got 1.5; allowed: 0 .. 1"},
      {after("[islands]\nevery_results = 0"),
       "study.toml:10:17: islands.every_results is out of range: got 0; allowed: 1 or more"},
      {after("[islands]\nsize = 30"),
       "study.toml:10:8: islands.size is out of range: got 30; allowed: 1 .. 24"},
      {after("[islands]\nkind = \"default\""),
       "study.toml:10:8: islands.kind must be an array of tables: [[islands.kind]]: got "
       "\"default\""},
      {after("[[islands.kind]]\nshare = 0.5"),
       "study.toml:9:1: islands.kind.0.propagator is missing; allowed: the name of a propagator, "
       "or "
       "a command"},
      {after("[[islands.kind]]\npropagator = \"\""),
       "study.toml:10:14: islands.kind.0.propagator must not be empty: got \"\""},
      {after("[[islands.kind]]\npropagator = \"default\"\nshare = 0"),
       "study.toml:11:9: islands.kind.0.share is out of range: got 0; allowed: more than 0"},
      {after("[islands]\ncount = 2\n[[islands.kind]]\npropagator = \"parzen\"\n[[islands.kind]]\n"
             "propagator = \"random\"\n[[islands.kind]]\npropagator = \"default\""),
       "study.toml:11:11: islands.kind: there are 3 kinds, and islands.count is 2; allowed: as "
       "many "
       "islands as kinds, or more"},
      {after("[search]\npropagator = \"random\"\n[[islands.kind]]\npropagator = \"parzen\""),
       "study.toml:10:14: search.propagator has no effect beside [[islands.kind]], which says what "
       "breeds on each island; leave one of them out: got \"random\""},
      {after("[search]\npropagator = \"\""),
       "study.toml:10:14: search.propagator must not be empty: got \"\""},
      {after("[search]\npropagator = { comand = [\"x\"] }"),
       "study.toml:10:16: unknown key \"comand\" in search.propagator (search.propagator.comand); "
       "allowed: command, deadline, fallback, name; did you mean \"command\"?"},
      {after("[search]\npropagator = { fallback = \"random\" }"),
       "study.toml:10:14: search.propagator.command is missing; allowed: one text for each "
       "argument, as in [\"python3\", \"mine.py\"]"},
      {after("[search]\npropagator = { command = [] }"),
       "study.toml:10:26: search.propagator.command is empty: got an empty array; allowed: one "
       "text for each "
       "argument, as in [\"python3\", \"mine.py\"]"},
      {after("[search]\npropagator = { command = [\"x\"], deadline = 0 }"),
       "study.toml:10:44: search.propagator.deadline is out of range: got 0; allowed: more than 0 "
       "seconds"},
      {after("[search]\npropagator = { command = [\"x\"], name = \"my own\" }"),
       "study.toml:10:40: search.propagator.name cannot stand in reports: got \"my own\"; allowed: "
       "letters, digits, _, - and ."},
      {top("search = \"default\""), "study.toml:1:10: search must be a table: got \"default\""},
  });
}

}  // namespace
}  // namespace evolt::test
