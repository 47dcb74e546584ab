"""What holds for any marks, and the same figures by the definitions, computed the plain way."""

import math
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.effect import Effect, Interval, learning_effect
from reports.effect.bootstrap import quantile
from reports.effect.distributions import incomplete_beta, mcnemar, t_quantile, t_tails

MAXIMUM = 12
Marks = list[tuple[int, int]]

marks = st.integers(0, MAXIMUM)
groups = st.lists(st.tuples(marks, marks), max_size=25)
# Ten thousand draws per example: fewer examples.
slow = settings(max_examples=40, deadline=None)


def effect(pairs: Marks, unit: int = 1) -> Effect:
    return learning_effect(
        [(before * unit, after * unit) for before, after in pairs],
        maximum=MAXIMUM * unit,
        pass_mark_percent=75,
        scale=unit,
    )


@slow
@given(groups)
def test_every_figure_is_a_finite_number_or_has_a_reason(pairs: Marks) -> None:
    for figure in effect(pairs).figures.values():
        assert (figure.value is None) == (figure.reason is not None)
        ends = figure.value if isinstance(figure.value, Interval) else [figure.value or 0]
        assert all(math.isfinite(end) for end in ends)


@slow
@given(groups)
def test_figures_keep_their_bounds(pairs: Marks) -> None:
    values = effect(pairs).values

    for name in ("mastery_before", "mastery_after", "ceiling_share", "mcnemar_p"):
        assert values[name] is None or 0 <= values[name] <= 1
    for name in ("mean_pre", "mean_post"):
        assert values[name] is None or 0 <= values[name] <= MAXIMUM
    if values["change_ci95"]:
        low, high = values["change_ci95"]
        assert low <= values["change"] <= high
    assert values["gain"] is None or values["gain"] <= 1
    if values["gain_ci95"]:
        low, high = values["gain_ci95"]
        assert low <= high <= 1


@slow
@given(groups, st.randoms())
def test_the_order_of_people_changes_no_digit(pairs: Marks, chance: object) -> None:
    shuffled = list(pairs)
    chance.shuffle(shuffled)

    assert effect(shuffled) == effect(pairs)


@slow
@given(groups, st.sampled_from([2, 100]))
def test_another_unit_changes_nothing(pairs: Marks, unit: int) -> None:
    one, other = effect(pairs), effect(pairs, unit)

    assert other.refused == one.refused
    for name, value in one.values.items():
        assert other.values[name] == (None if value is None else pytest.approx(value))
    assert other.gain_ci95 == one.gain_ci95


@slow
@given(groups)
def test_the_way_back_is_the_same_change_with_the_other_sign(pairs: Marks) -> None:
    there, back = effect(pairs).values, effect([(after, before) for before, after in pairs]).values

    assert (back["mean_pre"], back["mastery_before"]) == (there["mean_post"], there["mastery_after"])
    assert back["mcnemar_p"] == there["mcnemar_p"]
    for name in ("change", "d_av"):
        assert back[name] == (None if there[name] is None else pytest.approx(-there[name]))


@slow
@given(st.lists(st.tuples(marks, marks), min_size=2, max_size=25))
def test_figures_follow_their_definitions(pairs: Marks) -> None:
    before, after = ([pair[place] for pair in pairs] for place in (0, 1))
    changes = [later - earlier for earlier, later in pairs]
    count = len(pairs)
    reach = t_quantile(count - 1) * statistics.stdev(changes) / math.sqrt(count)

    values = effect(pairs).values

    assert values["n"] == count
    assert values["mean_pre"] == pytest.approx(statistics.fmean(before))
    assert values["mean_post"] == pytest.approx(statistics.fmean(after))
    assert values["change"] == pytest.approx(statistics.fmean(changes))
    assert values["change_ci95"] == pytest.approx(
        (statistics.fmean(changes) - reach, statistics.fmean(changes) + reach), abs=1e-9
    )
    assert values["mastery_before"] == sum(mark >= 9 for mark in before) / count
    assert values["mastery_after"] == sum(mark >= 9 for mark in after) / count
    assert values["ceiling_share"] == sum(mark >= 11 for mark in before) / count
    spread = (statistics.stdev(before) + statistics.stdev(after)) / 2
    if spread:
        expected = (1 - 3 / (4 * (count - 1) - 1)) * statistics.fmean(changes) / spread
        assert values["d_av"] == pytest.approx(expected, abs=1e-9)
    if count >= 10 and any(mark < MAXIMUM for mark in before):
        expected = statistics.fmean(changes) / (MAXIMUM - statistics.fmean(before))
        assert values["gain"] == pytest.approx(expected, abs=1e-9)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemars_test_is_the_binomial_one(gained: int, lost: int) -> None:
    changed = gained + lost
    tail = sum(math.comb(changed, number) for number in range(min(gained, lost) + 1)) / 2**changed

    assert mcnemar(gained, lost) == pytest.approx(min(1, 2 * tail))


# Parts of a power of two: what is left of 1 is exact as well.
exact_shares = st.integers(0, 2**20).map(lambda part: part / 2**20)


@given(exact_shares, st.floats(0.05, 500), st.floats(0.05, 500))
def test_the_incomplete_beta_function_is_a_share_and_symmetric(x: float, a: float, b: float) -> None:
    value = incomplete_beta(x, a, b)

    assert -1e-9 <= value <= 1 + 1e-9
    assert value + incomplete_beta(1 - x, b, a) == pytest.approx(1, abs=1e-9)


@given(st.integers(1, 60), st.data())
def test_the_incomplete_beta_function_is_a_sum_of_binomials(count: int, data: st.DataObject) -> None:
    least, x = data.draw(st.integers(1, count)), data.draw(st.floats(0, 1))
    expected = math.fsum(
        math.comb(count, number) * x**number * (1 - x) ** (count - number) for number in range(least, count + 1)
    )

    assert incomplete_beta(x, least, count - least + 1) == pytest.approx(expected, abs=1e-11)


@given(st.integers(1, 100_000), st.floats(0.5, 0.999))
def test_a_quantile_of_t_has_its_confidence(freedom: int, confidence: float) -> None:
    assert t_tails(t_quantile(freedom, confidence), freedom) == pytest.approx(1 - confidence, rel=1e-8)


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=200))
def test_quantiles_are_those_of_the_standard_library(numbers: list[float]) -> None:
    ordered = sorted(numbers)
    cuts = statistics.quantiles(ordered, n=40, method="inclusive")

    assert [quantile(ordered, place / 40) for place in range(1, 40)] == pytest.approx(cuts)
