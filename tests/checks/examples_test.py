"""The example trainers do what their study files rely on; evolt itself is not needed here."""

import json
import os
import re
import subprocess
import tempfile
import tomllib
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
DIGITS = os.path.join(ROOT, "examples", "digits")
TRAINERS = os.path.join(ROOT, "tests", "journeys", "trainers")
PYTHON = "/usr/bin/python3"


def study(*path):
    with open(os.path.join(*path), "rb") as text:
        return tomllib.load(text)


def run(folder, *argv, env=None, stdin=None, cwd=None):
    """The output lines of a trainer that must end well."""
    done = subprocess.run(
        [PYTHON, "-B", os.path.join(folder, argv[0]), *argv[1:]],
        input=stdin, env=env, cwd=cwd, capture_output=True, text=True, timeout=60,
    )
    if done.returncode != 0:
        raise AssertionError(f"{argv} ended with {done.returncode}: {done.stderr}")
    return done.stdout.splitlines()


class Digits(unittest.TestCase):
    FLAGS = {"layers": 2, "units2": 16, "optimizer": "momentum", "lr": 0.05, "dropout": 0.1}

    def flags(self, **more):
        return [f"--{name}={value}" for name, value in (self.FLAGS | more).items()]

    def reports(self, **more):
        return [json.loads(line) for line in run(DIGITS, "train.py", *self.flags(**more))]

    def test_reports_each_epoch_and_learns(self):
        reports = self.reports(epochs=4)
        self.assertEqual([r["step"] for r in reports], [1, 2, 3, 4])
        for report in reports:
            self.assertEqual(list(report), ["step", "train_loss", "val_loss", "val_accuracy"])
        self.assertLess(reports[-1]["train_loss"], reports[0]["train_loss"])
        self.assertGreater(reports[-1]["val_accuracy"], 0.8)

    def test_same_settings_same_numbers(self):
        self.assertEqual(self.reports(epochs=2), self.reports(epochs=2))

    def test_full_length_is_what_the_study_says(self):
        for file in ("study.toml", "study-server.toml"):
            self.assertEqual(len(self.reports()), study(DIGITS, file)["trial"]["steps"])

    def test_a_good_configuration_reaches_the_goal(self):
        best = run(DIGITS, "train.py", "--units1=96", "--optimizer=adam", "--lr=0.003", "--batch=32")
        self.assertGreaterEqual(json.loads(best[-1])["val_accuracy"], 0.96)

    def test_a_diverged_training_says_so(self):
        done = subprocess.run(
            [PYTHON, os.path.join(DIGITS, "train.py"), "--optimizer=momentum", "--lr=1e30"],
            capture_output=True, text=True, timeout=60,
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("diverged: the loss is", done.stderr)
        self.assertNotIn("NaN", done.stdout)

    def test_the_trainer_takes_every_parameter_of_its_study(self):
        text = "".join(run(DIGITS, "train.py", "--help"))
        for file in ("study.toml", "study-server.toml"):
            for name in study(DIGITS, file)["param"]:
                self.assertIn(f"--{name} ", text)

    def test_both_studies_search_the_same_space(self):
        one, other = study(DIGITS, "study.toml"), study(DIGITS, "study-server.toml")
        for table in ("budget", "objective", "islands", "param"):
            self.assertEqual(one[table], other[table])

    def test_server_gives_the_numbers_of_the_script(self):
        request = {"trial": "a", "attempt": 1, "params": self.FLAGS, "steps": 2}
        lines = run(DIGITS, "train_server.py", stdin=2 * (json.dumps(request) + "\n"))
        expected = [*map(json.dumps, self.reports(epochs=2)), '{"done": true}']
        self.assertEqual(lines, 2 * expected)

    def test_server_stops_what_it_is_told_to_and_nothing_else(self):
        requests = [
            {"trial": "long", "params": {}, "steps": 100000},
            {"stop": "earlier"},
            {"stop": "long"},
            {"trial": "bad", "params": {"layers": 7}},
            {"trial": "wild", "params": {"optimizer": "momentum", "lr": 1e30}},
            {"trial": "short", "params": {}, "steps": 2},
        ]
        out = run(DIGITS, "train_server.py", stdin="".join(json.dumps(r) + "\n" for r in requests))
        ends = [json.loads(line) for line in out if '"step"' not in line]
        self.assertEqual([list(end) for end in ends], [["done"], ["failed"], ["failed"], ["done"]])
        self.assertIn('{"layers": 7}', ends[1]["failed"])
        self.assertIn("diverged", ends[2]["failed"])
        self.assertEqual(len(out) - out.index(json.dumps(ends[2])), 4)


class Trainers(unittest.TestCase):
    def test_the_unchanged_script_prints_what_its_regex_reads(self):
        folder = os.path.join(TRAINERS, "regex")
        trial = study(folder, "study.toml")["trial"]
        lines = run(folder, "train.py", "--lr", "0.1", "--decay=0.01")
        found = [m for line in lines if (m := re.search(trial["capture"]["regex"], line))]
        self.assertEqual([int(m["step"]) for m in found], list(range(1, trial["steps"] + 1)))
        self.assertGreater(float(found[-1]["val_acc"]), 0.7)
        self.assertGreater(len(lines), len(found))  # and other lines, to be passed over

    def test_the_result_files_hold_the_objective(self):
        with tempfile.TemporaryDirectory() as cwd:
            folder = os.path.join(TRAINERS, "json_file")
            run(folder, "anneal.py", "--moves=500", cwd=cwd)
            with open(os.path.join(cwd, study(folder, "study.toml")["trial"]["capture"]["file"])) as f:
                self.assertGreater(json.load(f)["length"], 0)
            folder = os.path.join(TRAINERS, "csv_file")
            run(folder, "fit.py", "--degree=5", cwd=cwd)
            with open(os.path.join(cwd, study(folder, "study.toml")["trial"]["capture"]["file"])) as f:
                rows = f.read().splitlines()
            self.assertEqual(rows[0], "step,train_error,val_error")
            self.assertEqual(len(rows), 1 + study(folder, "study.toml")["trial"]["steps"])

    def test_a_checkpoint_is_continued_as_if_nothing_had_happened(self):
        folder = os.path.join(TRAINERS, "checkpoint")
        with tempfile.TemporaryDirectory() as saved:
            last = None
            for source, steps in [("", 4), (saved, 7), (saved, 9)]:
                env = {"EVOLT_CHECKPOINT_IN": source, "EVOLT_CHECKPOINT_OUT": saved}
                last = json.loads(run(folder, "train.py", "--pause=0", f"--steps={steps}", env=env)[-1])
        whole = json.loads(run(folder, "train.py", "--pause=0", "--steps=9", env={})[-1])
        self.assertEqual((last["first_step"], last["starts"]), (8, 3))
        self.assertEqual((whole["first_step"], whole["starts"]), (1, 1))
        self.assertEqual(last["error"], whole["error"])


if __name__ == "__main__":
    unittest.main()
