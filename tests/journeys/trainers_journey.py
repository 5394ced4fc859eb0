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
