"""The registry itself: values and functions, without a database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

Label = str | Promise
# Called with (person, actor, reason) inside the transaction of an erasure; returns {"<app>.<what>": rows}. It may
# refuse with a DomainError, and then nothing is erased.
Eraser = Callable[[Any, Any, str], Mapping[str, int]]

# Called with a moment; returns a queryset (used as a subquery) of the ids of people whom something needs since then,
# so that their time is not over.
Keeper = Callable[[Any], Any]


class Erasing(StrEnum):
    """What an erasure does with the rows."""

    # They are facts, and say nothing that names somebody once the person carries a pseudonym.
    KEEPS = "keeps"
    # They stay, without what somebody wrote.
    EMPTIES = "empties"
    DELETES = "deletes"
    # A service of the app that owns them knows how.
    BY_SERVICE = "by a service"


class Merging(StrEnum):
    """What a merge of two persons does with the rows of the one that goes."""

    MOVES = "moves"
    # They say what was done at the time to that record or by that account, and go on saying so.
    STAYS = "stays"
    # A person may have one only: that of the record which stays wins, the other one is set aside.
    ONE_ONLY = "one only"


@dataclass(frozen=True)
class Holding:
    """Rows of a model that belong to a person, by the way from a row to the person or the account.

    model: "courses.Enrolment". path: "person", or "registration__person" where the row hangs on another one.
    why: why rows stay as they are, for whoever asks. shown: {path: label} of what the person reads and takes along;
    empty where the rows are about somebody or something else, and only name who did it.
    emptied: fields that lose what they say; replaced: fields that may not be empty, and what stands there instead.
    only: which of the rows are meant at all; among: which of them lose what they say. private: nobody but the person
    reads it, not even whoever looks at the Academy as that person.
    """

    model: str
    path: str
    erasing: Erasing
    why: str = ""
    shown: Mapping[str, Label] = field(default_factory=dict)
    emptied: tuple[str, ...] = ()
    replaced: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, Any] = field(default_factory=dict)
    among: Mapping[str, Any] = field(default_factory=dict)
    merging: Merging = Merging.MOVES
    private: bool = False


_holdings: dict[tuple[str, str], Holding] = {}
_erasers: dict[bool, list[Eraser]] = {False: [], True: []}

_keepers: list[Keeper] = []


def register(*found: Holding) -> None:
    """Add holdings (in `AppConfig.ready`). The same again changes nothing; the same way twice is an error."""
    for holding in found:
        known = _holdings.setdefault((holding.model, holding.path), holding)
        if known != holding:
            raise ValueError(f"{holding.model}.{holding.path} is registered twice")


def register_eraser(eraser: Eraser, *, last: bool = False) -> Eraser:
    """Add what an app does itself when a person is erased (in `AppConfig.ready`).

    It is called while the person still has names; with `last`, after everything else that the transaction writes.
    """
    if eraser not in _erasers[last]:
        _erasers[last].append(eraser)
    return eraser


def register_keeper(keeper: Keeper) -> Keeper:
    """Add a way in which people are still needed (in `AppConfig.ready`)."""
    if keeper not in _keepers:
        _keepers.append(keeper)
    return keeper


def keepers() -> tuple[Keeper, ...]:
    """Return all ways in which people are still needed."""
    return tuple(_keepers)


def holdings() -> tuple[Holding, ...]:
    """Return all holdings, in the order in which the apps were loaded."""
    return tuple(_holdings.values())


def erasers(*, last: bool = False) -> tuple[Eraser, ...]:
    """Return what apps do themselves, first or last."""
    return tuple(_erasers[last])


def uncovered(models: Iterable[Any], targets: Iterable[Any]) -> list[str]:
    """Return the keys of `models` to one of `targets` (the models of persons and accounts) that nobody registered.

    >>> uncovered([], [])
    []
    """
    wanted = tuple(targets)
    return [
        f"{model._meta.label}.{key.name}"
        for model in models
        for key in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if key.related_model in wanted and (model._meta.label, key.name) not in _holdings
    ]
