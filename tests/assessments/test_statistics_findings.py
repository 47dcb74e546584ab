"""Who chose what, differences between languages, groups, and what stands out."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.utils.translation import override

from assessments.statistics import Analysis, Answers, Figure, Item, Reason, analyse
from assessments.statistics.differential import (
    Comparison,
    Grade,
    LanguageDifference,
    grade,
    language_differences,
    mantel_haenszel,
)
from assessments.statistics.figures import figure
from assessments.statistics.findings import Code, Finding, findings
from assessments.statistics.groups import split
from assessments.statistics.matrix import matrix
from assessments.statistics.options import OptionFigures, option_figures
from assessments.statistics.wording import REASONS, finding_sentence, reason_sentence


class TestOptions:
    MARKS = matrix(["Q1", "Q2"], [1, 10], [[1, 9], [0, 8], [0, 7], [1, 2], [0, 1], [0, 0]])
    CHOSEN = ("A", "B", "B", "A", "C", "")

    def figures(self, chosen: Sequence[str] = CHOSEN) -> tuple[OptionFigures, ...]:
        return option_figures(self.MARKS, 0, options="ABCD", key={"A"}, chosen=chosen)

    def test_counts_shares_and_means_of_the_rest(self) -> None:
        found = self.figures()

        assert [(each.option, each.right, each.count) for each in found] == [
            ("A", True, 2), ("B", False, 2), ("C", False, 1), ("D", False, 0), (None, False, 1),
        ]  # fmt: skip
        assert [each.share.value for each in found] == pytest.approx([100 / 3, 100 / 3, 50 / 3, 0, 50 / 3])
        assert [each.mean_rest.value for each in found] == [5.5, 7.5, 1, None, 0]
        assert found[3].mean_rest.reason is Reason.NOBODY_CHOSE

    def test_the_strongest_are_those_with_the_highest_rest_ties_included(self) -> None:
        tied = matrix(["Q1", "Q2"], [1, 9], [[0, 9], [0, 7], [0, 7], [0, 1], [0, 0], [0, 0]])

        assert [each.strong for each in self.figures()] == [1, 1, 0, 0, 0]
        assert [each.strong for each in option_figures(tied, 0, options="AB", key={"A"}, chosen="ABBABB")] == [1, 2, 0]

    def test_of_several_options_in_one_answer_each_counts(self) -> None:
        found = self.figures(["AB", "B", "", "", "", "AD"])

        assert [each.count for each in found] == [2, 2, 0, 1, 3]

    def test_only_those_who_had_the_question_count(self) -> None:
        marks = matrix(["Q1", "Q2"], [1, 1], [[1, 1], [None, 1], [0, None]])

        found = option_figures(marks, 0, options="AB", key={"A"}, chosen=["A", "", "B"])

        assert [(each.count, each.share.value) for each in found] == [(1, 50), (1, 50), (0, 0)]

    def test_a_typed_answer_has_no_options_and_nobody_no_shares(self) -> None:
        nobody = option_figures(matrix(["Q1"], [1], []), 0, options="A", key={"A"}, chosen=[])

        assert option_figures(self.MARKS, 0, options=(), key=(), chosen=self.CHOSEN) == ()
        assert [(each.count, each.share.reason) for each in nobody] == [(0, Reason.NO_ATTEMPTS)] * 2


class TestMantelHaenszel:
    # A. Agresti, Categorical data analysis, 1990, 231–237; R's `mantelhaen.test(Rabbits)` prints the same.
    RABBITS = ((0, 6, 0, 5), (3, 3, 0, 6), (6, 0, 2, 4), (5, 1, 6, 0), (2, 0, 5, 0))

    def test_penicillin_and_rabbits(self) -> None:
        found = mantel_haenszel(self.RABBITS)

        assert found.odds_ratio.value == 7
        assert round(found.chi_square.value, 4) == 3.9286
        assert round(found.p_value.value, 5) == 0.04747
        assert found.delta.value == pytest.approx(-2.35 * math.log(7))

    def test_the_error_gives_the_confidence_interval_that_r_prints(self) -> None:
        error = mantel_haenszel(self.RABBITS).error.value / 2.35

        assert [math.exp(math.log(7) + side * 1.959964 * error) for side in (-1, 1)] == pytest.approx(
            [1.026713, 47.725133], rel=1e-5
        )

    def test_the_groups_exchanged_turn_the_sign(self) -> None:
        found = mantel_haenszel(self.RABBITS)
        turned = mantel_haenszel((c, d, a, b) for a, b, c, d in self.RABBITS)

        assert turned.delta.value == pytest.approx(-found.delta.value)
        assert turned.odds_ratio.value == pytest.approx(1 / 7)
        assert (turned.chi_square, turned.grade) == (found.chi_square, found.grade)

    @pytest.mark.parametrize("tables", [(), ((5, 5, 0, 0),), ((5, 0, 0, 5),), ((5, 0, 5, 0), (0, 3, 0, 2))])
    def test_nothing_to_compare(self, tables: tuple[tuple[int, int, int, int], ...]) -> None:
        found = mantel_haenszel(tables)

        assert {found.odds_ratio, found.delta, found.error, found.chi_square, found.p_value} == {
            Figure(None, Reason.NOTHING_TO_COMPARE)
        }
        assert found.grade is None

    def test_people_without_a_counterpart_of_equal_total_change_nothing(self) -> None:
        alone = [(0, 0, 1, 0), (0, 0, 0, 1), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 3, 2), (0, 0, 0, 0)]

        assert mantel_haenszel([*alone, *self.RABBITS]) == mantel_haenszel(self.RABBITS)

    def test_the_correction_is_never_larger_than_the_difference(self) -> None:
        found = mantel_haenszel([(5, 5, 5, 5)])

        assert (found.chi_square.value, found.p_value.value, found.grade) == (0, 1, Grade.NEGLIGIBLE)

    @pytest.mark.parametrize(
        ("delta", "error", "p_value", "expected"),
        [
            (0.99, 0.01, 0.001, "A"), (1.0, 0.01, 0.001, "B"), (3.0, 2.0, 0.05, "A"), (3.0, 0.1, 0.0499, "C"),
            (1.49, 0.01, 0.001, "B"), (1.5, 0.01, 0.001, "C"), (1.5, 0.4, 0.001, "B"), (-1.5, 0.01, 0.001, "C"),
            # One-sided at 5 %: 1 + 1.645 · error.
            (1.5, 0.5 / 1.645, 0.001, "C"), (1.5, 0.5 / 1.644, 0.001, "B"),
        ],
    )  # fmt: skip
    def test_the_classes(self, delta: float, error: float, p_value: float, expected: str) -> None:
        assert grade(delta, error, p_value).value == expected


class TestLanguages:
    def test_a_question_mistranslated_is_harder_for_people_of_equal_totals(self) -> None:
        draw = [
            # total of the rest 2: right and wrong in Russian 18 : 6, in Belarusian 6 : 18; and the same for 3.
            *[("ru", [1, 1, 1, 0])] * 18, *[("ru", [0, 1, 1, 1])] * 6, *[("be", [1, 1, 1, 0])] * 6,
            *[("be", [0, 1, 1, 1])] * 18, ("ru", [0, 0, 0, 0]),
        ]  # fmt: skip
        marks = matrix(["Q1", "Q2", "Q3", "Q4"], [1] * 4, [row for _, row in draw])

        (first,), *_, (last,) = language_differences(marks, [language for language, _ in draw])

        assert (first.language, first.reference) == ("be", "ru")
        assert first.comparison.odds_ratio.value == 9
        assert first.comparison.delta.value < -1.5
        assert last.comparison.odds_ratio.value == pytest.approx(1 / 9)
        assert first.comparison.grade is last.comparison.grade is Grade.LARGE

    def test_weaker_people_alone_make_no_difference(self) -> None:
        rows = [[1, 1, 1]] * 20 + [[1, 0, 0], [0, 1, 0]] * 4 + [[1, 0, 0], [0, 1, 0]] * 10
        marks = matrix(["Q1", "Q2", "Q3"], [1] * 3, rows)

        (first,), *_ = language_differences(marks, ["ru"] * 28 + ["be"] * 20)

        assert first.comparison.odds_ratio.value == 1
        assert first.comparison.grade is Grade.NEGLIGIBLE

    def test_a_language_of_fewer_than_ten_is_left_out(self) -> None:
        marks = matrix(["Q1", "Q2"], [1, 1], [[1, 0]] * 31)

        ten = language_differences(marks, ["en"] * 12 + ["ru"] * 10 + ["be"] * 9)
        none = language_differences(marks, ["en"] * 9 + ["ru"] * 9 + ["be"] * 9 + [""] * 4)

        assert [[(each.language, each.reference) for each in question] for question in ten] == [[("ru", "en")]] * 2
        assert none == ((), ())

    def test_languages_of_equal_size_come_in_the_order_of_their_codes(self) -> None:
        marks = matrix(["Q1"], [1], [[1]] * 30)

        (found,) = language_differences(marks, ["ru"] * 10 + ["en"] * 10 + ["be"] * 10)

        assert [(each.language, each.reference) for each in found] == [("en", "be"), ("ru", "be")]

    @pytest.mark.parametrize(("first", "reason"), [([0.5], Reason.PARTIAL_MARKS), ([None], Reason.DIFFERENT_QUESTIONS)])
    def test_parts_of_marks_and_different_questions_cannot_be_compared(
        self, first: list[float | None], reason: Reason
    ) -> None:
        marks = matrix(["Q1"], [1], [first, *[[1]] * 10, *[[0]] * 10])

        ((found,),) = language_differences(marks, ["ru"] * 11 + ["be"] * 10)

        undefined = Figure(None, reason)
        assert found.comparison == Comparison(undefined, undefined, undefined, undefined, undefined, None)


def test_groups_of_ten_and_more_have_figures_of_their_own() -> None:
    rows = [[1, 1]] * 9 + [[1, 0]] * 20 + [[1, 2]] * 6 + [[0, 1]] * 6
    names = ["M0"] * 9 + ["M3"] * 10 + ["M2"] * 10 + ["M4"] * 12

    found = split(matrix(["Q1", "Q2"], [1, 2], rows), names)

    assert [(group.name, group.overall.attempts) for group in found.groups] == [("M4", 12), ("M2", 10), ("M3", 10)]
    assert [[each.value for each in group.facilities] for group in found.groups] == [[50, 75], [100, 0], [100, 0]]
    assert found.groups[0].overall.mean.value == 2
    assert found.groups[1].overall.alpha_percent.reason is Reason.SAME_TOTALS
    assert found.too_small == 1


def analysed(rows: Sequence[tuple[str, float]], *, guess: float | None = 25, key: str = "A") -> Analysis:
    """One question with four options and the rest of the test: (chosen, mark of the rest)."""
    chance = Figure(None, Reason.NOT_GUESSED) if guess is None else figure(guess)
    question = Item("Q1", 1, chance, tuple("ABCD"), frozenset(key))
    rest = Item("rest", 10, Figure(None, Reason.NOT_GUESSED))
    attempts = [Answers([int(chosen in key and chosen != ""), mark], [chosen, ""], "en", "M1") for chosen, mark in rows]
    return analyse([question, rest], attempts)


def found_in(rows: Sequence[tuple[str, float]], **given: object) -> list[Code]:
    return [finding.code for finding in analysed(rows, **given).items[0].findings]


def values_in(rows: Sequence[tuple[str, float]], code: Code, **given: object) -> list[object]:
    return [finding.values for finding in analysed(rows, **given).items[0].findings if finding.code is code]


GOOD = [*[("A", 9), ("A", 8)] * 3, ("B", 3), ("C", 2), ("D", 1), ("B", 1)]


class TestFindings:
    def test_a_good_question_has_none(self) -> None:
        assert found_in(GOOD) == []

    def test_under_ten_attempts_nothing_is_said(self) -> None:
        assert found_in([("B", 5)] * 9) == []
        assert Code.TOO_HARD in found_in([("B", 5)] * 10)

    def test_a_wrong_key(self) -> None:
        swapped = [("B" if chosen == "A" else "A", mark) for chosen, mark in GOOD]

        first, second, *_ = analysed(swapped).items[0].findings

        assert first == Finding(Code.NEGATIVE, {"discrimination": pytest.approx(-98.1, abs=0.1)})
        values = {"option": "B", "count": 3, "right": "A", "right_count": 0}
        assert second == Finding(Code.STRONG_CHOSE_WRONG, values)

    def test_of_several_right_options_each_may_be_left_out(self) -> None:
        swapped = [("B" if chosen == "A" else "C", mark) for chosen, mark in GOOD]

        assert Code.STRONG_CHOSE_WRONG not in found_in(swapped, key="AC")

    def test_nobody_chose_an_option(self) -> None:
        found = analysed([(chosen.replace("D", "B"), mark) for chosen, mark in GOOD]).items[0].findings

        assert found == (Finding(Code.NOBODY_CHOSE, {"option": "D"}),)

    def test_the_same_mark_for_all(self) -> None:
        assert found_in([("A", mark) for _, mark in GOOD]) == [
            Code.TOO_EASY,
            Code.SAME_FOR_ALL,
            *[Code.NOBODY_CHOSE] * 3,
        ]
        assert found_in([("B", mark) for _, mark in GOOD])[1:4] == [
            Code.TOO_HARD, Code.NO_BETTER_THAN_GUESSING, Code.SAME_FOR_ALL,
        ]  # fmt: skip

    @pytest.mark.parametrize(("right", "expected"), [(19, True), (18, False)])
    def test_too_easy_from_95_per_cent_on(self, right: int, expected: bool) -> None:
        rows = [("A", 9)] * right + [("B", 1)] * (20 - right)

        assert values_in(rows, Code.TOO_EASY) == ([{"facility": 95.0}] if expected else [])

    @pytest.mark.parametrize(("right", "expected"), [(4, True), (5, False)])
    def test_too_hard_up_to_20_per_cent(self, right: int, expected: bool) -> None:
        rows = [("A", 9)] * right + [("B", 1)] * (20 - right)

        assert values_in(rows, Code.TOO_HARD) == ([{"facility": 20.0}] if expected else [])

    @pytest.mark.parametrize(
        ("right", "guess", "expected"), [(5, 25, True), (6, 25, False), (5, None, False), (5, 24, False)]
    )
    def test_no_better_than_guessing(self, right: int, guess: float | None, expected: bool) -> None:
        rows = [("A", 9)] * right + [("B", 1)] * (20 - right)

        found = values_in(rows, Code.NO_BETTER_THAN_GUESSING, guess=guess)

        assert found == ([{"facility": 25.0, "guess": 25.0}] if expected else [])

    @pytest.mark.parametrize(
        ("discrimination", "code"),
        [(-0.5, Code.NEGATIVE), (0.0, Code.WEAK), (0.5, Code.WEAK), (19.9, Code.WEAK), (20.0, None), (60.0, None)],
    )
    def test_how_well_it_tells_people_apart(self, discrimination: float, code: Code | None) -> None:
        figures = replace(analysed(GOOD).items[0].figures, discrimination=figure(discrimination))

        found = findings(figures, guess=figure(25))

        assert found == ((Finding(code, {"discrimination": discrimination}),) if code else ())

    @pytest.mark.parametrize(("open_", "expected"), [(2, True), (1, False)])
    def test_often_left_open_from_10_per_cent_on(self, open_: int, expected: bool) -> None:
        rows = [*GOOD, *GOOD[: 10 - open_], *[("", 0)] * open_]

        assert values_in(rows, Code.OFTEN_OPEN) == ([{"share": 10.0}] if expected else [])

    @pytest.mark.parametrize(
        ("tables", "code"),
        [
            ([(90, 10, 40, 60)], Code.HARDER_IN_LANGUAGE),
            ([(40, 60, 90, 10)], Code.EASIER_IN_LANGUAGE),
            ([(50, 50, 50, 50)], None),
            ([], None),
        ],
    )
    def test_differences_between_languages(self, tables: list[tuple[int, int, int, int]], code: Code | None) -> None:
        item = analysed(GOOD).items[0]
        difference = LanguageDifference("be", "ru", mantel_haenszel(tables))

        alike = LanguageDifference("en", "ru", mantel_haenszel([(50, 50, 50, 50)]))

        found = findings(item.figures, guess=item.guess, options=item.options, differences=[alike, difference])

        expected = (Finding(code, {"language": "be", "reference": "ru", "grade": "C"}),) if code else ()
        assert found == expected


class TestAnalysis:
    def test_everything_at_once(self) -> None:
        rows = [*GOOD, *GOOD]

        found = analysed(rows)

        assert found.overall.attempts == 20
        assert [group.name for group in found.languages.groups + found.agencies.groups] == ["en", "M1"]
        assert found.items[0].guess.value == 25
        assert [item.figures.name for item in found.items] == ["Q1", "rest"]
        assert found.items[1].options == ()
        assert found.items[0].differences == ()

    def test_a_difference_between_languages_becomes_a_finding(self) -> None:
        attempts = [
            Answers([right, 1 - right], ["", ""], language, "M1")
            for language, counts in (("ru", (18, 6)), ("be", (6, 18)))
            for right, times in zip((1, 0), counts, strict=True)
            for _ in range(times)
        ]
        nothing = Figure(None, Reason.NOT_GUESSED)

        first, second = analyse([Item("Q1", 1, nothing), Item("Q2", 1, nothing)], attempts).items

        values = {"language": "ru", "reference": "be", "grade": "C"}
        assert Finding(Code.EASIER_IN_LANGUAGE, values) in first.findings
        assert Finding(Code.HARDER_IN_LANGUAGE, values) in second.findings
        assert [each.language for each in first.differences] == ["ru"]

    def test_each_attempt_has_a_language(self) -> None:
        with pytest.raises(ValueError, match="shorter"):
            language_differences(matrix(["Q1"], [1], [[1], [0]]), ["en"])


SAMPLES = {
    Code.NEGATIVE: {"discrimination": -12.4},
    Code.STRONG_CHOSE_WRONG: {"option": "B", "count": 7, "right": "A", "right_count": 2},
    Code.HARDER_IN_LANGUAGE: {"language": "be", "reference": "ru", "grade": "C"},
    Code.EASIER_IN_LANGUAGE: {"language": "en", "reference": "ru", "grade": "B"},
    Code.TOO_EASY: {"facility": 97.0},
    Code.TOO_HARD: {"facility": 12.6},
    Code.NO_BETTER_THAN_GUESSING: {"facility": 23.0, "guess": 25.0},
    Code.SAME_FOR_ALL: {},
    Code.WEAK: {"discrimination": 8.0},
    Code.NOBODY_CHOSE: {"option": "C"},
    Code.OFTEN_OPEN: {"share": 15.0},
}


class TestWording:
    @pytest.mark.parametrize("language", ["en", "ru", "be"])
    def test_every_finding_and_reason_has_a_sentence(self, language: str) -> None:
        with override(language):
            sentences = [finding_sentence(Finding(code, values)) for code, values in SAMPLES.items()]
            sentences += [reason_sentence(reason) for reason in Reason]

        assert set(SAMPLES) == set(Code)
        assert set(REASONS) == set(Reason)
        assert len(set(sentences)) == len(Code) + len(Reason)
        assert all(sentence.endswith(".") and "%(" not in sentence for sentence in sentences)
        assert all(any("а" <= letter <= "я" for letter in sentence) == (language != "en") for sentence in sentences)

    def test_options_are_called_as_the_page_calls_them(self) -> None:
        finding = Finding(Code.STRONG_CHOSE_WRONG, {"option": "o2", "count": 7, "right": "o1", "right_count": 2})

        assert finding_sentence(finding, {"o2": "B", "o1": "A"}) == (
            "Of the strongest people more chose “B” (7) than the right answer “A” (2)."
        )

    def test_numbers_are_whole_and_stay_beside_their_per_cent_sign(self) -> None:
        assert finding_sentence(Finding(Code.TOO_EASY, {"facility": 96.6})) == (
            "Too easy: people earn 97\N{NO-BREAK SPACE}% of the mark on average."
        )

    def test_a_number_below_zero_has_a_minus_and_no_hyphen(self) -> None:
        assert "(discrimination \N{MINUS SIGN}12\N{NO-BREAK SPACE}%)" in finding_sentence(
            Finding(Code.NEGATIVE, {"discrimination": -12.4})
        )

    def test_languages_are_named(self) -> None:
        finding = Finding(Code.HARDER_IN_LANGUAGE, SAMPLES[Code.HARDER_IN_LANGUAGE])

        assert finding_sentence(finding).startswith("Harder in Belarusian than in Russian for people who know equally")
