#!/usr/bin/env python3
"""Does every include go down the house, and does every heavy library stay in its room?

A folder is a floor (docs/architecture.md); LAYERS says what each may include. Prints one line for each
violation, `file:line: what`, and ends with 1 when there is any. `layers.py DIR` checks another tree.
"""

import fnmatch
import os
import re
import sys

# What a folder may include besides itself: a folder, or a single file.
LAYERS = {
    "core": [],
    "propagator": ["core"],
    "estimators": ["core"],
    "proto": ["core"],
    "workers": ["core", "proto"],
    "islands": ["core", "propagator", "estimators", "proto", "workers/executor.hpp"],
    "service": ["core", "propagator", "estimators", "proto", "workers", "islands"],
    "apps": ["core", "propagator", "estimators", "proto", "workers", "islands", "service"],
}

# Libraries that only these sources may include, and no header: (header pattern, sources).
HEAVY = [
    ("mpi.h", ["islands/mpi*.cpp", "islands/mpi/*.cpp"]),
    ("grpc*", ["service/gateway/*.cpp", "workers/client/*.cpp"]),
    ("sqlite3.h", ["service/storage/*.cpp"]),
    ("boost/beast*", ["service/web/*.cpp", "workers/energy/*.cpp"]),
    ("CLI/*", ["apps/*.cpp"]),
    ("toml++/*", ["service/*.cpp"]),
    ("re2/*", ["workers/*.cpp", "service/*.cpp"]),
]

# Pure rooms do no I/O and start no threads; the MPI module beside islands/ is not one of them.
PURE = ["core", "propagator", "estimators", "islands"]
IMPURE_FILES = ["islands/mpi*"]
IO_HEADERS = [
    "fstream", "iostream", "filesystem", "thread", "mutex", "condition_variable", "future",
    "unistd.h", "fcntl.h", "poll.h", "signal.h", "csignal", "spawn.h", "dlfcn.h", "sys/*", "boost/*",
]

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def matches(name, patterns):
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def sources(root):
    """Every C++ file of the house, as a path below `root`."""
    for folder in LAYERS:
        for where, folders, files in os.walk(os.path.join(root, folder)):
            folders.sort()
            for file in sorted(files):
                if file.endswith((".hpp", ".cpp", ".h", ".cc")):
                    yield os.path.relpath(os.path.join(where, file), root).replace(os.sep, "/")


def complaint(file, quoted, angled):
    """What is wrong with an include of `file`; None when nothing is."""
    name = quoted or angled
    own = file.split("/")[0]
    folder = name.split("/")[0]
    if quoted and "/" not in name:
        return f'"{name}" names no folder; write "{own}/{name}"'
    if quoted and (folder not in LAYERS or ".." in name.split("/")):
        return f'"{name}" is not in a folder of the house'
    if quoted and folder != own and not any(name == a or folder == a for a in LAYERS[own]):
        return f"{own}/ may not include {name} (it may include {', '.join(LAYERS[own]) or 'nothing'})"
    if angled and folder in LAYERS and "/" in name:
        return f'<{name}> is ours; write "{name}"'
    for pattern, allowed in HEAVY:
        if matches(name, [pattern]) and not matches(file, allowed):
            return f"{name} may be included only in {', '.join(allowed)}"
    if own in PURE and not matches(file, IMPURE_FILES) and angled and matches(name, IO_HEADERS):
        return f"{own}/ is pure: no <{name}> here"
    return None


def violations(root):
    """(file, line number, what) for each include that breaks a rule."""
    for file in sources(root):
        with open(os.path.join(root, file), encoding="utf-8") as text:
            for number, line in enumerate(text, 1):
                if found := INCLUDE.match(line):
                    if what := complaint(file, *found.groups()):
                        yield file, number, what


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", "..")
    checked = len(list(sources(root)))
    found = list(violations(root))
    for file, number, what in found:
        print(f"{file}:{number}: {what}")
    if checked == 0:
        print(f"layers: found no source below {root}")
    else:
        print(f"layers: {checked} files, {len(found)} violations")
    sys.exit(1 if found or checked == 0 else 0)


if __name__ == "__main__":
    main()
