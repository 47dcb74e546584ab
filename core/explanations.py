"""What was asked of somebody and whether it is there, as lines that people read."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One thing that was asked for: what there is, whether it is enough, and what to do if not."""

    text: str
    met: bool
    advice: str = ""


def per_cent(part: int | None, whole: int | None) -> int:
    """Return the share in whole per cent, rounded down: nothing is claimed that was not reached.

    >>> per_cent(2, 3), per_cent(None, 3), per_cent(0, 0)
    (66, 0, 0)
    """
    return part * 100 // whole if part is not None and whole else 0


def missing(lines: Iterable[Line]) -> list[Line]:
    """Return the lines that stand between somebody and a certificate."""
    return [line for line in lines if not line.met]
