"""A line through points: its model and its curve are what the run leaves."""
import argparse
import csv
import json
import pathlib

parser = argparse.ArgumentParser()
parser.add_argument("--points", type=int, required=True)
args = parser.parse_args()

xs = range(args.points)
ys = [3 * x + 1 + (-1) ** x for x in xs]
mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys)) / sum((x - mean_x) ** 2 for x in xs)
model = {"slope": slope, "intercept": mean_y - slope * mean_x}

outputs = pathlib.Path("outputs")
outputs.mkdir(exist_ok=True)
(outputs / "model.json").write_text(json.dumps(model))
with open(outputs / "curve.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["x", "y"])
    writer.writerows(zip(xs, ys))
