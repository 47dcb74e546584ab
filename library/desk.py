"""What lies on the desk of whoever works in the CMS: a registry of all apps, filled in `AppConfig.ready`.

Each app says for whom it has something and lays down its piles; the page shows them and knows none of the apps.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Part(StrEnum):
    """Why somebody looks at a pile, in the order in which the desk shows them."""

    AWAITS = "awaits"  # others wait for the reader, or the reader has begun it
    STALE = "stale"  # it was right once
    STUMBLED = "stumbled"  # learners stumble over it


@dataclass(frozen=True)
class Entry:
    """Something in a pile: its title, the language of the title ("": that of the page), where it is mended, a word."""

    title: str
    address: str
    language: str = ""
    said: str = ""


@dataclass(frozen=True)
class Pile:
    """Things of one sort, the most urgent first. `heading` says how many, `good` is said when `number` is 0.

    `hint` says what was counted. Where all of it is listed elsewhere, `listed` leads there, and entries may be missing.
    """

    name: str
    part: Part
    number: int
    heading: str
    good: str
    entries: Sequence[Entry] = ()
    hint: str = ""
    listed: str = ""


@dataclass(frozen=True)
class Supplier:
    """An app, or a part of it: for whom it has something, and the piles of one account, empty ones too."""

    is_for: Callable[[Any], bool]
    piles: Callable[[Any], Iterable[Pile]]


_suppliers: list[Supplier] = []


def register(*suppliers: Supplier) -> None:
    """Add suppliers; a second time changes nothing."""
    _suppliers.extend(each for each in suppliers if each not in _suppliers)


def has_desk(account: Any) -> bool:
    """Whether there is anything that concerns this account."""
    return any(each.is_for(account) for each in _suppliers)


def piles_of(account: Any) -> list[Pile]:
    """Return the piles of an account, part by part, in the order in which the apps were registered."""
    found = [pile for each in _suppliers if each.is_for(account) for pile in each.piles(account)]
    return sorted(found, key=lambda pile: list(Part).index(pile.part))
