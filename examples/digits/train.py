"""Trains a small neural network to read handwritten digits.

An ordinary training script: it knows nothing of evolt. Its settings are flags, and after each epoch it
prints one line of JSON. Needs Python 3 and numpy, nothing else.

    /usr/bin/python3 train.py --optimizer=adam --lr=0.003 --layers=2

Data: 1,797 images of 8x8 pixels (SOURCE.md). A fixed shuffle splits them once and for all into 1,347
images to train on and 450 to validate on, so every configuration is measured on the same images.
"""

import argparse
import gzip
import json
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
SPLIT_SEED = 2024
TRAIN_IMAGES = 1347
CLASSES = 10


def load_digits(path=os.path.join(HERE, "digits.csv.gz")):
    """The images as rows of 64 numbers around zero, and their classes: train, then validation."""
    with gzip.open(path, "rt") as lines:
        table = np.loadtxt(lines, delimiter=",", dtype=np.float32)
    table = table[np.random.default_rng(SPLIT_SEED).permutation(len(table))]
    pixels, labels = table[:, :-1], table[:, -1].astype(np.int64)
    pixels = (pixels - pixels[:TRAIN_IMAGES].mean()) / pixels[:TRAIN_IMAGES].std()
    return (
        (pixels[:TRAIN_IMAGES], labels[:TRAIN_IMAGES]),
        (pixels[TRAIN_IMAGES:], labels[TRAIN_IMAGES:]),
    )


ACTIVATIONS = {  # name: (function of the sum, its slope as a function of the value)
    "relu": (lambda x: np.maximum(x, 0), lambda y: (y > 0).astype(y.dtype)),
    "tanh": (np.tanh, lambda y: 1 - y * y),
    "sigmoid": (lambda x: 0.5 * (1 + np.tanh(0.5 * x)), lambda y: y * (1 - y)),
}


class Network:
    """Fully connected layers; every hidden one is followed by the activation and by dropout."""

    def __init__(self, sizes, activation, dropout, init_scale, rng):
        self.activate, self.slope = ACTIVATIONS[activation]
        self.dropout = dropout
        self.rng = rng
        self.parameters = []  # weights and biases in turn, from the input to the output
        for fan_in, fan_out in zip(sizes, sizes[1:]):
            spread = init_scale * np.sqrt(2 / fan_in)
            weights = rng.normal(0, spread, (fan_in, fan_out)).astype(np.float32)
            self.parameters += [weights, np.zeros(fan_out, np.float32)]

    def forward(self, images, training=False):
        """The scores of each class, and what backward() needs."""
        values, masks = [images], []
        for i in range(0, len(self.parameters) - 2, 2):
            hidden = self.activate(values[-1] @ self.parameters[i] + self.parameters[i + 1])
            mask = None
            if training and self.dropout > 0:
                keep = self.rng.random(hidden.shape, dtype=np.float32) >= self.dropout
                mask = keep / np.float32(1 - self.dropout)
            masks.append((hidden, mask))
            values.append(hidden if mask is None else hidden * mask)
        return values[-1] @ self.parameters[-2] + self.parameters[-1], (values, masks)

    def backward(self, kept, error):
        """The gradient of each parameter, given that of the scores."""
        values, masks = kept
        gradients = [None] * len(self.parameters)
        for layer in range(len(values) - 1, -1, -1):
            gradients[2 * layer] = values[layer].T @ error
            gradients[2 * layer + 1] = error.sum(axis=0)
            if layer > 0:
                hidden, mask = masks[layer - 1]
                error = (error @ self.parameters[2 * layer].T) * self.slope(hidden)
                if mask is not None:
                    error *= mask
        return gradients


def cross_entropy(scores, labels):
    """The mean loss, and its gradient with respect to the scores."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    odds = np.exp(shifted)
    totals = odds.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = float(np.mean(np.log(totals[:, 0]) - shifted[rows, labels]))
    error = odds / totals
    error[rows, labels] -= 1
    return loss, error / np.float32(len(labels))


class Optimizer:
    """Plain gradient descent, with momentum, or Adam (Kingma and Ba 2015)."""

    def __init__(self, kind, parameters, momentum):
        self.kind, self.momentum, self.count = kind, momentum, 0
        self.first = [np.zeros_like(p) for p in parameters]
        self.second = [np.zeros_like(p) for p in parameters]

    def step(self, parameters, gradients, lr):
        self.count += 1
        for p, g, m, v in zip(parameters, gradients, self.first, self.second):
            if self.kind == "sgd":
                p -= lr * g
            elif self.kind == "momentum":
                m *= self.momentum
                m += g
                p -= lr * m
            else:
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                size = np.sqrt(v / (1 - 0.999**self.count)) + 1e-8
                p -= (lr / (1 - 0.9**self.count)) * m / size


def train(config, data):
    """Trains one network; yields what is to be reported after each epoch."""
    (images, labels), (val_images, val_labels) = data
    rng = np.random.default_rng(config.seed)
    hidden = [config.units1, config.units2][: config.layers]
    network = Network(
        [images.shape[1], *hidden, CLASSES],
        config.activation, config.dropout, config.init_scale, rng,
    )
    optimizer = Optimizer(config.optimizer, network.parameters, config.momentum)
    for epoch in range(1, config.epochs + 1):
        order = rng.permutation(len(images))
        losses = []
        for start in range(0, len(order), config.batch):
            batch = order[start : start + config.batch]
            scores, kept = network.forward(images[batch], training=True)
            loss, error = cross_entropy(scores, labels[batch])
            gradients = network.backward(kept, error)
            for i in range(0, len(gradients), 2):  # weights only: biases are not decayed
                gradients[i] += config.l2 * network.parameters[i]
            optimizer.step(network.parameters, gradients, config.lr)
            losses.append(loss * len(batch))
        scores, _ = network.forward(val_images)
        val_loss, _ = cross_entropy(scores, val_labels)
        if not np.isfinite(val_loss):
            raise FloatingPointError(f"diverged: the loss is {val_loss} in epoch {epoch}")
        yield {
            "step": epoch,
            "train_loss": sum(losses) / len(images),
            "val_loss": val_loss,
            "val_accuracy": float(np.mean(scores.argmax(axis=1) == val_labels)),
        }


def parser():
    flags = argparse.ArgumentParser(description="Train a network on the handwritten digits.")
    flags.add_argument("--layers", type=int, default=1, choices=[1, 2], help="hidden layers")
    flags.add_argument("--units1", type=int, default=32, help="units of the first hidden layer")
    flags.add_argument("--units2", type=int, default=32, help="of the second, if there is one")
    flags.add_argument("--activation", default="relu", choices=list(ACTIVATIONS))
    flags.add_argument("--optimizer", default="sgd", choices=["sgd", "momentum", "adam"])
    flags.add_argument("--lr", type=float, default=0.01, help="learning rate")
    flags.add_argument("--momentum", type=float, default=0.9, help="for --optimizer=momentum")
    flags.add_argument("--batch", type=int, default=64, help="images in a step")
    flags.add_argument("--dropout", type=float, default=0.0, help="share of hidden units left out")
    flags.add_argument("--l2", type=float, default=0.0, help="weight decay")
    flags.add_argument("--init_scale", type=float, default=1.0, help="of the first weights")
    flags.add_argument("--epochs", type=int, default=40)
    flags.add_argument("--seed", type=int, default=0, help="of the weights and of the batches")
    return flags


def main():
    config = parser().parse_args()
    try:
        for report in train(config, load_digits()):
            print(json.dumps(report), flush=True)
    except FloatingPointError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
