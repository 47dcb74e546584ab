"""Who may see whom: each app adds the ways in which somebody comes to see a person.

A way is told from both ends. From the account: a function that returns a queryset (used as a subquery) of the ids of
people whom it sees. From the person: a function that returns the sights of this person, that is who looks, why and
since when. A test holds the two ends together.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

Way = Callable[[Any], Any]


@dataclass(frozen=True)
class Sight:
    """That an account sees a person, in a sentence ("Coordinator of the clinic"), since a day if that is known."""

    account: Any
    reason: str
    since: date | None = None


Watchers = Callable[[Any], Iterable[Sight]]

_ways: list[Way] = []
_watchers: list[Watchers] = []


def register(way: Way, watchers: Watchers) -> Way:
    """Add a way, told from both ends (in `AppConfig.ready`)."""
    if way not in _ways:
        _ways.append(way)
        _watchers.append(watchers)
    return way


def ways() -> tuple[Way, ...]:
    """Return all ways, in the order in which the apps were loaded."""
    return tuple(_ways)


def sights(person: Any) -> list[Sight]:
    """Everybody who sees a person by one of the ways, once for each reason."""
    return [sight for watchers in _watchers for sight in watchers(person)]


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
