"""scripts/setup.sh, which ./quickstart and ./test stand on, with a pretended package manager."""

import os
import re
import subprocess
import tempfile
import unittest

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))

# Pretended programs. `calls` is the log; `lists` exists once package lists have been fetched.
FAKES = {
    "dpkg-query": """
        for last; do :; done
        grep -qx -- "$last" "$FAKE/installed" && printf installed || exit 1""",
    "apt-get": """
        echo "apt-get $*" >>"$FAKE/calls"
        case " $* " in
          *" update "*) touch "$FAKE/lists" ;;
          *" install "*)
            [ -e "$FAKE/lists" ] || { echo "E: Unable to locate package"; exit 100; }
            [ ! -e "$FAKE/broken" ] || { echo "E: no space left"; exit 100; } ;;
        esac""",
    "id": 'cat "$FAKE/uid"',
    "sudo": 'echo "sudo $*" >>"$FAKE/calls"; [ "$1" != -n ] || exit 1; exec "$@"',
}


class Setup(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.fake = holder.name
        os.mkdir(os.path.join(self.fake, "bin"))
        for name, text in FAKES.items():
            path = os.path.join(self.fake, "bin", name)
            self.write(path, f"#!/bin/bash\n{text}\n")
            os.chmod(path, 0o755)
        for program in ("sed", "grep", "tr", "tail", "mktemp", "rm", "env", "cat", "touch", "bash", "awk",
                        "nproc", "true"):
            os.symlink(f"/usr/bin/{program}", os.path.join(self.fake, "bin", program))
        self.write("packages.txt", "# a comment\n[build]\ng++\ncmake\n# more\n[test]\ncatch2\n")
        self.write("installed", "g++\n")
        self.write("uid", "0\n")
        self.write("lists", "")

    def write(self, name, text):
        with open(os.path.join(self.fake, name), "w") as out:
            out.write(text)

    def remove(self, *names):
        for name in names:
            os.remove(os.path.join(self.fake, name))

    def bash(self, text):
        """Exit code, output of both kinds, and the calls of the pretended programs."""
        done = subprocess.run(
            ["/bin/bash", "-c", f'set -Eeuo pipefail; me=setup; . "{ROOT}/scripts/setup.sh"; {text}'],
            cwd=self.fake, env={"PATH": os.path.join(self.fake, "bin"), "FAKE": self.fake},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        calls = ""
        if os.path.exists(os.path.join(self.fake, "calls")):
            with open(os.path.join(self.fake, "calls")) as log:
                calls = log.read()
        return done.returncode, done.stdout, calls

    def test_installs_nothing_when_all_is_there(self):
        self.write("installed", "g++\ncmake\n")
        self.assertEqual(
            self.bash("install_packages build"), (0, "setup: all packages are installed\n", "")
        )

    def test_installs_only_what_is_missing_of_the_sections_asked_for(self):
        code, output, calls = self.bash("install_packages build")
        self.assertEqual((code, output), (0, "setup: installing: cmake \n"))
        self.assertRegex(calls, r"install --no-install-recommends cmake\n$")
        self.assertNotIn("update", calls)
        self.assertRegex(self.bash("install_packages build test")[2], r"cmake catch2\n$")

    def test_fetches_the_package_lists_when_they_are_missing(self):
        self.remove("lists")
        code, _, calls = self.bash("install_packages build")
        self.assertEqual(code, 0)
        self.assertEqual([re.findall("install|update", c)[0] for c in calls.splitlines()],
                         ["install", "update", "install"])

    def test_says_why_when_apt_cannot(self):
        self.write("broken", "")
        code, output, _ = self.bash("install_packages build; echo on it goes")
        self.assertEqual(code, 1)
        self.assertIn("E: no space left", output)
        self.assertIn("setup: apt-get could not install the packages it was asked for", output)
        self.assertNotIn("on it goes", output)

    def test_names_what_is_missing_without_root_and_sudo(self):
        self.write("uid", "1000\n")
        self.remove("bin/sudo")
        code, output, calls = self.bash("install_packages build test")
        self.assertEqual((code, calls), (1, ""))
        self.assertEqual(output, "setup: these packages are missing, and installing them needs root or "
                                 "sudo: cmake catch2 \n")

    def test_does_not_wait_for_a_password_that_nobody_can_type(self):
        self.write("uid", "1000\n")
        code, output, calls = self.bash("install_packages build")
        self.assertEqual((code, calls), (1, "sudo -n true\n"))
        self.assertIn("sudo wants a password", output)

    def test_names_the_step_that_failed_once(self):
        code, output, _ = self.bash('inner() { false; }; step="building the moon"; inner; echo more')
        self.assertEqual((code, output),
                         (1, "setup: building the moon failed; the lines above say why.\n"))

    def test_says_so_where_there_is_no_dpkg(self):
        self.remove("bin/dpkg-query")
        code, output, _ = self.bash("install_packages build")
        self.assertEqual(code, 1)
        self.assertIn("not a Debian system", output)
        self.assertEqual(output.count("\n"), 1)

    def test_uses_at_least_one_compiler_and_no_more_than_cores(self):
        code, output, _ = self.bash("build_jobs")
        self.assertEqual(code, 0)
        self.assertTrue(1 <= int(output) <= os.cpu_count(), output)


class Commands(unittest.TestCase):
    def test_help_and_wrong_arguments(self):
        for command in ("quickstart", "test"):
            path = os.path.join(ROOT, command)
            helped = subprocess.run([path, "--help"], capture_output=True, text=True)
            self.assertEqual(helped.returncode, 0)
            self.assertIn(f"usage: ./{command}", helped.stdout)
            wrong = subprocess.run([path, "--bild"], capture_output=True, text=True)
            self.assertEqual((wrong.returncode, wrong.stdout), (64, ""))
            self.assertIn(f"usage: ./{command}", wrong.stderr)

    def test_packages_are_listed_once(self):
        with open(os.path.join(ROOT, "packages.txt")) as text:
            lines = [line for line in text.read().splitlines() if line and line[0] != "#"]
        self.assertEqual([line for line in lines if line[0] == "["], ["[build]", "[test]", "[nightly]"])
        self.assertEqual(len(lines), len(set(lines)))


if __name__ == "__main__":
    unittest.main()
