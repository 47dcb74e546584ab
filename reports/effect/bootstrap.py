"""The interval of a normalised gain, by the percentile bootstrap: the same people, drawn again and again.

(B. Efron and R. J. Tibshirani, An introduction to the bootstrap, 1993, chapter 13.) Each of 10,000 draws takes as many
people as there are, with their two marks, each as likely as any other at every place, and has a gain of its own. The
interval goes from the 2.5th to the 97.5th percentile of these.

The seed is fixed and people are sorted by their marks first, so that the same marks have the same interval whenever,
wherever and in whatever order they come. Another generator of random numbers may differ in the third decimal.
"""

import math
import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import repeat
from random import Random

from reports.effect.figures import Interval, Reason

DRAWS = 10_000
SEED = 20260101
TAIL = 0.025
# A draw of people who all had the highest mark before has no gain. With three people below it among n, such draws are
# (1 − 3/n)ⁿ of all, below 5 %: as many as an interval of 95 % leaves outside, so they are left out. With two or one
# they are more, from 10 % on, and what would remain is no interval of 95 %.
FEWEST_BELOW = 3
# What one byte tells apart.
BYTE = 256
# Lanes as wide as numbers of the machine are read all at once; {bytes: type of an array}.
_MACHINE_NUMBERS = {array(code).itemsize: code for code in ("I", "Q")}


def gain_interval(lacking: Iterable[tuple[int, int]]) -> Interval | Reason:
    """Return the interval of 1 − Σ lacking after / Σ lacking before.

    `lacking` has for each person how much was missing to the highest mark before and after, in whole numbers. The unit
    makes no difference.

    >>> gain_interval([(800, 400)] * 10)  # whoever is drawn, half of what was missing is gained
    Interval(low=0.5, high=0.5)
    """
    people = sorted(lacking)
    if sum(before > 0 for before, _after in people) < FEWEST_BELOW:
        return Reason.FEW_BELOW_MAXIMUM
    # In the largest unit that they have in common: smaller numbers are added faster, and the quotient is the same.
    unit = math.gcd(*(number for person in people for number in person))
    people = [(before // unit, after // unit) for before, after in people]
    bits, totals = _totals(people)
    after_only = (1 << bits) - 1
    gains = sorted([((before := total >> bits) - (total & after_only)) / before for total in totals if total >> bits])
    return Interval(quantile(gains, TAIL), quantile(gains, 1 - TAIL))


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile by linear interpolation between the two nearest, the first being that of 0, the last of 1.

    Type 7 of R. J. Hyndman and Y. Fan, Sample quantiles in statistical packages, The American Statistician 50, 1996.

    >>> quantile([1.0, 2.0, 4.0], 0.75)
    3.0
    """
    place = (len(ordered) - 1) * share
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


def _totals(people: Sequence[tuple[int, int]]) -> tuple[int, Iterable[int]]:
    """Return both totals of each draw, added as one number: the first above so many bits of the second."""
    bits = (len(people) * max(after for _before, after in people)).bit_length()
    packed = [before << bits | after for before, after in people]
    random = Random(SEED)  # noqa: S311 - reproducible, and no secret
    sums = _sums_by_bytes(packed, random) if len(packed) <= BYTE else _sums_one_by_one(packed, random)
    return bits, sums


def _sums_one_by_one(numbers: Sequence[int], random: Random) -> Iterable[int]:
    return (sum(random.choices(numbers, k=len(numbers))) for _draw in repeat(None, DRAWS))


def _sums_by_bytes(numbers: Sequence[int], random: Random) -> Iterable[int]:
    """Return the sums of all draws, which grow side by side: four times as fast as one by one, for up to 256 numbers.

    A random byte picks a number, so that a table turns the picks of all draws at one place into numbers at once, byte
    by byte of the numbers. These stand in lanes of one long number, a lane for each draw, wide enough for its sum.
    """
    lowest_first = [number.to_bytes(_bytes_of(max(numbers)), "little") for number in numbers]
    tables = [bytes(column[pick % len(numbers)] for pick in range(BYTE)) for column in zip(*lowest_first, strict=True)]
    needed = _bytes_of(max(numbers) * len(numbers))
    width = next((width for width in _MACHINE_NUMBERS if width >= needed), needed)
    total = 0
    picks = _picks(len(numbers), random)
    for start in range(0, len(picks), DRAWS):
        lanes = bytearray(DRAWS * width)
        for place, table in enumerate(tables):
            lanes[place::width] = picks[start : start + DRAWS].translate(table)
        total += int.from_bytes(lanes, "little")
    return _lanes_apart(total.to_bytes(DRAWS * width, "little"), width)


def _lanes_apart(lanes: bytes, width: int) -> Iterable[int]:
    if width not in _MACHINE_NUMBERS:
        return (int.from_bytes(lanes[start : start + width], "little") for start in range(0, len(lanes), width))
    numbers = array(_MACHINE_NUMBERS[width], lanes)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _picks(count: int, random: Random) -> bytes:
    """Return DRAWS · count random bytes which, divided by `count`, leave each remainder equally often."""
    uneven = bytes(range(BYTE - BYTE % count, BYTE))
    picks = b""
    while missing := DRAWS * count - len(picks):
        picks += random.randbytes(missing).translate(None, uneven)
    return picks


def _bytes_of(number: int) -> int:
    return (number.bit_length() + 7) // 8 or 1
