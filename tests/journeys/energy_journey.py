"""Trials that are measured, on a machine with GPUs as the stub library pretends it."""
import os
import shutil
import time

from harness import *

STUB = os.environ["EVOLT_NVML_STUB"]
WATTS = {"GPU-aaaa": 100.0, "GPU-bbbb": 160.0, "GPU-cccc": 220.0, "GPU-dddd": 280.0}

TRAINER = """
import json, os, sys, time
values = dict(a[2:].split("=", 1) for a in sys.argv[1:])
gpu = os.environ["CUDA_VISIBLE_DEVICES"]
begin = time.monotonic()
pause = float(os.environ.get("PAUSE", "0.4"))
print(json.dumps({"phase": "train"}), flush=True)
for step in range(1, 4):
    time.sleep(pause)
    print(json.dumps({"step": step, "loss": (float(values["x"]) - 0.3) ** 2 + 1 / step}), flush=True)
print(json.dumps({"phase": "infer"}), flush=True)
time.sleep(float(os.environ["EVOLT_PHASE_SECONDS"]))
print(json.dumps({"phase": "infer", "items": 1000}), flush=True)
with open("used", "a") as file:
    file.write(json.dumps({"gpu": gpu, "x": values["x"], "begin": begin, "end": time.monotonic()}) + "\\n")
"""

STUDY = """
[study]
name = "joules"
[budget]
trials = %d
[objective]
minimize = %s
[trial]
command = ["/usr/bin/python3", "train.py", "{params}"]
steps = 3
gpus = %g
env = ["PAUSE"]
[stopper]
kind = "none"
[energy]
scope = ["gpu"]
[param]
x = { type = "float", low = 0, high = 1 }
"""


