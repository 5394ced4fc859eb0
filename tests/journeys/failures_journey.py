"""What breaks other programs of this kind: docs/robustness.md has the list. Here: failures on one of
several ranks, damaged files, resuming, and every kind of propagator on islands of other ranks."""
import threading

from harness import *

FAILING = os.environ.get("EVOLT_FAILING_OBJECTIVE", str(ROOT / "build/ci/bin/failing_objective"))

# A host without its driver: the trainer fails before it says a word, from the moment at which
# DIR/gone exists, on the nodes that BROKEN names.
BROKEN_NODE = """
import os, sys
if os.environ["NODE"] in os.environ["BROKEN"].split(",") and os.path.exists("gone"):
    sys.exit("libcuda.so.1: cannot open shared object file")
"""

# The id of a trial says on which rank it was bred, and its number there. The first one works: a rank
# whose first trials all die without a report ends the run, because its host is broken.
ON_RANK_ONE = """
import json, os, sys
start, rank, counter = json.load(open(os.environ["EVOLT_PARAMS"]))["trial"].split(".")
if rank == "1" and int(counter) > 1:
    %s
"""

NUMBERS = STUDY.split("[param]")[0] + "[param]\n" + "\n".join(
    'x%d = { type = "float", low = -5, high = 5 }' % i for i in range(4))

SPHERE = """
import json, sys
values = [float(a.split("=", 1)[1]) for a in sys.argv[1:]]
print(json.dumps({"loss": sum((v - 1) ** 2 for v in values)}))
"""


