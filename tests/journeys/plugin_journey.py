"""`search.propagator = { command = [...] }`: plug-ins that are good, crash, stay silent and talk nonsense.

Deadlines are either far longer than any machine needs or certain to be missed."""
from harness import *

# What every plug-in below begins with: `say`, and the lines it hears in the file `heard-RANK-ISLAND`.
HEAD = """
import json, os, sys
def say(**line): print(json.dumps(line), flush=True)
hello = json.loads(sys.stdin.readline())
heard = open("heard-%d-%d" % (hello["rank"], hello["island"]), "a", buffering=1)
heard.write(json.dumps(hello) + "\\n")
def lines():
    for text in sys.stdin:
        heard.write(text)
        yield json.loads(text)
"""

# Three points and a parabola through the best three: at the optimum after a few trials.
CLIMBER = HEAD + """
import random
draw = random.Random(hello["seed"])
low, high = (hello["params"]["x"][end] for end in ("low", "high"))
known = {}
def next_x():
    if len(known) < 3:
        return draw.uniform(low, high)
    (a, fa), (b, fb), (c, fc) = sorted(known.items(), key=lambda point: point[1])[:3]
    down = (b - a) * (fb - fc) - (b - c) * (fb - fa)
    x = b - 0.5 * ((b - a) ** 2 * (fb - fc) - (b - c) ** 2 * (fb - fa)) / down if down else a
    x += draw.gauss(0, 1e-4)
    return min(max(x, low), high)
for line in lines():
    if line["event"] == "result" and line["status"] == "finished":
        known[line["params"]["x"]] = line["scores"][0]
    elif line["event"] == "ask":
        say(ask=line["ask"], params={"x": next_x(), "y": draw.random()})
"""

CRASHER = HEAD + """
import random
draw = random.Random(hello["seed"])
answers = 0
for line in lines():
    if line["event"] == "ask":
        if answers == 5:
            print("out of ideas", file=sys.stderr)
            os._exit(7)
        answers += 1
        say(ask=line["ask"], params={"x": draw.random(), "y": draw.random()})
"""

SILENT = HEAD + """
for line in lines():
    pass
"""

TALKER = HEAD + """
for line in lines():
    if line["event"] == "ask":
        ask = line["ask"]
        kind = ask % 7
        if kind == 0: print("{ no JSON", flush=True)
        elif kind == 1: say(ask=ask, params={"x": 7, "y": 0.5})
        elif kind == 2: say(ask=ask, params={"z": 7})
        elif kind == 3: say(ask=ask, params={"x": 0.5})
        elif kind == 4: say(ask=ask, params={"x": 0.5, "y": 0.5})
        elif kind == 5: say(ask=10 ** 6); say(ask=ask, params={"x": "much", "y": 0.5})
        elif kind == 6: print("thinking", flush=True); say(ask=ask, params=None)
"""


# After one answer it waits until it has heard of the other rank.
SOCIABLE = HEAD + """
import random
draw = random.Random(hello["seed"])
others, answers, asks = False, 0, []
for line in lines():
    if line["event"] == "ask":
        asks.append(line["ask"])
    elif line["event"] == "result" and int(line["trial"].split(".")[1]) != hello["rank"]:
        others = True
    while asks and (others or answers < 1):
        answers += 1
        say(ask=asks.pop(0), params={"x": draw.random(), "y": draw.random()})
"""


