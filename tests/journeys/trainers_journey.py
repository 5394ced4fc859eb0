"""Trainers that know nothing of evolt, and the demo."""
import shutil

from harness import *


class TrainersJourney(Journey):
    def borrow(self, name):
        shutil.copytree(ROOT / "tests/journeys/trainers" / name, self.folder, dirs_exist_ok=True)

    def run_borrowed(self, name, *args):
        self.borrow(name)
        return self.evolt("run", "study.toml", "--dir", "out", "--json", *args)

    def test_an_unchanged_script_read_by_regex(self):
        report = self.run_borrowed("regex")
        self.assertEqual(report["trials"]["failed"], 0)
        self.assertGreater(report["epochs"]["spent"], report["trials"]["total"])

    def test_a_json_result_file(self):
        report = self.run_borrowed("json_file")
        self.assertEqual(report["trials"]["finished"], report["trials"]["total"])

    def test_a_csv_result_file(self):
        report = self.run_borrowed("csv_file")
        self.assertEqual(report["trials"]["finished"], report["trials"]["total"])

    def test_a_checkpoint_is_continued_over_three_attempts(self):
        self.borrow("checkpoint")

        def running_steps():
            done = subprocess.run([EVOLT, "show", "out", "1", "--json"], cwd=self.folder, text=True,
                                  capture_output=True)
            return json.loads(done.stdout) if done.returncode == 0 else {}

        for least in (5, 12):
            process = self.start("run", "study.toml", "--dir", "out", "--slots", 1)
            self.wait_until(lambda: any((m.get("step") or 0) >= least for m in running_steps().get("curve", [])),
                            "step %d of trial 1" % least)
            self.kill_job(process)
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 1, "--json")
        self.assertEqual(report["trials"]["finished"], 2)
        shown = self.evolt("show", "out", "1", "--json")
        self.assertEqual(len(shown["attempts"]), 3)
        self.assertEqual(shown["metrics"]["starts"], 3)
        # Nothing but the step that was under way was run twice.
        self.assertLessEqual(report["epochs"]["spent"], report["epochs"]["full"] + 2)


    def test_a_trial_lost_after_its_last_step_keeps_its_result(self):
        (self.folder / "train.py").write_text("""
import json, os, pathlib, sys, time
values = dict(a[2:].split("=", 1) for a in sys.argv[1:])
came, left = os.environ["EVOLT_CHECKPOINT_IN"], pathlib.Path(os.environ["EVOLT_CHECKPOINT_OUT"])
done = int((pathlib.Path(came) / "step").read_text()) if came else 0
for step in range(done + 1, 6):
    (left / "step").write_text(str(step))
    print(json.dumps({"step": step, "loss": float(values["x"]) ** 2 + 1.0 / step}), flush=True)
if not came:
    time.sleep(600)
""")
        self.study(STUDY.replace("steps = 5", "steps = 5\ncheckpoint = true").replace("trials = 24", "trials = 1")
                   + '[stopper]\nkind = "none"\n')

        def reported():
            done = subprocess.run([EVOLT, "show", "parabola", "1", "--json"], cwd=self.folder, text=True,
                                  capture_output=True)
            return len(json.loads(done.stdout).get("curve", [])) if done.returncode == 0 else 0

        process = self.start("run", "study.toml", "--slots", 1)
        self.wait_until(lambda: reported() == 5, "the last step")
        time.sleep(1)  # what the socket tells is on disk a group commit later
        self.kill_job(process)
        report = self.evolt("run", "study.toml", "--slots", 1, "--json")
        self.assertEqual(report["trials"]["finished"], 1)
        self.assertEqual(report["epochs"]["spent"], 5)
        self.assertEqual(report["best"]["metrics"]["loss"], report["best"]["score"])


class Digits(Journey):
    def test_the_demo(self):
        shutil.copytree(ROOT / "examples/digits", self.folder / "digits")
        report = self.evolt("run", "digits/study.toml", "--dir", "out", "--json")
        self.assertEqual(report["trials"]["total"], 40)
        self.assertGreaterEqual(report["best"]["score"], 0.96)
        self.assertGreater(report["trials"]["stopped"], 0)
        self.assertGreater(report["migrations"], 0)
        self.assertGreater(report["epochs"]["saved_fraction"], 0)


if __name__ == "__main__":
    main()
