"""`stopper.kind = { command = [...] }`: rules that are good, crash, stay silent, talk nonsense, and are killed.

Deadlines are either far longer than any machine needs or certain to be missed."""
import shutil

from harness import *

# A trainer that waits for each verdict, so that nothing depends on how fast the machine is.
WAITING = """
import json, os, sys, time
values = dict(a[2:].split("=", 1) for a in sys.argv[1:])
x, pause = float(values["x"]), float(os.environ.get("PAUSE", "0"))
channel = os.fdopen(int(os.environ["EVOLT_REPORT_FD"]), "r+b", buffering=0)
for step in range(1, 6):
    time.sleep(pause)
    channel.write(json.dumps({"step": step, "loss": (x - 0.3) ** 2 + 1.0 / step, "train_loss": 2.0 / step}).encode() + b"\\n")
    answer = b""
    while not answer.endswith(b"\\n"): answer += channel.read(1)
    if json.loads(answer)["verdict"] == "stop": break
"""

# What every rule below begins with: `say`, and the lines it hears in the file `heard-RANK`.
HEAD = """
import json, os, sys, time
def say(**line): print(json.dumps(line), flush=True)
hello = json.loads(sys.stdin.readline())
heard = open("heard-%d" % hello["rank"], "a", buffering=1)
heard.write(json.dumps(hello) + "\\n")
open("pid-%d" % hello["rank"], "w").write(str(os.getpid()))
def lines():
    for text in sys.stdin:
        heard.write(text)
        yield json.loads(text)
def questions():
    return (line for line in lines() if line.get("ask"))
"""

# Ends at step 2 whoever is far from the optimum.
KNOWING = HEAD + """
for line in questions():
    doomed = line["step"] >= 2 and line["value"] - 1.0 / line["step"] > 0.1
    if doomed: say(trial=line["trial"], step=line["step"], verdict="stop", reason="far off", forecast=line["value"], spread=0.5)
    else: say(trial=line["trial"], step=line["step"], verdict="proceed")
"""

CRASHER = HEAD + """
answers = 0
for line in questions():
    if answers == 7:
        print("lost my nerve", file=sys.stderr)
        os._exit(7)
    answers += 1
    say(trial=line["trial"], step=line["step"], verdict="proceed")
"""

SILENT = HEAD + """
for line in lines():
    pass
"""

TALKER = HEAD + """
kind = 0
for line in questions():
    kind += 1
    trial, step = line["trial"], line["step"]
    if kind % 7 == 1: print("{ no JSON", flush=True)
    elif kind % 7 == 2: say(trial=trial, step=step, verdict="perhaps")
    elif kind % 7 == 3: say(trial=7, step=step, verdict="stop")
    elif kind % 7 == 4: say(trial="9.9.9", step=1, verdict="stop"); say(trial=trial, step=step, verdict="proceed")
    elif kind % 7 == 5: say(trial=trial, step=step, verdict="proceed", forecast="high")
    elif kind % 7 == 6: say(verdict="stop")
    else: print("thinking", flush=True); say(trial=trial, step=step, verdict="proceed", spread=-1)
"""

# Thinks too long about step 2, and then wants to stop.
LATE = HEAD + """
for line in questions():
    if line["step"] == 2:
        time.sleep(1)
        say(trial=line["trial"], step=2, verdict="stop", reason="on second thoughts")
    else:
        say(trial=line["trial"], step=line["step"], verdict="proceed")
"""

# Parks every trial after its third step, and calls one back for each two more that are parked.
PARKER = HEAD + """
waiting = []
for line in lines():
    if line.get("ask"):
        verdict = "park" if line["step"] == 3 else "proceed"
        say(trial=line["trial"], step=line["step"], verdict=verdict, reason="later", forecast=line["value"])
    elif line["event"] == "ended" and line["status"] == "parked":
        waiting.append(line["trial"])
        if len(waiting) % 2 == 0: say(trial=waiting[0], verdict="proceed"); waiting.pop(0)
"""