class EnergyJourney(Journey):
    def setUp(self):
        super().setUp()
        (self.folder / "train.py").write_text(TRAINER)
        (self.folder / "empty").mkdir()
        self.env = {"EVOLT_NVML": STUB, "EVOLT_STUB_GPUS": str(self.folder / "state"),
                    "EVOLT_RUNTIME": str(self.folder / "runtime"),
                    "EVOLT_HOST_ROOT": str(self.folder / "empty")}
        self.machine()
        os.environ.pop("CUDA_VISIBLE_DEVICES", None)

    def machine(self, more=""):
        lines = []
        for i, (uuid, watts) in enumerate(WATTS.items()):
            lines += ["gpu %d uuid %s" % (i, uuid), "gpu %d bus %d" % (i, i), "gpu %d power 0:%g" % (i, watts)]
        (self.folder / "next").write_text("\n".join(lines) + "\n" + more)
        os.rename(self.folder / "next", self.folder / "state")

    def trials(self, count):
        """What is known of each, with what its trainer knows of its GPU."""
        used = {use["x"]: use for use in map(json.loads, (self.folder / "used").read_text().splitlines())}
        for number in range(1, count + 1):
            shown = self.evolt("show", "out", number, "--json")
            yield shown, used[str(shown["params"]["x"])]

    def test_each_trial_has_the_joules_of_its_gpu(self):
        self.study(STUDY % (8, '["loss", "joules"]', 1))
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 4, "--json", env=self.env)
        self.assertEqual(report["trials"]["finished"], 8)
        for shown, use in self.trials(8):
            usage = shown["attempts"][0]["usage"]
            energy = usage["energy"]
            watts = WATTS[use["gpu"]]
            self.assertEqual(energy["label"], "counter-exclusive")
            self.assertEqual(energy["sensors"], ["nvml:" + use["gpu"]])
            self.assertEqual(energy["scope"], ["gpu"])
            # The attempt begins before its trainer knows, and ends after.
            self.assertLessEqual(watts * (use["end"] - use["begin"]), energy["upper"])
            self.assertGreaterEqual(watts * usage["seconds"] * 1.001, energy["lower"])
            self.assertLessEqual(energy["upper"], 2 * energy["lower"])
            phases = {phase["phase"]: phase for phase in usage["phases"]}
            self.assertEqual(list(phases), ["train", "infer"])
            self.assertEqual(phases["infer"]["items"], 1000)
            for phase in phases.values():
                truth = watts * phase["seconds"]
                self.assertLessEqual(phase["energy"]["lower"], truth)
                self.assertGreaterEqual(phase["energy"]["upper"], truth)
            self.assertEqual(shown["scores"]["joules"], energy["joules"])
            self.assertTrue(any("joules" in point for point in shown["curve"]))
        for point in report["front"]:
            accuracy, joules = zip(point["scores"], point["bounds"])
            self.assertEqual(accuracy[1], [accuracy[0]] * 2)
            self.assertLess(joules[1][0], joules[0])
            self.assertGreater(joules[1][1], joules[0])
            self.assertIn("tied_with", point)
        self.assertEqual(report["ranking"], {"scope": "gpu", "results": 8, "unranked": []})
        within = self.evolt("best", "out", "--within", "1000000%", "--json")["within"]
        self.assertEqual(within["among"], 8)
        self.assertEqual(within["scores"][1], min(shown["scores"]["joules"] for shown, _ in self.trials(8)))
        self.assertIn("is the cheapest within 0 of the best loss",
                      self.evolt("best", "out", "--within", "0"))
        self.evolt("best", "out", "--within", "cheap", code=64)
        self.assertIn("per cent of the best", self.stderr)
        spent = sum(shown["attempts"][0]["usage"]["energy"]["joules"] for shown, _ in self.trials(8))
        self.assertAlmostEqual(report["usage"]["joules"], spent, places=6)

    def test_eight_slots_share_four_gpus(self):
        self.study(STUDY % (16, '"joules_per_item.infer"', 0.5))
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 8, "--json", env=self.env)
        self.assertEqual(report["trials"]["finished"], 16)
        held = {}
        for shown, use in self.trials(16):
            energy = shown["attempts"][0]["usage"]["energy"]
            self.assertIn(energy["label"], ["counter-exclusive", "counter-shared"])
            # Of a shared GPU's energy a trial may have used anything between nothing and all.
            self.assertGreaterEqual(energy["upper"] * 1.001,
                                    0.5 * WATTS[use["gpu"]] * (use["end"] - use["begin"]))
            self.assertLessEqual(energy["lower"], WATTS[use["gpu"]] * shown["usage"]["seconds"])
            held.setdefault(use["gpu"], []).append((use["begin"], use["end"], energy["joules"]))
            phase = shown["attempts"][0]["usage"]["phases"][1]
            self.assertAlmostEqual(shown["scores"]["joules_per_item.infer"],
                                   phase["energy"]["joules"] / 1000, places=9)
        for gpu, uses in held.items():  # together no more than the GPU used from first to last
            longest = max(end for _, end, _ in uses) - min(begin for begin, _, _ in uses) + 2
            self.assertLessEqual(sum(joules for _, _, joules in uses), WATTS[gpu] * longest * 1.05)

    def test_a_gpu_lost_in_mid_trial(self):
        self.study(STUDY % (6, '"loss"', 1))
        process = self.start("run", "study.toml", "--dir", "out", "--slots", "2", "--json",
                             env={**self.env, "CUDA_VISIBLE_DEVICES": "0,1", "PAUSE": "0.8"})
        self.wait_until(self.trainers, "trials run")
        time.sleep(1)
        self.machine("gpu 1 error all 15\n")
        output, errors = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0, errors)
        self.assertEqual(json.loads(output)["trials"]["finished"], 6)
        lost = [shown for shown, use in self.trials(6) if use["gpu"] == "GPU-bbbb"]
        well = [shown for shown, use in self.trials(6) if use["gpu"] == "GPU-aaaa"]
        self.assertTrue(lost and well)
        for shown in well:
            self.assertEqual(shown["attempts"][0]["usage"]["energy"]["label"], "counter-exclusive")
        first, *rest = [shown["attempts"][0]["usage"] for shown in lost]
        truth = WATTS["GPU-bbbb"] * first["seconds"]
        if "energy" in first:  # what was seen before, and a gap with bounds that hold
            self.assertGreater(first["energy"]["gap_seconds"], 0)
            self.assertNotEqual(first["energy"]["label"], "counter-exclusive")
            self.assertLessEqual(first["energy"]["lower"], truth)
            self.assertGreaterEqual(first["energy"]["upper"], truth)
        for usage in rest:  # never a number that nobody measured
            self.assertNotIn("energy", usage)
            self.assertIn("was not read", usage["unmeasured"])

    def test_an_objective_that_nothing_measures_is_refused(self):
        self.study((STUDY % (2, '"joules"', 1)).replace('scope = ["gpu"]', 'scope = ["dram"]'))
        self.evolt("run", "study.toml", "--dir", "out", "--slots", 1, code=65, env=self.env)
        self.assertIn("the objective counts joules", self.stderr)
        self.assertFalse((self.folder / "out").exists())
        self.study((STUDY % (2, '"joules"', 1)).replace('scope = ["gpu"]', 'sensors = ["nvlm"]'))
        self.evolt("run", "study.toml", "--dir", "out", code=65, env=self.env)
        self.assertIn("energy.sensors", self.stderr)
        self.assertIn("did you mean", self.stderr)

    def test_a_budget_of_joules(self):
        self.study((STUDY % (40, '"loss"', 1)).replace("trials = 40", 'trials = 40\njoules = 1200'))
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 2, "--json",
                            env={**self.env, "CUDA_VISIBLE_DEVICES": "0,1"})
        energy, ended = report["energy"], report["trials"]["finished"]
        self.assertLess(ended, 40)
        self.assertGreaterEqual(ended, 3)
        self.assertAlmostEqual(energy["joules"], report["usage"]["joules"], places=6)
        self.assertEqual(energy["not_measured"]["attempts"], 0)
        # What ran when the next could not be paid for any more goes on to its end.
        dearest = max(shown["attempts"][0]["usage"]["energy"]["joules"] for shown, _ in self.trials(ended))
        self.assertGreater(energy["joules"], 1200 - 2.5 * dearest)
        self.assertLess(energy["joules"], 1200 + 2.5 * dearest)
        # The same command has nothing left to spend.
        again = self.evolt("run", "study.toml", "--dir", "out", "--slots", 2, "--json", env=self.env)
        self.assertEqual(again["trials"]["finished"], ended)

    def test_a_limit_for_each_trial(self):
        self.study((STUDY % (4, '"loss"', 1)).replace("[stopper]", "[trial.limits]\njoules = 150\n[stopper]"))
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 2, "--json",
                            env={**self.env, "CUDA_VISIBLE_DEVICES": "0,3", "PAUSE": "0.9"})
        shown = [self.evolt("show", "out", number, "--json") for number in range(1, 5)]
        over = [one for one in shown if one["state"] == "failed"]
        self.assertEqual(len(over), report["trials"]["failed"])
        self.assertTrue(over)  # 280 W for three seconds
        for one in over:
            self.assertIn("J", one["why"])
            self.assertGreater(one["attempts"][0]["usage"]["energy"]["joules"], 150)

    def test_try_tells_the_joules(self):
        self.study(STUDY % (1, '"joules"', 1))
        tried = self.evolt("try", "study.toml", "--json", env=self.env)
        self.assertEqual(tried["usage"]["energy"]["label"], "counter-exclusive")

    def test_ranks_of_a_host_share_one_reader(self):
        self.study(STUDY % (6, '"joules"', 1))
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 1, "--json", env=self.env,
                            launcher=[MPIEXEC, "-n", "2"])
        self.assertEqual(report["trials"]["finished"], 6)
        self.assertIsNotNone(report["usage"]["joules"])
        self.assertEqual({use["gpu"] for _, use in self.trials(6)} <= set(WATTS), True)


class NasEnergy(Journey):
    def test_the_example(self):
        if subprocess.run([PYTHON, "-c", "import torch"], capture_output=True).returncode != 0:
            self.skipTest("PyTorch is not installed (python3-torch)")
        for folder in ("digits", "nas-energy"):
            shutil.copytree(ROOT / "examples" / folder, self.folder / folder)
        report = self.evolt("run", "nas-energy/study.toml", "--dir", "out", "--json", "--set",
                            "budget.trials=12")
        self.assertEqual(report["trials"]["total"], 12)
        self.assertEqual(report["trials"]["failed"], 0)
        self.assertEqual([one["name"] for one in report["objective"]], ["val_accuracy", "joules"])
        self.assertTrue(report["front"])
        self.assertGreater(report["energy"]["joules"], 0)
        if "model" in report["energy"]["labels"]:
            self.assertIn("estimated by a model", self.stderr)


if __name__ == "__main__":
    main()
