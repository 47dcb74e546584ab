"""What commands that bring files in have in common: reading the file, and saying what came of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError


def read_file(path: Path) -> bytes:
    """Return what a file holds. Raises CommandError with a sentence where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def say_result(command: BaseCommand, result: Mapping[str, Any], *, as_json: bool) -> None:
    """Print the counts, and what is wrong by line and column on stderr. Ends with 1 when something is."""
    if as_json:
        command.stdout.write(json.dumps(result, ensure_ascii=False))
    else:
        command.stdout.write(", ".join(f"{name} {value}" for name, value in result.items() if name != "errors"))
    for wrong in result["errors"]:
        place = " ".join(filter(None, [f"Line {wrong['line']}", wrong["column"]])) if wrong["line"] else "The file"
        command.stderr.write(f"{place}: {wrong['message']}")
    if result["errors"]:
        raise SystemExit(1)
