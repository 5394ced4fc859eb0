"""A stopping rule: ends a trial that is worse than the median of the others at the same step.

    [stopper]
    kind = { command = ["python3", "median_rule.py"], deadline = "5s", fallback = "default" }
"""
import json, statistics, sys

hello = json.loads(sys.stdin.readline())
sign = -1 if hello["metric"]["direction"] == "maximize" else 1
seen = {}                                            # by step, then by trial; less is better

for line in map(json.loads, sys.stdin):
    trial, points = line["trial"], []
    if line["event"] == "curve":                     # what the study knew before this process began
        points = zip(line["steps"], line["values"])
    elif line["event"] in ("report", "point"):       # a trial of this rank, or of another
        points = [(line["step"], line["value"])]
    for step, value in points:
        if value is not None:                        # null: not a finite number
            seen.setdefault(step, {})[trial] = sign * value
    if line.get("ask"):
        answer = {"trial": trial, "step": line["step"], "verdict": "proceed"}
        others = [value for other, value in seen[line["step"]].items() if other != trial]
        if len(others) >= 5 and sign * line["value"] > statistics.median(others):
            answer["verdict"] = "stop"
            answer["reason"] = "worse than the median of %d at step %d" % (len(others), line["step"])
        print(json.dumps(answer), flush=True)
