"""Fits a line to noisy points by gradient descent; small enough for any machine, shaped like a real training run."""
import argparse
import json
import os
import pathlib
import random

from tqdm import trange

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, required=True)
parser.add_argument("--epochs", type=int, required=True)
args = parser.parse_args()

random.seed(0)
points = [(x / 100, 3 * x / 100 + 1 + random.gauss(0, 0.1)) for x in range(200)]
slope, offset = 0.0, 0.0
outputs = pathlib.Path(os.environ["JOBIMG_OUTPUTS"])
outputs.mkdir(parents=True, exist_ok=True)

with open(outputs / "metrics.json", "w") as metrics:
    for epoch in trange(args.epochs, desc="training", ascii=True):
        for x, y in points:
            error = slope * x + offset - y
            slope -= args.lr * error * x
            offset -= args.lr * error
        loss = sum((slope * x + offset - y) ** 2 for x, y in points) / len(points)
        print(f"epoch {epoch + 1}: loss {loss:.5f}", flush=True)
        metrics.write(json.dumps({"epoch": epoch + 1, "loss": loss}) + "\n")

(outputs / "model.json").write_text(json.dumps({"slope": slope, "offset": offset}))