class PluginJourney(Journey):
    def plug_in(self, text, deadline=600, fallback="random", more="", islands=1):
        (self.folder / "mine.py").write_text(text)
        self.study(STUDY.replace("count = 2", "count = %d" % islands) +
                   '[stopper]\nkind = "none"\n[search]\npropagator = { command = ["%s", "mine.py"], '
                   'deadline = %s, fallback = "%s"%s }\n' % (PYTHON, deadline, fallback, more))

    def run_it(self, *args, trials=24, slots=1, **more):
        report = self.evolt("run", "study.toml", "--slots", slots, "--json", *args,
                            "--set", "budget.trials=%d" % trials, env={"PAUSE": "0"}, **more)
        self.said = self.stderr
        self.assertEqual((report["trials"]["total"], report["trials"]["finished"]), (trials, trials))
        return report

    def exported(self):
        return json.loads(self.evolt("export", "parabola", "--format", "json"))["trials"]

    def bred_by(self):
        names = {}
        for trial in self.exported():
            name = trial["lineage"]["propagator"]
            names[name] = names.get(name, 0) + 1
        return names

    def heard(self, rank=0, island=0):
        text = (self.folder / ("heard-%d-%d" % (rank, island))).read_text()
        return [json.loads(line) for line in text.splitlines()]

    def test_one_that_knows_better_wins(self):
        self.plug_in(CLIMBER)
        report = self.run_it()
        self.assertAlmostEqual(report["best"]["params"]["x"], 0.3, delta=2e-3)
        self.assertEqual(self.bred_by(), {"plugin": 24})
        self.assertNotIn("plug-in", self.said)
        self.assertIn("plugin", self.evolt("show", "parabola"))
        heard = self.heard()
        self.assertEqual(heard[0]["objectives"], [{"name": "loss", "direction": "minimize"}])
        self.assertEqual([line["event"] for line in heard[1:4]], ["ask", "started", "result"])
        self.assertEqual(heard[2]["ask"], 1)
        self.assertEqual(heard[2]["trial"], heard[3]["trial"])
        self.assertEqual(heard[3]["scores"], [heard[3]["metrics"]["loss"]])

    def test_the_example_of_the_documentation(self):
        page = (ROOT / "docs/plugins.md").read_text()
        self.plug_in(page.split("```python\n")[1].split("```")[0])
        self.run_it(slots=2)
        self.assertEqual(self.bred_by(), {"plugin": 24})
        self.assertNotIn("plug-in", self.said)

    def test_many_slots_and_a_second_start_that_hears_of_the_first(self):
        self.plug_in(CLIMBER)
        self.run_it(slots=4)
        (self.folder / "heard-0-0").unlink()
        self.run_it(trials=30, slots=4)
        self.assertEqual(self.bred_by(), {"plugin": 30})
        results = [line for line in self.heard() if line["event"] == "result"]
        self.assertEqual(len({line["trial"] for line in results[:24]}), 24)

    def test_one_that_crashes_is_started_again_then_given_up(self):
        self.plug_in(CRASHER)
        self.run_it(trials=32)
        self.assertEqual(self.bred_by()["plugin"], 20)
        self.assertIn("it ended with exit code 7; last line: out of ideas; it starts again in 0.5 s", self.said)
        self.assertIn("that was loss 4, so random breeds from here on", self.said)
        self.assertIn("20 of 32 proposals used, random bred 12 instead; it was started 4 times and given up",
                      self.said)
        lives = "".join(json.dumps(line) + "\n" for line in self.heard()).split('{"event": "hello"')[1:]
        self.assertEqual(len(lives), 4)
        # The last one heard of all that had ended: three lives of five and one that was bred instead.
        self.assertEqual(lives[3].split('"event": "ask"')[0].count('"event": "result"'), 18)
        log = (self.folder / "parabola/plugins/rank-0-island-0/log").read_text()
        self.assertIn("out of ideas", log)
        self.assertIn("evolt: plug-in", log)

    def test_one_that_is_silent_costs_a_few_deadlines(self):
        self.plug_in(SILENT, deadline=0.1)
        self.run_it(slots=2)
        self.assertNotIn("plugin", self.bred_by())
        self.assertIn("no answer within 0.1 s; random breeds this trial instead", self.said)
        self.assertIn("it missed 3 deadlines in a row and was killed", self.said)
        self.assertLess(self.said.count("no answer within"), 5)

    def test_one_that_floods_is_stopped(self):
        for flood in ("print('so much to say')", "sys.stdout.write('x' * 65536)", "say(ask=1000, params={})"):
            with self.subTest(flood=flood):
                self.plug_in(HEAD + "while True: %s\n" % flood)
                self.run_it("--dir", "flood%d" % len(flood), slots=2)
                self.assertIn("it talked without end and answered nothing, and was killed", self.said)
                self.assertIn("given up", self.said)
                self.assertLess(self.said.count("plug-in"), 12)

    def test_nonsense_is_said_a_few_times_and_nothing_is_lost(self):
        self.plug_in(TALKER)
        self.run_it(trials=70)
        self.assertEqual(self.bred_by()["plugin"], 1)
        for said in ("a line is not JSON", "x = 7 is outside [-1, 1]", 'there is no parameter "z"',
                     "this configuration was proposed before", "answers ask 1000000",
                     "prints lines that are no JSON objects", "1 of 70 proposals used, random bred 69 instead"):
            self.assertIn(said, self.said)
        self.assertLess(self.said.count("plug-in"), 20, self.said)
        self.assertNotIn("given up", self.said)

    def test_kinds_of_islands(self):
        (self.folder / "mine.py").write_text(CLIMBER)
        self.study(STUDY + """
[stopper]
kind = "none"
[[islands.kind]]
propagator = { command = ["%s", "mine.py"], deadline = 600, name = "climber" }
[[islands.kind]]
propagator = "quasi_random"
""" % PYTHON)
        self.run_it()
        islands = {t["lineage"]["propagator"]: t["island"] for t in self.exported()}
        self.assertEqual(islands["plugin:climber"], 0)
        self.assertEqual(islands["quasi_random"], 1)
        self.assertIn("plugin:climber", self.evolt("show", "parabola"))

    def test_start_points_come_first(self):
        self.plug_in(CLIMBER)
        self.study((self.folder / "study.toml").read_text() + "[[start]]\nvalues = { x = 0.25, y = 0.5 }\n")
        self.run_it(trials=6)
        trials = self.exported()
        self.assertEqual(trials[0]["params"], {"x": 0.25, "y": 0.5})
        self.assertEqual(self.bred_by(), {"start": 1, "plugin": 5})

    def test_the_plug_in_goes_with_evolt(self):
        (self.folder / "train.py").write_text("import time\ntime.sleep(3600)\n")
        self.plug_in(CLIMBER)
        process = self.start("run", "study.toml", "--slots", 1)
        self.wait_until(lambda: self.trainers(), "a trainer")
        self.assertTrue(self.plug_ins())
        self.kill_job(process)
        self.wait_until(lambda: not self.plug_ins(), "no plug-in left")

    def plug_ins(self):
        """Processes that run this test's plug-in."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and os.readlink(entry / "cwd") == str(self.folder):
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                    if b"mine.py" in words and not words[0].endswith(b"evolt-nanny"):
                        found.append(int(entry.name))
            except OSError:
                pass
        return found

    def test_a_program_that_is_not_there_is_said_before_anything_runs(self):
        self.study(STUDY + '[search]\npropagator = { command = ["./not-here"] }\n')
        self.evolt("run", "study.toml", code=65)
        self.assertIn("not-here", self.stderr)

    def converse(self, trials):
        """Asks and tells through `evolt stdio`; the best there was, and what it said of the plug-in."""
        with (self.folder / "stderr").open("w") as said:
            stdio = Stdio(self.folder / "study.toml", cwd=self.folder, stderr=said)
            for number in range(1, trials + 1):
                asked = stdio.call(ask=1)
                self.assertEqual(asked["trial"], number)
                loss = (asked["params"]["x"] - 0.3) ** 2
                self.assertEqual(stdio.call(tell={"trial": number, "metrics": {"loss": loss}}), {"ok": True})
            best = stdio.call(best=1)["best"]
            self.assertEqual(stdio.close(), 0)
        return best, (self.folder / "stderr").read_text()

    def test_stdio_asks_it_too(self):
        self.plug_in(CLIMBER)
        best, said = self.converse(15)
        self.assertAlmostEqual(best["params"]["x"], 0.3, delta=2e-3)
        self.assertEqual(said, "")
        self.assertEqual(sum(line["event"] == "ask" for line in self.heard()), 15)

    def test_stdio_goes_on_without_it(self):
        self.plug_in(CRASHER)
        _, said = self.converse(24)
        self.assertIn("20 of 24 proposals used, random bred 4 instead; it was started 4 times and given up", said)

    @unittest.skipUnless(os.environ.get("EVOLT_MPIEXEC"), "built without MPI")
    def test_each_rank_has_its_own_and_hears_of_the_other(self):
        self.plug_in(SOCIABLE)
        self.run_it(trials=40, launcher=(MPIEXEC, "-n", "2"))
        self.assertEqual(self.bred_by(), {"plugin": 40})
        seeds = set()
        for rank in range(2):
            heard = self.heard(rank)
            self.assertEqual(heard[0]["rank"], rank)
            seeds.add(heard[0]["seed"])
            ranks = {line["trial"].split(".")[1] for line in heard if line["event"] == "result"}
            self.assertIn(str(1 - rank), ranks)
        self.assertEqual(len(seeds), 2)


if __name__ == "__main__":
    main()
