"""What holds for any marks, and the same figures by the definitions, computed the plain way."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.statistics import Figure, Reason
from assessments.statistics.items import ItemFigures, item_figures
from assessments.statistics.matrix import matrix
from assessments.statistics.overall import Overall, overall

MAXIMA = [1, 2, 1.5, 4, 1]
LEAST_SPREAD = 3  # attempts that let every figure but kurtosis exist


@st.composite
def tables(draw: st.DrawFn, fewest: int = 0) -> tuple[list[float], list[list[float]]]:
    """Highest marks, and a row of marks per attempt, in quarters."""
    maxima = MAXIMA[: draw(st.integers(1, len(MAXIMA)))]
    row = st.tuples(*(st.integers(0, int(maximum * 4)).map(lambda quarters: quarters / 4) for maximum in maxima))
    return maxima, [list(each) for each in draw(st.lists(row, min_size=fewest, max_size=12))]


def figures(maxima: Sequence[float], rows: Sequence[Sequence[float]]) -> tuple[Overall, dict[str, ItemFigures]]:
    marks = matrix([f"Q{number}" for number in range(len(maxima))], maxima, rows)
    return overall(marks), {item.name: item for item in item_figures(marks)}


def each_figure(maxima: Sequence[float], rows: Sequence[Sequence[float]]) -> dict[str, Figure]:
    test, items = figures(maxima, rows)
    found = {"": test, **items}
    return {
        f"{of}.{field.name}": value
        for of, values in found.items()
        for field in fields(values)
        if isinstance(value := getattr(values, field.name), Figure)
    }


@given(tables())
def test_every_figure_is_a_finite_number_or_has_a_reason(table: tuple[list[float], list[list[float]]]) -> None:
    for figure in each_figure(*table).values():
        assert figure.value is None or math.isfinite(figure.value)
        assert (figure.value is None) == (figure.reason is not None)


@given(tables(), st.randoms())
def test_the_order_of_people_changes_no_digit(table: tuple[list[float], list[list[float]]], chance: object) -> None:
    maxima, rows = table
    shuffled = list(rows)
    chance.shuffle(shuffled)

    assert each_figure(maxima, shuffled) == each_figure(maxima, rows)


@given(tables())
def test_the_order_of_questions_changes_no_digit(table: tuple[list[float], list[list[float]]]) -> None:
    maxima, rows = table
    test, items = figures(maxima, rows)

    turned_test, turned = figures(maxima[::-1], [row[::-1] for row in rows])

    assert turned_test == test
    for one, other in zip(items.values(), list(turned.values())[::-1], strict=True):
        assert replace(other, name=one.name) == one


@given(tables(), st.sampled_from([0.5, 3, 100]))
def test_another_unit_changes_what_is_in_marks_only(
    table: tuple[list[float], list[list[float]]], factor: float
) -> None:
    maxima, rows = table
    scaled = each_figure([mark * factor for mark in maxima], [[mark * factor for mark in row] for row in rows])

    for name, figure in each_figure(maxima, rows).items():
        kind = name.partition(".")[2]
        unit = {"covariance": factor**2}.get(kind, factor if kind in {"mean", "median", "sd", "standard_error"} else 1)
        expected = None if figure.value is None else pytest.approx(figure.value * unit)
        assert scaled[name] == Figure(expected, figure.reason)


@given(tables())
def test_figures_keep_their_bounds(table: tuple[list[float], list[list[float]]]) -> None:
    bounds = {
        "facility": (0, 100), "intended_weight": (0, 100), "effective_weight": (0, 100), "discrimination": (-100, 100),
        "r_total": (-1, 1), "r_rest": (-1, 1), "alpha_percent": (-math.inf, 100), "alpha_if_dropped": (-math.inf, 1),
        "discriminative_efficiency": (-math.inf, 100), "kr20": (-math.inf, 1), "error_ratio": (0, math.inf),
        "sd": (0, math.inf), "standard_error": (0, math.inf),
    }  # fmt: skip
    for name, figure in each_figure(*table).items():
        lowest, highest = bounds.get(name.partition(".")[2], (-math.inf, math.inf))
        assert figure.value is None or lowest <= figure.value <= highest, name


@given(tables(fewest=2), st.integers(0, 4))
def test_a_question_everybody_answered_alike_correlates_with_nothing(
    table: tuple[list[float], list[list[float]]], quarters: int
) -> None:
    maxima, rows = table

    same = figures([*maxima, 1], [[*row, quarters / 4] for row in rows])[1][f"Q{len(maxima)}"]

    assert {same.discrimination, same.discriminative_efficiency, same.r_total, same.r_rest} == {
        Figure(None, Reason.SAME_MARKS)
    }


@given(tables())
def test_weights_add_up_to_the_whole(table: tuple[list[float], list[list[float]]]) -> None:
    items = figures(*table)[1].values()
    effective = [item.effective_weight.value for item in items if item.effective_weight.value is not None]

    assert sum(item.intended_weight.value for item in items) == pytest.approx(100)
    assert not effective or sum(effective) == pytest.approx(100)


@given(tables(fewest=LEAST_SPREAD))
def test_the_figures_of_a_test_follow_their_definitions(table: tuple[list[float], list[list[float]]]) -> None:
    maxima, rows = table
    totals, count = [sum(row) for row in rows], len(rows)
    mean = statistics.mean(totals)
    second, third, fourth = (sum((total - mean) ** power for total in totals) / count for power in (2, 3, 4))

    found = figures(maxima, rows)[0]

    assert found.attempts == count
    assert found.mean.value == pytest.approx(mean)
    assert found.median.value == statistics.median(totals)
    assert found.sd.value == pytest.approx(statistics.stdev(totals))
    if len(set(totals)) > 1:
        k2 = count * second / (count - 1)
        k3 = count**2 * third / ((count - 1) * (count - 2))
        assert found.skewness.value == pytest.approx(k3 / k2**1.5, abs=1e-9)
        if count > LEAST_SPREAD:
            k4 = (count + 1) * fourth - 3 * (count - 1) * second**2
            k4 *= count**2 / ((count - 1) * (count - 2) * (count - 3))
            assert found.kurtosis.value == pytest.approx(k4 / k2**2, abs=1e-9)
        if len(maxima) > 1:
            alpha = _alpha(list(zip(*rows, strict=True)))
            assert found.alpha_percent.value == pytest.approx(100 * alpha, abs=1e-9)
            assert found.error_ratio.value == pytest.approx(100 * max(0, 1 - alpha) ** 0.5, abs=1e-5)
            assert found.standard_error.value == pytest.approx(
                found.error_ratio.value * statistics.stdev(totals) / 100, abs=1e-9
            )


@given(tables(fewest=LEAST_SPREAD))
def test_the_figures_of_a_question_follow_their_definitions(table: tuple[list[float], list[list[float]]]) -> None:
    maxima, rows = table
    columns = list(zip(*rows, strict=True))
    for number, item in enumerate(figures(maxima, rows)[1].values()):
        xs, rest = columns[number], [sum(row) - row[number] for row in rows]
        others = columns[:number] + columns[number + 1 :]
        assert item.facility.value == pytest.approx(100 * statistics.mean(xs) / maxima[number])
        assert item.sd.value == pytest.approx(statistics.stdev(xs))
        assert item.covariance.value == pytest.approx(statistics.covariance(xs, rest), abs=1e-12)
        if len(set(xs)) > 1 and len(set(rest)) > 1:
            r = statistics.correlation(xs, rest)
            highest = statistics.covariance(sorted(xs), sorted(rest))
            assert item.r_rest.value == pytest.approx(r, abs=1e-9)
            assert item.discrimination.value == pytest.approx(100 * r, abs=1e-7)
            assert item.discriminative_efficiency.value == pytest.approx(
                100 * statistics.covariance(xs, rest) / highest, abs=1e-7
            )
        if len(set(xs)) > 1 and len({sum(row) for row in rows}) > 1:
            totals = [sum(row) for row in rows]
            assert item.r_total.value == pytest.approx(statistics.correlation(xs, totals), abs=1e-9)
        if len(others) > 1 and len(set(rest)) > 1:
            assert item.alpha_if_dropped.value == pytest.approx(_alpha(others), abs=1e-9)


@given(st.lists(st.tuples(*[st.sampled_from([0, 1])] * 4), min_size=2, max_size=12))
def test_kr20_equals_alpha_of_questions_that_are_right_or_wrong(rows: list[tuple[int, ...]]) -> None:
    worth = [1, 2, 5, 1]

    test = figures(worth, [[right * mark for right, mark in zip(row, worth, strict=True)] for row in rows])[0]

    assert test.kr20.reason is test.alpha_percent.reason
    assert test.kr20.value is None or 100 * test.kr20.value == pytest.approx(test.alpha_percent.value)


def _alpha(columns: list[tuple[float, ...]]) -> float:
    totals = [sum(row) for row in zip(*columns, strict=True)]
    within = sum(statistics.variance(column) for column in columns)
    return len(columns) / (len(columns) - 1) * (1 - within / statistics.variance(totals))
