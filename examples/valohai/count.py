"""Counts the words of a text and leaves the result where Valohai looks for it."""
import argparse
import collections
import json
import os

parser = argparse.ArgumentParser()
parser.add_argument("--text", required=True)
parser.add_argument("--least", type=int, required=True)
args = parser.parse_args()

counts = collections.Counter(args.text.split())
found = {word: count for word, count in sorted(counts.items()) if count >= args.least}
with open("/valohai/outputs/words.json", "w") as file:
    json.dump(found, file)
print(os.environ["GREETING"], found)
