"""Figures of a learning effect against published and hand-computed ones, and what is refused."""

import doctest
import importlib
import math
from fractions import Fraction

import pytest
from django.utils.translation import override

from reports.effect import Effect, Figure, Interval, Reason, by_objective, learning_effect
from reports.effect.bootstrap import gain_interval
from reports.effect.distributions import incomplete_beta, mcnemar, t_quantile, t_tails
from reports.effect.wording import REASONS, reason_sentence

MODULES = ["bootstrap", "distributions", "figures", "learning", "tables", "wording"]
FIGURES = ["mean_pre", "mean_post", "change", "change_ci95", "gain", "gain_ci95", "d_av", "mastery_before",
           "mastery_after", "mcnemar_p", "ceiling_share"]  # fmt: skip

# Ten people of ten marks each, before and after.
TEN = [(5, 7), (4, 8), (3, 9), (6, 6), (7, 9), (2, 8), (5, 5), (4, 6), (8, 10), (9, 10)]


def effect(pairs: list[tuple[int, int]], maximum: int = 10, pass_mark: int = 75) -> Effect:
    return learning_effect(pairs, maximum=maximum, pass_mark_percent=pass_mark, scale=1)


def below(count: int) -> list[tuple[int, int]]:
    """Twelve people, of whom so many were below the highest mark before."""
    return [(8, 10)] * count + [(10, 10)] * (12 - count)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"reports.effect.{name}")).failed == 0


class TestWorked:
    def test_ten_people_by_hand(self) -> None:
        """Sums 53 and 78, squares 325 and 636, changes 2 4 6 0 2 6 0 2 2 1 with squares 105."""
        found = effect(TEN)

        spread = ((325 - 53**2 / 10) / 9) ** 0.5 / 2 + ((636 - 78**2 / 10) / 9) ** 0.5 / 2
        reach = 2.2621571628 * ((105 - 25**2 / 10) / 9 / 10) ** 0.5
        assert found == Effect(
            n=10,
            mean_pre=Figure(5.3, None),
            mean_post=Figure(7.8, None),
            change=Figure(2.5, None),
            change_ci95=Figure(Interval(pytest.approx(2.5 - reach), pytest.approx(2.5 + reach)), None),
            gain=Figure(25 / 47, None),
            # 200,000 draws of another generator, twenty times: 0.3134 and 0.7218.
            gain_ci95=Figure(Interval(pytest.approx(0.3134, abs=0.005), pytest.approx(0.7218, abs=0.005)), None),
            d_av=Figure(pytest.approx((1 - 3 / 35) * 2.5 / spread), None),
            mastery_before=Figure(0.2, None),
            mastery_after=Figure(0.6, None),
            mcnemar_p=Figure(2 / 2**4, None),
            ceiling_share=Figure(0.1, None),
        )
        assert list(found.figures) == FIGURES
        assert found.refused == {}

    def test_the_interval_of_the_change_is_that_of_a_paired_t_test(self) -> None:
        """R prints −43.51131 and 41.01131 for `t.test` of these eight differences."""
        differences = [-30, 30, -40, -40, 80, 60, -50, -20]

        found = effect([(50, 50 + each) for each in differences], maximum=200)

        assert found.change.value == -1.25
        assert [round(end, 5) for end in found.change_ci95.value] == [-43.51131, 41.01131]

    def test_marks_come_in_hundredths_and_figures_are_in_marks(self) -> None:
        found = learning_effect([(450, 575), (500, 650)], maximum=1000, pass_mark_percent=50)

        assert (found.mean_pre.value, found.mean_post.value, found.change.value) == (4.75, 6.125, 1.375)

    def test_the_pass_mark_and_the_ceiling_are_reached_to_the_hundredth(self) -> None:
        """29 % of 100 marks is 29, though 0.29 · 100 is less than 29 in floating point."""
        found = learning_effect(
            [(2899, 2900), (2900, 9000), (8999, 9000), (9000, 2899)], maximum=10_000, pass_mark_percent=29
        )

        assert (found.mastery_before.value, found.mastery_after.value) == (0.75, 0.75)
        assert (found.ceiling_share.value, found.mcnemar_p.value) == (0.25, 1.0)

    def test_a_pass_mark_may_be_a_fraction_of_a_per_cent(self) -> None:
        found = learning_effect([(1, 2)], maximum=3, pass_mark_percent=Fraction(200, 3), scale=1)

        assert (found.mastery_before.value, found.mastery_after.value) == (0.0, 1.0)


