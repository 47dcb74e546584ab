"""What follows from a change of agencies in the other apps, said before anything is written.

A foreteller is a function of the agencies whose rows will close and of the first day of what comes after. It returns
whole sentences: what moves, what stays, and which figures name which agency from then on.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

Foreteller = Callable[[Sequence[Any], date], list[str]]

_foretellers: list[Foreteller] = []


def register(foreteller: Foreteller) -> Foreteller:
    """Add a foreteller (in `AppConfig.ready`)."""
    if foreteller not in _foretellers:
        _foretellers.append(foreteller)
    return foreteller


def foretold(agencies: Sequence[Any], day: date) -> list[str]:
    """What all apps say, in the order in which they were loaded."""
    return [sentence for foreteller in _foretellers for sentence in foreteller(agencies, day)]
