"""`evolt power`: watts of the host and of what runs on it, from whoever reads its meters."""
import fcntl
import pty
import struct
import termios

from measured_host import *


class PowerJourney(MeasuredHost):
    def samples(self, *args):
        done = subprocess.run([EVOLT, "power", "--json", *map(str, args)], cwd=self.folder, text=True,
                              capture_output=True, timeout=PATIENCE * 3, env={**os.environ, **self.env})
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_it_reads_where_nobody_does(self):
        before = time.time()
        samples = self.samples("--count", 3, "--interval", 0.5)
        self.assertEqual(len(samples), 3)
        for sample in samples:
            self.assertEqual(list(sample), ["time", "watts", "sources", "windows"])
            self.assertGreaterEqual(sample["time"], before)
            self.assertEqual([one["name"] for one in sample["sources"]], ["nvml:" + uuid for uuid in UUIDS])
            self.assertEqual({one["part"] for one in sample["sources"]}, {"gpu"})
            self.assertAlmostEqual(sample["watts"], 2 * WATTS, delta=0.2 * 2 * WATTS)
            self.assertEqual(sample["windows"], [])
        self.assertEqual(self.readers(), [])  # it is gone, and leaves nothing

    def test_what_is_measured_is_named_whoever_reads(self):
        # A reader with other terms than those of `evolt power`.
        job = self.start("measure", "--idle", "busy", "--", "sh", "-c", "touch one; sleep 600", env=self.env)
        self.wait_until((self.folder / "one").exists, "the command runs")
        sample = self.samples("--count", 2)[1]
        self.assertEqual(len(self.readers()), 1)
        window, = sample["windows"]
        self.assertEqual(window["name"], "measure/sh")
        self.assertEqual(window["process"], job.pid)
        self.assertEqual(window["energy"]["label"], "counter-exclusive")
        self.assertAlmostEqual(window["watts"], 2 * WATTS, delta=0.2 * 2 * WATTS)
        self.assertGreater(window["seconds"], 1)
        # Its own terms have a reader of their own, which sees no window.
        self.assertEqual(self.samples("--once", "--scope", "gpu")[0]["windows"], [])

    def test_nothing_is_measured(self):
        self.blind()
        self.evolt("power", "--once", code=4, env=self.env)
        self.assertIn("nothing here measures energy", self.stderr)

    def on_terminal(self, rows, columns):
        """What `evolt power` shows on a terminal of that size."""
        pid, terminal = pty.fork()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.chdir(self.folder)
            os.execve(EVOLT, [EVOLT, "power", "--count", "2", "--interval", "0.3"], {**os.environ, **self.env})
        heard = b""
        while True:
            try:
                heard += os.read(terminal, 4096)
            except OSError:
                break
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
        os.close(terminal)
        return heard

    def test_a_pipe_gets_lines_and_a_terminal_a_table(self):
        lines = self.evolt("power", "--count", 2, "--interval", 0.3, env=self.env).splitlines()
        self.assertEqual(len(lines), 2)
        for line in lines:
            self.assertRegex(line, r"^\d\d:\d\d:\d\d  total [\d.]+ W  nvml:GPU-aaaa [\d.]+ W  nvml:GPU-bbbb [\d.]+ W$")
        heard = self.on_terminal(24, 80)
        self.assertRegex(heard, rb"source +part +watts\r\nnvml:GPU-aaaa +gpu +[\d.]+\r\n")
        self.assertEqual(heard.count(b"\x1b["), 2)  # the second in the place of the first
        small = self.on_terminal(3, 12)
        self.assertIn(b"\x1b[2F", small)  # two lines, and none of them broken
        self.assertTrue(all(len(line) < 20 for line in small.split(b"\r\n")), small)

    def test_signals_end_it_in_good_order(self):
        process = self.start("power", "--interval", 0.2, env=self.env)
        self.assertIn("total", process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 143)
        self.assertEqual(self.readers(), [])

    def test_when_the_reader_goes_it_reads_itself(self):
        job = self.start("measure", "--", "sh", "-c", "touch one; sleep 600", env=self.env)
        self.wait_until((self.folder / "one").exists, "the command runs")
        process = self.start("power", "--json", "--interval", 0.3, env=self.env)
        self.assertEqual(len(json.loads(process.stdout.readline())["windows"]), 1)
        os.killpg(job.pid, signal.SIGKILL)
        end = time.monotonic() + PATIENCE
        sample = {"windows": [1], "watts": None}
        while (sample["windows"] or not sample["watts"]) and time.monotonic() < end:
            sample = json.loads(process.stdout.readline())
        self.assertEqual(sample["windows"], [])
        self.assertAlmostEqual(sample["watts"], 2 * WATTS, delta=0.3 * 2 * WATTS)

    def test_what_is_refused(self):
        for args in (["--interval", "0"], ["--count", "0"], ["--once", "--count", "2"], ["--idle", "lazy"],
                     ["--sensors", "nvlm"], ["x"]):
            self.evolt("power", *args, code=64, env=self.env)
        (self.folder / "other").write_text("a file")
        self.evolt("power", "--once", code=74, env={**self.env, "EVOLT_RUNTIME": str(self.folder / "other")})
        self.assertIn("is not a directory of this user alone", self.stderr)


if __name__ == "__main__":
    main()
