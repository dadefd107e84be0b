"""Finds the mean of the numbers that the image brings, and writes it where Polyaxon wants outputs."""

import argparse
import json
import os
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--batch_size", type=int, required=True)
parser.add_argument("--lr", type=float, required=True)
arguments = parser.parse_args()

assert json.loads(os.environ["POLYAXON_PARAMS"]) == vars(arguments)
print(os.environ["GREETING"])

numbers = [int(line) for line in Path("/opt/data/numbers.txt").read_text().split()]
guess = 0.0
for step in range(arguments.batch_size):
    loss = sum((guess - number) ** 2 for number in numbers) / len(numbers)
    guess -= arguments.lr * 2 * sum(guess - number for number in numbers) / len(numbers)
    if step % 32 == 0:
        print(f"step {step}: loss {loss:.4f}")

outputs = Path(os.environ["POLYAXON_RUN_OUTPUTS_PATH"])
outputs.mkdir(exist_ok=True)
(outputs / "metrics.json").write_text(json.dumps({"loss": loss, "mean": guess}))
