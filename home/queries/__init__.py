"""Questions across all apps, each in a constant number of queries."""

from home.queries.calendar import calendar
from home.queries.learning import (
    acknowledged,
    acknowledged_key,
    doors,
    home_page,
    my_learning,
    next_workshops,
    offer,
    with_partners,
)
from home.queries.searching import TOGETHER, Group, Kind, find
from home.queries.transcript import Earned, Transcript, transcript

__all__ = [
    "TOGETHER",
    "Earned",
    "Group",
    "Kind",
    "Transcript",
    "acknowledged",
    "acknowledged_key",
    "calendar",
    "doors",
    "find",
    "home_page",
    "my_learning",
    "next_workshops",
    "offer",
    "transcript",
    "with_partners",
]
