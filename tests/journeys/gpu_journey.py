"""A machine with GPUs, as the stub library pretends it: who gets which, and their power limits."""
import os
import time

from harness import *

STUB = os.environ["EVOLT_NVML_STUB"]
UUIDS = ["GPU-%s" % (letter * 4) for letter in "abcd"]

TRAINER = """
import json, os, sys, time
limits = {}
for line in open(os.environ["LIMITS"]) if os.path.exists(os.environ["LIMITS"]) else []:
    uuid, watts, pid = line.split()
    limits[uuid] = float(watts)
gpus = os.environ["CUDA_VISIBLE_DEVICES"].split(",")
with open("used", "a") as file:
    file.write(json.dumps({"gpus": gpus, "limits": [limits.get(gpu, 300.0) for gpu in gpus],
                           "argv": sys.argv[1:], "begin": time.time()}) + "\\n")
time.sleep(float(os.environ.get("PAUSE", "0.05")))
print(json.dumps({"step": 1, "loss": 1.0}), flush=True)
with open("ended", "a") as file:
    file.write(",".join(gpus) + "\\n")
"""


class GpuJourney(Journey):
    def setUp(self):
        super().setUp()
        (self.folder / "train.py").write_text(TRAINER)
        self.limits = self.folder / "limits"
        self.env = {"EVOLT_NVML": STUB, "EVOLT_STUB_GPUS": str(self.folder / "state"),
                    "EVOLT_RUNTIME": str(self.folder / "runtime"), "LIMITS": str(self.limits)}
        self.machine()
        os.environ.pop("CUDA_VISIBLE_DEVICES", None)

    def machine(self, more=""):
        lines = ["log %s" % self.limits]
        for i, uuid in enumerate(UUIDS):
            lines += ["gpu %d uuid %s" % (i, uuid), "gpu %d bus %d" % (i, i), "gpu %d power 0:100" % i]
        (self.folder / "next").write_text("\n".join(lines) + "\n" + more)
        os.rename(self.folder / "next", self.folder / "state")

    def study_of(self, gpus, params, trials=12):
        self.study("""
[study]
name = "gpus"
[budget]
trials = %d
[objective]
minimize = "loss"
[trial]
command = ["/usr/bin/python3", "train.py", "{params}"]
gpus = %g
env = ["PAUSE"]
[stopper]
kind = "none"
[param]
x = { type = "float", low = 0, high = 1 }
%s""" % (trials, gpus, params))

    def used(self):
        return [json.loads(line) for line in (self.folder / "used").read_text().splitlines()]

    def last_limits(self):
        last = {uuid: 300.0 for uuid in UUIDS}
        if self.limits.exists():
            for line in self.limits.read_text().splitlines():
                uuid, watts, _ = line.split()
                last[uuid] = float(watts)
        return last

    def test_slots_have_gpus_by_uuid(self):
        self.study_of(1, "")
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 3, "--json",
                            env={**self.env, "CUDA_VISIBLE_DEVICES": "3,GPU-a,1,7,0"})
        self.assertEqual(report["trials"]["finished"], 12)
        # As CUDA reads the list: 7 is none of them, so 0 is not looked at; none is used that is not ours.
        self.assertEqual({gpu for use in self.used() for gpu in use["gpus"]}, {UUIDS[3], UUIDS[0], UUIDS[1]})

    def test_doctor_finds_them(self):
        doctor = self.evolt("doctor", "--json", env=self.env)
        found = {sensor["name"]: sensor for sensor in doctor["sensors"]}
        for uuid in UUIDS:
            sensor = found["nvml:" + uuid]
            self.assertTrue(sensor["readable"], sensor)
            self.assertGreater(sensor["read_us"], 0)
            self.assertGreater(sensor["step_ms"], 0)
        self.assertIn(doctor["label"], ["counter-exclusive", "sampled"])

    def test_slots_share_a_gpu(self):
        self.study_of(0.5, "")
        self.evolt("run", "study.toml", "--dir", "out", "--slots", 8, env=self.env)
        self.assertLessEqual({gpu for use in self.used() for gpu in use["gpus"]}, set(UUIDS))
        self.assertTrue(all(len(use["gpus"]) == 1 for use in self.used()))

    def test_a_limit_is_a_parameter(self):
        self.study_of(1, 'limit = { type = "gpu_power_limit", low = 50, high = 250, step = 25 }')
        report = self.evolt("run", "study.toml", "--dir", "out", "--slots", 4, "--json", env=self.env)
        self.assertEqual(report["trials"]["finished"], 12)
        self.assertEqual(set(self.last_limits().values()), {300.0})
        for number in range(1, 13):
            shown = self.evolt("show", "out", number, "--json")
            asked = shown["params"]["limit"]
            self.assertEqual(shown["attempts"][0]["usage"]["gpu_power_limit"], max(asked, 100))
        for use in self.used():
            self.assertFalse([word for word in use["argv"] if "limit" in word])
        self.assertEqual(sorted(max(100, self.evolt("show", "out", n, "--json")["params"]["limit"])
                                for n in range(1, 13)),
                         sorted(use["limits"][0] for use in self.used()))

    def test_refused_before_anything_starts(self):
        self.study_of(1, 'limit = { type = "gpu_power_limit", low = 50, high = 250 }')
        self.machine("".join("gpu %d may_set 0\n" % i for i in range(4)))
        self.evolt("run", "study.toml", "--dir", "out", "--slots", 4, code=65, env=self.env)
        self.assertIn("only root", self.stderr)
        self.assertFalse((self.folder / "used").exists())

    def test_killed_it_leaves_no_limit(self):
        self.study_of(1, 'limit = { type = "gpu_power_limit", low = 50, high = 250 }', trials=200)
        env = {**self.env, "PAUSE": "0.3"}
        for round in range(3):
            process = self.start("run", "study.toml", "--dir", "out", "--slots", "4", env=env)
            self.wait_until(lambda: set(self.last_limits().values()) != {300.0}, "a limit is set")
            time.sleep(0.13 * round)
            self.kill_job(process)
            self.wait_until(lambda: set(self.last_limits().values()) == {300.0}, "limits are restored")
            self.wait_until(lambda: not self.trainers(), "its trainers have ended")


if __name__ == "__main__":
    main()
