"""The trainer of train.py for many trials in one process: Python, numpy and the data are loaded once.

Reads one trial a line on stdin, `{"trial": ID, "params": {...}, "steps": N}`, and answers on stdout with the
reports of its epochs and, last, `{"done": true}` or `{"failed": "why"}`. `{"stop": ID}` on stdin ends a
trial early. Ends when stdin does. study-server.toml uses it.
"""

import json
import queue
import sys
import threading

import train


def say(line):
    print(json.dumps(line), flush=True)


def run(request, data, inbox):
    """One trial; returns early when it is told to stop."""
    flags = [f"--{name}={value}" for name, value in request["params"].items()]
    config = train.parser().parse_args(flags)
    config.epochs = request.get("steps") or config.epochs
    for report in train.train(config, data):
        say(report)
        while not inbox.empty():
            if inbox.queue[0].get("stop") == request["trial"]:
                inbox.get()
                return
            if "stop" not in inbox.queue[0]:
                break  # the next trial: its turn comes
            inbox.get()  # a stop that came too late for an earlier trial


def main():
    inbox = queue.Queue()

    def read():
        for line in sys.stdin:
            inbox.put(json.loads(line))
        inbox.put({"end": True})

    threading.Thread(target=read, daemon=True).start()
    data = train.load_digits()
    while "end" not in (request := inbox.get()):
        if "trial" not in request:
            continue
        try:
            run(request, data, inbox)
            say({"done": True})
        except FloatingPointError as error:
            say({"failed": str(error)})
        except SystemExit:  # argparse has said on stderr what it did not like
            say({"failed": f"cannot use the settings {json.dumps(request['params'])}"})


if __name__ == "__main__":
    main()
