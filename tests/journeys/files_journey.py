"""The small files of ended trials: packed into files.db, listed and printed from wherever they are."""
import os
import signal
from harness import Journey, main

RESULT_TRAINER = """
import json, os, sys
values = dict(a[2:].split("=", 1) for a in sys.argv[1:])
print("a line of the log")
open("result.json", "w").write(json.dumps({"loss": float(values["x"]) ** 2}))
if float(values["y"]) > 0.5:
    open("large.bin", "wb").write(bytes(100_000))
"""


class Files(Journey):
    def listed(self, trial):
        return self.evolt("show", "parabola", trial, "--files", "--json")["files"]

    def check_each_once(self, trials, *names):
        for trial in range(1, trials + 1):
            found = [f["name"] for f in self.listed(trial)]
            for name in names:
                self.assertEqual(found.count(name), 1, f"{trial}: {found}")
            self.assertIn('"params"', self.evolt("show", "parabola", trial, "--file", names[0]))

    def test_packed_files_are_listed_and_printed(self):
        self.evolt("run", "study.toml", "--slots", 2, "--set", "trial.pack_files=true",
                   "--set", "budget.trials=8")
        self.assertEqual(list((self.folder / "parabola/trials").iterdir()), [])
        self.assertTrue(all(f["packed"] for f in self.listed(3)))
        self.check_each_once(8, "attempt-1/params.json", "attempt-1/log")
        self.assertIn('"loss"', self.evolt("show", "parabola", 3, "--file", "attempt-1/log"))
        self.assertIn("packed  attempt-1/log", self.evolt("show", "parabola", 3, "--files"))
        self.evolt("show", "parabola", 3, "--file", "attempt-1/nothing", code=66)
        self.assertIn("has no file attempt-1/nothing", self.stderr)
        self.evolt("show", "parabola", 99, "--files", code=66)
        self.evolt("show", "parabola", 3, "--file", "../../../study.toml", code=64)
        self.evolt("show", "parabola", "--files", code=64)

    def test_on_a_local_disk_files_stay_unless_it_is_asked_for(self):
        self.evolt("run", "study.toml", "--slots", 2, "--set", "budget.trials=4",
                   "--set", "trial.pack_files=false")
        self.assertFalse((self.folder / "parabola/files.db").exists())
        self.assertFalse(any(f["packed"] for f in self.listed(1)))
        self.check_each_once(4, "attempt-1/params.json", "attempt-1/log")
        # A later start packs what earlier ones left.
        self.evolt("run", "study.toml", "--slots", 2, "--set", "budget.trials=5",
                   "--set", "trial.pack_files=true")
        self.assertTrue(all(f["packed"] for f in self.listed(1)))

    def test_after_kills_every_file_is_there_once(self):
        run = ("run", "study.toml", "--slots", 2, "--set", "trial.pack_files=true",
               "--set", "budget.trials=40")
        database = self.folder / "parabola/files.db"
        trials = self.folder / "parabola/trials"
        seen = 0
        for _ in range(2):
            process = self.start(*run, env={"PAUSE": "0.05"})
            self.wait_until(lambda: database.exists() and database.stat().st_size > seen
                            or process.poll() is not None, "files are packed")
            self.kill_job(process)
            seen = database.stat().st_size
        self.evolt(*run)
        self.check_each_once(40, "attempt-1/params.json")
        # Only trials with lost attempts may still lie there, whose trainers may be alive, and those
        # that were begun and killed before anything of them was recorded.
        left = {folder.name for folder in trials.iterdir()}
        for trial in range(1, 41):
            report = self.evolt("show", "parabola", trial, "--json")
            if report["id"] in left:
                self.assertIn("lost", [attempt["state"] for attempt in report["attempts"]])

    def test_files_can_be_read_while_the_study_runs(self):
        process = self.start("run", "study.toml", "--slots", 2, "--set", "trial.pack_files=true",
                             "--set", "budget.trials=100000")
        database = self.folder / "parabola/files.db"
        self.wait_until(lambda: database.exists() and database.stat().st_size > 0
                        and any(f["packed"] for f in self.listed(1)), "the first trial is packed")
        self.check_each_once(1, "attempt-1/params.json", "attempt-1/log")
        os.kill(process.pid, signal.SIGTERM)
        process.communicate()
        self.assertEqual(process.returncode, 3)

    def test_result_files_and_links_go_and_large_files_stay(self):
        (self.folder / "train.py").write_text(RESULT_TRAINER)
        self.evolt("run", "study.toml", "--slots", 2, "--set", "trial.pack_files=true",
                   "--set", "budget.trials=8", "--set", 'trial.capture={file="result.json"}')
        kinds = set()
        for trial in range(1, 9):
            files = {f["name"]: f["packed"] for f in self.listed(trial)}
            self.assertTrue(files["attempt-1/work/result.json"])
            large = files.get("attempt-1/work/large.bin")
            self.assertIn(large, (None, False))
            kinds.add(large)
            id = self.evolt("show", "parabola", trial, "--json")["id"]
            self.assertEqual((self.folder / "parabola/trials" / id).exists(), large is False)
        self.assertEqual(len(kinds), 2)

    def test_a_damaged_file_is_named_and_the_study_goes_on(self):
        (self.folder / "parabola").mkdir()
        (self.folder / "parabola/files.db").write_bytes(b"?" * 8192)
        self.evolt("run", "study.toml", "--slots", 2, "--set", "trial.pack_files=true",
                   "--set", "budget.trials=6")
        self.assertEqual(self.stderr.count("warning: the small files of trials stay as they are"), 1)
        self.assertIn("files.db", self.stderr)
        self.assertEqual(len(list((self.folder / "parabola/trials").iterdir())), 6)
        self.evolt("show", "parabola", 1, "--files", code=74)
        self.assertIn("files.db", self.stderr)
        # What is on disk can be printed all the same.
        self.assertIn('"params"', self.evolt("show", "parabola", 1, "--file",
                                             "attempt-1/params.json"))


if __name__ == "__main__":
    main()
