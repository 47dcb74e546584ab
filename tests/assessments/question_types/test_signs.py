"""Signs for ids: what is renamed on a page, and what is read back."""

import pytest

from assessments.question_types import show, signed, signed_parts, unsigned
from assessments.question_types.base import Choice, Part, Side
from tests.factories.assessments import FURTHER, words_of

ORDER = ["c", "a", "b"]
PARTS = (Part("a", "Line", choices=(Choice("a=1", "1", True), Choice("a=c", "C", False))), Part("z", "No line"))


@pytest.mark.parametrize(
    ("side", "posted"),
    [
        (Side.PART, ["s2=c", "s1=", "z=a", "a", "", 7, "s3=c=d"]),
        (Side.VALUE, ["a=s1", "c=", "z=s2", "a", "", 7, "b=c=d"]),
        (None, ["a=c", "c=", "z=a", "a", "", 7, "b=c=d"]),
    ],
)
def test_a_page_has_signs_on_the_side_that_tells_and_an_answer_is_read_back(
    side: Side | None, posted: list[object]
) -> None:
    fields = ["a=c", "c=", "z=a", "a", "", 7, "b=c=d"]

    assert signed(side, ORDER, fields) == posted
    assert unsigned(side, ORDER, tuple(posted)) == fields


@pytest.mark.parametrize("raw", [None, "a=c", {"a": "c"}])
def test_what_is_no_list_of_a_form_stays_as_it_is(raw: object) -> None:
    assert signed(Side.PART, ORDER, raw) == raw
    assert unsigned(Side.PART, ORDER, raw) == raw


@pytest.mark.parametrize(
    ("side", "ids", "values"),
    [
        (Side.PART, ["s2", "z"], ["s2=1", "s2=c"]),
        (Side.VALUE, ["a", "z"], ["a=1", "a=s1"]),
        (None, ["a", "z"], ["a=1", "a=c"]),
    ],
)
def test_the_fields_of_a_page_have_signs_and_keep_everything_else(
    side: Side | None, ids: list[str], values: list[str]
) -> None:
    assert signed_parts(side, ORDER, PARTS) == (
        Part(ids[0], "Line", choices=(Choice(values[0], "1", True), Choice(values[1], "C", False))),
        Part(ids[1], "No line"),
    )


def test_a_question_is_shown_with_signs_in_the_order_of_an_attempt_only() -> None:
    structure, words = FURTHER["ordering"], words_of(FURTHER["ordering"])

    signs = show("ordering", structure, words, language="en", order=["d", "b", "a", "c"])
    names = show("ordering", structure, words, language="en")

    assert [(part.id, part.before) for part in signs.parts] == [
        ("s1", "Option d"),
        ("s2", "Option b"),
        ("s3", "Option a"),
        ("s4", "Option c"),
    ]
    assert sorted(part.id for part in names.parts) == ["a", "b", "c", "d"]
