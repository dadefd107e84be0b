"""Reads what the Dockerfile put into the image, and writes a metric."""
import json
import os
import pathlib

words = pathlib.Path("/opt/report/words.txt").read_text().split()
outputs = pathlib.Path(os.environ["JOBIMG_OUTPUTS"])
outputs.mkdir(parents=True, exist_ok=True)
(outputs / "metrics.json").write_text(json.dumps({"words": len(words)}))
print(f"{os.environ['REPORT_TITLE']}: {len(words)} words")
