"""What exists in several languages: pages, terms, resources, questions, forms, designs. A registry of all apps.

An app that owns something registers a `Kind` in `AppConfig.ready`; whoever asks how far the languages are in step asks
here and needs to know none of them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise

from library.keeping import Pairs, Words

Label = str | Promise


@dataclass(frozen=True)
class Version:
    """A piece in one language: its texts by place, whether readers get it, and where an editor mends it."""

    words: Words
    live: bool = True
    address: str = ""
    # Published, and with a newer draft that waits.
    draft: bool = False
    # Of kinds that keep their own history: whether nobody has read it, and what it was made from.
    unread: bool = False
    pairs: Pairs | None = None
    # Made for an earlier version of the piece; readers get the source instead.
    behind: bool = False


@dataclass(frozen=True)
class Piece:
    """Something that an editor wrote, in all the languages in which it stands."""

    kind: str
    key: str
    title: str
    source: str  # the language it was written in
    versions: Mapping[str, Version]
    # What each place is called.
    labels: Mapping[str, Label] = field(default_factory=dict)
    # Where a translation that does not exist is begun.
    begin: str = ""


@dataclass(frozen=True)
class Unit:
    """A text that a translator gets: where it stands, the words of the source, and the translation, if there is one."""

    place: str
    source: str
    translation: str = ""


@dataclass(frozen=True)
class Due:
    """Something that readers see and that somebody looks at again until a day."""

    kind: str
    key: str
    title: str
    language: str  # of the title
    review_on: date
    address: str


@dataclass(frozen=True)
class Kind:
    """A kind of content. `pieces` takes keys (None: all); `write` puts translated units into a draft or in place.

    Of what is looked at again from time to time, `due` returns what is due until a day, titles in a language or the
    next best; `renew` sets another day and returns the record with the day that it had.
    """

    name: str
    label: Label
    pieces: Callable[[Collection[str] | None], Sequence[Piece]]
    units: Callable[[Piece, str], Sequence[Unit]]
    write: Callable[[Piece, str, Sequence[Unit], Any], None]
    model: type[Any] | None = None
    # Whether the kind keeps its own history, so that no rendering is kept of it.
    own_history: bool = False
    # Whether what is written waits as a draft; where it does not, readers get it at once, and so all of it or none.
    drafts: bool = False
    due: Callable[[date, str], Sequence[Due]] | None = None
    renew: Callable[[str, date, Any], tuple[Any, date | None] | None] | None = None


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Add kinds; a second time changes nothing."""
    for kind in kinds:
        _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    """Return all kinds in the order in which they were registered."""
    return list(_kinds.values())


def kind_named(name: str) -> Kind | None:
    """Return the kind of a name, or None."""
    return _kinds.get(name)


def kind_of(instance: object) -> Kind | None:
    """Return the kind of a page or snippet, or None."""
    return next((kind for kind in _kinds.values() if kind.model is type(instance)), None)
