"""Which events of the audit trail showed a person's data without naming the person: each app tells of its own.

A list of names, a report about an agency: the event names the list. A way is a function of a person that returns a
condition (`Q`) on events, or None where nothing can be meant.
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
