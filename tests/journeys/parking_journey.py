"""Trials that can go on from a checkpoint are parked, not stopped, and taken up again."""
import shutil

from harness import *


class ParkingJourney(Journey):
    def borrow_checkpoints(self):
        """Twelve trials of thirty quick steps."""
        shutil.copytree(ROOT / "tests/journeys/trainers/checkpoint", self.folder, dirs_exist_ok=True)
        study = (self.folder / "study.toml").read_text()
        study = study.replace('"{params}"]', '"--pause=0.02", "{params}"]')
        study = study.replace("trials = 2", "trials = 12").replace('kind = "none"', 'audit = 0')
        self.study(study)

    def check(self, report, trials=12):
        self.assertEqual(report["trials"]["total"], trials)
        self.assertEqual(report["trials"]["finished"] + report["trials"]["stopped"], trials)
        self.assertEqual(report["trials"]["running"], 0)
        self.assertEqual(report["trials"]["parked"], 0)
        self.assertGreaterEqual(report["trials"]["finished"], 2)
        self.assertGreater(report["epochs"]["saved_fraction"], 0.3)
        self.assertGreater(report["savings"]["epochs"], 0)
        again = 0
        for number in range(1, trials + 1):
            shown = self.evolt("show", "out", number, "--json")
            attempts = shown["attempts"]
            self.assertTrue({a["state"] for a in attempts} <= {"parked", "ended", "lost"}, attempts)
            again += len(attempts) > 1
            steps = [point["step"] for point in shown["curve"]]
            lost = sum(a["state"] == "lost" for a in attempts)
            # A process that ends between saving and printing takes the step's report with it.
            self.assertLessEqual(len(set(range(1, max(steps) + 1)) - set(steps)), len(attempts) - 1)
            self.assertLessEqual(len(steps), max(steps) + len(attempts) + lost)
            if shown["state"] == "stopped":
                self.assertRegex(shown["why"], "number .* at step .*; ")
                self.assertEqual(shown["stop"]["step"], max(steps))
            else:
                self.assertEqual(max(steps), 30)
        self.assertGreater(again, 0)

    def test_parked_trials_go_on_where_they_ended(self):
        self.borrow_checkpoints()
        self.check(self.evolt("run", "study.toml", "--dir", "out", "--slots", 2, "--json"))
        text = self.evolt("best", "out")
        self.assertIn("saved", text)

    @unittest.skipUnless(shutil.which(MPIEXEC), "no MPI")
    def test_also_on_several_ranks(self):
        self.borrow_checkpoints()
        self.check(self.evolt("run", "study.toml", "--dir", "out", "--slots", 1, "--json",
                              launcher=[MPIEXEC, "-n", "3"]))

    def test_a_killed_study_goes_on_with_its_parked_trials(self):
        self.borrow_checkpoints()
        run = self.start("run", "study.toml", "--dir", "out", "--slots", 1)
        self.wait_until(lambda: (self.folder / "out/evolt.sock").exists() and
                        self.evolt("best", "out", "--json")["trials"]["parked"] >= 3, "three parked")
        self.kill_job(run)
        before = self.evolt("best", "out", "--json")["trials"]
        self.assertGreaterEqual(before["parked"], 3)
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 1, "--json")
        self.check(report)

    def test_nothing_is_parked_without_checkpoints(self):
        self.borrow_checkpoints()
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 2, "--json",
                            "--set", "trial.checkpoint=false")
        self.assertEqual(report["trials"]["finished"] + report["trials"]["stopped"], 12)
        for number in range(1, 13):
            self.assertEqual(len(self.evolt("show", "out", number, "--json")["attempts"]), 1)


if __name__ == "__main__":
    unittest.main()
