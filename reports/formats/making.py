"""Who made a file of a report, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Making:
    """Who made the file and when; `moment` is local time without a zone, as spreadsheets hold it.

    number: of the report, as the programme agreed upon them ("R4"), or of a frozen one.
    """

    who: str
    moment: datetime
    number: str = ""


# Is told how many rows are written, now and then.
Tell = Callable[[int], None]
# How often: each time is a question to the database of whoever listens.
EVERY = 1000


def nobody(_done: int) -> None:
    """Nobody waits to hear how far a file is."""
