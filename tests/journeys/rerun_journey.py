"""Trials that are run again with higher goals, and children that start from their parents' weights."""
import json
import re
import shutil
import unittest

from harness import MPIEXEC, Journey, main

GOALS = [1, 3, 9, 27]  # of ASHA with 27 steps

# The quality at a fidelity is no prefix of that at the next: it reports its goal alone, and writes down what it was asked.
FOREST = """
import json, math, os, sys
goal, x = int(sys.argv[1]), float(sys.argv[2])
asked = json.load(open(os.environ["EVOLT_PARAMS"]))
assert asked["goal"] == goal == int(os.environ["EVOLT_GOAL"]) and asked["steps"] == 27
with open("asked", "a") as log:
    log.write(f"{asked['trial']} {asked['attempt']} {goal}\\n")
print(json.dumps({"step": goal, "loss": (x - 0.3) ** 2 + 0.3 / goal}))
"""

STUDY = """
schema = 1
[study]
name = "forest"
seed = 5
[budget]
trials = 30
[objective]
minimize = "loss"
[trial]
command = ["/usr/bin/python3", "train.py", "{goal}", "{x}"]
steps = 27
fidelity = "tree"
rerun = true
[stopper]
kind = { name = "asha", promote = true }
audit = 0
[param]
x = { type = "float", low = -1, high = 1 }
"""


