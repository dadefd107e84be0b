"""Walks down a parabola and writes how far it got."""

import argparse
import json
import os
import pathlib

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, required=True)
parser.add_argument("--steps", type=int, required=True)
options = parser.parse_args()

x = 3.0
with (pathlib.Path(os.environ["JOBIMG_OUTPUTS"]) / "metrics.jsonl").open("w") as course:
    for step in range(options.steps):
        x -= options.lr * 2 * x
        course.write(json.dumps({"step": step, "loss": x * x}) + "\n")
print(f"loss {x * x:.6f} with a rate of {options.lr}", flush=True)
