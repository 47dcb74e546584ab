"""What all parts of a world to measure with share: how big it is, who is in it, and where numbers come from."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import NamedTuple
from uuid import UUID

from core.codes import ALPHABET
from operations.scale import rows

Rows = Iterator[NamedTuple]
# Where everything takes place it is three hours later than in UTC, the whole year.
OFFSET = timedelta(hours=3)
DOMAIN = "scale.example"
# Every code of such a world begins with it.
PREFIX = "SCALE"


@dataclass(frozen=True)
class Size:
    """So many people and workshops; an agency for each 250 people, 25 of them in a tree."""

    people: int
    workshops: int

    @property
    def agencies(self) -> int:
        return max(25, self.people // 250)


@dataclass(frozen=True)
class Asked:
    """A question of an evaluation form: its key, the numbers of its scale (none for a choice), codes to choose from."""

    id: int
    numbers: Sequence[int]
    codes: Sequence[str]


@dataclass(frozen=True)
class Form:
    """A form of the evaluation that is there already."""

    id: int
    questions: Sequence[Asked]


@dataclass
class Shape:
    """A world in the making.

    today: the last day but those to come. above: keys of all rows are greater. forms: by kind of wave. agency_of,
    moves and kinds are filled by `people`, the rest of what others need by whoever makes it.
    """

    size: Size
    today: date
    above: int
    forms: Mapping[str, Form]
    random: Random = field(default_factory=lambda: Random(20260101))  # noqa: S311
    people: list[int] = field(default_factory=list)
    agency_of: dict[int, int] = field(default_factory=dict)
    moves: dict[int, tuple[date, int]] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    languages: dict[int, str] = field(default_factory=dict)
    manager: int = 0
    modules: list[int] = field(default_factory=list)
    sittings: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    _numbers: dict[str, Iterator[int]] = field(default_factory=dict)

    def key(self, table: type[NamedTuple]) -> int:
        """Return the next key of a table."""
        name = table.__name__
        if name not in self._numbers:
            self._numbers[name] = count(self.above + 1)
        return next(self._numbers[name])

    def uuid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def agency_on(self, person: int, day: date) -> int:
        """The agency of somebody on a day."""
        move = self.moves.get(person)
        return move[1] if move is not None and day >= move[0] else self.agency_of[person]

    def sitting(self, test: int, person: int) -> int:
        """Return which attempt of the person at the test the next one is."""
        self.sittings[test, person] += 1
        return self.sittings[test, person]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of a day, local to where everything takes place.

    >>> at(date(2026, 3, 9), 9, 30).isoformat()
    '2026-03-09T06:30:00+00:00'
    """
    return datetime.combine(day, time(hour, minute), UTC) - OFFSET


def symbols(number: int, length: int) -> str:
    """Return a number as a code of so many symbols.

    >>> symbols(33, 4)
    '0011'
    """
    digits = []
    for _place in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def certificate(
    shape: Shape,
    *,
    person: int,
    agency: int,
    when: datetime,
    enrolment: int | None = None,
    registration: int | None = None,
) -> rows.Certificate:
    """Return a certificate that is in force; it has no file."""
    key = shape.key(rows.Certificate)
    return rows.Certificate(
        id=key,
        code=symbols(key, 13),
        kind="completion" if enrolment else "participation",
        enrolment_id=enrolment,
        registration_id=registration,
        person_id=person,
        agency_id=agency,
        language=shape.languages[person],
        payload={},
        salt="",
        issued_at=when,
        sealed_at=when,
        pdf_sha256=f"{key:064x}",
    )
