"""The figures of a group that took a test before and after."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from reports.effect.bootstrap import gain_interval
from reports.effect.distributions import mcnemar, t_quantile
from reports.effect.figures import Figure, Interval, Reason, figure

# Below this many pairs there is no gain.
FEWEST = 10
# A mark from this part of the highest on leaves hardly anything to learn that the test could show.
CEILING = Fraction(9, 10)
HUNDREDTHS = 100

# What one person earned before and after, in whole units.
Pair = tuple[int, int]
# What one person earned of what could be earned, before and after.
Part = tuple[Pair, Pair]
# How often each comes: of many people many earned the same, and what comes often is added up once.
Tally = Counter


@dataclass(frozen=True)
class Group:
    """People who took a test before and after, and the pass mark that holds for them."""

    parts: Sequence[Part]
    pass_mark_percent: int | Fraction


@dataclass(frozen=True)
class Effect:
    """`mean_pre`, `mean_post`, `change` and its interval in marks; shares as fractions; `n` people with both results.

    `change_ci95` is an interval by t, `gain_ci95` one by bootstrap. `d_av` is the change in standard deviations.
    `mastery_before` and `mastery_after` are shares that reached the pass mark, `mcnemar_p` says how likely chance alone
    makes them differ as much. `ceiling_share` had at least 90 % before: where it is large, the test hides an effect.
    """

    n: int
    mean_pre: Figure[float]
    mean_post: Figure[float]
    change: Figure[float]
    change_ci95: Figure[Interval]
    gain: Figure[float]
    gain_ci95: Figure[Interval]
    d_av: Figure[float]
    mastery_before: Figure[float]
    mastery_after: Figure[float]
    mcnemar_p: Figure[float]
    ceiling_share: Figure[float]

    @property
    def figures(self) -> dict[str, Figure[Any]]:
        """All figures by name; `n` is a count and always there."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "n"}

    @property
    def values(self) -> dict[str, Any]:
        """`n` and the value of each figure by name, None for one that is refused."""
        return {"n": self.n} | {name: each.value for name, each in self.figures.items()}

    @property
    def refused(self) -> dict[str, Reason]:
        """Why figures have no value, by name."""
        return {name: each.reason for name, each in self.figures.items() if each.reason}


def learning_effect(
    pairs: Sequence[Pair], *, maximum: int, pass_mark_percent: int | Fraction, scale: int = HUNDREDTHS
) -> Effect:
    """Return what a group learned, from what each of its people earned before and after.

    `pairs` and `maximum` are in units of 1/`scale` mark, hundredths unless said otherwise. Raises ValueError for what
    lies outside 0…maximum.

    Ten people slept so much longer with one drug and with another, here with two hours added so that nothing is below
    zero (Student, The probable error of a mean, Biometrika 6, 1908, 20; R's `t.test` prints an interval from 0.7001142
    to 2.4598858 for the difference, and standard deviations are 1.789010 and 2.002249):

    >>> one, other = [27, 4, 18, 8, 19, 54, 57, 28, 20, 40], [39, 28, 31, 21, 19, 64, 75, 36, 66, 54]
    >>> found = learning_effect(list(zip(one, other)), maximum=100, pass_mark_percent=40, scale=10)
    >>> found.n, found.mean_pre.value, found.mean_post.value, found.change.value
    (10, 2.75, 4.33, 1.58)
    >>> [round(end, 7) for end in found.change_ci95.value]
    [0.7001142, 2.4598858]
    >>> round(found.d_av.value, 4)  # (1 − 3/35) · 1.58 / 1.8956295
    0.7621
    >>> round(found.gain.value, 6)  # 1.58 / 7.25
    0.217931

    Three of them reached four hours with the one, four with the other, nobody with the one only:

    >>> found.mastery_before.value, found.mastery_after.value, found.mcnemar_p.value, found.ceiling_share.value
    (0.3, 0.4, 1.0, 0.0)
    """
    if not all(0 <= mark <= maximum for pair in pairs for mark in pair):
        raise ValueError("A mark lies between nothing and the highest mark.")
    return _effect([(Counter(pairs), _needed(pass_mark_percent, maximum))], maximum=maximum, scale=scale)


