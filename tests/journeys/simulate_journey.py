"""`evolt simulate` as its users run it: a shipped table, a made-up one, a study file, and what it refuses."""
import gzip
import shutil

from harness import *

TABLE = ROOT / "benchmarks/data/pools/digits-mlp"
FIGURES = ["epochs_saved", "audit_epochs", "seconds_saved", "joules_saved", "hit_top1", "regret",
           "time_to_quality", "epochs_to_quality", "saving", "oracle_share", "joules_to_lean", "epochs_to_lean",
           "joules_to_lean_of_random"]

DIGITS = """
[study]
name = "over-a-table"
[budget]
trials = 60
[objective]
maximize = "val_acc"
[stopper]
kind = "asha"
min_steps = 2
audit = 0.5
[islands]
count = 2
[trial]
command = ["true"]
[param]
n_layers   = { type = "int", low = 1, high = 3 }
width      = { type = "int", low = 4, high = 128, scale = "log" }
activation = { type = "choice", values = ["relu", "tanh", "sigmoid"] }
optimizer  = { type = "choice", values = ["sgd", "momentum", "adam"] }
lr         = { type = "float", low = 1e-4, high = 1.0, scale = "log" }
batch_size = { type = "int", low = 32, high = 256, scale = "log" }
l2         = { type = "float", low = 1e-7, high = 0.1, scale = "log" }
dropout    = { type = "float", low = 0.0, high = 0.6 }
init_scale = { type = "float", low = 0.2, high = 3.0, scale = "log" }
schedule   = { type = "choice", values = ["constant", "cosine", "step"] }
"""


