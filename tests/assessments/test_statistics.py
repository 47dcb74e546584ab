"""Figures of tests and questions against published ones, and what is undefined."""

import doctest
import importlib
import random
from fractions import Fraction
from itertools import product

import pytest

from assessments.statistics import Answers, Figure, Item, Reason, analyse
from assessments.statistics.items import item_figures
from assessments.statistics.matrix import Matrix, matrix
from assessments.statistics.overall import Overall, overall
from assessments.statistics.questions import chosen, item
from tests.factories.assessments import EVERY, STRUCTURES

MODULES = ["analysis", "consistency", "differential", "figures", "findings", "groups", "guessing", "items", "matrix",
           "moments", "options", "overall", "questions", "tables", "wording"]  # fmt: skip

# Two sections of the Law School Admission Test, 1,000 people each: how many gave each pattern of right and wrong
# answers to five questions, from 00000 and 00001 to 11111. R. D. Bock and M. Lieberman, Fitting a response model for n
# dichotomously scored items, Psychometrika 35, 1970, 179–197; as the R package psych has it (`bock.table`).
LSAT6 = [3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61,
         28, 298]  # fmt: skip
LSAT7 = [12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28, 7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136,
         32, 308]  # fmt: skip


def expanded(frequencies: list[int]) -> Matrix:
    rows = [
        pattern for pattern, times in zip(product([0, 1], repeat=5), frequencies, strict=True) for _ in range(times)
    ]
    return matrix([f"Item {number}" for number in range(1, 6)], [1] * 5, rows)


def rounded(figures: list[Figure], digits: int) -> list[float]:
    return [round(figure.value, digits) for figure in figures]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"assessments.statistics.{name}")).failed == 0


class TestPublished:
    """What R prints for the same data: `descript(LSAT)` of the package ltm (D. Rizopoulos)."""

    def test_proportions_right(self) -> None:
        items = item_figures(expanded(LSAT6))

        assert [each.facility.value for each in items] == [92.4, 70.9, 55.3, 76.3, 87.0]

    def test_alpha_is_0_295_and_kr20_the_same(self) -> None:
        found = overall(expanded(LSAT6))

        assert rounded([found.alpha_percent], 2) == [29.50]
        assert found.kr20.value == pytest.approx(found.alpha_percent.value / 100, abs=1e-15)

    def test_alpha_without_each_question(self) -> None:
        items = item_figures(expanded(LSAT6))

        assert rounded([each.alpha_if_dropped for each in items], 4) == [0.2754, 0.2376, 0.2168, 0.2459, 0.2663]

    def test_point_biserial_correlation_with_the_total_and_with_the_rest(self) -> None:
        items = item_figures(expanded(LSAT6))

        assert rounded([each.r_total for each in items], 4) == [0.3620, 0.5668, 0.6184, 0.5344, 0.4354]
        assert rounded([each.r_rest for each in items], 4) == [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]

    def test_alpha_of_the_other_section_is_0_453(self) -> None:
        found = overall(expanded(LSAT7))

        assert found.attempts == 1000
        assert rounded([found.alpha_percent, found.mean], 1) == [45.3, 3.7]
        assert [each.facility.value for each in item_figures(expanded(LSAT7))] == [82.8, 65.8, 77.2, 60.6, 84.3]


class TestByHand:
    """Five attempts at three questions worth 1, 1 and 2: totals 4, 3, 2, 1, 0."""

    MARKS = matrix(["Q1", "Q2", "Q3"], [1, 1, 2], [[1, 1, 2], [1, 1, 1], [1, 0, 1], [0, 0, 1], [0, 0, 0]])

    def test_the_test(self) -> None:
        found = overall(self.MARKS)

        assert found == Overall(
            attempts=5,
            mean=Figure(2.0, None),
            median=Figure(2.0, None),
            sd=Figure(2.5**0.5, None),
            skewness=Figure(0.0, None),
            kurtosis=Figure(-1.2, None),
            # Variances 0.3, 0.3 and 0.5 of 2.5: 3/2 · (1 − 1.1/2.5) = 0.84, √0.16 = 0.4.
            alpha_percent=Figure(84.0, None),
            error_ratio=Figure(40.0, None),
            standard_error=Figure(pytest.approx(0.4 * 2.5**0.5), None),
            kr20=Figure(None, Reason.PARTIAL_MARKS),
        )

    def test_a_question(self) -> None:
        first = item_figures(self.MARKS)[0]

        # Marks 1 1 1 0 0, rests 3 2 1 1 0, in order already: (6 − 5 · 0.6 · 1.4) ÷ 4 = 0.45; variances 0.3 and 1.3.
        assert first.covariance.value == 0.45
        assert first.discriminative_efficiency.value == 100
        assert first.discrimination.value == pytest.approx(100 * 0.45 / (0.3 * 1.3) ** 0.5)
        assert first.intended_weight.value == 25
        # Covariances with the total: 0.75, 0.75 and 1.
        assert first.effective_weight.value == pytest.approx(100 * 0.75**0.5 / (2 * 0.75**0.5 + 1))
        # Without it: variances 0.3 and 0.5 of 1.3.
        assert first.alpha_if_dropped.value == pytest.approx(2 * (1 - 0.8 / 1.3))

    def test_the_median_of_an_even_number_of_attempts_lies_between_two(self) -> None:
        assert overall(matrix(["Q1"], [5], [[1], [5], [2], [4]])).median.value == 3


