"""What teaches with a resource, whichever app keeps the record of it.

A finder takes the translation key of a resource and a language and returns the uses it knows of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Use:
    """Something that can be learnt: its title, the language of the title, and where it is read."""

    title: str
    language: str
    address: str


Finder = Callable[[UUID, str], Sequence[Use]]

_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Add a finder (in `AppConfig.ready`)."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def uses_of(key: UUID, language: str) -> list[Use]:
    """Return what all finders know about the resource with this key."""
    return [use for finder in _finders for use in finder(key, language)]
