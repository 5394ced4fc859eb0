#!/usr/bin/python3
"""Every test that docs/robustness.md names is there."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def named(page):
    """Test cases `room: what it does`, journeys' `test_...`, and files, from the tables."""
    rows = [line.rsplit("|", 2)[1] for line in page.splitlines() if line.startswith("|")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def main():
    cases = set()
    for source in (ROOT / "tests").rglob("*.cpp"):
        cases.update(re.findall(r'TEST_CASE\(\s*"([^"]+)"', source.read_text()))
    journeys = {name for source in (ROOT / "tests/journeys").glob("*.py")
                for name in re.findall(r"def (test_\w+)", source.read_text())}
    names = named((ROOT / "docs/robustness.md").read_text())
    missing = [name for name in names
               if name not in cases and name not in journeys
               and not (ROOT / name).exists() and not (ROOT / "tests" / name).exists()
               and not (ROOT / (name + ".cpp")).exists()]
    for name in missing:
        print("docs/robustness.md names a test that is not there:", name)
    print("robustness: %d names, %d missing" % (len(names), len(missing)))
    return 1 if missing or not names else 0


if __name__ == "__main__":
    sys.exit(main())