class TestDistributions:
    """Beside them, what scipy 1.17 gave: `t.ppf`, `betainc`, `binomtest`."""

    def test_quantiles_of_t(self) -> None:
        expected = {
            1: 12.706204736174694, 2: 4.302652729749462, 5: 2.5705818356363146, 9: 2.262157162798205,
            29: 2.045229642132703, 99: 1.9842169515864174, 999: 1.9623414611334493, 100_000: 1.9599877075346095,
        }  # fmt: skip

        assert {freedom: t_quantile(freedom) for freedom in expected} == pytest.approx(expected, rel=1e-9)

    @pytest.mark.parametrize(
        ("x", "a", "b", "expected"),
        [
            (0.3, 0.5, 0.5, 0.36901011956554536),
            (0.01, 2, 0.5, 3.762570784694551e-05),
            (0.97, 500, 0.5, 3.436409483812685e-08),
            (0.5, 1000, 1000, 0.5),
            (0.2, 3.5, 0.5, 0.0011337831033596448),
            (0, 2, 3, 0.0),
            (1, 2, 3, 1.0),
        ],
    )
    def test_the_incomplete_beta_function(self, x: float, a: float, b: float, expected: float) -> None:
        assert incomplete_beta(x, a, b) == pytest.approx(expected, rel=1e-10)

    def test_half_of_t_lies_on_either_side(self) -> None:
        assert t_tails(0, 7) == 1.0
        assert t_tails(math.inf, 7) == 0.0

    @pytest.mark.parametrize(
        ("gained", "lost", "expected"),
        [
            (9, 2, 0.0654296875),
            (25, 10, 0.016673847800120715),
            (101, 59, 0.0011229051962340462),
            (1, 0, 1.0),
            (4, 0, 0.125),
            (0, 4, 0.125),
        ],
    )
    def test_mcnemars_exact_test(self, gained: int, lost: int, expected: float) -> None:
        assert mcnemar(gained, lost) == pytest.approx(expected, rel=1e-12)


class TestBootstrap:
    def test_the_draws_of_a_fair_coin_are_binomial(self) -> None:
        """Of twenty people at nothing half reach everything: P(X ≤ 5) = 0.0207 and P(X ≤ 6) = 0.0577 of 20."""
        assert gain_interval([(1, 0), (1, 1)] * 10) == Interval(0.3, 0.7)

    @pytest.mark.parametrize(
        ("pairs", "maximum", "expected"),
        [
            ([(k % 7 + 2, min(12, k % 7 + 2 + k % 5)) for k in range(40)], 12, (0.21491, 0.35148)),
            ([(k % 9, min(10, k % 9 + k * k % 4)) for k in range(500)], 10, (0.07529, 0.09111)),
        ],
    )
    def test_another_generator_gives_the_same_interval(
        self, pairs: list[tuple[int, int]], maximum: int, expected: tuple[float, float]
    ) -> None:
        """As numpy 2.4 gave it, over many more draws; below and above 256 people."""
        found = gain_interval((maximum - before, maximum - after) for before, after in pairs)

        assert found == pytest.approx(expected, abs=0.003)

    def test_one_person_more_than_a_byte_tells_apart_makes_no_leap(self) -> None:
        lacking = [(k % 7 + 3, k % 4) for k in range(257)]

        assert gain_interval(lacking[:256]) == pytest.approx(gain_interval(lacking), abs=0.005)

    @pytest.mark.parametrize("count", [30, 300])
    def test_a_number_of_any_size_is_drawn(self, count: int) -> None:
        small = [(k % 7 + 3, k % 4) for k in range(count)]
        scaled = [(before * 10**30, after * 10**30) for before, after in small]

        assert gain_interval(scaled) == gain_interval(small)

    def test_draws_in_which_nobody_was_below_the_maximum_are_left_out(self) -> None:
        found = effect(below(3))

        assert found.gain == Figure(1.0, None)
        assert found.gain_ci95 == Figure(Interval(1.0, 1.0), None)

    @pytest.mark.parametrize("count", [1, 2])
    def test_where_they_are_many_the_interval_is_refused(self, count: int) -> None:
        found = effect(below(count))

        assert found.gain == Figure(1.0, None)
        assert found.refused == {"gain_ci95": Reason.FEW_BELOW_MAXIMUM}

    def test_of_a_thousand_people_nothing_is_refused(self) -> None:
        pairs = [(100 * (k % 9), 100 * min(10, k % 9 + k * k % 4)) for k in range(1000)]

        found = learning_effect(pairs, maximum=1000, pass_mark_percent=75)

        assert found.refused == {}


