"""`evolt measure`: any program, its energy, and nothing about it changed."""
import pty

from measured_host import *


class MeasureJourney(MeasuredHost):
    def test_joules_of_the_cards_that_the_command_sees(self):
        result = json.loads(self.measure("--json", "--", "sleep", 1.5).stdout)
        self.assertEqual(list(result), ["command", "exit_code", "label", "unmeasured", "measured_by",
                                        "left_processes", "runs", "each"])
        self.assertEqual(result["command"], ["sleep", "1.5"])
        self.assertEqual(result["label"], "counter-exclusive")
        run, = result["runs"]
        energy = run["energy"]
        self.assertEqual(energy["sensors"], ["nvml:" + uuid for uuid in UUIDS])
        self.assertEqual(energy["scope"], ["gpu"])
        self.assertGreater(run["seconds"], 1.49)
        truth = 2 * WATTS * run["seconds"]
        self.assertLessEqual(energy["lower"], truth)
        self.assertGreaterEqual(energy["upper"], truth)
        self.assertLess(energy["upper"] - energy["lower"], 0.5 * truth)
        self.assertAlmostEqual(run["watts"], 2 * WATTS, delta=0.15 * 2 * WATTS)
        self.assertEqual((run["exit_code"], run["executions"], run["missing"]), (0, 1, ""))
        one = json.loads(self.measure("--json", "--", "sleep", 1.5, env={"CUDA_VISIBLE_DEVICES": "1"}).stdout)
        self.assertEqual(one["runs"][0]["energy"]["sensors"], ["nvml:" + UUIDS[1]])
        self.assertAlmostEqual(one["runs"][0]["watts"], WATTS, delta=0.15 * WATTS)

    def test_streams_arguments_and_exit_codes_are_the_commands(self):
        done = self.measure("--", "sh", "-c", 'cat; echo "$1" >&2; exit 7', "sh", "[a,b] --json", code=7, input="in")
        self.assertEqual(done.stdout, "in")
        self.assertTrue(done.stderr.startswith("[a,b] --json\n"), done.stderr)
        self.assertRegex(done.stderr, r"run 1 ")
        self.measure("--", "sh", "-c", "kill -KILL $$", code=137)
        self.assertIn("cannot run nosuch: No such file", self.measure("--", "nosuch", code=127).stderr)
        self.assertIn("Permission denied", self.measure("--", "/etc/passwd", code=126).stderr)
        self.assertEqual(self.measure("--", "echo", "--", "measure").stdout, "-- measure\n")

    def test_the_result_goes_where_it_is_wanted(self):
        done = self.measure("--json", "-o", "out.json", "--", "echo", "hi")
        self.assertEqual((done.stdout, done.stderr), ("hi\n", ""))
        self.assertEqual(json.loads((self.folder / "out.json").read_text())["exit_code"], 0)
        done = self.measure("-o", "out.txt", "--", "true")
        self.assertEqual(done.stderr, "")
        self.assertIn("run 1", (self.folder / "out.txt").read_text())
        done = self.measure("--json", "--", "echo", "hi")
        self.assertEqual(done.stdout.splitlines()[0], "hi")
        self.assertEqual(json.loads(done.stdout.splitlines()[1])["exit_code"], 0)
        self.assertIn("cannot write", self.measure("-o", "no/such/place", "--", "touch", "ran", code=74).stderr)
        self.assertFalse((self.folder / "ran").exists())

    def test_several_runs(self):
        result = json.loads(self.measure("--json", "--repeat", 3, "--", "sleep", 0.6).stdout)
        self.assertEqual(len(result["runs"]), 3)
        each = result["each"]
        self.assertEqual(each["runs"], 3)
        joules = [run["energy"]["joules"] for run in result["runs"]]
        self.assertAlmostEqual(each["joules"]["mean"], sum(joules) / 3, places=6)
        self.assertEqual((each["joules"]["least"], each["joules"]["most"]), (min(joules), max(joules)))
        self.assertGreater(each["seconds"]["deviation"], 0)
        self.assertAlmostEqual(each["joules"]["lower"], sum(r["energy"]["lower"] for r in result["runs"]) / 3, places=6)
        text = self.measure("--repeat", 2, "--", "sleep", 0.6).stderr
        for line in ("run 1 ", "run 2 ", "mean ", "deviation ", "least ", "most "):
            self.assertIn("\n" + line, text)
        failed = self.measure("--json", "--repeat", 5, "--", "sh", "-c", "echo x >>runs; test $(wc -l <runs) -lt 2",
                              code=1)
        self.assertEqual(len(json.loads(failed.stdout)["runs"]), 2)

    def test_too_short_is_said_and_repeated(self):
        text = self.measure("--", "true").stderr
        self.assertRegex(text, r"no figure: below resolution: .*ten steps of nvml:.*--until-resolved")
        run, = json.loads(self.measure("--json", "--until-resolved", "--", "sleep", 0.02).stdout)["runs"]
        self.assertGreater(run["executions"], 3)
        self.assertAlmostEqual(run["watts"], 2 * WATTS, delta=0.25 * 2 * WATTS)

    def test_nothing_is_measured(self):
        self.blind()
        done = self.measure("--", "sh", "-c", "exit 5", code=5)
        self.assertRegex(done.stderr, r"not measured: nothing here measures energy.*evolt doctor tells more")
        result = json.loads(self.measure("--json", "--", "true").stdout)
        self.assertEqual((result["label"], result["each"]["joules"]), ("none", None))
        self.assertIn("nothing here measures energy", result["unmeasured"])
        # What an administrator can do is said, as by doctor.
        zone = self.folder / "host/sys/class/powercap/intel-rapl:1"
        zone.parent.mkdir(parents=True)
        os.symlink("/nowhere", zone)
        self.assertIn("podman", self.measure("--", "true").stderr)

    def test_no_runtime_directory_is_no_reason_not_to_run(self):
        (self.folder / "runtime").write_text("a file")
        done = self.measure("--", "sh", "-c", "echo hi; exit 5", code=5)
        self.assertEqual(done.stdout, "hi\n")
        self.assertRegex(done.stderr, r"not measured: .*is not a directory of this user alone")

    def test_an_estimate_only_where_it_is_allowed(self):
        self.blind()
        for path, text in (("proc/stat", "cpu  100 0 50 1000 0 0 0 0 0 0\n"), ("proc/meminfo", "MemTotal: 8000000 kB\n"),
                           ("proc/cpuinfo", "processor : 0\nvendor_id : GenuineIntel\n")):
            (self.folder / "host" / path).parent.mkdir(exist_ok=True)
            (self.folder / "host" / path).write_text(text)
        self.assertEqual(json.loads(self.measure("--json", "--", "true").stdout)["measured_by"]["label"], "none")
        result = json.loads(self.measure("--json", "--estimated", "--tdp", 100, "--", "true").stdout)
        self.assertEqual(result["measured_by"]["sensors"], ["model:cpu", "model:memory"])
        self.assertEqual(result["measured_by"]["label"], "model")
        only = json.loads(self.measure("--json", "--estimated", "--tdp", 100, "--scope", "package,gpu", "--",
                                       "true").stdout)
        self.assertEqual(only["measured_by"]["sensors"], ["model:cpu"])
        self.assertEqual(only["measured_by"]["lacking"], ["gpu"])

    def test_the_terminals_interrupt_reaches_the_command_and_the_result_is_told(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(EVOLT, [EVOLT, "measure", "--repeat", "9", "--", PYTHON, "-c",
                              "import sys, time\ntry:\n  print('isatty', sys.stdin.isatty(), flush=True)\n"
                              "  time.sleep(600)\nexcept KeyboardInterrupt: print('caught'); sys.exit(9)"],
                      {**os.environ, **self.env})
        heard = b""
        try:
            while b"isatty True" not in heard:
                heard += os.read(terminal, 4096)
            os.write(terminal, b"\x03")
            while True:
                try:
                    heard += os.read(terminal, 4096)
                except OSError:
                    break
        finally:
            status = os.waitpid(pid, 0)[1]
            os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(status), 9)
        self.assertIn(b"caught", heard)
        self.assertIn(b"run 1", heard)
        self.assertNotIn(b"run 2", heard)

    def test_a_signal_to_us_alone_is_passed_on(self):
        process = subprocess.Popen([EVOLT, "measure", "--", "sh", "-c", "echo go; exec sleep 600"], cwd=self.folder,
                                   text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={**os.environ, **self.env})
        self.addCleanup(self.reap, process)
        self.assertEqual(process.stdout.readline(), "go\n")
        process.send_signal(signal.SIGTERM)
        _, text = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 143)
        self.assertIn("run 1", text)

    def reap(self, process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def test_what_goes_its_own_way_is_counted(self):
        (self.folder / "busy.py").write_text(BUSY % 0.5 + "open('done', 'w')\n")
        # Twice over nobody's child, in a session of its own, and ended before the command is.
        script = "(setsid %s busy.py &); while ! [ -e done ]; do sleep 0.02; done; sleep 0.1" % PYTHON
        run, = json.loads(self.measure("--json", "--", "sh", "-c", script).stdout)["runs"]
        self.assertGreaterEqual(run["cpu_seconds"], 0.5)
        done = self.measure("--", "sh", "-c", "setsid sleep 2 >/dev/null 2>&1 & exit 0")
        self.assertIn("the command left processes running", done.stderr)

    def test_two_at_once_share_a_reader(self):
        first = self.start("measure", "--json", "--", "sh", "-c", "touch one; while ! [ -e stop ]; do sleep 0.05; done", env=self.env)
        self.wait_until((self.folder / "one").exists, "the first command runs")
        second = json.loads(self.measure("--json", "--", "sleep", 1).stdout)
        self.assertEqual(len(self.readers()), 1)
        (self.folder / "stop").touch()
        out, err = first.communicate(timeout=PATIENCE)
        one = json.loads(out)["runs"][0]["energy"]
        two = second["runs"][0]["energy"]
        # Both hold the cards: each may have used all while both ran.
        self.assertEqual((one["label"], two["label"]), ("counter-shared", "counter-shared"))
        self.assertEqual(two["attribution"], "device shares")
        self.assertLess(two["joules"], 0.75 * 2 * WATTS * second["runs"][0]["seconds"])
        self.assertLess(two["lower"], 1)

    @unittest.skipUnless(os.readlink("/proc/self/ns/pid") == "pid:[4026531836]", "the driver numbers processes otherwise")
    def test_of_shared_cards_each_has_what_its_processes_use(self):
        script = "echo $$ > %s.part; mv %s.part %s; while ! [ -e stop ]; do sleep 0.05; done; true"
        both = [self.start("measure", "--json", "--", "sh", "-c", script % (name, name, name), env=self.env)
                for name in ("one", "two")]
        for name in ("one", "two"):
            self.wait_until((self.folder / name).exists, "command %s runs" % name)
        pids = [int((self.folder / name).read_text()) for name in ("one", "two")]
        self.cards("".join("gpu %d uuid %s\ngpu %d bus %d\ngpu %d power 0:%g\ngpu %d process %d:81,%d:9\n"
                           % (i, uuid, i, i, i, WATTS, i, *pids) for i, uuid in enumerate(UUIDS)))
        time.sleep(5)
        (self.folder / "stop").touch()
        one, two = (json.loads(process.communicate(timeout=PATIENCE)[0])["runs"][0] for process in both)
        for run in (one, two):
            self.assertEqual(run["energy"]["label"], "counter-shared")
            self.assertRegex(run["energy"]["attribution"], "^device use")
            self.assertLess(run["energy"]["lower"], 0.5 * run["energy"]["joules"])
        self.assertGreater(one["energy"]["joules"], 3 * two["energy"]["joules"])
        self.assertGreater(two["energy"]["upper"], 0.8 * 2 * WATTS * (two["seconds"] - 1))

    def test_the_readers_end_is_a_gap_and_no_lie(self):
        first = self.start("measure", "--", "sh", "-c", "touch one; sleep 600", env=self.env)
        self.wait_until((self.folder / "one").exists, "the first command runs")
        second = self.start("measure", "--json", "--", "sh", "-c", "touch two; while ! [ -e stop ]; do sleep 0.05; done",
                            env=self.env)
        self.wait_until((self.folder / "two").exists, "the second command runs")
        time.sleep(1.5)
        os.killpg(first.pid, signal.SIGKILL)
        time.sleep(4)
        (self.folder / "stop").touch()
        out, err = second.communicate(timeout=PATIENCE)
        energy = json.loads(out)["runs"][0]["energy"]
        truth = 2 * WATTS * json.loads(out)["runs"][0]["seconds"]
        self.assertGreater(energy["gap_seconds"], 0)
        self.assertLess(energy["coverage"], 1)
        self.assertGreaterEqual(energy["upper"], truth)

    def test_what_is_refused(self):
        for args, what in ((["--"], "behind --"), (["true"], "behind --"), (["true", "--", "true"], "behind --"), (["--idle", "lazy", "--", "true"], "known: reserved"),
                           (["--sensors", "nvlm", "--", "true"], "did you mean nvml?"),
                           (["--scope", "cpu", "--", "true"], "known: package"),
                           (["--sensors", "model", "--", "true"], "allow estimates"),
                           (["--tdp", "5", "--", "true"], "--estimated"), (["--repeat", "0", "--", "true"], "repeat")):
            done = self.measure(*args, code=64)
            self.assertIn(what, done.stderr + done.stdout)
        done = self.measure("--", "true", code=64, env={"EVOLT_HOST_ROOT": "/nowhere"})
        self.assertIn("EVOLT_HOST_ROOT: there is no directory /nowhere", done.stderr)


if __name__ == "__main__":
    main()