class SimulateJourney(Journey):
    def simulate(self, *args, **kwargs):
        return self.evolt("simulate", *args, **kwargs)

    def test_a_shipped_table(self):
        command = ("--table", TABLE, "--search", "random", "--pool", "200", "--seeds", "20", "--stopper", "none",
                   "--against", "random+default,random+i-epoch:1:20", "--json")
        result = self.simulate(*command)
        self.assertTrue(result["sim"])
        everything, default, i_epoch = result["contenders"]
        self.assertEqual([c["name"] for c in result["contenders"]],
                         ["random+none", "random+default", "random+i-epoch:1:20"])
        for contender in result["contenders"]:
            self.assertEqual(list(contender), ["name", *FIGURES])
            self.assertIsNone(contender["joules_saved"])  # not recorded
            for name in ("epochs_saved", "seconds_saved", "hit_top1"):
                self.assertLessEqual(contender[name]["lo"], contender[name]["mean"])
                self.assertLessEqual(contender[name]["mean"], contender[name]["hi"])
        self.assertEqual(everything["epochs_saved"]["mean"], 0)
        self.assertEqual(everything["hit_top1"]["mean"], 1)
        self.assertEqual(everything["regret"]["mean"], 0)
        self.assertGreater(default["epochs_saved"]["mean"], 0.2)
        self.assertAlmostEqual(i_epoch["epochs_saved"]["mean"], 1 - (200 + 20 * 49) / (200 * 50))
        self.assertEqual(self.simulate(*command), result)
        self.assertEqual(self.simulate(*command, "--jobs", "1"), result)

    def test_a_made_up_table(self):
        result = self.simulate("--table", "synthetic:500", "--workers", "50", "--startup-seconds", "30", "--json")
        contender = result["contenders"][0]
        self.assertEqual(contender["name"], "evolution+default")
        self.assertLess(contender["seconds_saved"]["mean"], contender["epochs_saved"]["mean"])  # net of start-up
        text = self.simulate("--table", "synthetic:500", "--workers", "50")
        self.assertTrue(all(line.startswith("SIM") for line in text.splitlines()), text)
        self.assertIn("evolution+default", text)

    def test_more_workers_are_sooner_there(self):
        times = [self.simulate("--table", "synthetic:2000", "--search", "random", "--stopper", "none", "--workers", w,
                               "--quality", "top:0.001", "--json")["contenders"][0]["time_to_quality"]["median"]
                 for w in (1, 100)]
        self.assertLess(times[1], times[0] / 20)

    def test_a_study_file(self):
        self.study(DIGITS)
        result = self.simulate("study.toml", "--table", TABLE, "--workers", "4", "--json")
        contender = result["contenders"][0]
        self.assertEqual(contender["name"], "evolution+asha")
        self.assertEqual(result["trials"], 60)
        self.assertGreater(contender["audit_epochs"]["mean"], 0)
        other = self.simulate("study.toml", "--table", TABLE, "--stopper", "none", "--trials", "30",
                              "--set", "islands.count=1", "--json")
        self.assertEqual(other["contenders"][0]["epochs_saved"]["mean"], 0)
        self.assertEqual(other["trials"], 30)

    def test_a_study_of_something_else(self):
        self.study(DIGITS.replace("dropout ", "drop_out"))
        self.simulate("study.toml", "--table", TABLE, code=65)
        self.assertIn("the table does not have drop_out", self.stderr)
        self.assertIn("the study does not have dropout", self.stderr)

    def test_a_broken_table(self):
        table = self.folder / "table"
        shutil.copytree(TABLE, table)
        lines = gzip.open(table / "curves.csv.gz", "rt").read().splitlines()
        lines[41] += ",1"
        (table / "curves.csv").write_text("\n".join(lines))
        self.simulate("--table", table, code=65)
        self.assertIn("table/curves.csv:42: has 8 fields where the header has 7", self.stderr)
        (table / "curves.csv").unlink()
        (table / "curves.csv.gz").unlink()
        self.simulate("--table", table, code=65)
        self.assertIn("has no curves.csv and no curves.csv.gz", self.stderr)
        self.simulate("--table", self.folder / "nowhere", code=64)
        self.assertIn("there is no such directory", self.stderr)

    def test_what_cannot_be(self):
        for options, code, complaint in (
                (("--stopper", "ahsa"), 65, 'did you mean "asha"?'),
                (("--stopper", "i-epoch"), 64, "i-epoch:I:TOP"),
                (("--search", "randm"), 64, 'did you mean "random"?'),
                (("--against", "random"), 64, "SEARCH+STOPPER"),
                (("--pool", "501"), 64, "1 to 500"),
                (("--quality", "top:2"), 64, "top:SHARE"),
                (("--lean", "0.01"), 64, "WITHIN:FACTOR"),
                (("--lean", "-1:1.5"), 64, "WITHIN:FACTOR"),
                (("--lean", "0.01:0.5"), 64, "WITHIN:FACTOR"),
                (("--lean", "nan:2"), 64, "WITHIN:FACTOR"),
                (("--set", "search.cost=acc"), 65, "one objective"),
                (("--lookup", "exact"), 64, "nearest"),
                (("--set", "stopper.knd=asha"), 65, "kind"),
                (("--workers", "10001"), 64, "1 to 10000"),
                (("--workers", "0"), 64, "1 to 10000"),
                (("--startup-seconds", "-1"), 64, "--startup-seconds"),
                (("--seeds", "0"), 64, "--seeds")):
            with self.subTest(options=options):
                self.simulate("--table", "synthetic:500", *options, code=code)
                self.assertIn(complaint, self.stderr)
        self.simulate("--table", "synthetic:many", code=64)
        self.assertIn("synthetic:1 to", self.stderr)
        self.simulate(code=64)

    def test_output_that_cannot_be_written(self):
        for options in ((), ("--json",)):
            with open("/dev/full", "w") as full:
                done = subprocess.run([EVOLT, "simulate", "--table", "synthetic:50", *options], stdout=full,
                                      stderr=subprocess.PIPE, text=True)
            self.assertEqual(done.returncode, 74)
            self.assertIn("takes no more", done.stderr)


if __name__ == "__main__":
    main()
