"""From an item to what the bank keeps, and back."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

from assessments.errors import QuestionError
from assessments.formats.from_bank import item_of
from assessments.formats.item import Answer, Gap, Item, Pair, Text, TextFormat
from assessments.formats.to_bank import BankQuestion, banked
from assessments.question_types import TYPES
from tests.assessments.formats.strategies import items

HTML = TextFormat.HTML
RIGHT, HALF, NOTHING = Fraction(1), Fraction(1, 2), Fraction(0)


def choice(*fractions: str, kind: str = "single_choice") -> Item:
    answers = tuple(Answer(Text(f"answer {place}"), Fraction(each)) for place, each in enumerate(fractions))
    return Item(type=kind, stem=Text("Which?"), answers=answers)


def _offering_less(gap: Gap, words: int) -> Gap:
    return replace(gap, offered=() if gap.offered == tuple(range(words)) else gap.offered)


def earned(question: BankQuestion, response: object) -> Fraction:
    kind = TYPES[question.type]
    structure = kind.complete(question.structure, list(question.words.values()))
    credit = kind.mark(structure, kind.parse(structure, response))
    assert credit is not None
    return credit.part


@settings(max_examples=150, deadline=None)
@given(items(list(TYPES), rich=True))
def test_what_goes_into_the_bank_comes_out_the_same(item: Item) -> None:
    question = banked(item, "ru")

    again = item_of(question, "ru")

    # A gap that names all words offers all; the number that earns most stands first in the bank, and answers that
    # fit no line stand last.
    assert replace(again, answers=(), pairs=(), gaps=(), language="") == replace(item, answers=(), pairs=(), gaps=())
    assert again.gaps == tuple(_offering_less(gap, len(item.words)) for gap in item.gaps)
    assert sorted(map(str, again.answers)) == sorted(map(str, item.answers))
    assert sorted(map(str, again.pairs)) == sorted(map(str, item.pairs))
    assert banked(again, "ru") == replace(question, warnings=banked(again, "ru").warnings)


def test_a_single_choice_without_weights_says_only_what_is_right() -> None:
    question = banked(choice("0", "1", "0"), "en")

    assert question.structure == {
        "options": [{"id": "A", "correct": False}, {"id": "B", "correct": True}, {"id": "C", "correct": False}]
    }
    assert question.words == {"en": {"stem": "Which?", "options": {"A": "answer 0", "B": "answer 1", "C": "answer 2"}}}


def test_of_two_that_earn_everything_the_first_is_the_right_one_and_both_earn_it() -> None:
    question = banked(choice("1", "1", "1/4"), "en")

    assert [each["correct"] for each in question.structure["options"]] == [True, False, False]
    assert [earned(question, each) for each in "ABC"] == [1, 1, Fraction(1, 4)]


def test_several_by_the_usual_rule_say_only_which_are_right() -> None:
    question = banked(choice("1/2", "1/2", "-1/3", "-1/3", "-1/3", kind="multiple_response"), "en")

    assert all("credit" not in each for each in question.structure["options"])
    assert earned(question, ["A", "C"]) == Fraction(1, 2) - Fraction(1, 3)


def test_several_with_weights_of_their_own_earn_the_sum() -> None:
    question = banked(choice("1/2", "1/2", "0", "-1", kind="multiple_response"), "en")

    assert [earned(question, each) for each in (["A", "B", "C"], ["A", "D"], ["C"])] == [1, 0, 0]


def test_weights_that_never_reach_everything_are_said() -> None:
    question = banked(choice("1/2", "1/4", "0", kind="multiple_response"), "en")

    assert question.warnings == ("All right answers together earn 75 % only.",)


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (choice("0", "0"), "No option is marked as right."),
        (choice("1/2", "0"), "No option earns everything, so nobody could have the full mark."),
        (choice("0", "-1/2", kind="multiple_response"), "No option is marked as right."),
        (choice(*["1"] + ["0"] * 26), "A question to choose from needs 2 to 26 options."),
        (replace(choice("1", "0"), stem=Text(" ")), "A question needs its text."),
        (Item(type="true_false", stem=Text("So?")), "Say whether the statement is true or false."),
        (Item(type="numerical", stem=Text("?"), answers=(Answer(Text("*"), RIGHT),)), "No accepted number earns"),
        (Item(type="short_answer", stem=Text("?"), answers=(Answer(Text("a"), HALF),)), "No accepted answer earns"),
        (Item(type="riddle", stem=Text("?")), "There is no question type “riddle”."),
    ],
)
def test_what_could_not_be_asked_or_marked_is_refused(item: Item, sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence.replace("?", r"\?")):
        banked(item, "en")


def test_formats_are_kept_for_each_text_by_its_path() -> None:
    item = Item(
        type="single_choice",
        stem=Text("<b>Which?</b>", HTML),
        answers=(
            Answer(Text("<i>a</i>", HTML), RIGHT, Text("*yes*", TextFormat.MARKDOWN)),
            Answer(Text("b"), NOTHING),
        ),
        hints=(Text("h"), Text("<u>h</u>", HTML)),
    )

    words = banked(item, "be").words["be"]

    assert words["formats"] == {
        "stem": "html",
        "options.A": "html",
        "rationales.A": "markdown",
        "hints.1": "html",
    }


def test_a_text_with_gaps_gets_its_instruction_in_its_language() -> None:
    gap = Gap("g1", "short_answer", (Answer(Text("Мінск"), RIGHT),))
    item = Item(type="gap_fill", stem=Text(), text=Text("Сталіца – [[g1]]."), gaps=(gap,))

    question = banked(item, "en")

    assert question.words["en"]["stem"] == "Fill in the gaps in the text."
    assert item_of(question, "en").stem == Text()


def test_answers_that_fit_no_line_are_distractors() -> None:
    pairs = (Pair(Text("a"), Text("1")), Pair(Text("b"), Text("1")), Pair(Text(), Text("2")))

    question = banked(Item(type="matching", stem=Text("Match."), pairs=pairs), "en")

    assert question.structure == {
        "pairs": [{"id": "p1", "right": "r1"}, {"id": "p2", "right": "r1"}],
        "rights": ["r1", "r2"],
    }


def test_any_other_number_may_earn_something_and_be_told_why() -> None:
    answers = (
        Answer(Text("12"), RIGHT, tolerance="0"),
        Answer(Text("*"), Fraction(1, 10), Text("Look at article 12.")),
    )

    question = banked(Item(type="numerical", stem=Text("Which article?"), answers=answers), "en")

    assert [earned(question, each) for each in ("12", "13")] == [1, Fraction(1, 10)]
    assert question.words["en"]["rationales"] == {"other": "Look at article 12."}
