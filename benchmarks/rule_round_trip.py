#!/usr/bin/env python3
"""How long a trainer waits for a verdict: of a rule of ours, and of one that is a program.

    benchmarks/rule_round_trip.py [EVOLT] [REPORTS]

One trainer writes REPORTS reports (1,000) to EVOLT_REPORT_FD, one after the other, and measures the time until
each is answered. The program is examples/rules/median_rule.py; its first ten answers, while it starts, are left out.
"""
import json, statistics, subprocess, sys, tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

TRAINER = """
import json, os, sys, time
channel = os.fdopen(int(os.environ["EVOLT_REPORT_FD"]), "r+b", buffering=0)
times = []
for step in range(1, int(sys.argv[1]) + 1):
    line = json.dumps({"step": step, "loss": 1.0 / step}).encode() + b"\\n"
    began = time.perf_counter()
    channel.write(line)
    answer = b""
    while not answer.endswith(b"\\n"): answer += channel.read(4096)
    times.append(time.perf_counter() - began)
json.dump(times, open("times.json", "w"))
"""

STUDY = """
[study]
name = "round-trip"
[budget]
trials = 1
[objective]
minimize = "loss"
[trial]
command = ["/usr/bin/python3", "train.py", "%d", "{params}"]
steps = %d
[stopper]
kind = %s
[param]
x = { type = "float", low = 0, high = 1 }
"""


def measure(evolt, reports, kind):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "train.py").write_text(TRAINER)
        Path(folder, "study.toml").write_text(STUDY % (reports, 2 * reports, kind))
        subprocess.run([evolt, "run", "study.toml", "--slots", "1"], cwd=folder, check=True, capture_output=True)
        times = sorted(json.loads(Path(folder, "times.json").read_text())[10:])
    return [1e6 * value for value in (statistics.median(times), times[len(times) * 9 // 10], times[len(times) * 99 // 100])]


def main():
    evolt = str(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release/bin/evolt").resolve())
    reports = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    program = '{ command = ["/usr/bin/python3", "%s"], deadline = 600 }' % (ROOT / "examples/rules/median_rule.py")
    print("microseconds until the answer: median, 90 %, 99 %")
    for name, kind in (("median", '"median"'), ("median_rule.py", program)):
        print("%-16s %8.0f %8.0f %8.0f" % (name, *measure(evolt, reports, kind)))


if __name__ == "__main__":
    main()
