"""Who may see whom: each app adds the ways in which somebody comes to see a person.

A way is a function of an account that returns a queryset (used as a subquery) of person ids.
"""

from collections.abc import Callable
from typing import Any

Way = Callable[[Any], Any]

_ways: list[Way] = []


def register(way: Way) -> Way:
    """Add a way (in `AppConfig.ready`)."""
    if way not in _ways:
        _ways.append(way)
    return way


def ways() -> tuple[Way, ...]:
    """Return all ways, in the order in which the apps were loaded."""
    return tuple(_ways)