class FailuresJourney(Journey):
    def mpi(self, ranks):
        return (MPIEXEC, "-n", str(ranks))

    def exported(self, directory="parabola"):
        return json.loads(self.evolt("export", directory, "--format", "json"))["trials"]

    def test_a_function_that_fails_on_one_rank_is_a_failed_trial(self):
        for how in ("none", "throw", "nan"):
            with self.subTest(how=how):
                done = subprocess.run([*self.mpi(2), FAILING, how], cwd=self.folder, text=True,
                                      capture_output=True, timeout=PATIENCE)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                evaluations, best = done.stdout.split()
                self.assertEqual(evaluations, "60")
                self.assertEqual(best, "best")
                failures = int(done.stderr.split("failures ")[1].split()[0])
                self.assertEqual(failures > 0, how != "none", done.stderr)

    def test_a_command_that_fails_on_one_rank_is_a_failed_trial(self):
        for how in ("sys.exit(1)", "os.kill(os.getpid(), 11)", "print('{\"loss\": NaN}'); sys.exit(0)"):
            with self.subTest(how=how):
                (self.folder / "train.py").write_text(ON_RANK_ONE % how + TRAINER)
                subprocess.run(["rm", "-rf", str(self.folder / "parabola")], check=True)
                report = self.evolt("run", "study.toml", "--slots", 1, "--json", "--set",
                                    "stopper.kind=none", env={"PAUSE": "0"}, launcher=self.mpi(2))
                self.assertEqual(report["trials"]["total"], 24)
                self.assertGreater(report["trials"]["finished"], 0)
                self.assertGreater(report["trials"]["failed"], 0)
                for trial in self.exported():
                    start, rank, counter = map(int, trial["id"].split("."))
                    failed = rank == 1 and counter > 1
                    self.assertEqual(trial["state"], "failed" if failed else "finished", trial)

    def broken_nodes(self, nodes, trials, ranks=3, code=0):
        """A run whose rank N is on node N."""
        (self.folder / "train.py").write_text(BROKEN_NODE + TRAINER)
        self.study(STUDY.replace('["PAUSE"]', '["PAUSE", "NODE", "BROKEN"]'))
        return self.evolt("run", "study.toml", "--slots", 2, "--json", "--set", "stopper.kind=none",
                          "--set", "budget.trials=%d" % trials, code=code,
                          env={"PAUSE": "0.005", "BROKEN": nodes},
                          launcher=(*self.mpi(ranks), "sh", "-c", 'NODE=$PMI_RANK exec "$@"', "sh"))

    def failed_by_rank(self):
        failed = {0: 0, 1: 0, 2: 0}
        for trial in self.exported():
            self.assertIn(trial["state"], ("failed", "finished"))
            failed[int(trial["id"].split(".")[1])] += trial["state"] == "failed"
        return failed

    def test_a_broken_host_is_benched_and_the_others_go_on(self):
        (self.folder / "gone").touch()
        for node in (0, 2):
            with self.subTest(node=node):
                subprocess.run(["rm", "-rf", str(self.folder / "parabola")], check=True)
                report = self.broken_nodes(str(node), 90)
                self.assertEqual(report["trials"]["total"], 90)
                self.assertEqual(report["trials"]["running"], 0)
                self.assertRegex(self.stderr, r"rank %d \(.+\) starts no more trials, the others go on: its "
                                 r"last \d+ trials failed without a single report: ended with exit code 1; "
                                 r"last line: libcuda.so.1: cannot open shared object file" % node)
                failed = self.failed_by_rank()
                self.assertEqual(sum(failed.values()), failed[node])
                self.assertTrue(5 <= failed[node] <= 40, failed)

    def test_a_host_that_breaks_later_does_not_use_up_the_budget(self):
        process = threading.Timer(3, (self.folder / "gone").touch)
        process.start()
        self.addCleanup(process.cancel)
        report = self.broken_nodes("1", 300)
        self.assertEqual(report["trials"]["total"], 300)
        self.assertRegex(self.stderr, "rank 1 .* starts no more trials")
        failed = self.failed_by_rank()
        self.assertEqual(sum(failed.values()), failed[1])
        self.assertTrue(10 <= failed[1] <= 60, failed)

    def test_where_every_host_is_broken_the_run_ends(self):
        (self.folder / "gone").touch()
        report = self.broken_nodes("0,1,2", 200, code=4)
        self.assertLess(report["trials"]["total"], 80)
        self.assertRegex(self.stderr, r"the first \d+ trials failed without a single report: ended with exit code 1")
        # Once it is mended the same command goes on.
        (self.folder / "gone").unlink()
        self.assertEqual(self.broken_nodes("", 200)["trials"]["total"], 200)

    def test_a_truncated_database_is_named_and_never_believed(self):
        self.evolt("run", "study.toml", "--slots", 2, env={"PAUSE": "0"})
        database = self.folder / "parabola/study.db"
        whole = database.read_bytes()
        for share in (0.999, 0.5, 0.1):
            with self.subTest(share=share):
                database.write_bytes(whole[:int(share * len(whole))])
                self.evolt("best", "parabola", code=74)
                self.assertRegex(self.stderr, "study.db|parabola: events [0-9]+ to [0-9]+")
                self.evolt("run", "study.toml", "--slots", 2, code=74)
                self.assertRegex(self.stderr, "parabola|events [0-9]+ to")
                self.assertEqual(len(database.read_bytes()), int(share * len(whole)))
        database.write_bytes(whole)
        self.assertEqual(self.evolt("best", "parabola", "--json")["trials"]["total"], 24)

    def test_a_resumed_search_is_as_well_formed_as_one_that_was_not_interrupted(self):
        run = ("run", "study.toml", "--slots", 1, "--set", "stopper.kind=none", "--set", "budget.trials=40")

        def trials(directory):
            return [(t["id"], tuple(sorted(t["params"].items())), t["lineage"]["propagator"])
                    for t in self.exported(directory)]

        for directory in ("a", "b"):
            self.evolt(*run, "--dir", directory, env={"PAUSE": "0"})
        straight = trials("a")
        self.assertEqual(straight, trials("b"))  # one rank, one slot, one seed

        process = self.start(*run, "--dir", "c", env={"PAUSE": "0.02"})

        def ended():
            done = subprocess.run([EVOLT, "best", "c", "--json"], cwd=self.folder, text=True,
                                  capture_output=True)
            return json.loads(done.stdout)["trials"]["finished"] if done.returncode == 0 else 0

        self.wait_until(lambda: ended() >= 12, "twelve results")
        self.kill_job(process)
        self.evolt(*run, "--dir", "c", env={"PAUSE": "0"})
        resumed = trials("c")
        before = [t for t in resumed if t[0].startswith("1.")]
        self.assertGreaterEqual(len(before), 12)
        self.assertEqual(before, straight[:len(before)])
        self.assertEqual(len({params for _, params, _ in resumed}), 40)
        for _, params, _ in resumed:
            self.assertTrue(-1 <= dict(params)["x"] <= 1 and 0 <= dict(params)["y"] <= 1, params)
        opening = [drawn for _, _, drawn in straight].count("sample")
        self.assertLessEqual([drawn for _, _, drawn in resumed].count("sample"), opening)

    def test_every_kind_of_propagator_on_islands_of_other_ranks(self):
        (self.folder / "train.py").write_text(SPHERE)
        for kinds in (("cma_es", "cma_es_basic", "cma_es_active"), ("random", "pso", "pso_canonical"),
                      ("evolution", "pso_constriction", "pso_velocity_clamping"),
                      ("nelder_mead", "propulate", "quadratic")):
            with self.subTest(kinds=kinds):
                text = "".join('[[islands.kind]]\npropagator = "%s"\n' % k for k in kinds)
                self.study(NUMBERS.replace("[param]", text + "[param]"))
                name = "-".join(kinds)
                report = self.evolt("run", "study.toml", "--dir", name, "--slots", 1, "--json",
                                    "--set", "budget.trials=150", "--set", "islands.count=3",
                                    "--set", "islands.mode=pollinate", launcher=self.mpi(2))
                self.assertEqual(report["trials"]["finished"], 150)
                self.assertGreater(report["migrations"], 0)
                self.assertEqual({t["island"] for t in self.exported(name)}, {0, 1, 2})


if __name__ == "__main__":
    main()
