"""Walks down a parabola, and writes how far it got where Polyaxon wants outputs."""

import argparse
import json
import os
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--start", type=float, required=True)
parser.add_argument("--lr", type=float, required=True)
parser.add_argument("--steps", type=int, required=True)
arguments = parser.parse_args()

assert json.loads(os.environ["POLYAXON_PARAMS"]) == vars(arguments)

place = arguments.start
for _ in range(arguments.steps):
    place -= arguments.lr * 2 * place
print(f"loss {place ** 2:.6f} with a rate of {arguments.lr}")

outputs = Path(os.environ["POLYAXON_RUN_OUTPUTS_PATH"])
outputs.mkdir(exist_ok=True)
(outputs / "metrics.json").write_text(json.dumps({"loss": place**2}))
