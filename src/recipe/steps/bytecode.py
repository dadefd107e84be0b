# Compiles the Python files below the folders in the arguments, on all cores.
import os, sys
from compileall import compile_dir
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from py_compile import PycInvalidationMode

FILES = 200
UNCHECKED_HASH = (1).to_bytes(4, "little")


def is_compiled(file):
    """Whether there is bytecode of just this text, as there is of what was installed before the packages."""
    try:
        with open(cache_from_source(file), "rb") as bytecode, open(file, "rb") as text:
            return bytecode.read(16) == MAGIC_NUMBER + UNCHECKED_HASH + source_hash(text.read())
    except OSError:
        return False


def batches():
    """Folders with some hundred files to compile: a function of the files alone, whatever machine this is."""
    batch, size = [], 0
    for root in sys.argv[1:]:
        for folder, below, files in os.walk(root):
            below[:] = sorted(name for name in below if name != "__pycache__")
            paths = [os.path.join(folder, name) for name in files if name.endswith(".py")]
            if all(map(is_compiled, paths)):
                continue
            batch.append(folder)
            size += len(paths)
            if size >= FILES:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def start(batch):
    """What was compiled before in a process shows in the bytes, so each batch has a process of its own."""
    process = os.fork()
    if process != 0:
        return process
    for folder in batch:
        # Packages hold files on purpose that are no valid Python: what they return is no error.
        compile_dir(folder, maxlevels=0, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    os._exit(0)


def wait():
    process, status = os.wait()
    batch = running.pop(process)
    if status != 0:
        print(f"jobimg: not all of {batch[0]} to {batch[-1]} is compiled: status {status}", file=sys.stderr)


cores = len(os.sched_getaffinity(0))
running = {}
for batch in list(batches()):
    if len(running) == cores:
        wait()
    running[start(batch)] = batch
while running:
    wait()
