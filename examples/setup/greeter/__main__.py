"""`build` made the list of names before the code was there; `setup` looked at the code once it was."""
import os
import pathlib
import sys

names = pathlib.Path("/opt/names/all.txt").read_text().split()
if "--check" in sys.argv:
    sys.exit(0 if names else "no names")
for name in names:
    print(os.environ["GREETING"], name)