class Rerun(Journey):
    def setUp(self):
        super().setUp()
        self.study(STUDY)
        (self.folder / "train.py").write_text(FOREST)

    def asked(self):
        """The goals of each trial, in the order of its attempts."""
        goals = {}
        for line in (self.folder / "asked").read_text().splitlines():
            trial, attempt, goal = line.split()
            goals.setdefault(trial, []).append((int(attempt), int(goal)))
        return {trial: [goal for _, goal in sorted(known)] for trial, known in goals.items()}

    def check(self, report, lost=False):
        trials = report["trials"]
        self.assertEqual(trials["finished"] + trials["stopped"], 30)
        self.assertGreaterEqual(trials["finished"], 1)
        self.assertEqual(trials["parked"], 0)
        asked = self.asked()
        self.assertEqual(len(asked), 30)
        spent = 0
        for number in range(1, 31):
            shown = self.evolt("show", "out", number, "--json")
            goals = [a["goal"] for a in shown["attempts"] if a["state"] != "lost"]
            # Never above what the rule allows: rung by rung, and the end only after all of them.
            self.assertEqual(goals, GOALS[:len(goals)])
            if not lost:
                self.assertEqual(asked[shown["id"]], goals)
                self.assertEqual([point["step"] for point in shown["curve"]], goals)
            self.assertEqual(shown["state"] == "finished", goals[-1] == 27)
            for attempt in shown["attempts"]:
                if attempt["state"] != "lost":
                    self.assertEqual(attempt["steps"], attempt["goal"])
                spent += attempt["steps"]
        self.assertEqual(report["epochs"]["spent"], spent)
        self.assertEqual(report["epochs"]["full"], 30 * 27)
        if not lost:
            self.assertEqual(report["savings"]["epochs"],
                             sum(27 - sum(goals) for goals in asked.values()))
            by_goal = [sum(goal in goals for goals in asked.values()) for goal in GOALS]
            self.assertEqual(by_goal[0], 30)
            self.assertTrue(all(a > b for a, b in zip(by_goal, by_goal[1:])), by_goal)

    def test_the_best_are_run_again(self):
        self.check(self.evolt("run", "study.toml", "--dir", "out", "--slots", 2, "--json"))
        best = self.evolt("best", "out", "--json")["best"]
        self.assertAlmostEqual(best["metrics"]["loss"], (best["params"]["x"] - 0.3) ** 2 + 0.3 / 27)
        text = self.evolt("show", "out", best["trial"])
        self.assertRegex(text, r"reached .* 1 to 1 .*came to its goal, step 1\n")

    @unittest.skipUnless(shutil.which(MPIEXEC), "no MPI")
    def test_also_on_several_ranks(self):
        self.check(self.evolt("run", "study.toml", "--dir", "out", "--slots", 1, "--json",
                              launcher=[MPIEXEC, "-n", "3"]))

    def test_a_killed_study_goes_on_with_its_goals(self):
        (self.folder / "train.py").write_text("import time; time.sleep(0.1)\n" + FOREST)
        run = self.start("run", "study.toml", "--dir", "out", "--slots", 1)
        self.wait_until(lambda: (self.folder / "asked").exists() and len(self.asked()) >= 8, "eight trials")
        self.kill_job(run)
        self.check(self.evolt("run", "study.toml", "--dir", "out", "--slots", 1, "--json"), lost=True)

    def test_a_server_is_told_its_goals(self):
        (self.folder / "train.py").write_text("""
import json, sys
for line in sys.stdin:
    m = json.loads(line)
    if "stop" in m:
        continue
    with open("asked", "a") as log:
        log.write(f"{m['trial']} {m['attempt']} {m['goal']}\\n")
    print(json.dumps({"done": True, "step": m["goal"], "loss": (m["params"]["x"] - 0.3) ** 2 + 0.3 / m["goal"]}), flush=True)
""")
        self.study(STUDY.replace(', "{goal}", "{x}"]', ']\nmode = "server"'))
        self.check(self.evolt("run", "study.toml", "--dir", "out", "--slots", 1, "--json"))

    def test_one_number_without_a_step_is_the_goals(self):
        """A result file, as of a trainer that knows nothing of evolt."""
        (self.folder / "train.py").write_text(FOREST.replace(
            'print(json.dumps({"step": goal, ', 'open("result.json", "w").write(json.dumps({'))
        self.study(STUDY.replace("rerun = true", 'rerun = true\ncapture = { file = "result.json" }')
                        .replace('"train.py"', f'"{self.folder}/train.py"'))
        (self.folder / "asked").touch()
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 2, "--json")
        self.assertEqual(report["trials"]["finished"] + report["trials"]["stopped"], 30)
        for number in range(1, 31):
            shown = self.evolt("show", "out", number, "--json")
            self.assertEqual([a["steps"] for a in shown["attempts"]], [a["goal"] for a in shown["attempts"]])

    def test_who_ignores_its_goal_is_ended(self):
        (self.folder / "train.py").write_text("""
import json, sys, time
x = float(sys.argv[2])
for step in range(1, 28):
    print(json.dumps({"step": step, "loss": (x - 0.3) ** 2 + 0.3 / step}), flush=True)
    time.sleep(0.05)
""")
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 2, "--json",
                            "--set", "budget.trials=12")
        self.assertEqual(report["trials"]["finished"] + report["trials"]["stopped"], 12)
        self.assertLess(report["epochs"]["spent"], 12 * 27)

    def test_simulation_charges_whole_attempts(self):
        def spent(*settings):
            out = self.evolt("simulate", "--table", "synthetic:60", "--search", "random", "--stopper", "asha",
                             "--set", "stopper.kind={ name = 'asha', promote = true }", "--set", "stopper.audit=0",
                             *settings, "--json")
            return 1 - out["contenders"][0]["epochs_saved"]["mean"]
        self.assertGreater(spent("--set", "trial.rerun=true"), 1.2 * spent())
        self.evolt("simulate", "--table", "synthetic:60", "--set", "trial.checkpoint=true",
                   "--set", "trial.mode=process", "--set", 'trial.command=["x"]', "--set", "trial.inherit=true", code=65)
        self.assertIn("trial.inherit", self.stderr)


