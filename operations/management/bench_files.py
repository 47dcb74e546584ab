"""Files that `bench` writes, to which drills add what they measured."""

import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any


def bench_file(said: str) -> Path:
    """Return the path of a file that `bench` wrote; for arguments, so that a wrong one is told before a long drill.

    Raises ArgumentTypeError.
    """
    path = Path(said)
    try:
        read(path)
    except (OSError, ValueError) as trouble:
        raise ArgumentTypeError(f"{said} is no file that `bench` wrote.") from trouble
    return path


def read(path: Path) -> dict[str, Any]:
    """Return what stands in a file. Raises OSError, and ValueError where it holds something else."""
    figures: Any = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(figures, dict):
        raise ValueError(f"{path} holds no object.")
    return figures


def add(path: Path, **figures: Any) -> None:
    """Put figures into a file by their names, in place of those that it had."""
    path.write_text(json.dumps(read(path) | figures, indent=1) + "\n", encoding="utf-8")
