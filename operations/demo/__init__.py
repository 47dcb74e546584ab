"""The demonstration: real content and an invented country programme around it, the same at every load."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).parent / "content"
LANGUAGES = ("en", "ru", "be")
# The reader in C is ten times as fast; a PyYAML that was built without it still loads the demonstration.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def read(name: str) -> Any:
    """Return what the content file `name` holds. Nobody changes it."""
    return yaml.load((CONTENT / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader


def workday(today: date, weeks: int) -> date:
    """The Tuesday `weeks` weeks from the week of `today` (negative: before)."""
    return date.fromordinal(today.toordinal() - today.weekday() + 1 + 7 * weeks)