# A weight that training brings near x, from zero or from the parent's; the loss says how far it still is.
HEIR = """
import json, os, sys
x = float(sys.argv[1].split("=")[1])
came, parent = os.environ["EVOLT_CHECKPOINT_IN"], os.environ.get("EVOLT_CHECKPOINT_FROM", "")
asked = json.load(open(os.environ["EVOLT_PARAMS"]))
assert asked.get("checkpoint_from", "") == parent
weight, done = json.load(open(came + "/model")) if came else (0.0, 0)
if parent:
    assert f"/trials/{parent}/" in came, came
    done = 0
for step in range(done + 1, 6):
    weight += 0.3 * (x - weight)
    out = os.environ["EVOLT_CHECKPOINT_OUT"] + "/model"
    with open(out + ".new", "w") as file:
        json.dump((weight, step), file)
    os.rename(out + ".new", out)
    print(json.dumps({"step": step, "loss": abs(x - weight) + 0.01 * abs(x - 8)}), flush=True)
"""


class Inherit(Journey):
    def setUp(self):
        super().setUp()
        (self.folder / "train.py").write_text(HEIR)
        self.study("""
schema = 1
[study]
name = "heirs"
seed = 2
[budget]
trials = 40
[objective]
minimize = "loss"
[trial]
command = ["/usr/bin/python3", "train.py", "{params}"]
steps = 5
checkpoint = true
inherit = true
[stopper]
kind = "none"
[search]
propagator = "evolution"
[param]
x = { type = "float", low = 5, high = 10 }
""")

    def check(self, report):
        self.assertEqual(report["trials"]["finished"], 40)
        self.assertEqual(report["epochs"]["spent"], 40 * 5)  # children count from 1
        self.assertEqual(report["savings"]["trials"], 0)
        heirs = scratch = better = 0
        for number in range(1, 41):
            shown = self.evolt("show", "out", number, "--json")
            first = shown["attempts"][0].get("inherits_from")
            self.assertEqual(shown["outcome"]["started_at"], 0)
            loss, x = shown["curve"][0]["metrics"]["loss"], shown["params"]["x"]
            from_scratch = 0.7 * x + 0.01 * abs(x - 8)
            self.assertEqual([point["step"] for point in shown["curve"]], [1, 2, 3, 4, 5])
            if first is None:
                scratch += 1
                self.assertEqual(shown["lineage"]["parents"], [])
                self.assertAlmostEqual(loss, from_scratch)
            else:
                heirs += 1
                self.assertEqual(first, shown["lineage"]["parents"][0])
                self.assertNotAlmostEqual(loss, from_scratch)
                better += loss < from_scratch - 1  # unless it jumped far from its parent's x
        self.assertGreater(better, 0.7 * heirs)
        self.assertGreater(heirs, 10)
        self.assertGreater(scratch, 5)
        return heirs

    def test_children_begin_better_than_from_scratch(self):
        self.check(self.evolt("run", "study.toml", "--dir", "out", "--slots", 2, "--json"))
        numbers = [n for n in range(1, 41) if re.search("from trial", self.evolt("show", "out", n))]
        self.assertGreater(len(numbers), 10)

    @unittest.skipUnless(shutil.which(MPIEXEC), "no MPI")
    def test_parents_of_other_ranks(self):
        self.check(self.evolt("run", "study.toml", "--dir", "out", "--slots", 1, "--json",
                              launcher=[MPIEXEC, "-n", "3"]))

    def test_without_the_parents_folder_from_scratch(self):
        trainer = HEIR.replace("import json, os, sys", "import json, os, shutil, sys")
        (self.folder / "train.py").write_text(
            trainer + "shutil.rmtree(os.environ['EVOLT_CHECKPOINT_OUT'])\n")
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 2, "--json")
        self.assertEqual(report["trials"]["finished"], 40)
        for number in range(1, 41):
            self.assertNotIn("inherits_from", self.evolt("show", "out", number, "--json")["attempts"][0])

    def test_needs_checkpoints(self):
        self.evolt("run", "study.toml", "--set", "trial.checkpoint=false", code=65)
        self.assertIn("trial.inherit needs trial.checkpoint", self.stderr)


if __name__ == "__main__":
    main()
