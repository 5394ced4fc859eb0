"""What the journeys share: they drive the real `evolt` (its path in EVOLT) as its users do."""
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVOLT = os.environ.get("EVOLT", str(ROOT / "build/release/bin/evolt"))
MPIEXEC = os.environ.get("EVOLT_MPIEXEC", "mpiexec.mpich")
PYTHON = "/usr/bin/python3"
PATIENCE = int(os.environ.get("EVOLT_PATIENCE", "120"))  # seconds until a wait is a failure; machines may be slow

TRAINER = """
import json, sys, time, os
values = dict(a[2:].split("=", 1) for a in sys.argv[1:])
x, pause = float(values["x"]), float(os.environ.get("PAUSE", "0.02"))
for step in range(1, 6):
    time.sleep(pause)
    print(json.dumps({"step": step, "loss": (x - 0.3) ** 2 + 1.0 / step}), flush=True)
"""

STUDY = """
schema = 1
[study]
name = "parabola"
seed = 3
[budget]
trials = 24
[objective]
minimize = "loss"
[trial]
command = ["/usr/bin/python3", "train.py", "{params}"]
steps = 5
env = ["PAUSE"]
[islands]
count = 2
every_results = 2
[param]
x = { type = "float", low = -1, high = 1 }
y = { type = "float", low = 0, high = 1 }
"""


class Journey(unittest.TestCase):
    """A test with a folder of its own that holds study.toml and train.py."""

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="evolt-journey-")
        self.folder = Path(self._folder.name)
        self.study(STUDY)
        (self.folder / "train.py").write_text(TRAINER)
        self.addCleanup(self._folder.cleanup)

    def study(self, text, name="study.toml"):
        (self.folder / name).write_text(text)

    def evolt(self, *args, code=0, env=None, input=None, launcher=()):
        """Runs a command to its end; its output, or its one JSON object where --json is asked for."""
        done = subprocess.run([*launcher, EVOLT, *map(str, args)], cwd=self.folder, text=True,
                              input=input, capture_output=True, timeout=PATIENCE * 3,
                              env={**os.environ, **(env or {})})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.stderr = done.stderr
        return json.loads(done.stdout) if "--json" in args and code in (0, 3, 4) else done.stdout

    def start(self, *args, env=None, launcher=()):
        """Starts a command in a process group of its own."""
        process = subprocess.Popen([*launcher, EVOLT, *map(str, args)], cwd=self.folder, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True,
                                   env={**os.environ, **(env or {})})
        self.addCleanup(self.reap, process)
        return process

    @staticmethod
    def reap(process):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def wait_until(self, claim, what):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if claim():
                return
            time.sleep(0.05)
        self.fail("never came true: " + what)

    def trainers(self):
        """Processes that run this test's trainer, zombies left out."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
                words = (entry / "cmdline").read_bytes().split(b"\0")
                cwd = os.readlink(entry / "cwd")
            except (OSError, IndexError):
                continue
            if state != "Z" and b"train.py" in words and cwd.startswith(str(self.folder)):
                found.append(int(entry.name))
        return found

    def kill_job(self, process):
        """SIGKILL for every evolt of the job and its launcher, at once; trainers are left alone."""
        victims = [process.pid]
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                cwd = os.readlink(entry / "cwd")
            except OSError:
                continue
            if words and words[0].decode(errors="replace") == EVOLT and cwd == str(self.folder):
                victims.append(int(entry.name))
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.communicate()


class Stdio:
    """A conversation with `evolt stdio`."""

    def __init__(self, study, *args, **more):
        self.process = subprocess.Popen([EVOLT, "stdio", str(study), *args], text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, **more)

    def line(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def call(self, **request):
        return self.line(json.dumps(request))

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(PATIENCE)


def main():
    unittest.main(verbosity=2)
