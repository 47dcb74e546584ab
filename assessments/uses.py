"""Where questions are practised, whichever app keeps the text: finders are registered by the apps above.

A finder takes the code of a question and a language and returns the uses it knows of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Use:
    """A text that shows a question for practice: its title, the language of the title, and where it is edited."""

    title: str
    language: str
    address: str


Finder = Callable[[str, str], Sequence[Use]]

_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Add a finder (in `AppConfig.ready`)."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def uses_of(code: str, language: str) -> list[Use]:
    """Return what all finders know about the question with this code."""
    return [use for finder in _finders for use in finder(code, language)]
