"""The demonstration: real content and an invented country programme around it, the same at every load."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).parent / "content"
LANGUAGES = ("en", "ru", "be")


def read(name: str) -> Any:
    """Return what the content file `name` holds."""
    return yaml.safe_load((CONTENT / name).read_text(encoding="utf-8"))


def workday(today: date, weeks: int) -> date:
    """The Tuesday `weeks` weeks from the week of `today` (negative: before)."""
    return date.fromordinal(today.toordinal() - today.weekday() + 1 + 7 * weeks)
