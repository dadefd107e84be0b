"""Counts epochs, and keeps after each one how far it has come."""

import argparse
import json
import os
from pathlib import Path

STATE = Path("checkpoints/state.json")
OUTPUTS = Path(os.environ["JOBIMG_OUTPUTS"])


def load() -> dict:
    # An attempt that was interrupted before its first checkpoint has left none.
    if os.environ["JOBIMG_RESUME"] == "1" and STATE.exists():
        return json.loads(STATE.read_text())
    return {"epoch": 0, "loss": 1.0}


def save(state: dict) -> None:
    # The name is moved to a file that is complete: an interruption leaves the one before.
    written = STATE.with_suffix(".tmp")
    written.write_text(json.dumps(state))
    written.replace(STATE)


parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=5)
epochs = parser.parse_args().epochs

state = load()
print(f"attempt {os.environ['JOBIMG_ATTEMPT']} begins at epoch {state['epoch']}")
while state["epoch"] < epochs:
    state = {"epoch": state["epoch"] + 1, "loss": state["loss"] / 2}
    save(state)
    print(f"epoch={state['epoch']} loss={state['loss']}")

OUTPUTS.mkdir(exist_ok=True)
(OUTPUTS / "metrics.json").write_text(json.dumps({"loss": state["loss"]}))
