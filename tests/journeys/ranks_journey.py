"""Trials of several ranks: their commands start a real mpirun, inside `mpirun evolt run` and without."""
import shutil

from harness import *

TRAINER_PROGRAM = os.environ.get("EVOLT_MPI_TRAINER", str(ROOT / "build/ci/bin/mpi_trainer"))


@unittest.skipUnless(shutil.which(MPIEXEC) and Path(TRAINER_PROGRAM).exists(), "no MPI")
class RanksJourney(Journey):
    def nested(self, command, ranks=2):
        """A study whose trials have so many ranks."""
        lines = STUDY.replace('command = ["/usr/bin/python3", "train.py", "{params}"]',
                              "command = %s\nranks_per_trial = %d" % (json.dumps(command), ranks))
        self.study(lines.replace("steps = 5", "steps = 3").replace("trials = 24", "trials = 8"))

    def trials(self, directory="parabola"):
        return json.loads(self.evolt("export", directory, "--format", "json"))["trials"]

    def run_study(self, *args, launcher=()):
        return self.evolt("run", "study.toml", "--slots", 1, "--json", "--set", "stopper.kind=none", *args,
                          launcher=launcher)

    def test_a_real_mpirun_inside_mpirun(self):
        self.nested([MPIEXEC, "-n", "2", TRAINER_PROGRAM, "{params}"])
        report = self.run_study(launcher=(MPIEXEC, "-n", "4"))
        self.assertEqual(report["trials"]["finished"], 8)
        trials = self.trials()
        self.assertEqual({t["metrics"]["ranks"] for t in trials}, {2})
        for trial in trials:
            self.assertAlmostEqual(trial["metrics"]["loss"], (trial["params"]["x"] - 0.3) ** 2 + 1 / 3)
        # Ranks 0 and 2 lead; 1 and 3 lend their part of the host, and breed nothing.
        self.assertEqual({t["id"].split(".")[1] for t in trials}, {"0", "2"})
        self.assertEqual({a["rank"] for t in trials for a in t["attempts"]}, {0, 2})

    def test_the_host_file_and_the_host_list_are_what_mpirun_reads(self):
        for option, variable in (("-f", "EVOLT_HOSTFILE"), ("-hosts", "EVOLT_HOSTS")):
            with self.subTest(variable):
                script = 'exec %s %s "$%s" -n "$EVOLT_RANKS" "$@"' % (MPIEXEC, option, variable)
                self.nested(["/bin/sh", "-c", script, "sh", TRAINER_PROGRAM, "{params}"])
                report = self.run_study("--dir", variable, "--set", "budget.trials=2",
                                        launcher=(MPIEXEC, "-n", "2"))
                self.assertEqual(report["trials"]["finished"], 2)
                self.assertEqual({t["metrics"]["ranks"] for t in self.trials(variable)}, {2})

    def test_without_mpirun_the_host_has_all_ranks_of_a_trial(self):
        self.nested(["/bin/sh", "-c", 'exec %s -n "$EVOLT_RANKS" "$@"' % MPIEXEC, "sh", TRAINER_PROGRAM,
                     "{params}"], ranks=3)
        self.assertEqual(self.run_study("--set", "budget.trials=2")["trials"]["finished"], 2)
        self.assertEqual({t["metrics"]["ranks"] for t in self.trials()}, {3})
        tried = self.evolt("try", "study.toml", "--json")
        self.assertEqual(tried["outcome"]["ending"] if "outcome" in tried else tried["ending"], "finished")

    def test_what_a_trial_of_several_ranks_sees(self):
        (self.folder / "look.py").write_text("""
import json, os
names = ("PMI_", "PMI2_", "PMIX_", "MPI_LOCAL", "HYDRA_", "HYDI_", "MPIR_", "OMPI_", "PALS_")
left = [name for name in os.environ if name.startswith(names)]
lines = open(os.environ["EVOLT_HOSTFILE"]).read().split()
seen = {"left": left, "lines": lines, "hosts": os.environ["EVOLT_HOSTS"], "ranks": os.environ["EVOLT_RANKS"],
        "gpus": os.environ["CUDA_VISIBLE_DEVICES"], "fds": sorted(map(int, os.listdir("/proc/self/fd")))}
json.dump(seen, open("seen-%s.json" % json.load(open(os.environ["EVOLT_PARAMS"]))["trial"], "w"))
print(json.dumps({"step": 3, "loss": 1}))
""")
        self.nested(["/usr/bin/python3", "look.py"])
        done = subprocess.run([MPIEXEC, "-n", "4", EVOLT, "run", "study.toml", "--set", "trial.gpus=1",
                               "--slots", "1"], cwd=self.folder, capture_output=True, text=True,
                              timeout=PATIENCE, env={**os.environ, "CUDA_VISIBLE_DEVICES": "0,1,2,3"})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        gpus = {}
        for path in self.folder.glob("seen-*.json"):
            seen = json.loads(path.read_text())
            self.assertEqual(seen["left"], [])
            self.assertEqual(seen["ranks"], "2")
            self.assertEqual(len(seen["lines"]), 2)
            self.assertEqual(len(set(seen["lines"])), 1)
            self.assertEqual(seen["hosts"], seen["lines"][0] + ":2")
            self.assertEqual(len(seen["fds"]), 5)  # 0, 1, 2, reports, and the listing itself
            gpus[path.name.split(".")[1]] = seen["gpus"]
        # The GPUs of the host are divided among its ranks; a trial has those of its own.
        self.assertEqual(gpus, {"0": "0,1", "2": "2,3"})

    def test_islands_are_those_of_the_leaders_and_a_resume_may_have_other_ranks(self):
        self.nested(["/usr/bin/python3", "train.py", "{params}"])
        for ranks, budget in ((4, 16), (2, 24), (6, 32)):
            report = self.run_study("--set", "budget.trials=%d" % budget, "--set", "islands.count=4", "--set",
                                    "trial.steps=5", launcher=(MPIEXEC, "-n", str(ranks)))
            self.assertEqual(report["trials"]["finished"], budget)
        self.assertEqual({t["island"] for t in self.trials()}, {0, 1, 2, 3})

    def test_ranks_that_cannot_be_divided(self):
        self.nested([MPIEXEC, "-n", "2", TRAINER_PROGRAM, "{params}"])
        done = subprocess.run([MPIEXEC, "-n", "3", EVOLT, "run", "study.toml"], cwd=self.folder, text=True,
                              capture_output=True, timeout=PATIENCE)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("3 ranks cannot be divided into trials of 2", done.stderr)
        self.assertFalse((self.folder / "parabola/study.db").exists())
        self.evolt("slurm", "study.toml", "--ranks", 3, "--time", "60", code=65)
        self.assertIn("cannot be divided", self.stderr)


if __name__ == "__main__":
    main()
