#include "tests/service/study_file/cases.hpp"

namespace evolt::test {
namespace {

TEST_CASE("study file errors: [trial] command", "[service]") {
  check_all({
      {command("command = \"./train\""),
       "study.toml:4:11: trial.command must be an array: the program runs without a shell: got "
       "\"./train\"; allowed: one text for each argument, for example [\"python3\", \"train.py\", "
       "\"{params}\"]"},
      {command("command = []"),
       "study.toml:4:11: trial.command must not be empty: got an empty array; allowed: one text "
       "for each argument, for example [\"python3\", \"train.py\", \"{params}\"]"},
      {command("command = [\"\"]"), "study.toml:4:12: trial.command.0 must not be empty: got \"\""},
      {command("command = [\"./train\", 3]"),
       "study.toml:4:23: trial.command.1 must be a text: got 3"},
      {command("command = [\"./train\", \"a\\u0000b\"]"),
       "study.toml:4:23: trial.command.1 must not contain a zero character: got \"a\\u0000b\""},
      {command("command = [\"./train\", \"--lr={rl}\"]"),
       "study.toml:4:23: {rl} in trial.command.1 is not a parameter: got \"--lr={rl}\"; allowed: "
       "{params}, {goal}, {lr}, {opt}, {n}; did you mean \"lr\"?"},
      {command("command = [\"./train\", \"{\\\"a\\\": {opt}}\", \"{nn}\"]"),
       "study.toml:4:41: {nn} in trial.command.2 is not a parameter: got \"{nn}\"; allowed: "
       "{params}, {goal}, {lr}, {opt}, {n}; did you mean \"n\"?"},
      {command("command = [\"./train\", \"{params}\"]\nmode = \"server\""),
       "study.toml:4:23: {params} in trial.command.1: a server gets the parameters of each trial "
       "as a JSON line, not on its command line: got \"{params}\""},
      {command("command = [\"./train\", \"--lr={lr}\"]\nmode = \"server\""),
       "study.toml:4:23: {lr} in trial.command.1: a server gets the parameters of each trial as a "
       "JSON line, not on its command line: got \"--lr={lr}\""},
      {command("command = [\"./train\", \"--all={params}\"]"),
       "study.toml:4:23: {params} in trial.command.1 must be an argument of its own: got "
       "\"--all={params}\"; allowed: \"{params}\", which becomes --NAME=VALUE for each active "
       "parameter"},
      {command("mode = \"proces\""),
       "study.toml:4:8: unknown trial.mode: got \"proces\"; allowed: \"process\", \"server\", "
       "\"inproc\"; did you mean \"process\"?"},
  });
}

TEST_CASE("study file errors: [trial] goal", "[service]") {
  check_all({
      {command("command = [\"./train\", \"{goal}\"]"),
       "study.toml:4:23: {goal} in trial.command.1: the full length of a trial is not known: got "
       "\"{goal}\"; allowed: with trial.steps alone"},
      {command("command = [\"./train\", \"{goal}\"]\nsteps = 9\nmode = \"server\""),
       "study.toml:4:23: {goal} in trial.command.1: a server gets the parameters of each trial as "
       "a "
       "JSON line, not on its command line: got \"{goal}\""},
      {trial("steps = 9\nrerun = true") + "goal = { type = \"int\", low = 1, high = 2 }\n",
       "study.toml:6:9: trial.rerun: a parameter is called goal, which is what a trial is to train "
       "to: got true; allowed: false, or another name for the parameter"},
  });
  CHECK(parse_study(command("command = [\"./train\", \"{goal}\"]\nsteps = 9"), "study.toml")
            .trial.command.back() == "{goal}");
  const Study study = parse_study(
      trial("steps = 9\nrerun = true\ncheckpoint = true\ninherit = true"), "study.toml");
  CHECK(study.trial.rerun);
  CHECK(study.trial.inherit);
}

TEST_CASE("study file errors: [trial] capture", "[service]") {
  check_all({
      {trial("capture = \"json\""),
       "study.toml:5:11: trial.capture must be a table: got \"json\"; allowed: { json = true }, { "
       "regex = \"...\" } or { file = \"result.json\" }"},
      {trial("capture = {}"),
       "study.toml:5:11: trial.capture must have exactly one key: got an empty table; allowed: { "
       "json = true }, { regex = \"...\" } or { file = \"result.json\" }"},
      {trial("capture = { json = true, file = \"x\" }"),
       "study.toml:5:11: trial.capture must have exactly one key: got a table; allowed: { json = "
       "true }, { regex = \"...\" } or { file = \"result.json\" }"},
      {trial("capture = { json = false }"),
       "study.toml:5:20: trial.capture.json can only be true: got false; allowed: { json = true }, "
       "{ regex = \"...\" } or { file = \"result.json\" }"},
      {trial("capture = { json = 1 }"),
       "study.toml:5:20: trial.capture.json must be true or false: got 1"},
      {trial("capture = { file = \"\" }"),
       "study.toml:5:20: trial.capture.file must not be empty: got \"\""},
      {trial("capture = { regex = 'acc=(' }"),
       "study.toml:5:21: trial.capture.regex does not compile: missing ): acc=(: got \"acc=(\"; "
       "allowed: RE2 syntax with named groups (?P<name>...)"},
      {trial("capture = { regex = '(?<acc>.*)' }"),
       "study.toml:5:21: trial.capture.regex does not compile: invalid perl operator: (?<: got "
       "\"(?<acc>.*)\"; allowed: RE2 syntax with named groups (?P<name>...)"},
      {trial("capture = { regex = '(?P<step>\\d+)' }"),
       "study.toml:5:21: trial.capture.regex names no metric: got \"(?P<step>\\\\d+)\"; allowed: "
       "at least one named group besides step, for example (?P<val_accuracy>\\S+)"},
      {trial("capture = { regex = 'acc=(\\S+)' }"),
       "study.toml:5:21: trial.capture.regex names no metric: got \"acc=(\\\\S+)\"; allowed: at "
       "least one named group besides step, for example (?P<val_accuracy>\\S+)"},
      {trial("capture = { regex = '(?P<step>\\d+) (?P<accu>\\S+)' }"),
       "study.toml:2:12: objective.maximize: \"acc\" is no named group of trial.capture.regex; "
       "allowed: accu, seconds, joules; did you mean \"accu\"?"},
  });
}

TEST_CASE("study file errors: [trial] limits and resources", "[service]") {
  check_all({
      {trial("limits = { wall = \"6 hrs\" }"),
       "study.toml:5:19: trial.limits.wall is not a duration: got \"6 hrs\"; allowed: seconds, or "
       "a text such as \"20s\", \"40min\", \"6h\", \"2d\""},
      {trial("limits = { wall = 0 }"),
       "study.toml:5:19: trial.limits.wall is out of range: got 0; allowed: more than 0 seconds"},
      {trial("limits = { no_progress = \"0s\" }"),
       "study.toml:5:26: trial.limits.no_progress is out of range: got \"0s\"; allowed: more than "
       "0 seconds"},
      {trial("limits = { grace = \"-1s\" }"),
       "study.toml:5:20: trial.limits.grace is not a duration: got \"-1s\"; allowed: seconds, or a "
       "text such as \"20s\", \"40min\", \"6h\", \"2d\""},
      {trial("limits = { grace = [] }"),
       "study.toml:5:20: trial.limits.grace is not a duration: got an empty array; allowed: "
       "seconds, or a text such as \"20s\", \"40min\", \"6h\", \"2d\""},
      {trial("limits = { memory = \"24G\" }"),
       "study.toml:5:21: trial.limits.memory is not an amount of memory: got \"24G\"; allowed: "
       "bytes, or a text such as \"512MB\", \"24GiB\""},
      {trial("limits = { memory = 0 }"),
       "study.toml:5:21: trial.limits.memory is not an amount of memory: got 0; allowed: bytes, or "
       "a text such as \"512MB\", \"24GiB\""},
      {trial("limits = { memory = \"99999999TiB\" }"),
       "study.toml:5:21: trial.limits.memory is not an amount of memory: got \"99999999TiB\"; "
       "allowed: bytes, or a text such as \"512MB\", \"24GiB\""},
      {trial("limits = { attempts = 0 }"),
       "study.toml:5:23: trial.limits.attempts is out of range: got 0; allowed: 1 or more"},
      {trial("limits = 5"), "study.toml:5:10: trial.limits must be a table: got 5"},
      {trial("cores = 0"),
       "study.toml:5:9: trial.cores is out of range: got 0; allowed: 1 or more"},
      {trial("gpus = -1"),
       "study.toml:5:8: trial.gpus is out of range: got -1; allowed: 0 .. 4096"},
      {trial("gpus = 1.5"),
       "study.toml:5:8: trial.gpus must be a whole number, or a share below 1: got 1.5"},
      {trial("ranks_per_trial = 0"),
       "study.toml:5:19: trial.ranks_per_trial is out of range: got 0; allowed: 1 or more"},
      {trial("pack_files = \"always\""),
       "study.toml:5:14: trial.pack_files is not understood: got \"always\"; allowed: true, false, "
       "\"auto\""},
      {trial("pack_files = 1"),
       "study.toml:5:14: trial.pack_files is not understood: got 1; allowed: true, false, "
       "\"auto\""},
      {trial("infeasible_exit = 0"),
       "study.toml:5:19: trial.infeasible_exit is out of range: got 0; allowed: 1 .. 255"},
      {trial("infeasible_exit = 256"),
       "study.toml:5:19: trial.infeasible_exit is out of range: got 256; allowed: 1 .. 255"},
      {trial("steps = -1"),
       "study.toml:5:9: trial.steps is out of range: got -1; allowed: 0 or more"},
      {trial("fidelity = \"\""), "study.toml:5:12: trial.fidelity must not be empty: got \"\""},
      {trial("rerun = 1"), "study.toml:5:9: trial.rerun must be true or false: got 1"},
      {trial("rerun = true"),
       "study.toml:5:9: trial.rerun needs trial.steps: goals lie below the full length: got true; "
       "allowed: false"},
      {trial("inherit = 0"), "study.toml:5:11: trial.inherit must be true or false: got 0"},
      {trial("inherit = true"),
       "study.toml:5:11: trial.inherit needs trial.checkpoint = true: a child starts from what its "
       "parent has saved: got true; allowed: false"},
      {trial("mode = \"inproc\"\ncheckpoint = true\ninherit = true"),
       "study.toml:7:11: trial.inherit: a C++ function is given no checkpoints: got true; allowed: "
       "false"},
      {trial("checkpoint = \"yes\""),
       "study.toml:5:14: trial.checkpoint must be true or false: got \"yes\""},
  });
}

TEST_CASE("study file errors: [trial] environment", "[service]") {
  check_all({
      {trial("env = \"A\""), "study.toml:5:7: trial.env must be an array of texts: got \"A\""},
      {trial("env = [\"A-B\"]"),
       "study.toml:5:8: trial.env.0 is not the name of an environment variable: got \"A-B\"; "
       "allowed: NAME or NAME=VALUE"},
      {trial("env = [\"=x\"]"),
       "study.toml:5:8: trial.env.0 is not the name of an environment variable: got \"=x\"; "
       "allowed: NAME or NAME=VALUE"},
      {trial("env = [\"EVOLT_PARAMS=x\"]"),
       "study.toml:5:8: trial.env.0: variables named EVOLT_... are set for each trial: got "
       "\"EVOLT_PARAMS=x\"; allowed: other names"},
      {trial("env = [\"A\", \"A=1\"]"),
       "study.toml:5:13: trial.env.1: A stands twice: got \"A=1\""},
      {trial("env = [1]"), "study.toml:5:8: trial.env.0 must be a text: got 1"},
  });
}

}  // namespace
}  // namespace evolt::test
