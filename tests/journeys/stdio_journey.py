"""`evolt stdio`: 2,000 evaluations of a sphere and of a mixed conditional space, and every bad line."""
import re

from harness import *

SPHERE = """
[study]
seed = %d
[budget]
trials = 2000
[objective]
minimize = "f"
[stopper]
kind = "none"
[param]
""" + "\n".join('x%d = { type = "float", low = -5, high = 5 }' % i for i in range(10))

MIXED = """
[study]
seed = 5
[budget]
trials = 2000
[objective]
maximize = "score"
[param]
kind  = { type = "choice", values = ["svm", "net"] }
c     = { type = "float", low = 1e-3, high = 1e3, scale = "log", when = { kind = "svm" } }
depth = { type = "int", low = 1, high = 8, when = { kind = "net" } }
width = { type = "int", low = 8, high = 512, scale = "log", step = 8, when = { kind = "net" } }
last  = { type = "int", low = 4, high = 64, scale = "log", when = { kind = "net", depth = { ge = 4 } } }
size  = { type = "ordinal", values = [16, 32, 64, 128] }
rate  = { type = "float", low = 0, high = 0.5, step = 0.01 }
[[forbid]]
kind = "net"
size = 128
[[start]]
values = { kind = "svm", c = 1.0, size = 32, rate = 0.25 }
"""


def drive(study, trials, value):
    """Asks and tells until done; the proposals in order."""
    session = Stdio(study)
    proposals = []
    while "trial" in (asked := session.call(ask=1)):
        assert asked["trial"] == len(proposals) + 1
        proposals.append(asked["params"])
        assert session.call(tell={"trial": asked["trial"], "metrics": value(asked["params"])}) == {"ok": True}
    assert asked == {"done": True}
    assert len(proposals) == trials
    best = session.call(best=1)["best"]
    assert session.close() == 0
    return proposals, best


def sphere(params):
    return {"f": sum(v * v for v in params.values())}


def mixed(p):
    if p["kind"] == "svm":
        return {"score": 1 - abs(math.log10(p["c"]) - 1) / 4 - p["rate"] / 4}
    return {"score": 0.9 + 0.01 * p["depth"] - abs(math.log(p["width"] / 64)) / 8 - p["rate"] / 4}


