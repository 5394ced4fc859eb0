"""`evolt slurm`: the script it writes, run by bash with stand-ins for srun and scontrol."""
from harness import *

# Runs what comes after its own options, for at most $LIMIT seconds; then Slurm's TERM.
SRUN = """#!/bin/bash
echo "$@" >> srun.log
while [[ $1 == --* ]]; do shift; done
if [ -s codes ]; then
  code=$(head -n 1 codes); sed -i 1d codes; exit "$code"
fi
if [ -n "$LIMIT" ]; then
  "$@" & pid=$!
  (sleep "$LIMIT"; kill -TERM $pid) 2>/dev/null & guard=$!
  wait $pid; code=$?
  kill $guard 2>/dev/null
  exit $code
fi
exec "$@"
"""
SCONTROL = """#!/bin/bash
echo "$@" >> scontrol.log
"""


class Slurm(Journey):
    def setUp(self):
        super().setUp()
        tools = self.folder / "tools"
        tools.mkdir()
        for name, text in (("srun", SRUN), ("scontrol", SCONTROL)):
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        self.path = f"{tools}:{os.environ['PATH']}"

    def write(self, *more):
        return self.evolt("slurm", "study.toml", "--ranks", 1, "--time", "1:00:00", *more)

    def job(self, code=0, **env):
        done = subprocess.run(["/bin/bash", "job.sh"], cwd=self.folder, text=True, capture_output=True,
                              timeout=PATIENCE * 3,
                              env={**os.environ, "PATH": self.path, "SLURM_JOB_ID": "88121", **env})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def log(self, name):
        path = self.folder / (name + ".log")
        return path.read_text().splitlines() if path.exists() else []

    def codes(self, *codes):
        (self.folder / "codes").write_text("".join(f"{code}\n" for code in codes))

    def test_a_study_goes_on_over_several_jobs(self):
        self.write("-o", "job.sh", "--set", "trial.limits.grace=2")
        jobs = 0
        while not self.log("scontrol") or jobs < len(self.log("scontrol")) + 1:
            self.assertLess(jobs, 60)
            told = self.job(LIMIT="2", PAUSE="0.06")
            jobs += 1
            if "the study is complete" in told:
                break
            self.assertIn("goes back into the queue", told)
            self.assertEqual(self.log("scontrol")[-1], "requeue 88121")
        self.assertGreater(jobs, 1)
        self.assertEqual(len(self.log("scontrol")), jobs - 1)
        self.assertEqual(self.evolt("best", "parabola", "--json")["trials"]["total"], 24)
        self.assertIn("complete", self.job())  # once more: nothing is left to do
        self.assertEqual(self.evolt("best", "parabola", "--json")["trials"]["total"], 24)

    def test_nothing_is_begun_when_the_job_is_about_to_end(self):
        self.write("-o", "job.sh")
        ends = time.time() + 60  # within the warning of two minutes
        began = {"SLURM_JOB_START_TIME": str(int(ends - 3600))}
        told = self.job(SLURM_JOB_END_TIME=str(int(ends)), **began)
        self.assertIn("the time limit is near", told)
        self.assertIn("goes back into the queue", told)
        # An older Slurm is asked.
        squeue = self.folder / "tools/squeue"
        squeue.write_text("#!/bin/bash\necho \"$@\" >> squeue.log\n"
                          "date -d @%d +%%Y-%%m-%%dT%%H:%%M:%%S\n" % ends)
        squeue.chmod(0o755)
        self.assertIn("the time limit is near", self.job(SLURM_JOB_END_TIME="", **began))
        self.assertEqual(self.log("squeue"), ["-h -j 88121 -o %e"])
        self.assertEqual(len(self.log("scontrol")), 2)
        self.assertEqual(self.evolt("best", "parabola", "--json")["trials"]["total"], 0)

    def test_what_needs_a_person_ends_the_job(self):
        self.write("-o", "job.sh")
        for code in (4, 65, 74):
            self.codes(code)
            self.job(code=code)
        self.assertEqual(self.log("scontrol"), [])
        self.assertEqual(len(self.log("srun")), 3)

    def test_quick_ends_are_not_repeated_for_ever(self):
        self.write("-o", "job.sh")
        self.codes(137, 75, 0)
        self.assertIn("two runs in a row", self.job(code=75))
        self.codes(139, 0)
        self.assertIn("complete", self.job())

    def test_the_script_says_what_it_runs(self):
        script = self.write("--nodes", 1, "--set", "study.seed=7", "--sbatch=--partition=gpu",
                            "--gpus-per-node", 4)
        self.assertIn("#SBATCH --partition=gpu\n", script)
        self.assertIn("#SBATCH --gpus-per-node=4\n", script)
        self.assertIn(f"run {self.folder.resolve()}/study.toml --slots 1 --warning 120s --set study.seed=7\n", script)
        self.assertIn(" --slots 1 --warning 120s --dir d --db-dir /tmp\n", self.write("--dir", "d", "--db-dir", "/tmp"))
        told = self.write("--json")
        self.assertEqual(told["file"], "")
        self.assertTrue(told["script"].startswith("#!/bin/bash\n"))

    def test_mistakes_are_found_before_the_queue(self):
        self.evolt("slurm", "study.toml", "--time", "soon", code=64)
        self.assertIn("no time limit of Slurm", self.stderr)
        self.evolt("slurm", "study.toml", "--time", "1:30", code=64)
        self.assertIn("not longer than the warning", self.stderr)
        self.evolt("slurm", "study.toml", code=64)
        self.assertIn("--time", self.stderr)
        self.evolt("slurm", "nowhere.toml", "--time", "60", code=65)
        self.study(STUDY.replace("low = -1", "low = 2"), "bad.toml")
        self.evolt("slurm", "bad.toml", "--time", "60", code=65)
        self.evolt("slurm", "study.toml", "--time", "60", "-o", "no/such/folder/job.sh", code=74)
        self.assertIn("cannot write", self.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
