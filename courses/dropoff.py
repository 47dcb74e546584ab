"""Where learners stop: of those who opened a lesson, the share who never completed it.

Counted are those who opened the lesson at least two weeks ago, so that nobody counts who has hardly begun, and who have
not withdrawn from the module. Whoever completed it at any time since has not stopped.

A count of one to four people is never shown, and neither is what would give it away: of few people who opened a lesson
nothing; where few stopped, or few of them went on, neither the count nor the share.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

SETTLED = timedelta(days=14)
# The number of people from which on a figure about them is shown.
SMALLEST = 5


@dataclass(frozen=True)
class Opened:
    """How many people opened a lesson, and how many of them never completed it."""

    lesson: int
    opened: int
    stopped: int


@dataclass(frozen=True)
class DropOff:
    """What may be said of a lesson: who opened it, and who stopped; `stopped` is None where it is hidden."""

    lesson: int
    opened: int
    stopped: int | None

    @property
    def share(self) -> float | None:
        """The share who stopped, as a fraction."""
        return None if self.stopped is None else self.stopped / self.opened


def drop_off(counts: Iterable[Opened]) -> list[DropOff]:
    """Return the lessons in which somebody may have stopped, the worst first, hidden ones last.

    Left out are lessons that too few people opened, and those that everybody completed.

    >>> found = drop_off([Opened(1, 40, 4), Opened(2, 36, 9), Opened(3, 4, 2), Opened(4, 27, 0), Opened(5, 20, 18)])
    >>> [(each.lesson, each.opened, each.stopped, each.share) for each in found]
    [(2, 36, 9, 0.25), (1, 40, None, None), (5, 20, None, None)]
    """
    found = [_shown(each) for each in counts if each.opened >= SMALLEST and each.stopped]
    return sorted(found, key=lambda each: (each.share is None, -(each.share or 0), -each.opened))


def _shown(counted: Opened) -> DropOff:
    few = any(0 < number < SMALLEST for number in (counted.stopped, counted.opened - counted.stopped))
    return DropOff(counted.lesson, counted.opened, None if few else counted.stopped)
