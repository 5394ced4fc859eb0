"""`evolt doctor` as its users run it: over trees of files that look like machines, and on this one."""
import threading

from harness import *


class DoctorJourney(Journey):
    def write(self, path, text):
        file = self.folder / "host" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n")
        return file

    def zone(self, folder, name, microjoules):
        self.write(f"sys/class/powercap/{folder}/name", name)
        self.write(f"sys/class/powercap/{folder}/max_energy_range_uj", 262143328850)
        return self.write(f"sys/class/powercap/{folder}/energy_uj", microjoules)

    def doctor(self, *args, **kwargs):
        (self.folder / "host").mkdir(exist_ok=True)
        return self.evolt("doctor", "--root", self.folder / "host", *args, **kwargs)

    def test_counters_that_move(self):
        counter = self.zone("intel-rapl:0", "package-0", 1000000)
        self.zone("intel-rapl:0:0", "core", 1)
        self.zone("intel-rapl:1", "psys", 5)
        done = threading.Event()

        def run():
            value, file = 1000000, os.open(counter, os.O_WRONLY)
            while not done.wait(0.01):
                value += 1000
                os.pwrite(file, b"%d" % value, 0)
            os.close(file)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            result = self.doctor("--json")
        finally:
            done.set()
            thread.join()
        self.assertEqual(list(result), ["sensors", "label"])
        self.assertEqual(result["label"], "counter-exclusive")
        for sensor in result["sensors"]:
            self.assertEqual(list(sensor), ["name", "readable", "reason", "fix", "read_us", "step_ms"])
        sensors = {sensor["name"]: sensor for sensor in result["sensors"]}
        package = sensors["powercap:package-0"]
        self.assertTrue(package["readable"])
        self.assertEqual((package["reason"], package["fix"]), ("", ""))
        self.assertGreater(package["read_us"], 0)
        self.assertGreater(package["step_ms"], 8)  # a sleep is never shorter, but may be longer
        self.assertLess(package["step_ms"], 500)
        self.assertEqual(sensors["powercap:core-0"]["reason"], "within package-0")
        self.assertIsNone(sensors["powercap:core-0"]["read_us"])
        self.assertIsNone(sensors["powercap:psys"]["step_ms"])  # it stands still
        self.assertGreater(sensors["powercap:psys"]["read_us"], 0)

    def test_rest_needs_something_that_measures(self):
        (self.folder / "host").mkdir()
        env = {"EVOLT_HOST_ROOT": str(self.folder / "host"), "EVOLT_RUNTIME": str(self.folder / "runtime")}
        self.evolt("doctor", "--rest", code=4, env=env)
        self.assertIn("nothing measures this host", self.stderr)
        self.evolt("doctor", "--rest", "--root", "host", code=64, env=env)

    def test_rest_is_asked_for_until_it_is_known(self):
        self.zone("intel-rapl:0", "package-0", 1)
        runtime = self.folder / "runtime"
        runtime.mkdir(mode=0o700)
        env = {"EVOLT_HOST_ROOT": str(self.folder / "host"), "EVOLT_RUNTIME": str(runtime)}
        self.assertIn("evolt doctor --rest", self.evolt("doctor", env=env))

    def test_text_says_what_to_do(self):
        self.zone("intel-rapl:0", "package-0", 1)
        os.symlink("/nowhere", self.folder / "host/sys/class/powercap/intel-rapl:1")
        text = self.doctor()
        self.assertRegex(text, r"used +powercap:package-0 +read [0-9.]+ us, step not seen")
        self.assertRegex(text, r"not there +powercap:intel-rapl:1 .*leads nowhere.*\n +fix: .*podman")
        self.assertIn("labelled counter-exclusive, one beside others counter-shared", text)

    def test_a_host_that_measures_nothing(self):
        self.assertEqual(self.doctor("--json")["label"], "none")
        text = self.doctor()
        self.assertIn("Nothing here measures energy", text)
        self.assertNotIn("fix:", text)

    def test_half_of_a_host_is_called_so(self):
        self.zone("intel-rapl:0", "package-0", 1)
        for cpu in (0, 1):
            self.write(f"sys/devices/system/cpu/cpu{cpu}/topology/physical_package_id", cpu)
        self.assertIn("A socket of this host is not measured", self.doctor())

    def test_a_management_controller_is_asked_when_it_is_named(self):
        sensors = {s["name"]: s for s in self.doctor("--redfish", "http://bmc.example", "--json")["sensors"]}
        self.assertIn("use https", sensors["redfish:node"]["reason"])
        (self.folder / "account").write_text("me:secret")
        os.chmod(self.folder / "account", 0o644)
        text = self.doctor("--redfish", "https://127.0.0.1:1", "--redfish-credentials", self.folder / "account")
        self.assertRegex(text, r"can be read by others\n +fix: chmod 600 ")

    def test_this_host(self):
        result = self.evolt("doctor", "--json")
        names = [sensor["name"].split(":")[0] for sensor in result["sensors"]]
        for kind in ("perf", "powercap", "cray", "hwmon", "acpi", "ipmi", "redfish", "battery", "model"):
            self.assertIn(kind, names)
        for sensor in result["sensors"]:
            self.assertTrue(sensor["readable"] or sensor["reason"], sensor)

    def test_what_is_refused(self):
        self.evolt("doctor", "--root", self.folder / "nothing", code=64)
        self.assertIn("there is no directory", self.stderr)
        self.evolt("doctor", "--redfish-ca", "x", code=64)


if __name__ == "__main__":
    main()