class TestRefused:
    def test_nobody(self) -> None:
        found = effect([])

        assert found.values == {"n": 0} | dict.fromkeys(FIGURES)
        assert found.refused == dict.fromkeys(FIGURES, Reason.NO_PAIRS)

    def test_one_person(self) -> None:
        found = effect([(4, 8)])

        assert found.values == {
            "n": 1, "mean_pre": 4.0, "mean_post": 8.0, "change": 4.0, "change_ci95": None, "gain": None,
            "gain_ci95": None, "d_av": None, "mastery_before": 0.0, "mastery_after": 1.0, "mcnemar_p": 1.0,
            "ceiling_share": 0.0,
        }  # fmt: skip
        assert found.refused == {
            "change_ci95": Reason.ONE_PAIR,
            "gain": Reason.TOO_FEW_PAIRS,
            "gain_ci95": Reason.TOO_FEW_PAIRS,
            "d_av": Reason.ONE_PAIR,
        }

    def test_nine_people_have_everything_but_a_gain(self) -> None:
        assert effect(TEN[:9]).refused == {"gain": Reason.TOO_FEW_PAIRS, "gain_ci95": Reason.TOO_FEW_PAIRS}

    def test_everybody_at_the_maximum_before(self) -> None:
        found = effect([(10, 10)] * 9 + [(10, 9)])

        assert found.change.value == -0.1
        assert found.ceiling_share.value == 1.0
        assert found.refused == {"gain": Reason.MAXIMUM_REACHED, "gain_ci95": Reason.MAXIMUM_REACHED}

    def test_everybody_alike(self) -> None:
        """The formula of the interval has no width then; a change in standard deviations is none."""
        found = effect([(5, 7)] * 12)

        assert found.change_ci95.value == Interval(2.0, 2.0)
        assert found.gain_ci95.value == Interval(0.4, 0.4)
        assert found.refused == {"d_av": Reason.NO_SPREAD}

    def test_a_spread_on_one_side_is_a_spread(self) -> None:
        assert effect([(5, 4), (5, 8), (5, 9)]).d_av.value == pytest.approx((1 - 3 / 7) * 2 / (7**0.5 / 2))

    def test_a_test_without_marks(self) -> None:
        found = effect([(0, 0)] * 12, maximum=0)

        assert found.refused == {
            "gain": Reason.NO_MARKS,
            "gain_ci95": Reason.NO_MARKS,
            "d_av": Reason.NO_SPREAD,
            "mastery_before": Reason.NO_MARKS,
            "mastery_after": Reason.NO_MARKS,
            "mcnemar_p": Reason.NO_MARKS,
            "ceiling_share": Reason.NO_MARKS,
        }

    @pytest.mark.parametrize("pair", [(-1, 5), (5, -1), (11, 5), (5, 11)])
    def test_marks_that_cannot_be_are_a_mistake_of_whoever_asks(self, pair: tuple[int, int]) -> None:
        with pytest.raises(ValueError, match="between nothing and the highest mark"):
            effect([(5, 6), pair])

    def test_a_figure_has_either_a_value_or_a_reason(self) -> None:
        for both_or_none in [(None, None), (1.0, Reason.NO_PAIRS)]:
            with pytest.raises(ValueError, match="either"):
                Figure(*both_or_none)


class TestByObjective:
    def test_forms_with_other_highest_marks_are_brought_to_the_same(self) -> None:
        """Two questions on an objective in one form, three in the other; half of the people took either first."""
        parts = [((1, 2), (3, 3)), ((1, 3), (2, 2))] * 6

        found = by_objective({"law": parts}, pass_mark_percent=50)

        sixths = [(3, 6), (2, 6)] * 6
        expected = learning_effect(sixths, maximum=6, pass_mark_percent=50, scale=6)
        assert found == {"law": expected}
        assert (expected.n, expected.mean_pre.value, expected.mean_post.value) == (12, pytest.approx(5 / 12), 1.0)
        assert (expected.mastery_before.value, expected.gain.value) == (0.5, 1.0)

    def test_whoever_was_not_asked_both_times_makes_no_pair(self) -> None:
        found = by_objective(
            {"law": [((0, 0), (1, 1)), ((1, 1), (0, 0))], "care": [((0, 1), (1, 1))]}, pass_mark_percent=75
        )

        assert list(found) == ["law", "care"]
        assert found["law"].refused == dict.fromkeys(FIGURES, Reason.NO_PAIRS)
        assert (found["care"].n, found["care"].mean_pre.value, found["care"].mean_post.value) == (1, 0.0, 1.0)


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_every_reason_has_a_sentence(language: str) -> None:
    with override(language):
        sentences = [reason_sentence(reason) for reason in Reason]

    assert set(REASONS) == set(Reason)
    assert len(set(sentences)) == len(Reason)
    assert all(sentence.endswith(".") for sentence in sentences)
    assert all(any("а" <= letter <= "я" for letter in sentence) == (language != "en") for sentence in sentences)