class StdioJourney(Journey):
    def test_sphere(self):
        self.study(SPHERE % 1)
        proposals, best = drive(self.folder / "study.toml", 2000, sphere)
        self.assertEqual(len({json.dumps(p, sort_keys=True) for p in proposals}), 2000)
        for p in proposals:
            self.assertEqual(list(p), ["x%d" % i for i in range(10)])
            self.assertTrue(all(-5 <= v <= 5 for v in p.values()))
        self.assertEqual(best["score"], min(sphere(p)["f"] for p in proposals))
        self.assertEqual(best["metrics"]["f"], best["score"])
        self.assertEqual(best["params"], proposals[best["trial"] - 1])
        self.assertLess(best["score"], 1.0)  # random search of 2,000: about 16
        again, _ = drive(self.folder / "study.toml", 2000, sphere)
        self.assertEqual(again, proposals)
        self.study(SPHERE % 2)
        other, _ = drive(self.folder / "study.toml", 2000, sphere)
        self.assertNotEqual(other, proposals)

    def test_mixed(self):
        self.study(MIXED)
        proposals, best = drive(self.folder / "study.toml", 2000, mixed)
        self.assertEqual(proposals[0], {"kind": "svm", "c": 1.0, "size": 32, "rate": 0.25})
        self.assertEqual(len({json.dumps(p, sort_keys=True) for p in proposals}), 2000)
        for p in proposals:
            expected = {"kind", "size", "rate"}
            if p["kind"] == "svm":
                expected |= {"c"}
                self.assertTrue(1e-3 <= p["c"] <= 1e3)
            else:
                expected |= {"depth", "width"} | ({"last"} if p["depth"] >= 4 else set())
                self.assertIn(p["depth"], range(1, 9))
                self.assertIn(p["width"], range(8, 513, 8))
                self.assertNotEqual(p["size"], 128)
            self.assertEqual(set(p), expected)
            self.assertIn(p["size"], (16, 32, 64, 128))
            self.assertTrue(0 <= p["rate"] <= 0.5)
            self.assertAlmostEqual(p["rate"] / 0.01, round(p["rate"] / 0.01), places=6)
        again, _ = drive(self.folder / "study.toml", 2000, mixed)
        self.assertEqual(again, proposals)
        self.assertGreater(best["score"], 0.95)

    def test_bad_lines_change_nothing(self):
        self.study(SPHERE % 1)
        clean, _ = drive(self.folder / "study.toml", 2000, sphere)
        session = Stdio(self.folder / "study.toml")
        self.assertEqual(session.call(best=1), {"best": None})
        for line in ("", "  "):
            session.process.stdin.write(line + "\n")
        for bad in ("nonsense", "[]", "{}", "1", "null", '{"ask":2}', '{"ask":"1"}', '{"ask":true}',
                    '{"ask":1,"best":1}', '{"tell":{"trial":1,"metrics":{"f":1}}}', '{"best":2}',
                    '{"report":{"trial":1,"step":1,"metrics":{}}}', '{"what":1}', "{" * 5000,
                    '{"tell":{}}', '{"tell":[1]}', '{"ask":1} trailing', '\x00', '"\\ud800"'):
            self.assertIn("error", session.line(bad), bad)
        asked = session.call(ask=1)
        self.assertEqual(asked["params"], clean[0])
        trial = asked["trial"]
        for bad in ({"trial": trial, "metrics": {"g": 1}}, {"trial": trial, "metrics": {"f": "1"}},
                    {"trial": trial, "metrics": 1}, {"trial": trial}, {"trial": str(trial), "metrics": {"f": 1}},
                    {"trial": trial, "metrics": {"f": 1}, "more": 1}, {"trial": trial, "failed": 1},
                    {"trial": trial + 1, "metrics": {"f": 1}}, {"trial": -1, "metrics": {"f": 1}}):
            self.assertIn("error", session.call(tell=bad), bad)
        for number in ("NaN", "Infinity", "-Infinity", "1e999"):
            self.assertIn("error", session.line('{"tell":{"trial":%d,"metrics":{"f":%s}}}' % (trial, number)))
            self.assertIn("error", session.line('{"report":{"trial":%d,"step":1,"metrics":{"f":%s}}}' % (trial, number)))
        self.assertIn("error", session.call(report={"trial": trial, "step": 1.5, "metrics": {"f": 1}}))
        self.assertIn("error", session.call(report={"trial": trial, "step": -1, "metrics": {"f": 1}}))
        self.assertEqual(session.call(best=1), {"best": None})
        self.assertEqual(session.call(tell={"trial": trial, "metrics": sphere(asked["params"])}), {"ok": True})
        self.assertIn("error", session.call(tell={"trial": trial, "metrics": {"f": 1}}))
        self.assertIn("error", session.call(report={"trial": trial, "step": 2, "metrics": {"f": 1}}))
        self.assertEqual(session.call(ask=1)["params"], clean[1])
        self.assertEqual(session.close(), 0)

    def test_reports_stop_weak_trials(self):
        self.study(MIXED.replace("[param]", '[trial]\nsteps = 20\n[stopper]\nkind = "median"\n[param]'))
        session = Stdio(self.folder / "study.toml")
        stopped = []
        for _ in range(40):
            asked = session.call(ask=1)
            worth = mixed(asked["params"])["score"]
            for step in range(1, 21):
                verdict = session.call(report={"trial": asked["trial"], "step": step,
                                               "metrics": {"score": worth - 1 / step}})
                if verdict["verdict"] == "stop":
                    self.assertTrue(verdict["reason"])
                    stopped.append(asked["trial"])
                    break
            self.assertEqual(session.call(tell={"trial": asked["trial"], "metrics": {"score": worth - 1 / step}}),
                             {"ok": True})
        self.assertGreater(len(stopped), 3)
        self.assertLess(len(stopped), 35)
        self.assertNotIn(session.call(best=1)["best"]["trial"], stopped)
        session.close()

    def test_failures_and_an_early_end(self):
        self.study(MIXED.replace("2000", "8"))
        session = Stdio(self.folder / "study.toml")
        first = session.call(ask=1)["trial"]
        for _ in range(7):
            trial = session.call(ask=1)["trial"]
            self.assertEqual(session.call(tell={"trial": trial, "failed": "out of \"memory\"\n"}), {"ok": True})
        self.assertEqual(session.call(ask=1), {"done": True})
        self.assertEqual(session.call(tell={"trial": first, "metrics": {"score": 0.5}}), {"ok": True})
        self.assertEqual(session.call(ask=1), {"done": True})
        self.assertEqual(session.call(best=1)["best"]["trial"], first)
        session.close()

    def test_several_objectives_have_a_front(self):
        self.study(MIXED.replace('maximize = "score"', 'maximize = "score"\nminimize = "cost"'))
        session = Stdio(self.folder / "study.toml")
        for cost in (3, 1, 2):
            asked = session.call(ask=1)
            session.call(tell={"trial": asked["trial"], "metrics": {"score": cost if cost < 3 else 0, "cost": cost}})
        reply = session.call(best=1)
        self.assertEqual([p["scores"] for p in sorted(reply["front"], key=lambda p: p["trial"])], [[1, 1], [2, 2]])
        session.close()

    def test_a_finite_space_is_used_up(self):
        self.study('[budget]\ntrials = 100\n[objective]\nminimize = "f"\n[param]\n'
                   'a = { type = "int", low = 1, high = 5 }\nb = { type = "choice", values = [true, false] }\n'
                   '[[forbid]]\na = 3\nb = true\n')
        proposals, _ = drive(self.folder / "study.toml", 9, lambda p: {"f": p["a"]})
        self.assertEqual(len({json.dumps(p) for p in proposals}), 9)

    def test_the_example_of_the_documentation(self):
        text = (ROOT / "docs/stdio.md").read_text()
        code = re.search(r"```python\n(.*?)```", text, re.S).group(1)
        self.assertLessEqual(len(code.strip().splitlines()), 10)
        self.study((ROOT / "examples/digits/study.toml").read_text())
        (self.folder / "example.py").write_text(code)
        done = subprocess.run([PYTHON, "example.py"], cwd=self.folder, text=True, capture_output=True,
                              env={**os.environ, "PATH": str(Path(EVOLT).parent) + ":" + os.environ["PATH"]},
                              timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("'score'", done.stdout)

    def test_a_bad_study_ends_it_at_once(self):
        self.study(SPHERE % 1 + "\n[stoper]\n")
        self.evolt("stdio", "study.toml", code=65, input="")
        self.assertIn("stopper", self.stderr)


if __name__ == "__main__":
    main()
