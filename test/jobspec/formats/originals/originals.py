"""Reads files of Valohai and Polyaxon as their own parsers do: a line of JSON for each, and one back."""

import collections
import collections.abc
import itertools
import json
import sys
import warnings

import markupsafe

# What polyaxon-schemas 0.6.1 and its Jinja import has other places in a later Python and MarkupSafe.
for name in ("Mapping", "Sequence", "MutableMapping", "Iterable", "Callable"):
    setattr(collections, name, getattr(collections.abc, name))
markupsafe.soft_unicode = markupsafe.soft_str
warnings.filterwarnings("ignore")

from polyaxon_schemas.specs import ExperimentSpecification, GroupSpecification  # noqa: E402
from valohai_yaml import parse  # noqa: E402


def valohai(text):
    config = parse(text)
    return [" && ".join(step.build_command({})) for step in config.steps.values()]


def polyaxon(text):
    if "kind: group" not in text:
        return [command_of(ExperimentSpecification.read(text))]
    group = GroupSpecification.read(text)
    matrix = {key: list(values.to_numpy()) for key, values in group.matrix.items()}
    combinations = itertools.product(*matrix.values())
    plain = [[value.item() if hasattr(value, "item") else value for value in row] for row in combinations]
    return [command_of(group.get_experiment_spec(dict(zip(matrix, row)))) for row in plain]


def command_of(spec):
    commands = spec.apply_context()["run"]["cmd"]
    return " && ".join(commands) if isinstance(commands, list) else commands


READERS = {"valohai": valohai, "polyaxon": polyaxon}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"commands": READERS[request["format"]](request["text"])}
    except Exception as error:
        answer = {"refused": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(answer), flush=True)
