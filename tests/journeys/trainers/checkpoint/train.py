"""Estimates pi by throwing darts, a little in each step, and saves its state after every step.

Continues from the directory EVOLT_CHECKPOINT_IN when that holds a state, and saves to
EVOLT_CHECKPOINT_OUT. `starts` counts the processes that it took to get here.
"""

import argparse
import json
import os
import random
import time


def load(directory):
    """The saved state; a fresh one when there is none."""
    path = os.path.join(directory, "state.json") if directory else ""
    if path and os.path.exists(path):
        with open(path) as saved:
            return json.load(saved)
    return {"step": 0, "thrown": 0, "inside": 0, "starts": 0}


def save(directory, state):
    """Whole or not at all, also when the process is killed in between."""
    if directory:
        part = os.path.join(directory, "state.json.part")
        with open(part, "w") as out:
            json.dump(state, out)
        os.replace(part, os.path.join(directory, "state.json"))


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--darts", type=int, default=1000, help="thrown in a step")
    flags.add_argument("--radius", type=float, default=1.0, help="of the board, at most 1")
    flags.add_argument("--steps", type=int, default=30)
    flags.add_argument("--pause", type=float, default=0.1, help="seconds between steps")
    args = flags.parse_args()

    state = load(os.environ.get("EVOLT_CHECKPOINT_IN", ""))
    state["starts"] += 1
    first = state["step"] + 1
    for step in range(first, args.steps + 1):
        rng = random.Random(step)
        for _ in range(args.darts):
            state["inside"] += rng.random() ** 2 + rng.random() ** 2 < args.radius**2
        state["thrown"] += args.darts
        state["step"] = step
        save(os.environ.get("EVOLT_CHECKPOINT_OUT", ""), state)
        pi = 4 * state["inside"] / state["thrown"] / args.radius**2
        report = {"step": step, "error": abs(pi - 3.141592653589793)}
        report |= {"first_step": first, "starts": state["starts"]}
        print(json.dumps(report), flush=True)
        time.sleep(args.pause)


if __name__ == "__main__":
    main()
