"""A script from before evolt: separates two clouds of points by logistic regression.

Prints what a person reads, in its own format; nothing in it knows of any tuner.
"""

import argparse
import math
import random


def clouds(rng, count):
    """Points of two overlapping clouds, with the cloud each belongs to."""
    points = []
    for i in range(count):
        side = i % 2
        points.append((rng.gauss(1.2 * side, 1), rng.gauss(-0.8 * side, 1), side))
    return points


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--lr", type=float, default=0.1)
    flags.add_argument("--decay", type=float, default=0.0)
    flags.add_argument("--epochs", type=int, default=10)
    args = flags.parse_args()

    rng = random.Random(3)
    train, val = clouds(rng, 200), clouds(rng, 200)
    a = b = c = 0.0
    print(f"training on {len(train)} points, lr {args.lr:g}")
    for epoch in range(1, args.epochs + 1):
        for x, y, side in train:
            sum_ = max(-50.0, min(50.0, a * x + b * y + c))
            error = 1 / (1 + math.exp(-sum_)) - side
            a -= args.lr * (error * x + args.decay * a)
            b -= args.lr * (error * y + args.decay * b)
            c -= args.lr * error
        right = sum((a * x + b * y + c > 0) == (side == 1) for x, y, side in val)
        print(f"epoch {epoch} val_acc={right / len(val):.3f}", flush=True)
    print("done")


if __name__ == "__main__":
    main()
