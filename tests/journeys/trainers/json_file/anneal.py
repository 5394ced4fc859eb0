"""Looks for a short round trip through 30 towns by simulated annealing; writes result.json at its end."""

import argparse
import json
import math
import os
import random


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--start", type=float, default=1.0, help="first temperature")
    flags.add_argument("--cooling", type=float, default=0.999)
    flags.add_argument("--moves", type=int, default=3000)
    args = flags.parse_args()

    rng = random.Random(11)
    towns = [(rng.random(), rng.random()) for _ in range(30)]

    def length(tour):
        return sum(math.dist(towns[a], towns[b]) for a, b in zip(tour, tour[1:] + tour[:1]))

    tour = list(range(len(towns)))
    now, heat, taken = length(tour), args.start, 0
    for _ in range(args.moves):
        i, j = sorted(rng.sample(range(len(tour)), 2))
        other = tour[:i] + tour[i : j + 1][::-1] + tour[j + 1 :]
        then = length(other)
        if then < now or rng.random() < math.exp((now - then) / max(heat, 1e-12)):
            tour, now, taken = other, then, taken + 1
        heat *= args.cooling
    print("finished, see result.json")
    with open("result.json.part", "w") as out:
        json.dump({"length": now, "moves_taken": taken, "tour": tour}, out)
    os.replace("result.json.part", "result.json")


if __name__ == "__main__":
    main()
