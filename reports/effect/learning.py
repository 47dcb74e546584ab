"""The figures of a group that took a test before and after."""

import math
from collections.abc import Iterable, Mapping, Sequence
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
    needed = _needed(pass_mark_percent, maximum)
    mastery = [(earlier >= needed, later >= needed) for earlier, later in pairs]
    return _effect(pairs, mastery, maximum=maximum, scale=scale)


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
    asked = [[part for part in group.parts if part[0][1] and part[1][1]] for group in groups]
    maxima = {highest for parts in asked for part in parts for _mark, highest in part}
    alike = len(maxima) <= 1
    common = max(maxima, default=0) if alike else math.lcm(*maxima, 100)
    pairs: list[Pair] = []
    mastery: list[tuple[bool, bool]] = []
    for group, parts in zip(groups, asked, strict=True):
        needed = _needed(group.pass_mark_percent, common)
        own = [_brought_to(common, part) for part in parts] if not alike else [(one[0], two[0]) for one, two in parts]
        pairs += own
        mastery += [(earlier >= needed, later >= needed) for earlier, later in own]
    scale = HUNDREDTHS if alike else common // 100
    effect = _effect(pairs, mastery, maximum=common, scale=scale, most_drawn=most_drawn)
    return effect, common if alike and maxima else None


def _needed(pass_mark_percent: int | Fraction, maximum: int) -> int:
    """Return the lowest whole number that passes."""
    return math.ceil(Fraction(pass_mark_percent) * maximum / 100)


def _brought_to(common: int, part: Part) -> Pair:
    (before, highest_before), (after, highest_after) = part
    return before * (common // highest_before), after * (common // highest_after)


def _effect(
    pairs: Sequence[Pair],
    mastery: Sequence[tuple[bool, bool]],
    *,
    maximum: int,
    scale: int,
    most_drawn: int | None = None,
) -> Effect:
    before, after = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    changes = [later - earlier for earlier, later in pairs]
    ceiling = math.ceil(CEILING * maximum)
    unfit = _unfit(pairs, maximum)
    return Effect(
        n=len(pairs),
        mean_pre=figure(_mean(before, scale)),
        mean_post=figure(_mean(after, scale)),
        change=figure(_mean(changes, scale)),
        change_ci95=figure(_mean_interval(changes, scale)),
        gain=figure(_gain(before, after, maximum)),
        gain_ci95=figure(_gain_interval(before, after, maximum, most_drawn)),
        d_av=figure(_d_av(before, after)),
        mastery_before=figure(unfit or _share([reached for reached, _later in mastery])),
        mastery_after=figure(unfit or _share([reached for _earlier, reached in mastery])),
        mcnemar_p=figure(unfit or mcnemar(mastery.count((False, True)), mastery.count((True, False)))),
        ceiling_share=figure(unfit or _share([mark >= ceiling for mark in before])),
    )


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
    return {key: _of_parts(list(each), pass_mark_percent, most_drawn) for key, each in parts.items()}


def _of_parts(parts: Sequence[Part], pass_mark_percent: int | Fraction, most_drawn: int | None) -> Effect:
    asked = [part for part in parts if all(highest for _mark, highest in part)]
    common = math.lcm(*(highest for part in asked for _mark, highest in part))
    needed = _needed(pass_mark_percent, common)
    pairs = [_brought_to(common, part) for part in asked]
    mastery = [(earlier >= needed, later >= needed) for earlier, later in pairs]
    return _effect(pairs, mastery, maximum=common, scale=common, most_drawn=most_drawn)


def _unfit(pairs: Sequence[Pair], maximum: int) -> Reason | None:
    """Return why nothing can be said about marks of a highest mark."""
    if not pairs:
        return Reason.NO_PAIRS
    return None if maximum else Reason.NO_MARKS


def _mean(numbers: Sequence[int], scale: int) -> float | Reason:
    return float(Fraction(sum(numbers), len(numbers) * scale)) if numbers else Reason.NO_PAIRS


def _mean_interval(numbers: Sequence[int], scale: int) -> Interval | Reason:
    """Return the interval of 95 % of a mean by Student's t: mean ± t · s / √n, with n − 1 degrees of freedom.

    Where all numbers are the same it has no width, as the formula says.
    """
    mean = _mean(numbers, scale)
    if isinstance(mean, Reason):
        return mean
    if len(numbers) == 1:
        return Reason.ONE_PAIR
    reach = t_quantile(len(numbers) - 1) * _spread(numbers) / math.sqrt(len(numbers)) / scale
    return Interval(mean - reach, mean + reach)


def _gain(before: Sequence[int], after: Sequence[int], maximum: int) -> float | Reason:
    """Return the normalised gain of the means: change ÷ what was missing to the highest mark before.

    (R. R. Hake, American Journal of Physics 66, 1998, 64–74.) Of the means, because the mean of what single people
    gained is biased: who had nearly everything before can gain little and lose much.
    """
    count = len(before)
    if count < FEWEST:
        return Reason.TOO_FEW_PAIRS if count else Reason.NO_PAIRS
    missing = count * maximum - sum(before)
    if not missing:
        return Reason.MAXIMUM_REACHED if maximum else Reason.NO_MARKS
    return (sum(after) - sum(before)) / missing


def _gain_interval(
    before: Sequence[int], after: Sequence[int], maximum: int, most_drawn: int | None
) -> Interval | Reason:
    gain = _gain(before, after, maximum)
    if isinstance(gain, Reason):
        return gain
    if most_drawn is not None and len(before) > most_drawn:
        return Reason.TOO_MANY_PAIRS
    return gain_interval((maximum - earlier, maximum - later) for earlier, later in zip(before, after, strict=True))


def _d_av(before: Sequence[int], after: Sequence[int]) -> float | Reason:
    """Return J · change ÷ ((s_pre + s_post) / 2) with J = 1 − 3 / (4(n − 1) − 1), which is 0 for two people.

    (G. Cumming, Understanding the new statistics, 2012, chapter 11; J: L. V. Hedges, Journal of Educational Statistics
    6, 1981, 107–128, approximated.)
    """
    count = len(before)
    if count < 2:  # noqa: PLR2004 - a spread is of two
        return Reason.ONE_PAIR if count else Reason.NO_PAIRS
    spread = (_spread(before) + _spread(after)) / 2
    if not spread:
        return Reason.NO_SPREAD
    unbiased = 1 - 3 / (4 * (count - 1) - 1)
    return unbiased * (sum(after) - sum(before)) / count / spread


def _spread(numbers: Sequence[int]) -> float:
    """Return the standard deviation of a sample, from sums in whole numbers: exact, and fast for many people.

    >>> _spread([1, 2, 3, 4])  # √(5/3)
    1.2909944487358056
    """
    count, total = len(numbers), sum(numbers)
    return math.sqrt((count * sum(number * number for number in numbers) - total * total) / (count * (count - 1)))


def _share(reached: Sequence[bool]) -> float:
    return sum(reached) / len(reached)
