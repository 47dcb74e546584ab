"""The figures of an evaluation: how answers spread, the share at the top of a scale, and what small groups hide.

The answers of few people are those of somebody whom others know: below `ENOUGH` nothing is said, and of parts of a
whole neither the part nor what remains of it may be smaller.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import NormalDist, fmean

# k of the programme's rule about small cells.
ENOUGH = 5
# A response rate below this is marked as low.
RATE_WANTED = 0.5
# How long a wave stays open, and how many days after the last day of a workshop each one opens.
OPEN_FOR = timedelta(days=21)
OPENS_AFTER = {"end": timedelta(), "months_3": timedelta(days=90), "months_6": timedelta(days=180)}
# Whether something was applied at work, by the codes of questions, which stay the same from one form of the programme
# to the next: the answers that say it was not, and of the last day the scale that says whether people feel able to.
NOT_APPLIED = {
    "F1": frozenset({"not_started", "started", "replaced"}),
    "F2": frozenset({"nothing"}),
    "F3": frozenset({"0"}),
    "F6": frozenset({"planned", "no"}),
    "S1": frozenset({"0"}),
    "S3": frozenset({"planned", "no"}),
}
INTENDED = "E11"
# What stands in the place of words that were taken out.
GAP = "[…]"


@dataclass(frozen=True)
class Proportion:
    """How many of how many, with the interval in which the share of all such people lies."""

    count: int
    total: int

    @property
    def share(self) -> float:
        return self.count / self.total

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.count, self.total)


@dataclass(frozen=True)
class Spread:
    """Who said what to one question: each possible answer with its share. `instead` stands apart and counts nowhere."""

    shares: dict[str, Proportion]
    total: int
    instead: int = 0
    mean: float | None = None
    top: Proportion | None = None


def wave_days(kind: str, last_day: date) -> tuple[date, date]:
    """Return the first and the last day of a wave of a workshop that ends on `last_day`.

    >>> wave_days("months_3", date(2026, 3, 10))
    (datetime.date(2026, 6, 8), datetime.date(2026, 6, 29))
    """
    opens = last_day + OPENS_AFTER[kind]
    return opens, opens + OPEN_FOR


def wilson(count: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of a share by Wilson's score method, without continuity correction.

    With p = count ÷ total and z the quantile of the normal distribution, its ends are
    (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n). It never leaves 0…1 and says something of 0 and of n as well.
    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209–212.

    >>> [round(end, 4) for end in wilson(8, 10)]
    [0.4902, 0.9433]
    >>> [round(end, 4) for end in wilson(0, 20)]
    [0.0, 0.1611]
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = count / total, z * z / total
    middle = share + weight / 2
    reach = z * sqrt(share * (1 - share) / total + weight / (4 * total))
    # Rounding must not push an end past the share itself.
    low, high = (middle - reach) / (1 + weight), (middle + reach) / (1 + weight)
    return max(0.0, min(low, share)), min(1.0, max(high, share))


def scale(numbers: Sequence[int], lowest: int, highest: int, instead: int = 0) -> Spread | None:
    """Return how numbers of a scale spread, their mean, and the share of the two highest; None for too few.

    >>> spread = scale([5, 4, 4, 2, 1], 1, 5, instead=3)
    >>> spread.mean, spread.top.count, spread.total, spread.instead, spread.shares["4"].count
    (3.2, 3, 5, 3, 2)
    >>> scale([5, 4, 4, 2], 1, 5) is None
    True
    """
    total = len(numbers)
    if total < ENOUGH:
        return None
    given = Counter(numbers)
    return Spread(
        {str(value): Proportion(given[value], total) for value in range(lowest, highest + 1)},
        total,
        instead,
        fmean(numbers),
        Proportion(given[highest] + given[highest - 1], total),
    )


def choices(answers: Sequence[Iterable[str]], codes: Iterable[str]) -> Spread | None:
    """Return which options were chosen by what share of those who answered; None for too few.

    >>> spread = choices([["a"], ["a", "b"], ["a"], ["b"], ["a"]], ["a", "b", "c"])
    >>> {code: (each.count, each.total) for code, each in spread.shares.items()}
    {'a': (4, 5), 'b': (2, 5), 'c': (0, 5)}
    """
    total = len(answers)
    if total < ENOUGH:
        return None
    given = Counter(code for chosen in answers for code in set(chosen))
    return Spread({code: Proportion(given[code], total) for code in codes}, total)


def says_applied(question: str, chosen: Iterable[str]) -> bool:
    """Whether somebody who chose these codes says that something was applied at work; `question` is one of NOT_APPLIED.

    >>> says_applied("F2", ["referral", "nothing"]), says_applied("F2", ["nothing"]), says_applied("F6", ["planned"])
    (True, False, False)
    """
    return bool(set(chosen) - NOT_APPLIED[question])


def groups_shown(sizes: Mapping[str, int], total: int) -> set[str]:
    """Return the groups of a whole that may be shown: large enough, and what remains is nobody or large enough, too.

    `total` may hold people of no known group. While what remains is too small, the smallest group joins it.

    >>> sorted(groups_shown({"a": 9, "b": 6, "c": 2}, 17))
    ['a']
    >>> sorted(groups_shown({"a": 9, "b": 6, "c": 5}, 20))
    ['a', 'b', 'c']
    """
    shown = sorted((name for name, size in sizes.items() if size >= ENOUGH), key=lambda name: (sizes[name], name))
    remaining = total - sum(sizes[name] for name in shown)
    while shown and 0 < remaining < ENOUGH:
        remaining += sizes[shown.pop(0)]
    return set(shown)


def tidy(text: str) -> str:
    """Return words with one kind of line end, one kind of gap, and nothing around them.

    >>> tidy(" one\\r\\ntwo [...] ")
    'one\\ntwo […]'
    """
    return text.replace("\r\n", "\n").replace("[...]", GAP).strip()


def is_shortened(before: str, after: str) -> bool:
    """Whether `after` is `before` with words taken out, and a gap in the place of each of them. Both are tidy.

    Whoever reads answers may take out words about a person, and never put others in.

    >>> is_shortened("Thanks to Anna for the map", "Thanks to […] for the map")
    True
    >>> is_shortened("The room was cold", "The room was warm")
    False
    >>> is_shortened("Anna was late", "[…]") and is_shortened("Anna was late", "")
    True
    """
    if not after:
        return True
    first, *others = [part.strip() for part in after.split(GAP)]
    if not others:
        return first == before
    *inner, last = others
    if not before.startswith(first):
        return False
    place = len(first)
    for part in inner:
        found = before.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return len(before) - len(last) >= place and before.endswith(last)
