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


# --- Whom somebody may invite although they coordinate nobody ---------------------------------------------------------
_inviting: list[Way] = []


def register_inviting(way: Way) -> Way:
    """Add a way (in `AppConfig.ready`): of an account to rows (person id, agency id), those that hold more first."""
    if way not in _inviting:
        _inviting.append(way)
    return way


def inviting_ways() -> tuple[Way, ...]:
    """Return all ways in which somebody may invite people into the agencies that sent them."""
    return tuple(_inviting)
