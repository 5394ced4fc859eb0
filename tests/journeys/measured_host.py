"""What the journeys about energy share: a machine that measures nothing but the cards of a stub library."""
from harness import *

STUB = os.environ["EVOLT_NVML_STUB"]
UUIDS = ["GPU-%s" % (letter * 4) for letter in "ab"]
WATTS = 100.0  # of each card
BUSY = "import time\nend = time.process_time() + %g\nwhile time.process_time() < end: pass\n"


class MeasuredHost(Journey):
    def setUp(self):
        super().setUp()
        (self.folder / "host").mkdir()
        self.env = {"EVOLT_HOST_ROOT": str(self.folder / "host"), "EVOLT_NVML": STUB,
                    "EVOLT_STUB_GPUS": str(self.folder / "state"), "EVOLT_RUNTIME": str(self.folder / "runtime")}
        self.cards("".join("gpu %d uuid %s\ngpu %d bus %d\ngpu %d power 0:%g\n" % (i, uuid, i, i, i, WATTS)
                           for i, uuid in enumerate(UUIDS)))
        os.environ.pop("CUDA_VISIBLE_DEVICES", None)

    def cards(self, text):
        (self.folder / "next").write_text(text)
        os.rename(self.folder / "next", self.folder / "state")

    def blind(self):
        """From now on nothing measures it."""
        self.env.pop("EVOLT_NVML")

    def measure(self, *args, code=0, env=None, **more):
        """Runs `evolt measure`; the process with its streams."""
        done = subprocess.run([EVOLT, "measure", *map(str, args)], cwd=self.folder, text=True, capture_output=True,
                              timeout=PATIENCE * 3, env={**os.environ, **self.env, **(env or {})}, **more)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def readers(self):
        return [name for name in os.listdir(self.folder / "runtime") if name.endswith(".sock")]
