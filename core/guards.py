"""What may not be deleted because records of people hang on it, whichever app keeps the records.

A guard is a function of translation keys (those of the pages about to go, children included). It returns a whole
sentence that says who is in the way and what to do instead, or None when nobody is.
"""

from collections.abc import Callable
from uuid import UUID

from django.utils.functional import Promise

Guard = Callable[[frozenset[UUID]], str | Promise | None]

_guards: list[Guard] = []


def register(guard: Guard) -> Guard:
    """Add a guard (in `AppConfig.ready`)."""
    if guard not in _guards:
        _guards.append(guard)
    return guard


def objections(keys: frozenset[UUID]) -> list[str]:
    """Return what the guards have against deleting the pages with these keys; an empty list allows it."""
    return [str(sentence) for guard in _guards if (sentence := guard(keys)) is not None]
