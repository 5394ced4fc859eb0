"""Trains small convolutional networks on handwritten digits: PyTorch, one process for many trials.

Reads one trial a line on stdin, `{"trial": ID, "params": {...}, "steps": N}`, and answers on stdout with a
report for each epoch and, last, `{"done": true}` or `{"failed": "why"}`. `{"stop": ID}` on stdin ends a
trial early. It knows nothing of energy: that is measured from outside, around it. What it says of its
phases lets training and inference be told apart.

Data: ../digits (SOURCE.md there): 1,797 images of 8x8 pixels, 450 of them to validate on.
"""

import gzip
import json
import os
import queue
import sys
import threading
import time

import numpy as np
import torch
from torch import nn

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "digits", "digits.csv.gz")
SPLIT_SEED = 2024
TRAIN_IMAGES = 1347
CLASSES = 10
# Inference is repeated for so long: a meter sees nothing of a millisecond. Once, where nothing measures.
INFER_SECONDS = float(os.environ.get("EVOLT_PHASE_SECONDS", "0"))


def load_digits():
    with gzip.open(DATA, "rt") as lines:
        table = np.loadtxt(lines, delimiter=",", dtype=np.float32)
    table = table[np.random.default_rng(SPLIT_SEED).permutation(len(table))]
    images = torch.from_numpy(table[:, :-1].reshape(-1, 1, 8, 8))
    labels = torch.from_numpy(table[:, -1].astype(np.int64))
    images = (images - images[:TRAIN_IMAGES].mean()) / images[:TRAIN_IMAGES].std()
    return images[:TRAIN_IMAGES], labels[:TRAIN_IMAGES], images[TRAIN_IMAGES:], labels[TRAIN_IMAGES:]


class Block(nn.Module):
    """A convolution, and what surrounds it; with `skip`, its input is added to what comes out."""

    def __init__(self, inputs, outputs, params, skip):
        super().__init__()
        kernel = params["kernel"]
        layers = [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)]
        if params["norm"]:
            layers.append(nn.BatchNorm2d(outputs))
        layers.append({"relu": nn.ReLU, "silu": nn.SiLU, "tanh": nn.Tanh}[params["activation"]]())
        self.layers = nn.Sequential(*layers)
        self.bypass = nn.Conv2d(inputs, outputs, 1) if skip else None

    def forward(self, images):
        out = self.layers(images)
        return out if self.bypass is None else out + self.bypass(images)


def network(params):
    pool = {"max": nn.MaxPool2d, "mean": nn.AvgPool2d}[params["pool"]]
    layers, channels, side = [], 1, 8
    for block in range(1, params["blocks"] + 1):
        width = params["width"] if block == 1 else channels * (2 if params[f"widen{block}"] else 1)
        layers += [Block(channels, width, params, block > 1 and params[f"skip{block}"]), pool(2)]
        channels, side = width, side // 2
    layers.append(nn.Flatten())
    features = channels * side * side
    if params["dense"] > 0:
        layers += [nn.Linear(features, params["dense"]), nn.ReLU()]
        features = params["dense"]
    return nn.Sequential(*layers, nn.Linear(features, CLASSES))


def optimizer_of(params, model):
    kind, lr = params["optimizer"], params["lr"]
    if kind == "sgd":
        return torch.optim.SGD(model.parameters(), lr=lr, momentum=params["momentum"])
    if kind == "adam":
        return torch.optim.Adam(model.parameters(), lr=lr)
    return torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=params["decay"])


def train(params, steps, data, say):
    """One training; `say` is told each epoch and says whether to go on. Whether it came to its end."""
    images, labels, val_images, val_labels = data
    torch.manual_seed(0)
    model = network(params)
    optimizer = optimizer_of(params, model)
    loss_of = nn.CrossEntropyLoss()
    weights = sum(p.numel() for p in model.parameters())
    for epoch in range(1, steps + 1):
        model.train()
        total = 0.0
        for batch in torch.randperm(len(images)).split(params["batch"]):
            optimizer.zero_grad()
            loss = loss_of(model(images[batch]), labels[batch])
            loss.backward()
            optimizer.step()
            total += float(loss.detach()) * len(batch)
        model.eval()
        with torch.no_grad():
            scores = model(val_images)
            val_loss = float(loss_of(scores, val_labels))
        if not np.isfinite(val_loss):
            raise FloatingPointError(f"diverged: the loss is {val_loss} in epoch {epoch}")
        accuracy = float((scores.argmax(1) == val_labels).float().mean())
        if not say({"step": epoch, "train_loss": total / len(images), "val_loss": val_loss,
                    "val_accuracy": accuracy, "weights": weights}):
            return False
    say({"phase": "infer"})
    items, end = 0, time.monotonic() + INFER_SECONDS
    with torch.no_grad():
        while items == 0 or time.monotonic() < end:
            model(val_images)
            items += len(val_images)
    say({"phase": "infer", "items": items})
    return True


def main():
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    inbox = queue.Queue()

    def read():
        for line in sys.stdin:
            inbox.put(json.loads(line))
        inbox.put({"end": True})

    threading.Thread(target=read, daemon=True).start()
    data = load_digits()

    def run(request):
        def say(report):
            print(json.dumps({"trial": request["trial"], **report}), flush=True)
            while not inbox.empty():
                if "stop" not in inbox.queue[0]:
                    return True  # the next trial, or the end: its turn comes
                if inbox.get()["stop"] == request["trial"]:
                    return False
            return True

        try:
            train(request["params"], request["steps"], data, say)
            say({"done": True})
        except FloatingPointError as error:
            say({"failed": str(error)})

    while "end" not in (request := inbox.get()):
        if "trial" in request:
            run(request)


if __name__ == "__main__":
    main()
