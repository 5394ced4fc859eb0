"""SIGKILL for one process of `mpirun -n R evolt run` at a random moment: a rank other than 0 costs
nothing but its running trials, anything else ends the job promptly and the same command resumes.

EVOLT_KILLS=N: so often each (default 4)."""
import random

from harness import *

KILLS = int(os.environ.get("EVOLT_KILLS", "4"))
RANKS = 4
TRIALS = 80


class KillJourney(Journey):
    def setUp(self):
        super().setUp()
        self.random = random.Random(20)

    def begin(self, *more, launcher=(MPIEXEC, "-n", str(RANKS))):
        return self.start("run", "study.toml", "--slots", 1, "--json", "--set", "budget.trials=%d" % TRIALS,
                          *more, env={"PAUSE": "0.02"}, launcher=launcher)

    def pid_of(self, rank):
        try:
            return int((self.folder / ("parabola/run/rank-%d.pid" % rank)).read_text())
        except (OSError, ValueError):
            return None

    @staticmethod
    def parent_of(pid):
        return int(Path("/proc/%d/stat" % pid).read_text().rsplit(")", 1)[1].split()[1])

    def ended(self):
        """Ids of the trials that a reader is told to have ended."""
        done = subprocess.run([EVOLT, "export", "parabola", "--format", "json"], cwd=self.folder, text=True,
                              capture_output=True)
        trials = json.loads(done.stdout)["trials"] if done.returncode == 0 and done.stdout else []
        return {t["id"] for t in trials if t["state"] != "running"}

    def mid_study(self):
        """Waits until the study runs, and some time more."""
        self.wait_until(lambda: all(self.pid_of(rank) for rank in range(RANKS)), "pid files")
        self.wait_until(lambda: len(self.ended()) >= self.random.randrange(1, TRIALS // 2), "results")
        time.sleep(self.random.uniform(0, 0.2))

    def processes(self):
        """Everything that still runs in this test's folder, launchers and nannies too."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
                if entry.name.isdigit() and state != "Z" and \
                        os.readlink(entry / "cwd").startswith(str(self.folder)):
                    found.append(int(entry.name))
            except (OSError, IndexError):
                continue
        return found

    def check_whole(self, report, known):
        counts = report["trials"]
        self.assertEqual(counts["total"], TRIALS)
        self.assertEqual(counts["finished"] + counts["stopped"], TRIALS)
        trials = json.loads(self.evolt("export", "parabola", "--format", "json"))["trials"]
        self.assertEqual(len({t["id"] for t in trials}), TRIALS)
        self.assertLessEqual(known, {t["id"] for t in trials})

    def fresh(self):
        subprocess.run(["rm", "-rf", str(self.folder / "parabola")], check=True)

    def test_survivors_of_a_killed_rank_finish_the_budget(self):
        self.kill_ranks((MPIEXEC, "-n", str(RANKS)))

    def test_survivors_go_on_under_slurm(self):
        srun = ("srun", "--mpi=pmi2", "--kill-on-bad-exit=0", "-n")
        try:
            works = subprocess.run([*srun, "1", "true"], capture_output=True, timeout=10).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            works = False
        if not works:
            self.skipTest("no Slurm runs here")
        self.kill_ranks((*srun, str(RANKS)))
        self.fresh()
        process = self.begin(launcher=(*srun, str(RANKS)))
        self.mid_study()
        known = self.ended()
        os.kill(self.pid_of(0), signal.SIGKILL)
        process.communicate(timeout=15)
        self.wait_until(lambda: not self.processes(), "all gone")
        out, err = self.begin(launcher=(*srun, str(RANKS))).communicate(timeout=PATIENCE)
        self.check_whole(json.loads(out), known)

    def kill_ranks(self, launcher):
        for turn in range(KILLS):
            islands = self.random.choice((1, 2, 4))
            with self.subTest(turn=turn, islands=islands):
                self.fresh()
                process = self.begin("--set", "islands.count=%d" % islands, launcher=launcher)
                self.mid_study()
                known = self.ended()
                rank = self.random.randrange(1, RANKS)
                os.kill(self.pid_of(rank), signal.SIGKILL)
                out, err = process.communicate(timeout=PATIENCE)
                self.assertEqual(process.returncode, 0, err)
                self.assertIn("rank %d is lost" % rank, err)
                self.check_whole(json.loads(out), known)
                self.assertEqual(self.processes(), [])
                self.assertFalse((self.folder / "parabola/run/rank-0.pid").exists())

    def test_two_ranks_one_after_the_other(self):
        process = self.begin()
        self.mid_study()
        os.kill(self.pid_of(3), signal.SIGKILL)
        time.sleep(0.3)
        os.kill(self.pid_of(1), signal.SIGKILL)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0, err)
        self.check_whole(json.loads(out), set())

    def test_all_else_ends_the_job_and_the_same_command_resumes(self):
        def victims():
            launcher = {"rank 0": self.pid_of(0), "mpiexec": process.pid}
            for rank in range(RANKS):
                launcher["supervisor of rank %d" % rank] = self.parent_of(self.pid_of(rank))
            return launcher

        for turn in range(KILLS):
            self.fresh()
            process = self.begin()
            self.mid_study()
            known = self.ended()
            name, pid = self.random.choice(sorted(victims().items()))
            with self.subTest(turn=turn, victim=name):
                os.kill(pid, signal.SIGKILL)
                killed = time.monotonic()
                self.wait_until(lambda: not self.processes(), "all gone after SIGKILL of " + name)
                self.assertLess(time.monotonic() - killed, 15)
                process.communicate(timeout=PATIENCE)
                process = self.begin()
                out, err = process.communicate(timeout=PATIENCE)
                self.assertEqual(process.returncode, 0, err)
                self.check_whole(json.loads(out), known)


if __name__ == "__main__":
    main()
