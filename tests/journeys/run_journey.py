"""`evolt run` on one rank: a study to its end, killed and resumed, read while it runs, refused."""
import csv
import io
import sqlite3

from harness import *


class RunJourney(Journey):
    def check_whole(self, report, trials=24):
        counts = report["trials"]
        self.assertEqual(counts["total"], trials)
        self.assertEqual(counts["finished"] + counts["stopped"] + counts["failed"], trials)
        self.assertIsNotNone(report["best"])

    def test_a_study_to_its_end_and_again(self):
        report = self.evolt("run", "study.toml", "--slots", 2, "--json", env={"PAUSE": "0.005"})
        self.check_whole(report)
        best = report["best"]
        self.assertAlmostEqual(best["score"], (best["params"]["x"] - 0.3) ** 2 + 0.2, places=9)
        self.assertEqual(best["metrics"]["loss"], best["score"])
        epochs = report["epochs"]
        self.assertEqual(epochs["full"], 24 * 5)
        self.assertLessEqual(epochs["spent"], epochs["full"])
        self.assertAlmostEqual(epochs["saved_fraction"], 1 - epochs["spent"] / epochs["full"], places=9)
        self.assertGreater(report["trials"]["stopped"], 0)
        self.assertGreater(report["migrations"], 0)
        # Once more: nothing runs, the same answer; from the closed file too.
        again = self.evolt("run", "study.toml", "--json")
        self.assertEqual(again, report)
        self.assertEqual(self.evolt("best", "parabola", "--json"), report)
        text = self.evolt("best", "parabola")
        self.assertIn("loss", text)
        # A larger budget goes on from there.
        more = self.evolt("run", "study.toml", "--set", "budget.trials=30", "--json")
        self.check_whole(more, 30)
        shown = self.evolt("show", "parabola", best["trial"], "--json")
        self.assertEqual(shown["params"], best["params"])
        self.evolt("show", "parabola", "999", code=66)
        rows = list(csv.DictReader(io.StringIO(self.evolt("export", "parabola", "--format", "csv"))))
        self.assertEqual(len(rows), 30)
        self.assertEqual(len(json.loads(self.evolt("export", "parabola", "--format", "json"))["trials"]), 30)

    def test_killed_in_the_middle_then_the_same_command(self):
        process = self.start("run", "study.toml", "--slots", 2, env={"PAUSE": "0.1"})
        self.wait_until(lambda: (self.folder / "parabola/study.db").exists(), "a database")

        def ended():
            done = subprocess.run([EVOLT, "best", "parabola", "--json"], cwd=self.folder, text=True,
                                  capture_output=True)
            if done.returncode != 0:
                return {}
            return json.loads(done.stdout)["trials"]

        self.wait_until(lambda: ended().get("finished", 0) >= 3, "three finished trials")
        before = json.loads(self.evolt("export", "parabola", "--format", "json"))
        time.sleep(1)  # what the socket tells is on disk a group commit later
        self.kill_job(process)
        killed = time.monotonic()
        self.wait_until(lambda: not self.trainers(), "no trainer left")
        self.assertLess(time.monotonic() - killed, 10, "trainers outlived their study")
        report = self.evolt("run", "study.toml", "--slots", 2, "--json", env={"PAUSE": "0.005"})
        self.check_whole(report)
        after = {t["trial"]: t for t in json.loads(self.evolt("export", "parabola", "--format", "json"))["trials"]}
        kept = 0
        for trial in before["trials"]:
            self.assertEqual(after[trial["trial"]]["params"], trial["params"])
            if trial["state"] == "finished":
                self.assertEqual(after[trial["trial"]]["metrics"], trial["metrics"])
                kept += 1
        self.assertGreaterEqual(kept, 3)
        self.assertEqual(sorted(after), list(range(1, 25)))

    def test_killed_again_and_again(self):
        for pause in (0.3, 0.7, 0.2, 1.0, 0.5):
            process = self.start("run", "study.toml", "--slots", 2, env={"PAUSE": "0.05"})
            time.sleep(pause)  # any moment will do
            self.kill_job(process)
        report = self.evolt("run", "study.toml", "--slots", 2, "--json", env={"PAUSE": "0.005"})
        self.check_whole(report)
        database = sqlite3.connect(self.folder / "parabola/study.db")
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))
        database.close()

    def test_any_number_of_slots(self):
        for slots in (1, 3, 4, 8):
            with self.subTest(slots=slots):
                report = self.evolt("run", "study.toml", "--dir", "slots%d" % slots, "--slots", slots, "--json",
                                    env={"PAUSE": "0"})
                self.check_whole(report)

    def test_a_used_time_budget_is_a_study_that_ended(self):
        limited = ("run", "study.toml", "--slots", 1, "--json", "--set", "budget.seconds=1.5",
                   "--set", "budget.trials=5000")
        report = self.evolt(*limited, env={"PAUSE": "0.05"})
        self.assertLess(report["trials"]["total"], 5000)
        self.assertIn("budget.seconds", self.stderr)
        again = self.evolt(*limited, env={"PAUSE": "0.05"})
        self.assertEqual(again["trials"]["finished"], report["trials"]["finished"])
        more = self.evolt("run", "study.toml", "--slots", 1, "--json", "--set", "budget.seconds=600",
                          "--set", "budget.trials=%d" % (report["trials"]["total"] + 2), env={"PAUSE": "0"})
        self.check_whole(more, report["trials"]["total"] + 2)

    def test_start_points_are_proposed_once_however_often_it_starts(self):
        self.study(STUDY + "[[start]]\nvalues = { x = 0.25, y = 0.5 }\n[[start]]\nvalues = { x = 0.5, y = 0.5 }\n"
                           "[[start]]\nvalues = { x = 0.75, y = 0.5 }\n")
        for budget in (2, 3, 12):
            self.evolt("run", "study.toml", "--slots", 1, "--set", "budget.trials=%d" % budget, env={"PAUSE": "0"})
        trials = json.loads(self.evolt("export", "parabola", "--format", "json"))["trials"]
        found = [t["params"]["x"] for t in trials if t["lineage"]["propagator"] == "start"]
        self.assertEqual(sorted(found), [0.25, 0.5, 0.75])
        self.assertEqual({t["lineage"]["propagator"] for t in trials[:3]}, {"start"})

    def test_numbers_without_a_step_belong_to_the_last_one(self):
        (self.folder / "train.py").write_text(TRAINER + "print(json.dumps({'size': 3}), flush=True)\n")
        report = self.evolt("run", "study.toml", "--json", "--set", "stopper.kind=none", env={"PAUSE": "0"})
        self.assertEqual(report["epochs"]["spent"], report["epochs"]["full"])
        self.assertEqual(report["best"]["metrics"]["size"], 3)

    def test_a_result_told_once_is_a_whole_training(self):
        (self.folder / "train.py").write_text(
            "import sys\nvalues = dict(a[2:].split('=', 1) for a in sys.argv[1:])\n"
            "print('{\"loss\":' + str(float(values['x']) ** 2) + '}')\n")
        report = self.evolt("run", "study.toml", "--json")
        self.assertEqual(report["epochs"]["spent"], report["epochs"]["full"])
        self.assertEqual(report["epochs"]["saved_fraction"], 0)

    def test_a_directory_that_cannot_be_made_or_written(self):
        self.evolt("run", "study.toml", "--dir", "/proc/nowhere/study", code=74)
        self.assertIn("/proc/nowhere", self.stderr)
        self.evolt("run", "study.toml", "--slots", 0, code=64)
        self.assertNotIn("18446744073709551615", self.stderr)

    def test_names_are_checked_where_they_stand(self):
        self.study(STUDY + '[search]\npropagator = "evolutoin"\n')
        self.evolt("run", "study.toml", code=65)
        self.assertIn("study.toml:21:14", self.stderr)
        self.assertIn('did you mean "evolution"', self.stderr)
        self.study(STUDY.replace('steps = 5', 'steps = 5\nmode = "inproc"').replace("command =", "# command ="))
        self.evolt("run", "study.toml", code=65)
        self.assertIn("trial.mode", self.stderr)

    def test_a_study_starts_from_what_another_found(self):
        self.evolt("run", "study.toml", env={"PAUSE": "0"})
        best = self.evolt("best", "parabola", "--json")["best"]
        warm = ("run", "study.toml", "--json", "--set", "study.name=second", "--set", "stopper.kind=none")
        report = self.evolt(*warm, "--set", 'search.warm_start=["parabola"]', env={"PAUSE": "0"})
        self.check_whole(report)
        trials = json.loads(self.evolt("export", "second", "--format", "json"))["trials"]
        transferred = [t for t in trials if t["lineage"]["propagator"] == "transfer"]
        self.assertIn(best["params"], [t["params"] for t in transferred])
        self.assertLessEqual(report["best"]["score"], best["score"] + 1e-9)
        self.assertIn("transfer", self.evolt("show", "second"))
        self.evolt(*warm, "--set", 'search.warm_start=["nowhere"]', "--dir", "third", code=65)
        self.assertIn("nowhere", self.stderr)

    def test_noisy_leaders_are_evaluated_again_also_after_a_resume(self):
        (self.folder / "train.py").write_text(
            "import random, sys\nvalues = dict(a[2:].split('=', 1) for a in sys.argv[1:])\n"
            "print('{\"loss\":%r}' % (float(values['x']) ** 2 + random.gauss(0, 0.1)))\n")
        for budget in (30, 60):
            report = self.evolt("run", "study.toml", "--json", "--set", "search.noise=true",
                                "--set", "stopper.kind=none", "--set", "budget.trials=%d" % budget)
            self.check_whole(report, budget)
        self.assertEqual(report["trials"]["repeats"], 0)
        trials = json.loads(self.evolt("export", "parabola", "--format", "json"))["trials"]
        again = [t for t in trials if t["lineage"]["propagator"] == "replicate"]
        self.assertGreater(len(again), 5)
        params = {t["trial"]: t["params"] for t in trials}
        for trial in again:
            self.assertEqual(trial["params"], params[trial["lineage"]["parents"][0]["trial"]])
        best = report["best"]
        results = [t["score"] for t in trials if t["params"] == best["params"]]
        self.assertEqual(best["evaluations"], len(results))
        self.assertAlmostEqual(best["score"], sum(results) / len(results), places=9)

    def test_interrupted_politely(self):
        process = self.start("run", "study.toml", "--slots", 2, "--json", env={"PAUSE": "0.2"})
        self.wait_until(self.trainers, "a trainer")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3, err)
        self.assertIn("same command", err)
        self.assertEqual(self.trainers(), [])
        report = self.evolt("run", "study.toml", "--json", env={"PAUSE": "0.005"})
        self.check_whole(report)

    def test_read_while_it_runs(self):
        process = self.start("run", "study.toml", "--slots", 2, env={"PAUSE": "0.1"})
        self.wait_until(lambda: subprocess.run([EVOLT, "show", "parabola", "1"], cwd=self.folder,
                                               capture_output=True).returncode == 0, "trial 1")
        self.assertIn("trials", self.evolt("best", "parabola", "--json"))
        self.assertIn("state", self.evolt("export", "parabola").splitlines()[0])
        # A second run of the same study is refused, and harms nothing.
        self.evolt("run", "study.toml", code=73)
        self.assertIn(str(process.pid), self.stderr)
        # On another host there is no socket: the snapshot answers.
        self.wait_until(lambda: (self.folder / "parabola/snapshot.db").exists(), "a snapshot")
        socket = self.folder / "parabola/evolt.sock"
        socket.rename(self.folder / "socket")
        self.assertIn("trials", self.evolt("best", "parabola", "--json"))
        self.assertIn("as of", self.stderr)
        (self.folder / "socket").rename(socket)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3)

    def test_database_elsewhere(self):
        local = self.folder / "node"
        arguments = ("run", "study.toml", "--slots", 2, "--db-dir", local, "--json")
        process = self.start(*arguments, env={"PAUSE": "0.1"})
        self.wait_until(lambda: "1" in subprocess.run(
            [EVOLT, "show", "parabola", "1"], cwd=self.folder, capture_output=True, text=True).stdout, "trial 1")
        self.assertTrue((self.folder / "parabola/mirror.db").exists())
        self.assertFalse((self.folder / "parabola/study.db").exists())
        process.kill()
        process.communicate(timeout=PATIENCE)
        # The mirror is of the first moment; the database knows more.
        self.evolt("best", "parabola")
        self.assertIn("as of", self.stderr)
        process = self.start(*arguments, env={"PAUSE": "0.1"})
        self.wait_until(self.trainers, "a trainer")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3, err)
        self.assertIn("resumed parabola", err)
        self.assertEqual(list(local.glob("*/study.db")), [])
        known = self.evolt("best", "parabola", "--json")["trials"]
        self.assertNotIn("as of", self.stderr)
        # On another node there is the mirror alone.
        report = self.evolt("run", "study.toml", "--db-dir", self.folder / "other", "--json",
                            env={"PAUSE": "0.005"})
        self.check_whole(report)
        self.assertIn(f"{known['finished']} results intact", self.stderr)

    def test_refused_changes(self):
        self.evolt("run", "study.toml", "--set", "budget.trials=4", env={"PAUSE": "0"})
        self.evolt("run", "study.toml", "--set", "param.x.high=2", code=65)
        self.assertIn("x", self.stderr)
        self.study(STUDY.replace('minimize = "loss"', 'maximize = "loss"'), "other.toml")
        self.evolt("run", "other.toml", code=65)
        self.assertIn("objective", self.stderr)
        report = self.evolt("run", "study.toml", "--set", "islands.count=3", "--json", env={"PAUSE": "0"})
        self.check_whole(report)

    def test_crashes_are_outcomes(self):
        (self.folder / "train.py").write_text(TRAINER.replace("print(", "if x > 0.6: sys.exit('no ' * 3)\n    print("))
        report = self.evolt("run", "study.toml", "--json", env={"PAUSE": "0"})
        self.check_whole(report)
        self.assertGreater(report["trials"]["failed"], 0)
        failed = [t for t in json.loads(self.evolt("export", "parabola", "--format", "json"))["trials"]
                  if t["state"] == "failed"]
        self.assertIn("no no no", self.evolt("show", "parabola", failed[0]["trial"]))

    def test_nan_is_an_outcome(self):
        (self.folder / "train.py").write_text(TRAINER.replace("(x - 0.3) ** 2 +", "(x if x < 0.5 else float('nan')) +"))
        report = self.evolt("run", "study.toml", "--json", env={"PAUSE": "0"})
        self.check_whole(report)
        self.assertTrue(math.isfinite(report["best"]["score"]))
        self.assertLess(report["best"]["params"]["x"], 0.5)

    def test_a_broken_command_is_said_at_once(self):
        (self.folder / "train.py").write_text("import torchvisionary\n")
        self.evolt("run", "study.toml", "--slots", 1, code=4)
        self.assertIn("torchvisionary", self.stderr)
        self.study(STUDY.replace("/usr/bin/python3", "/usr/bin/pyhton3"))
        self.evolt("run", "study.toml", "--dir", "other", code=65)
        self.assertIn("pyhton3", self.stderr)

    def test_trials_share_the_cores(self):
        (self.folder / "train.py").write_text(
            "import os, json\nprint(json.dumps({'step': 1, 'loss': 1, 'threads': int(os.environ['OMP_NUM_THREADS']),"
            " 'launcher': int(any(k.startswith(('PMI', 'HYDRA')) for k in os.environ))}))\n")
        report = self.evolt("run", "study.toml", "--set", "budget.trials=2", "--set", "trial.cores=2", "--json")
        self.assertEqual(report["best"]["metrics"]["threads"], 2)
        self.assertEqual(report["best"]["metrics"]["launcher"], 0)

    def test_try_shows_what_was_understood(self):
        text = self.evolt("try", "study.toml", env={"PAUSE": "0"})
        self.assertIn("train.py", text)
        self.assertIn("loss", text)
        tried = self.evolt("try", "study.toml", "--json", env={"PAUSE": "0"})
        self.assertEqual(len(tried["captured"]), 5)
        self.assertFalse((self.folder / "parabola").exists())

    def test_help_and_version(self):
        for command in ("run", "best", "show", "export", "try", "stdio", "version"):
            self.assertIn("Example", self.evolt(command, "--help"))
        self.assertIn("version", self.evolt("version", "--json"))
        self.evolt("rnu", code=64)
        self.evolt("run", "missing.toml", code=65)
        self.evolt("best", "missing", code=66)

    def test_needs_no_mpi_library(self):
        linked = subprocess.run(["ldd", EVOLT], text=True, capture_output=True).stdout
        self.assertNotIn("mpi", linked.lower())


class ServerMode(Journey):
    def test_one_process_takes_many_trials(self):
        (self.folder / "train.py").write_text("""
import json, os, sys
for line in sys.stdin:
    order = json.loads(line)
    if "stop" in order:
        continue
    loss = (order["params"]["x"] - 0.3) ** 2
    for step in range(1, 6):
        print(json.dumps({"step": step, "loss": loss + 1 / step, "pid": os.getpid()}), flush=True)
    print(json.dumps({"done": True, "size": 3}), flush=True)
""")
        self.study(STUDY.replace('steps = 5', 'steps = 5\nmode = "server"').replace(', "{params}"', ''))
        report = self.evolt("run", "study.toml", "--slots", 1, "--json")
        self.assertEqual(report["trials"]["finished"] + report["trials"]["stopped"], 24)
        trials = json.loads(self.evolt("export", "parabola", "--format", "json"))["trials"]
        self.assertEqual(len({t["metrics"]["pid"] for t in trials}), 1)
        self.assertLessEqual(report["epochs"]["spent"], report["epochs"]["full"])
        self.assertEqual({t["metrics"].get("size") for t in trials}, {3})


if __name__ == "__main__":
    main()
