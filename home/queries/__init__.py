"""Questions across all apps, each in a constant number of queries."""

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

__all__ = [
    "TOGETHER",
    "Group",
    "Kind",
    "acknowledged",
    "acknowledged_key",
    "doors",
    "find",
    "home_page",
    "my_learning",
    "next_workshops",
    "offer",
    "with_partners",
]
