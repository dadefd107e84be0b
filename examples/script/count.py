# /// script
# requires-python = ">=3.11"
# dependencies = ["tqdm==4.67.1"]
# ///
"""One file that names its own packages: nothing else has to say what goes into the image."""
import argparse

from tqdm import trange

parser = argparse.ArgumentParser()
parser.add_argument("--to", type=int, required=True)
args = parser.parse_args()

total = sum(number for number in trange(1, args.to + 1, ascii=True))
print(f"the sum is {total}")