def effect_of_groups(groups: Sequence[Group], *, most_drawn: int | None = None) -> tuple[Effect, int | None]:
    """Return what groups learned together, and the highest mark in hundredths, None where it is not the same for all.

    With one highest mark everything is in marks, otherwise in per cent of the highest mark. Each group is held against
    its own pass mark. Whoever could earn nothing in a test makes no pair. Of more than `most_drawn` people the gain has
    no interval: drawing them again takes a second for each thousand or two.

    Two of the first group, where 3 of 4 marks pass, and one of the second, where 2 of 2 do:

    >>> law = Group([((100, 400), (300, 400)), ((200, 400), (200, 400))], pass_mark_percent=75)
    >>> found, highest = effect_of_groups([law, Group([((100, 200), (200, 200))], pass_mark_percent=100)])
    >>> found.n, round(found.mean_pre.value, 6), round(found.mean_post.value, 6), highest
    (3, 41.666667, 75.0, None)
    >>> round(found.mastery_after.value, 6), effect_of_groups([law])[0].mean_post.value, effect_of_groups([law])[1]
    (0.666667, 2.5, 400)
    """
    by_pass_mark: dict[int | Fraction, Tally[Part]] = defaultdict(Counter)
    for group in groups:
        by_pass_mark[group.pass_mark_percent].update(group.parts)
    asked = [(_asked(parts), pass_mark) for pass_mark, parts in by_pass_mark.items()]
    maxima = {highest for parts, _pass_mark in asked for part in parts for _mark, highest in part}
    alike = len(maxima) <= 1
    common = max(maxima, default=0) if alike else math.lcm(*maxima, 100)
    tallies = [(_brought_to(common, parts), _needed(pass_mark, common)) for parts, pass_mark in asked]
    scale = HUNDREDTHS if alike else common // 100
    return _effect(tallies, maximum=common, scale=scale, most_drawn=most_drawn), common if alike and maxima else None


def _asked(parts: Tally[Part]) -> Tally[Part]:
    """Those who could earn something both times."""
    return Counter({part: times for part, times in parts.items() if part[0][1] and part[1][1]})


def _needed(pass_mark_percent: int | Fraction, maximum: int) -> int:
    """Return the lowest whole number that passes."""
    return math.ceil(Fraction(pass_mark_percent) * maximum / 100)