def reasons(figures: object) -> dict[str, Reason | None]:
    return {name: value.reason for name, value in vars(figures).items() if isinstance(value, Figure)}


class TestUndefined:
    def test_without_attempts_only_the_intended_weight_is_known(self) -> None:
        marks = matrix(["Q1", "Q2"], [1, 3], [])

        found = reasons(item_figures(marks)[0])

        assert overall(marks).attempts == 0
        assert overall(marks).mean == Figure(None, Reason.NO_ATTEMPTS)
        assert found.pop("intended_weight") is None
        assert found.pop("facility") is Reason.NO_ATTEMPTS
        assert set(found.values()) == {Reason.TOO_FEW_ATTEMPTS}

    def test_of_one_attempt_the_mean_and_no_spread(self) -> None:
        found = overall(matrix(["Q1", "Q2"], [1, 1], [[1, 0]]))

        assert (found.mean.value, found.median.value) == (1, 1)
        assert {name for name, reason in reasons(found).items() if reason is Reason.TOO_FEW_ATTEMPTS} == {
            *("sd", "skewness", "kurtosis", "alpha_percent", "error_ratio", "standard_error", "kr20")
        }

    def test_skewness_needs_three_attempts_and_kurtosis_four(self) -> None:
        three = overall(matrix(["Q1"], [2], [[0], [1], [2]]))
        two = overall(matrix(["Q1"], [2], [[0], [1]]))

        assert (two.skewness.reason, three.skewness.value) == (Reason.TOO_FEW_ATTEMPTS, 0)
        assert (three.kurtosis.reason, two.sd.value) == (Reason.TOO_FEW_ATTEMPTS, 0.5**0.5)

    def test_everybody_has_the_same_total(self) -> None:
        marks = matrix(["Q1", "Q2"], [1, 1], [[1, 0], [0, 1], [1, 0], [0, 1]])

        found, item = overall(marks), item_figures(marks)[0]

        assert found.sd.value == 0
        assert found.skewness.reason is found.kurtosis.reason is found.alpha_percent.reason is Reason.SAME_TOTALS
        assert found.error_ratio.reason is found.standard_error.reason is found.kr20.reason is Reason.SAME_TOTALS
        assert item.r_total.reason is item.effective_weight.reason is Reason.SAME_TOTALS
        assert item.r_rest.value == -1

    def test_everybody_has_the_same_mark_for_a_question(self) -> None:
        marks = matrix(["Q1", "Q2"], [1, 1], [[1, 0], [1, 1], [1, 0]])

        same, other = item_figures(marks)

        assert (same.sd.value, same.covariance.value, same.effective_weight.value) == (0, 0, 0)
        assert same.r_total.reason is same.r_rest.reason is same.discrimination.reason is Reason.SAME_MARKS
        assert same.discriminative_efficiency.reason is Reason.SAME_MARKS
        assert other.r_rest.reason is other.discriminative_efficiency.reason is Reason.SAME_REST
        assert (other.r_total.value, other.effective_weight.value) == (1, 100)

    def test_two_attempts_are_enough_for_a_weight(self) -> None:
        first, second = item_figures(matrix(["Q1", "Q2"], [1, 1], [[1, 0], [0, 0]]))

        assert (first.effective_weight.value, second.effective_weight.value) == (100, 0)

    def test_one_question_is_consistent_with_nothing(self) -> None:
        marks = matrix(["Q1"], [1], [[1], [0]])

        assert overall(marks).alpha_percent.reason is overall(marks).kr20.reason is Reason.TOO_FEW_QUESTIONS
        assert item_figures(marks)[0].alpha_if_dropped.reason is Reason.TOO_FEW_QUESTIONS

    def test_a_question_that_pulls_against_the_total_has_no_effective_weight(self) -> None:
        marks = matrix(["Q1", "Q2"], [1, 4], [[1, 0], [0, 4], [1, 1]])

        against, other = item_figures(marks)

        assert against.effective_weight.reason is Reason.NEGATIVE_COVARIANCE
        assert other.effective_weight.value == 100
        assert overall(marks).alpha_percent.value < 0
        assert overall(marks).error_ratio.value > 100

    def test_a_question_worth_nothing_has_no_facility(self) -> None:
        worthless, other = item_figures(matrix(["Q1", "Q2"], [0, 1], [[0, 1], [0, 0]]))
        nothing = item_figures(matrix(["Q1"], [0], [[0], [0]]))[0]

        assert worthless.facility.reason is nothing.intended_weight.reason is Reason.NO_MARKS
        assert (worthless.intended_weight.value, other.intended_weight.value) == (0, 100)
        assert overall(matrix(["Q1", "Q2"], [0, 1], [[0, 1], [0, 0]])).kr20.reason is Reason.PARTIAL_MARKS

    def test_questions_drawn_at_random_are_compared_over_those_who_had_them(self) -> None:
        rows = [[1, 1, None], [0, 0, None], [1, None, 1], [0, None, 1], [None, 0, 1]]
        marks = matrix(["Q1", "Q2", "Q3"], [1, 1, 1], rows)

        first = item_figures(marks)[0]

        assert (first.attempts, first.facility.value) == (4, 50)
        assert first.r_rest.value == pytest.approx(0.5 / 0.75**0.5)  # marks 1 0 1 0, rests 1 0 1 1
        assert first.effective_weight.reason is first.alpha_if_dropped.reason is Reason.DIFFERENT_QUESTIONS
        assert first.intended_weight.reason is Reason.DIFFERENT_QUESTIONS
        assert overall(marks).alpha_percent.reason is overall(marks).kr20.reason is Reason.DIFFERENT_QUESTIONS
        assert overall(marks).mean.value == 1.2

    def test_a_figure_has_either_a_value_or_a_reason(self) -> None:
        sentence = r"^A figure has either a value or a reason\.$"
        with pytest.raises(ValueError, match=sentence):
            Figure(None, None)
        with pytest.raises(ValueError, match=sentence):
            Figure(0.0, Reason.NO_ATTEMPTS)