class RuleJourney(Journey):
    def rule(self, text, deadline=600, more="", trainer=WAITING, study=STUDY, audit=0):
        (self.folder / "rule.py").write_text(text)
        (self.folder / "train.py").write_text(trainer)
        self.study(study.replace("count = 2", "count = 1") +
                   '[stopper]\naudit = %s\nkind = { command = ["%s", "rule.py"], deadline = %s%s }\n' %
                   (audit, PYTHON, deadline, more))

    def run_it(self, *args, trials=24, slots=1, env=None, **more):
        report = self.evolt("run", "study.toml", "--slots", slots, "--json", *args,
                            "--set", "budget.trials=%d" % trials, env={"PAUSE": "0", **(env or {})}, **more)
        self.said = self.stderr
        counts = report["trials"]
        self.assertEqual((counts["total"], counts["finished"] + counts["stopped"]), (trials, trials))
        return report

    def shown(self, trials=24, directory="parabola"):
        return [self.evolt("show", directory, number, "--json") for number in range(1, trials + 1)]

    def heard(self, rank=0):
        text = (self.folder / ("heard-%d" % rank)).read_text()
        return [json.loads(line) for line in text.splitlines()]

    def lives(self, rank=0):
        """What each process of a rank heard."""
        lives = []
        for line in self.heard(rank):
            if line["event"] == "hello":
                lives.append([])
            lives[-1].append(line)
        return lives

    def check_knowing(self, trials):
        for trial in trials:
            far = (trial["params"]["x"] - 0.3) ** 2 > 0.1
            self.assertEqual(trial["state"], "stopped" if far else "finished")
            self.assertEqual(max(point["step"] for point in trial["curve"]), 2 if far else 5)
            if far:
                self.assertEqual(trial["why"], "rule: far off")
                self.assertEqual(trial["stop"]["step"], 2)

    def test_a_good_one_stops_what_it_should(self):
        self.rule(KNOWING)
        report = self.run_it(slots=2)
        self.assertGreater(report["trials"]["stopped"], 0)
        self.assertGreater(report["trials"]["finished"], 0)
        self.check_knowing(self.shown())
        self.assertNotIn("rule", self.said)
        heard = self.heard()
        self.assertEqual(heard[0]["metric"], {"name": "loss", "direction": "minimize"})
        self.assertEqual((heard[0]["steps"], heard[0]["min_steps"], heard[0]["park"]), (5, 1, False))
        reports = [line for line in heard if line["event"] == "report"]
        first = {}
        for line in reports:
            self.assertEqual(line["ask"], line["step"] < 5)
            self.assertEqual(line["value"], line["metrics"]["loss"])
            self.assertEqual(line["loss"], line["metrics"]["train_loss"])
            self.assertGreater(line["seconds"], 0)
            self.assertEqual("params" in line, line["trial"] not in first)
            first.setdefault(line["trial"], line)
        self.assertEqual(len(first), 24)
        ended = {line["trial"]: line["status"] for line in heard if line["event"] == "ended"}
        self.assertEqual(sum(status == "stopped" for status in ended.values()), report["trials"]["stopped"])
        self.assertEqual(len(ended), 24)

    def test_the_example(self):
        example = (ROOT / "examples/rules/median_rule.py").read_text()
        self.assertIn(example, (ROOT / "docs/stopping.md").read_text())
        self.rule(example, more=', name = "median", fallback = "none"')
        self.run_it(trials=30)
        stopped = [trial for trial in self.shown(30) if trial["state"] == "stopped"]
        self.assertGreater(len(stopped), 5)
        for trial in stopped:
            self.assertRegex(trial["why"], "^rule:median: worse than the median of [0-9]+ at step [1-4]$")
        self.assertNotIn("rule", self.said)

    def test_trainers_that_do_not_wait_are_stopped_too(self):
        self.rule(KNOWING, trainer=TRAINER)
        report = self.run_it(trials=8, slots=2, env={"PAUSE": "0.5"})
        self.assertGreater(report["trials"]["stopped"], 0)
        for trial in self.shown(8):
            if trial["state"] == "stopped":
                self.assertEqual(trial["why"], "rule: far off")
                self.assertGreater((trial["params"]["x"] - 0.3) ** 2, 0.1)

    def test_audits_let_some_run_on(self):
        self.rule(KNOWING, audit=1)
        report = self.run_it()
        self.assertEqual(report["trials"]["finished"], 24)
        self.assertGreater(report["epochs"]["audit"], 0)

    def test_min_steps_and_the_last_step_are_not_asked(self):
        self.rule(KNOWING)
        self.run_it("--set", "stopper.min_steps=3", trials=8)
        asked = {line["step"] for line in self.heard() if line.get("ask")}
        self.assertEqual(asked, {3, 4})
        self.assertEqual(self.heard()[0]["min_steps"], 3)

    def test_one_that_crashes_is_started_again_then_given_up(self):
        self.rule(CRASHER, more=', fallback = "asha"')
        self.run_it("--set", "budget.trials=24")
        self.assertIn("it ended with exit code 7; last line: lost my nerve; it starts again in 0.5 s, and asha judges "
                      "what it was asked for", self.said)
        self.assertIn("that was loss 4, so asha judges from here on", self.said)
        self.assertRegex(self.said, "28 of [0-9]+ verdicts used, asha judged [0-9]+ instead; it was started 4 times "
                                    "and given up")
        lives = self.lives()
        self.assertEqual(len(lives), 4)
        for earlier, later in zip(lives, lives[1:]):
            known = {line["trial"] for line in earlier[1:]}
            told = {line["trial"]: line for line in later if line["event"] == "curve"}
            self.assertTrue(known <= set(told))
        log = (self.folder / "parabola/plugins/rank-0-rule/log").read_text()
        self.assertIn("lost my nerve", log)
        # Its fallback goes on, alone, with its own reasons.
        self.assertTrue(any(trial["state"] == "stopped" for trial in self.shown()))

    def test_one_that_is_silent_costs_a_few_deadlines(self):
        self.rule(SILENT, deadline=0.1, more=', fallback = { name = "asha", eta = 2 }')
        self.run_it(slots=2)
        self.assertIn("no verdict within 0.1 s; asha judges it instead; raise the rule's deadline", self.said)
        self.assertIn("it missed 3 deadlines in a row and was killed", self.said)
        self.assertLess(self.said.count("no verdict within"), 5)

    def test_a_late_verdict_still_stops(self):
        self.rule(LATE, deadline=0.3, more=', fallback = "none"')
        self.run_it(trials=4, env={"PAUSE": "0.6"})
        late = [trial for trial in self.shown(4) if trial.get("why") == "rule: on second thoughts"]
        self.assertTrue(late)
        for trial in late:
            self.assertGreaterEqual(max(point["step"] for point in trial["curve"]), 2)

    def test_one_that_floods_is_stopped(self):
        for flood in ("print('so much to say')", "sys.stdout.write('x' * 65536)",
                      "say(trial='9.9.9', verdict='stop')"):
            with self.subTest(flood=flood):
                self.rule(HEAD + "while True: %s\n" % flood)
                self.run_it("--dir", "flood%d" % len(flood), slots=2)
                self.assertIn("it talked without end and answered nothing, and was killed", self.said)
                self.assertIn("given up", self.said)
                self.assertLess(self.said.count("rule.py"), 12)

    def test_nonsense_is_said_a_few_times_and_nothing_is_lost(self):
        self.rule(TALKER, more=', fallback = "none"')
        report = self.run_it()
        self.assertEqual(report["trials"]["finished"], 24)
        for said in ("a line is not JSON", 'the verdict is "perhaps", not "proceed", "stop" or "park"',
                     'a line has no text as "trial"', "answers for trial 9.9.9 at step 1, which nobody asked about",
                     "prints lines that are no JSON objects"):
            self.assertIn(said, self.said)
        self.assertLess(self.said.count("rule.py"), 20, self.said)
        self.assertNotIn("given up", self.said)

    def test_it_parks_and_calls_back(self):
        shutil.copytree(ROOT / "tests/journeys/trainers/checkpoint", self.folder, dirs_exist_ok=True)
        study = (self.folder / "study.toml").read_text()
        (self.folder / "rule.py").write_text(PARKER)
        self.study(study.replace("trials = 2", "trials = 8").replace(
            'kind = "none"', 'audit = 0\nkind = { command = ["%s", "rule.py"], deadline = 600 }' % PYTHON))
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 1, "--json")
        self.assertEqual(report["trials"]["finished"] + report["trials"]["stopped"], 8)
        self.assertGreaterEqual(report["trials"]["finished"], 4)
        self.assertTrue(self.heard()[0]["park"])
        again = [trial for trial in self.shown(8, "out") if len(trial["attempts"]) > 1]
        self.assertGreaterEqual(len(again), 4)
        for trial in again:
            self.assertEqual(trial["attempts"][0]["state"], "parked")
        left = [trial for trial in self.shown(8, "out") if trial["state"] == "stopped"]
        for trial in left:
            self.assertEqual(trial["why"], "rule: later")

    def test_a_second_start_tells_it_the_story(self):
        self.rule(KNOWING)
        self.run_it()
        self.assertFalse([line for line in self.heard() if line["event"] == "curve"])
        (self.folder / "heard-0").unlink()
        self.run_it(trials=30)
        self.check_knowing(self.shown(30))
        curves = [line for line in self.heard() if line["event"] == "curve"]
        self.assertEqual(len({line["trial"] for line in curves}), 24)
        for line in curves:
            self.assertIn(line["status"], ("finished", "stopped"))
            self.assertEqual(line["steps"], list(range(1, len(line["steps"]) + 1)))
            self.assertEqual(len(line["values"]), len(line["steps"]))

    def test_it_goes_with_evolt(self):
        self.rule(KNOWING, trainer="import time\ntime.sleep(3600)\n")
        process = self.start("run", "study.toml", "--slots", 1)
        self.wait_until(lambda: (self.folder / "pid-0").exists() and (self.folder / "pid-0").read_text(), "a rule")
        pid = int((self.folder / "pid-0").read_text())
        self.assertTrue(Path("/proc/%d" % pid).exists())
        self.kill_job(process)
        self.wait_until(lambda: not Path("/proc/%d" % pid).exists(), "no rule left")

    def test_what_cannot_be_is_said_before_anything_runs(self):
        self.study(STUDY + '[stopper]\nkind = { command = ["./not-here"] }\n')
        self.evolt("run", "study.toml", code=65)
        self.assertIn("not-here", self.stderr)
        self.rule(KNOWING)
        self.evolt("stdio", "study.toml", code=65, input="")
        self.assertIn("a stopping rule that is a program judges in evolt run only", self.stderr)
        self.evolt("simulate", "--table", "synthetic:50", "--set",
                   'stopper.kind={command=["./rule.py"]}', code=65)
        self.assertIn("a stopping rule that is a program is not simulated", self.stderr)

    @unittest.skipUnless(os.environ.get("EVOLT_MPIEXEC"), "built without MPI")
    def test_ranks_that_share_trials_have_one(self):
        self.rule(KNOWING)
        self.run_it("--set", "trial.ranks_per_trial=2", trials=16, launcher=(MPIEXEC, "-n", "4"))
        self.check_knowing(self.shown(16))
        self.assertEqual(sorted(path.name for path in self.folder.glob("heard-*")), ["heard-0", "heard-2"])

    @unittest.skipUnless(os.environ.get("EVOLT_MPIEXEC"), "built without MPI")
    def test_each_rank_has_its_own_and_one_that_is_killed_is_replaced(self):
        self.rule(KNOWING)
        process = self.start("run", "study.toml", "--slots", 1, "--set", "budget.trials=40",
                             env={"PAUSE": "0.1"}, launcher=(MPIEXEC, "-n", "2"))
        self.wait_until(lambda: (self.folder / "heard-1").exists() and
                        (self.folder / "heard-1").read_text().count('"ended"') >= 6, "six ends")
        os.kill(int((self.folder / "pid-1").read_text()), signal.SIGKILL)
        out, said = process.communicate(timeout=PATIENCE * 3)
        self.assertEqual(process.returncode, 0, out + said)
        self.assertIn("it was killed by signal 9", said)
        self.assertIn("it starts again in 0.5 s", said)
        lives = self.lives(1)
        self.assertEqual(len(lives), 2)
        told = {line["trial"].split(".")[1] for line in lives[1] if line["event"] == "curve"}
        self.assertEqual(told, {"0", "1"})
        for rank in range(2):
            here, there = set(), set()
            for line in self.heard(rank):
                if line["event"] in ("report", "point"):
                    (here if line["event"] == "report" else there).add(line["trial"].split(".")[1])
            self.assertEqual((here, there), ({str(rank)}, {str(1 - rank)}))
        self.check_knowing([trial for trial in self.shown(40) if not (trial.get("why") or "").startswith("default")])


if __name__ == "__main__":
    main()
