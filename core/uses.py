"""What works with something, whichever app keeps the record of it: a registry that the apps above fill.

An app that owns a thing has `Finders` for it (`library.uses` for resources, `assessments.uses` for questions); whoever
uses the thing registers a finder in `AppConfig.ready`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True)
class Use:
    """Where something is used: a title, the language of the title, and the address that leads there."""

    title: str
    language: str
    address: str


class Finders(Generic[Key]):
    """Finders by the key of a thing; each takes the key and a language and returns the uses it knows of."""

    def __init__(self) -> None:
        self._finders: list[Callable[[Key, str], Sequence[Use]]] = []

    def register(self, finder: Callable[[Key, str], Sequence[Use]]) -> Callable[[Key, str], Sequence[Use]]:
        """Add a finder; a second time changes nothing."""
        if finder not in self._finders:
            self._finders.append(finder)
        return finder

    def uses_of(self, key: Key, language: str) -> list[Use]:
        """Return what all finders know about the thing with this key."""
        return [use for finder in self._finders for use in finder(key, language)]