class TestMatrix:
    def test_hundredths_and_points_give_the_same_but_for_the_unit(self) -> None:
        points = matrix(["Q1", "Q2"], [1, 2], [[0.1, 2], [0.33, 1.5], [1, 0]])
        hundredths = matrix(["Q1", "Q2"], [100, 200], [[10, 200], [33, 150], [100, 0]])

        assert points.columns == hundredths.columns
        assert (points.scale, hundredths.scale) == (100, 1)
        assert overall(hundredths).sd.value == pytest.approx(100 * overall(points).sd.value)

    def test_a_float_means_the_decimal_it_is_written_as(self) -> None:
        assert matrix(["Q1"], [1], [[0.1], [0.30000000000000004]]).scale == 25 * 10**15
        assert matrix(["Q1"], [1], [[Fraction(1, 3)]]).columns == ((1,),)

    @pytest.mark.parametrize("rows", [[[1]], [[1, 1, 1]], [[1, float("nan")]], [[1, float("inf")]]])
    def test_a_row_of_another_length_or_without_numbers_is_refused(self, rows: list[list[float]]) -> None:
        with pytest.raises(ValueError, match=r"^Each row has a mark for each question\.$|literal"):
            matrix(["Q1", "Q2"], [1, 1], rows)


class TestQuestions:
    GUESSES = {"single_choice": 100 / 3, "true_false": 50, "matching": 25, "select_words": 100 / 3}

    @pytest.mark.parametrize("type_name", EVERY)
    def test_a_guess_is_worth_something_where_there_is_a_list(self, type_name: str) -> None:
        found = item("Q1", 100, type_name, EVERY[type_name]).guess

        assert (
            found == Figure(pytest.approx(self.GUESSES[type_name]), None)
            if type_name in self.GUESSES
            else Figure(None, Reason.NOT_GUESSED)
        )

    def test_options_that_earn_a_part_count_in_a_guess(self) -> None:
        options = [{"id": "A", "correct": True}, {"id": "B", "credit": "0.5"}, {"id": "C", "credit": "-1"}]

        assert item("Q1", 100, "single_choice", {"options": options}).guess.value == 50

    @pytest.mark.parametrize(
        ("type_name", "options", "key"),
        [
            ("single_choice", ("A", "B", "C"), {"B"}),
            ("multiple_response", ("A", "B", "C", "D"), {"A", "B"}),
            ("true_false", ("true", "false"), {"false"}),
            ("numerical", (), set()),
        ],
    )
    def test_options_and_the_right_ones(self, type_name: str, options: tuple[str, ...], key: set[str]) -> None:
        found = item("Q1", 100, type_name, STRUCTURES[type_name])

        assert (found.options, found.key) == (options, key)

    @pytest.mark.parametrize(
        ("type_name", "response", "expected"),
        [
            ("single_choice", "B", {"B"}),
            ("single_choice", None, set()),
            ("multiple_response", ["A", "C"], {"A", "C"}),
            ("true_false", True, {"true"}),
            ("true_false", None, set()),
            ("numerical", "50", set()),
        ],
    )
    def test_what_was_chosen(self, type_name: str, response: object, expected: set[str]) -> None:
        assert chosen(type_name, response) == expected


def test_five_thousand_attempts_at_forty_questions_are_all_counted_by_language_and_by_agency() -> None:
    draw = random.Random(20260101)
    items = [Item(f"Q{number}", 100, Figure(25.0, None), tuple("ABCD"), frozenset("A")) for number in range(40)]
    attempts = []
    for _ in range(5000):
        picked = [draw.choices("ABCD", [6, 2, 1, 1])[0] for _ in items]
        marks = [100 if each == "A" else 0 for each in picked]
        attempts.append(Answers(marks, picked, draw.choice(["en", "ru", "be"]), draw.choice("KLMN")))

    found = analyse(items, attempts)

    assert found.overall.attempts == sum(group.overall.attempts for group in found.languages.groups) == 5000
