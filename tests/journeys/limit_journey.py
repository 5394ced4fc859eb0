"""Runs with a time limit: what is drained goes on in the next, what would not end is not begun."""
import shutil

from harness import *


class LimitJourney(Journey):
    def borrow_checkpoints(self, trials):
        """Thirty steps of 0.2 s, saved one by one: six seconds at least."""
        shutil.copytree(ROOT / "tests/journeys/trainers/checkpoint", self.folder, dirs_exist_ok=True)
        study = (self.folder / "study.toml").read_text()
        study = study.replace('"{params}"]', '"--pause=0.2", "{params}"]')
        study = study.replace("trials = 2", "trials = %d" % trials)
        self.study(study.replace("attempts = 5", "grace = 2, attempts = 5"))

    def jobs(self, *launcher):
        """The same command until it is complete; exit codes, and the last report."""
        codes, limit, before = [], 2.5, -1
        while not codes or codes[-1] == 3:
            self.assertLess(len(codes), 60)
            done = subprocess.run([*launcher, EVOLT, "run", "study.toml", "--dir", "out", "--slots", "1",
                                   "--json", "--time-limit", "%gs" % limit], cwd=self.folder, text=True,
                                  capture_output=True, timeout=PATIENCE * 3)
            codes.append(done.returncode)
            self.assertIn(done.returncode, (0, 3), done.stdout + done.stderr)
            if done.returncode == 3:
                self.assertIn("the same command goes on", done.stderr)
            report = json.loads(done.stdout)
            if report["epochs"]["spent"] == before:
                limit *= 2  # this machine does not get through the start-up
            before = report["epochs"]["spent"]
        return codes, report

    def check_continued(self, report, trials):
        self.assertEqual(report["trials"]["finished"], trials)
        seconds = startup = 0
        for number in range(1, trials + 1):
            shown = self.evolt("show", "out", number, "--json")
            attempts = shown["attempts"]
            self.assertGreaterEqual(len(attempts), 2)
            self.assertEqual([a["state"] for a in attempts], ["lost"] * (len(attempts) - 1) + ["ended"])
            # A stop after the last step leaves the last attempt nothing to do.
            self.assertIn(shown["metrics"]["starts"], (len(attempts) - 1, len(attempts)))
            # All steps, in order, none but the one under way at a stop twice.
            steps = [point["step"] for point in shown["curve"]]
            self.assertEqual(sorted(set(steps)), list(range(1, 31)))
            self.assertEqual(steps, sorted(steps))
            self.assertLess(len(steps), 30 + len(attempts))
            self.assertGreaterEqual(shown["usage"]["seconds"], 5.8)
            self.assertAlmostEqual(shown["usage"]["seconds"], sum(a["usage"]["seconds"] for a in attempts), 6)
            self.assertGreater(shown["usage"]["cpu_seconds"], 0)
            self.assertGreater(shown["usage"]["startup_seconds"], 0)
            self.assertLess(shown["usage"]["startup_seconds"], shown["usage"]["seconds"])
            seconds += shown["usage"]["seconds"]
            startup += shown["usage"]["startup_seconds"]
        self.assertAlmostEqual(report["usage"]["seconds"], seconds, 6)
        self.assertAlmostEqual(report["usage"]["startup_seconds"], startup, 6)
        self.assertEqual(report["usage"]["attempts"],
                         trials + report["trials"]["lost_attempts"])

    def test_a_trial_longer_than_the_limit_goes_on_over_several_jobs(self):
        self.borrow_checkpoints(1)
        codes, report = self.jobs()
        self.assertGreaterEqual(len(codes), 2)
        self.assertEqual(codes, [3] * (len(codes) - 1) + [0])
        self.check_continued(report, 1)

    @unittest.skipUnless(shutil.which(MPIEXEC), "no MPI")
    def test_so_do_trials_on_several_ranks(self):
        self.borrow_checkpoints(2)
        codes, report = self.jobs(MPIEXEC, "-n", "2")
        self.assertEqual(codes, [3] * (len(codes) - 1) + [0])
        self.check_continued(report, 2)

    def test_what_would_not_end_is_not_begun(self):
        slow = {"PAUSE": "0.4"}
        self.study(STUDY.replace("count = 2", "count = 1"))
        quiet = ("--slots", 1, "--set", "stopper.kind=none")
        self.evolt("run", "study.toml", *quiet, "--set", "budget.trials=1", env=slow)
        took = self.evolt("show", "parabola", 1, "--json")["usage"]["seconds"]
        # A tenth is the warning, so there is time for one and a half.
        report = self.evolt("run", "study.toml", *quiet, "--set", "budget.trials=9", "--json",
                            "--time-limit", "%.2fs" % (1.5 / 0.9 * took), env=slow, code=3)
        self.assertEqual(report["trials"]["total"], 2)
        if report["trials"]["lost_attempts"] == 0:  # a machine may become slower meanwhile
            self.assertIn("would not end before the time limit", self.stderr)
        # Where none can end, the same command would not help: a person is needed.
        self.evolt("run", "study.toml", *quiet, "--set", "budget.trials=9", "--time-limit", "1s",
                   env=slow, code=4)
        self.assertIn("no trial ends before the time limit", self.stderr)
        self.assertIn("trial.checkpoint", self.stderr)
        best = self.evolt("best", "parabola", "--json")
        self.assertEqual(best["trials"]["total"], 2)
        self.assertEqual(best["usage"]["attempts"], 2)

    @unittest.skipUnless(shutil.which(MPIEXEC), "no MPI")
    def test_ranks_that_can_begin_nothing_end_the_run_together(self):
        slow = {"PAUSE": "0.4"}
        self.evolt("run", "study.toml", "--slots", 1, "--set", "stopper.kind=none", "--set",
                   "budget.trials=2", env=slow)
        began = time.monotonic()
        self.evolt("run", "study.toml", "--slots", 1, "--time-limit", "1000s", "--warning", "999s",
                   env=slow, code=4, launcher=(MPIEXEC, "-n", "3"))
        self.assertLess(time.monotonic() - began, 900)
        self.assertIn("no trial ends before the time limit", self.stderr)

    def test_mistakes_in_the_limit(self):
        for options in (("--time-limit", "soon"), ("--time-limit", "-5"), ("--warning", "0s"),
                        ("--time-limit", "20s", "--warning", "20s")):
            self.evolt("run", "study.toml", *options, code=64)
        self.assertIn("not longer than the --warning", self.stderr)


if __name__ == "__main__":
    main()
