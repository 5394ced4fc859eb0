#!/usr/bin/env python3
"""The program `search_quality` from outside: what it prints and writes, and what it refuses."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop()
QUICK = ["--suite", "C", "--workers", "16", "--seeds", "2", "--budget", "50", "--jobs", "1"]


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60)


class SearchQuality(unittest.TestCase):
    def refused(self, *arguments):
        done = run(*arguments)
        self.assertNotEqual(done.returncode, 0, arguments)
        self.assertEqual(done.stdout, "", arguments)
        return done.stderr

    def test_scores_and_rows(self):
        with tempfile.TemporaryDirectory() as folder:
            rows = os.path.join(folder, "rows.json")
            done = run(*QUICK, "--json", rows)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("suite C, 16 slots", done.stdout)
            with open(rows) as file:
                written = json.load(file)
            self.assertEqual(len(written["rows"]), 5 * 2)
            self.assertEqual({row["evaluations"] for row in written["rows"]}, {50})
            again = run(*QUICK, "--earlier", rows)
            self.assertIn("default / earlier default", again.stdout)
            self.assertIn("tied   10", again.stdout)

    def test_against(self):
        done = run(*QUICK, "--against", "random,default", "--leave-out", "svm_digits,cash_wine")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("random / default", done.stdout)
        self.assertIn("without gb_cancer", done.stdout)
        self.assertNotIn("svm_digits", done.stdout)

    def test_settings_reach_the_study(self):
        first = run(*QUICK, "--set", "islands.count=1", "--brief").stdout
        plain = run(*QUICK, "--brief").stdout
        other = run(*QUICK, "--set", "islands.count=2", "--brief").stdout
        scores = [line.split()[1] for text in (first, plain, other)
                  for line in text.splitlines() if line.startswith("default")]
        self.assertEqual(scores[0], scores[1])
        self.assertNotEqual(scores[1], scores[2])

    def test_pools(self):
        quick = ["--suite", "P", "--workers", "16", "--seeds", "1", "--budget", "25", "--brief"]
        shipped = run(*quick)
        self.assertEqual(shipped.returncode, 0, shipped.stderr)
        self.assertIn("suite P, digits-mlp, 16 slots", shipped.stdout)
        self.assertIn("--pools", shipped.stderr)
        with tempfile.TemporaryDirectory() as folder:
            for name, score in ("line", '"loss"'), ("odd", "null"):
                os.mkdir(os.path.join(folder, name))
                with open(os.path.join(folder, name, "space.json"), "w") as file:
                    file.write('{"score": ' + score + ', "direction": "minimize", "epochs": 1, '
                               '"parameters": [{"name": "x", "type": "float", "range": [0, 1]}]}')
                with open(os.path.join(folder, name, "configs.csv"), "w") as file:
                    file.write("config_id,x,loss\n")
                    file.writelines(f"{i},{i / 59},{i}\n" for i in range(60))
            own = run(*quick, "--pools", folder)
            self.assertEqual(own.returncode, 0, own.stderr)
            self.assertIn("suite P, line, 16 slots", own.stdout)
            self.assertIn("leaves out odd: no score", own.stderr)
            self.assertNotIn("digits-mlp", own.stdout)

    def test_rows_once(self):
        reached = []
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "rows.json")
            for once in [], ["--rows-once"]:
                done = run("--suite", "P", "--workers", "1", *once, "--json", path)
                self.assertEqual(done.returncode, 0, done.stderr)
                with open(path) as file:
                    reached.append(json.load(file)["rows"])
        self.assertNotEqual(*reached)

    def test_refusals(self):
        self.assertIn("/no/such/place", self.refused("--suite", "P", "--pools", "/no/such/place"))
        self.assertIn("no suite Z", self.refused("--suite", "Z"))
        self.assertIn("no problem svm", self.refused(*QUICK, "--leave-out", "svm"))
        self.assertIn("no such propagator", self.refused(*QUICK, "--propagator", "nobody"))
        self.assertIn("islands.counts", self.refused(*QUICK, "--set", "islands.counts=1"))
        self.assertIn("/no/such/place", self.refused(*QUICK, "--json", "/no/such/place/rows.json"))
        self.assertIn("/no/such/place", self.refused(*QUICK, "--earlier", "/no/such/place"))
        self.assertIn("/no/such/place", self.refused(*QUICK, "--peers", "/no/such/place"))
        self.assertIn("/no/such/place", self.refused(*QUICK, "--data", "/no/such/place"))
        self.refused("--report", "--suite", "A")
        self.refused("--warm-start", "--suite", "P")
        self.assertIn("--pools", self.refused("--warm-start"))
        self.assertIn("/no/such/place",
                      self.refused("--warm-start", "--pools", "/no/such/place"))
        self.assertIn("goes with", self.refused("--warm-start", "--pools", "/", "--noise", "1"))
        self.refused("--against", "default")
        self.refused(*QUICK, "--budget", "1")


if __name__ == "__main__":
    unittest.main()
