"""The layer check finds what it is there to find: each rule, broken on purpose in a tree of its own."""

import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


def check(files):
    """Runs the check over a tree of `files` {path: text}; its exit code and its output."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w") as out:
                out.write(text)
        done = subprocess.run(
            [sys.executable, os.path.join(HERE, "layers.py"), root], capture_output=True, text=True
        )
        return done.returncode, done.stdout


class Layers(unittest.TestCase):
    def assert_found(self, path, include, what):
        code, output = check({path: f"#pragma once\n\n#include {include}\n"})
        self.assertEqual(code, 1, output)
        self.assertIn(f"{path}:3: ", output)
        self.assertIn(what, output)

    def assert_allowed(self, path, include):
        code, output = check({path: f"#include {include}\n"})
        self.assertEqual(code, 0, output)

    def test_finds_upward_includes(self):
        for path, include in [
            ("core/a.hpp", '"propagator/archive.hpp"'),
            ("propagator/a.cpp", '"estimators/history.hpp"'),
            ("estimators/a.cpp", '"proto/convert.hpp"'),
            ("proto/a.cpp", '"workers/executor.hpp"'),
            ("workers/a.cpp", '"islands/island.hpp"'),
            ("workers/energy/a.cpp", '"estimators/estimator.hpp"'),
            ("islands/a.cpp", '"service/study.hpp"'),
            ("service/a.cpp", '"apps/arguments.hpp"'),
        ]:
            with self.subTest(path=path, include=include):
                self.assert_found(path, include, f"may not include {include.strip(chr(34))}")

    def test_islands_see_only_the_executor_of_workers(self):
        self.assert_allowed("islands/a.hpp", '"workers/executor.hpp"')
        self.assert_found("islands/a.hpp", '"workers/process.hpp"', "may not include")

    def test_allows_downward_and_own(self):
        for path, include in [
            ("core/a.hpp", '"core/ids.hpp"'),
            ("proto/a.cpp", '"proto/event.pb.h"'),
            ("workers/a.hpp", '"core/ids.hpp"'),
            ("service/storage/a.cpp", '"service/storage/writer.hpp"'),
            ("apps/a.cpp", '"islands/island.hpp"'),
            ("core/a.hpp", "<vector>"),
        ]:
            with self.subTest(path=path, include=include):
                self.assert_allowed(path, include)

    def test_finds_includes_that_hide_their_folder(self):
        self.assert_found("core/a.cpp", '"ids.hpp"', "names no folder")
        self.assert_found("core/a.cpp", '"../workers/executor.hpp"', "not in a folder of the house")
        self.assert_found("islands/a.cpp", '"islands/../service/study.hpp"', "not in a folder")
        self.assert_found("core/a.cpp", "<service/study.hpp>", "is ours")

    def test_heavy_libraries_stay_in_their_room(self):
        for header, room in [
            ("<mpi.h>", "islands/mpi_transport"),
            ("<grpcpp/grpcpp.h>", "service/gateway/server"),
            ("<sqlite3.h>", "service/storage/database"),
            ("<boost/beast.hpp>", "service/web/server"),
            ("<CLI/CLI.hpp>", "apps/evolt"),
        ]:
            with self.subTest(header=header):
                self.assert_allowed(room + ".cpp", header)
                self.assert_found(room + ".hpp", header, "may be included only in")
                self.assert_found("service/rank.cpp", header, "may be included only in")

    def test_pure_rooms_do_no_io(self):
        self.assert_found("islands/a.cpp", "<thread>", "is pure")
        self.assert_found("propagator/a.cpp", "<fstream>", "is pure")
        self.assert_found("core/a.hpp", "<sys/stat.h>", "is pure")
        self.assert_allowed("workers/a.cpp", "<sys/stat.h>")
        self.assert_allowed("islands/mpi_transport.cpp", "<thread>")

    def test_an_empty_tree_is_no_success(self):
        code, output = check({"docs/a.md": ""})
        self.assertEqual(code, 1)
        self.assertIn("found no source", output)


if __name__ == "__main__":
    unittest.main()
