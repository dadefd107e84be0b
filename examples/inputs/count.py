import collections
import json
import os
import pathlib
import sys

words = pathlib.Path(sys.argv[1]).read_text().split()
counts = collections.Counter(words)
folder = pathlib.Path(os.environ["JOBIMG_OUTPUTS"])
folder.mkdir(exist_ok=True)
(folder / "counts.json").write_text(json.dumps(counts.most_common()))
print(f"{len(words)} words, the most frequent: {counts.most_common(1)[0][0]}")
