"""`mpirun -n R evolt run`: islands that exchange individuals, killed and resumed, quiet when idle."""
from harness import *


class MpiJourney(Journey):
    def mpi(self, ranks):
        return (MPIEXEC, "-n", str(ranks))

    def check_whole(self, report, trials=24):
        counts = report["trials"]
        self.assertEqual(counts["total"], trials)
        self.assertEqual(counts["finished"] + counts["stopped"] + counts["failed"], trials)

    def test_islands_exchange_individuals(self):
        for ranks in (2, 4):
            with self.subTest(ranks=ranks):
                report = self.evolt("run", "study.toml", "--dir", "np%d" % ranks, "--slots", 1, "--json",
                                    "--set", "stopper.kind=none", env={"PAUSE": "0.01"}, launcher=self.mpi(ranks))
                self.check_whole(report)
                self.assertGreater(report["migrations"], 0)
                trials = json.loads(self.evolt("export", "np%d" % ranks, "--format", "json"))["trials"]
                self.assertEqual(len({t["id"] for t in trials}), 24)
                self.assertEqual({int(t["id"].split(".")[1]) for t in trials}, set(range(ranks)))

    def test_many_slots_on_each_rank(self):
        for ranks, slots in ((2, 3), (2, 8), (3, 4)):
            with self.subTest(ranks=ranks, slots=slots):
                report = self.evolt("run", "study.toml", "--dir", "np%dx%d" % (ranks, slots), "--slots", slots,
                                    "--json", env={"PAUSE": "0"}, launcher=self.mpi(ranks))
                self.check_whole(report)

    def test_opening_samples_are_drawn_once_however_often_it_starts(self):
        for budget in (24, 60):
            self.evolt("run", "study.toml", "--slots", 1, "--set", "budget.trials=%d" % budget,
                       env={"PAUSE": "0"}, launcher=self.mpi(3))
        trials = json.loads(self.evolt("export", "parabola", "--format", "json"))["trials"]
        self.assertEqual([t for t in trials[24:] if t["lineage"]["propagator"] == "sample"], [])

    def test_kinds_of_islands_on_every_rank_and_with_other_islands_after_a_resume(self):
        kinds = """
[[islands.kind]]
propagator = "quasi_random"
[[islands.kind]]
propagator = "differential_evolution"
"""
        self.study(STUDY.replace("[param]", kinds + "[param]"))
        for islands, budget, ranks in ((4, 40, 2), (2, 80, 3)):
            self.check_whole(self.evolt("run", "study.toml", "--slots", 1, "--json", "--set", "stopper.kind=none",
                                        "--set", "islands.count=%d" % islands, "--set", "budget.trials=%d" % budget,
                                        env={"PAUSE": "0"}, launcher=self.mpi(ranks)), budget)
        bred = {"quasi_random": set(), "differential_evolution": set()}
        for trial in json.loads(self.evolt("export", "parabola", "--format", "json"))["trials"]:
            if trial["lineage"]["propagator"] in bred:
                start = int(trial["id"].split(".")[0])
                bred[trial["lineage"]["propagator"]].add((start, trial["island"]))
        # The kinds take turns on the ring.
        self.assertEqual(bred["quasi_random"], {(1, 0), (1, 2), (2, 0)})
        self.assertEqual(bred["differential_evolution"], {(1, 1), (1, 3), (2, 1)})

    def test_more_islands_than_ranks_and_moving_individuals(self):
        report = self.evolt("run", "study.toml", "--slots", 1, "--json", "--set", "islands.count=3",
                            "--set", "islands.mode=migrate", "--set", "islands.topology=full",
                            "--set", "stopper.kind=none", env={"PAUSE": "0"}, launcher=self.mpi(2))
        self.check_whole(report)
        self.assertGreater(report["migrations"], 0)

    def test_killed_then_resumed_with_other_ranks_and_islands(self):
        process = self.start("run", "study.toml", "--slots", 1, env={"PAUSE": "0.1"}, launcher=self.mpi(4))
        self.wait_until(lambda: len(self.trainers()) >= 3, "trainers on several ranks")

        def ended():
            done = subprocess.run([EVOLT, "best", "parabola", "--json"], cwd=self.folder, text=True,
                                  capture_output=True)
            counts = json.loads(done.stdout)["trials"] if done.returncode == 0 else {}
            return counts.get("finished", 0) + counts.get("stopped", 0)

        self.wait_until(lambda: ended() >= 4, "four results")
        before = ended()
        self.kill_job(process)
        killed = time.monotonic()
        self.wait_until(lambda: not self.trainers(), "no trainer left")
        self.assertLess(time.monotonic() - killed, 10)
        report = self.evolt("run", "study.toml", "--slots", 1, "--set", "islands.count=3", "--json",
                            env={"PAUSE": "0.005"}, launcher=self.mpi(3))
        self.check_whole(report)
        self.assertIn("results intact", self.stderr)
        self.assertGreaterEqual(int(self.stderr.split(" results intact")[0].split()[-1]), before)

    def is_rank(self, entry):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            return words[0].decode() == EVOLT and os.readlink(entry / "cwd") == str(self.folder)
        except OSError:
            return False

    def test_a_bad_study_is_said_once(self):
        self.study(STUDY + "\n[stoper]\n")
        done = subprocess.run([*self.mpi(3), EVOLT, "run", "study.toml"], cwd=self.folder, text=True,
                              capture_output=True, timeout=PATIENCE)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stderr.count("stoper"), 1, done.stderr)

    def test_idle_ranks_sleep(self):
        process = self.start("run", "study.toml", "--slots", 1, "--set", "budget.trials=4",
                             env={"PAUSE": "30"}, launcher=self.mpi(4))
        self.wait_until(lambda: len(self.trainers()) >= 4, "four trainers")
        time.sleep(1)  # the start itself costs, and a child may look like its parent until it execs
        ranks = [p for p in Path("/proc").iterdir() if p.name.isdigit() and self.is_rank(p)]
        self.assertEqual(len(ranks), 2 * 4)  # and their supervisors

        def ticks(entry):
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])

        before = [ticks(p) for p in ranks]
        began = time.monotonic()
        time.sleep(5)
        share = [(ticks(p) - b) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - began)
                 for p, b in zip(ranks, before)]
        print("share of a core, waiting:", ["%.3f" % s for s in share], file=sys.stderr)
        self.assertLess(max(share), 0.03)
        self.reap(process)


if __name__ == "__main__":
    main()
