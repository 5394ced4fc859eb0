"""Fits a polynomial to a noisy wave by gradient descent; writes history.csv, a line for each pass."""

import argparse
import csv
import math
import os
import random


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--degree", type=int, default=3)
    flags.add_argument("--lr", type=float, default=0.1)
    flags.add_argument("--passes", type=int, default=20)
    args = flags.parse_args()

    rng = random.Random(7)

    def sample(count):
        xs = [rng.uniform(-1, 1) for _ in range(count)]
        return [(x, math.sin(3 * x) + rng.gauss(0, 0.1)) for x in xs]

    train, val = sample(60), sample(60)
    weights = [0.0] * (args.degree + 1)

    def error(points):
        misses = (sum(w * x**k for k, w in enumerate(weights)) - y for x, y in points)
        return sum(miss * miss for miss in misses) / len(points)

    with open("history.csv.part", "w", newline="") as out:
        table = csv.writer(out)
        table.writerow(["step", "train_error", "val_error"])
        for step in range(1, args.passes + 1):
            for x, y in train:
                miss = sum(w * x**k for k, w in enumerate(weights)) - y
                weights = [w - args.lr * miss * x**k for k, w in enumerate(weights)]
            table.writerow([step, error(train), error(val)])
    os.replace("history.csv.part", "history.csv")


if __name__ == "__main__":
    main()
