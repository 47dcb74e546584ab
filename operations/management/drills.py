"""What commands share that do much work in a process of their own, to measure it, and leave nothing behind."""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction


def most_memory() -> float:
    """Return the most memory that this process has held so far, in MB of 1,000,000 bytes."""
    try:
        # Of this program alone; what `getrusage` says may be the memory of the process that started it.
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6
    except (OSError, StopIteration):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most * (1 if sys.platform == "darwin" else 1024) / 1e6


@contextmanager
def thrown_away(field: Any) -> Iterator[None]:
    """Roll back the rows, and put the files of a field where nothing is kept."""
    # The storage that the field holds: another may have taken its place since in the settings.
    storage = field.storage
    with TemporaryDirectory(prefix="academy-") as folder, transaction.atomic():
        kept, storage.location = storage.location, folder
        try:
            yield
        finally:
            storage.location = kept
            transaction.set_rollback(True)
