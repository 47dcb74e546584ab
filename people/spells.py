"""Times in agencies of one human being, put together from two records.

Values in, values out: what becomes of each membership, so that nobody belongs to two primary agencies on one day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce


@dataclass(frozen=True)
class Spell:
    """A time in an agency, by the key of its row; `until` None: it lasts. own: of the record that stays."""

    key: int
    agency: int
    since: date
    until: date | None
    own: bool
    primary: bool = True

    @property
    def end(self) -> date:
        return self.until or date.max

    def meets(self, other: "Spell") -> bool:
        """Whether there is a day on which both hold."""
        return self.since <= other.end and other.since <= self.end

    def follows_on(self, other: "Spell") -> bool:
        """Whether both together are one time without a gap."""
        near = timedelta(days=1)
        return self.since <= _later(other.end, near) and other.since <= _later(self.end, near)


def _later(day: date, by: timedelta) -> date:
    return day if day == date.max else day + by


def put_together(spells: Sequence[Spell]) -> tuple[list[Spell], list[int]]:
    """Return the spells as they are from now on, and the keys of those that another one covers.

    Primary times in one agency that meet or follow on each other are one. Of two agencies in which the time lasts, that
    which began earlier ends the day before the later one begins; where two still hold on one day, what lasts is the
    primary one, and of two others that of the record which stays.

    >>> day = date(2024, 1, 1)
    >>> kept, covered = put_together([Spell(1, 7, day, None, True), Spell(2, 7, date(2022, 5, 1), None, False)])
    >>> [(each.key, each.since.isoformat()) for each in kept], covered
    ([(1, '2022-05-01')], [2])
    """
    primary = sorted((each for each in spells if each.primary), key=lambda each: (not each.own, each.since, each.key))
    joined: list[Spell] = []
    covered: list[int] = []
    for each in primary:
        partners = [one for one in joined if one.own != each.own and one.agency == each.agency and one.follows_on(each)]
        if not partners:
            joined.append(each)
            continue
        first, *more = partners
        covered += [each.key, *(one.key for one in more)]
        whole = reduce(_union, [*more, each], first)
        joined = [whole if one is first else one for one in joined if one not in more]
    rest = [each for each in spells if not each.primary]
    return [*rest, *_one_at_a_time(_cut(joined))], covered


def _union(one: Spell, other: Spell) -> Spell:
    end = max(one.end, other.end)
    return replace(one, since=min(one.since, other.since), until=None if end == date.max else end)


def _cut(spells: Iterable[Spell]) -> list[Spell]:
    """End what lasts on the day before a later time that lasts begins; one that has ended ends nothing."""
    spells = list(spells)
    cut = []
    for each in spells:
        later = [other.since for other in spells if other.until is None and other.since > each.since]
        cut.append(replace(each, until=min(later) - timedelta(days=1)) if each.until is None and later else each)
    return cut


def _one_at_a_time(spells: Iterable[Spell]) -> list[Spell]:
    """Let no two primary times hold on one day: what lasts is primary, then what the record that stays has."""
    settled: list[Spell] = []
    for each in sorted(spells, key=lambda one: (one.until is not None, not one.own, one.since, one.key)):
        taken = any(other.primary and other.meets(each) for other in settled)
        settled.append(replace(each, primary=False) if taken else each)
    return settled