def _brought_to(common: int, parts: Tally[Part]) -> Tally[Pair]:
    """Marks as parts of one highest mark, which is a multiple of all."""
    found: Tally[Pair] = Counter()
    for ((before, highest_before), (after, highest_after)), times in parts.items():
        found[before * (common // highest_before), after * (common // highest_after)] += times
    return found


def _effect(
    tallies: Iterable[tuple[Tally[Pair], int]], *, maximum: int, scale: int, most_drawn: int | None = None
) -> Effect:
    """The figures of groups together, each with the mark that it needs to pass."""
    pairs: Tally[Pair] = Counter()
    mastery: Tally[tuple[bool, bool]] = Counter()
    for tally, needed in tallies:
        pairs.update(tally)
        for (earlier, later), times in tally.items():
            mastery[earlier >= needed, later >= needed] += times
    before = _tallied(pairs, lambda earlier, _later: earlier)
    after = _tallied(pairs, lambda _earlier, later: later)
    changes = _tallied(pairs, lambda earlier, later: later - earlier)
    count = pairs.total()
    unfit, gain = _unfit(pairs, maximum), _gain(before, after, maximum)
    return Effect(
        n=count,
        mean_pre=figure(_mean(before, scale)),
        mean_post=figure(_mean(after, scale)),
        change=figure(_mean(changes, scale)),
        change_ci95=figure(_mean_interval(changes, scale)),
        gain=figure(gain),
        gain_ci95=figure(_gain_interval(gain, pairs, maximum, most_drawn)),
        d_av=figure(_d_av(before, after)),
        mastery_before=figure(unfit or (mastery[True, True] + mastery[True, False]) / count),
        mastery_after=figure(unfit or (mastery[True, True] + mastery[False, True]) / count),
        mcnemar_p=figure(unfit or mcnemar(mastery[False, True], mastery[True, False])),
        ceiling_share=figure(unfit or _at_least(math.ceil(CEILING * maximum), before) / count),
    )


def _tallied(pairs: Tally[Pair], of: Callable[[int, int], int]) -> Tally[int]:
    """How often each number comes that is made of a pair."""
    found: Tally[int] = Counter()
    for pair, times in pairs.items():
        found[of(*pair)] += times
    return found


def _sum(numbers: Tally[int]) -> int:
    return sum(number * times for number, times in numbers.items())


def _at_least(lowest: int, numbers: Tally[int]) -> int:
    return sum(times for number, times in numbers.items() if number >= lowest)


def by_objective(
    parts: Mapping[str, Iterable[Part]], *, pass_mark_percent: int | Fraction, most_drawn: int | None = None
) -> dict[str, Effect]:
    """Return what a group learned of each objective, by the key of the objective.

    `parts` has for each person what was earned of what could be earned by questions on the objective, before and after.
    Two forms may ask for an objective with different highest marks: all are brought to the same first, by exact
    fractions, so that every effect here is in parts of the highest mark, from 0 to 1. Whoever was not asked about it
    both times makes no pair. `most_drawn` is that of `effect_of_groups`.

    One of 2 and then 2 of 3, and the same of the other forms:

    >>> found = by_objective({"law": [((1, 2), (2, 3)), ((2, 3), (2, 2)), ((0, 0), (1, 2))]}, pass_mark_percent=75)
    >>> found["law"].n, round(found["law"].mean_pre.value, 6), round(found["law"].mean_post.value, 6)
    (2, 0.583333, 0.833333)
    """
    return {key: _of_parts(each, pass_mark_percent, most_drawn) for key, each in parts.items()}


def _of_parts(parts: Iterable[Part], pass_mark_percent: int | Fraction, most_drawn: int | None) -> Effect:
    asked = _asked(Counter(parts))
    common = math.lcm(*(highest for part in asked for _mark, highest in part))
    tallies = [(_brought_to(common, asked), _needed(pass_mark_percent, common))]
    return _effect(tallies, maximum=common, scale=common, most_drawn=most_drawn)


def _unfit(pairs: Tally[Pair], maximum: int) -> Reason | None:
    """Return why nothing can be said about marks of a highest mark."""
    if not pairs:
        return Reason.NO_PAIRS
    return None if maximum else Reason.NO_MARKS


def _mean(numbers: Tally[int], scale: int) -> float | Reason:
    return float(Fraction(_sum(numbers), numbers.total() * scale)) if numbers else Reason.NO_PAIRS


def _mean_interval(numbers: Tally[int], scale: int) -> Interval | Reason:
    """Return the interval of 95 % of a mean by Student's t: mean ± t · s / √n, with n − 1 degrees of freedom.

    Where all numbers are the same it has no width, as the formula says.
    """
    mean = _mean(numbers, scale)
    if isinstance(mean, Reason):
        return mean
    count = numbers.total()
    if count == 1:
        return Reason.ONE_PAIR
    reach = t_quantile(count - 1) * _spread(numbers) / math.sqrt(count) / scale
    return Interval(mean - reach, mean + reach)


def _gain(before: Tally[int], after: Tally[int], maximum: int) -> float | Reason:
    """Return the normalised gain of the means: change ÷ what was missing to the highest mark before.

    (R. R. Hake, American Journal of Physics 66, 1998, 64–74.) Of the means, because the mean of what single people
    gained is biased: who had nearly everything before can gain little and lose much.
    """
    count = before.total()
    if count < FEWEST:
        return Reason.TOO_FEW_PAIRS if count else Reason.NO_PAIRS
    missing = count * maximum - _sum(before)
    if not missing:
        return Reason.MAXIMUM_REACHED if maximum else Reason.NO_MARKS
    return (_sum(after) - _sum(before)) / missing


def _gain_interval(gain: float | Reason, pairs: Tally[Pair], maximum: int, most_drawn: int | None) -> Interval | Reason:
    if isinstance(gain, Reason):
        return gain
    if most_drawn is not None and pairs.total() > most_drawn:
        return Reason.TOO_MANY_PAIRS
    return gain_interval((maximum - earlier, maximum - later) for earlier, later in pairs.elements())


def _d_av(before: Tally[int], after: Tally[int]) -> float | Reason:
    """Return J · change ÷ ((s_pre + s_post) / 2) with J = 1 − 3 / (4(n − 1) − 1), which is 0 for two people.

    (G. Cumming, Understanding the new statistics, 2012, chapter 11; J: L. V. Hedges, Journal of Educational Statistics
    6, 1981, 107–128, approximated.)
    """
    count = before.total()
    if count < 2:  # noqa: PLR2004 - a spread is of two
        return Reason.ONE_PAIR if count else Reason.NO_PAIRS
    spread = (_spread(before) + _spread(after)) / 2
    if not spread:
        return Reason.NO_SPREAD
    unbiased = 1 - 3 / (4 * (count - 1) - 1)
    return unbiased * (_sum(after) - _sum(before)) / count / spread


def _spread(numbers: Tally[int]) -> float:
    """Return the standard deviation of a sample, from sums in whole numbers: exact, and fast for many people.

    >>> _spread(Counter([1, 2, 3, 4]))  # √(5/3)
    1.2909944487358056
    """
    count, total = numbers.total(), _sum(numbers)
    squares = sum(number * number * times for number, times in numbers.items())
    return math.sqrt((count * squares - total * total) / (count * (count - 1)))
