"""Rows that are added, moved and taken away in what was posted."""

from typing import Any

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from assessments.forms import rearranged

ROWS = st.lists(st.text(alphabet="abcЖ &=\n", max_size=5), min_size=1, max_size=6)


def posted(texts: list[str]) -> QueryDict:
    """Rows with a text, a field of several values, and a row of their own inside."""
    data = QueryDict(mutable=True)
    data["words-stem_en"] = "kept"
    data["rows-TOTAL_FORMS"] = data["rows-INITIAL_FORMS"] = str(len(texts))
    for place, text in enumerate(texts):
        data[f"rows-{place}-id"] = f"i{place + 1}"
        data[f"rows-{place}-text"] = text
        data.setlist(f"rows-{place}-choices", [text, "more"])
        data[f"rows-{place}-inside-options-0-text"] = f"inside {text}"
    return data


def texts_of(data: QueryDict) -> list[Any]:
    """What each row holds, in their order."""
    return [
        (
            data[f"rows-{place}-text"],
            data.getlist(f"rows-{place}-choices"),
            data[f"rows-{place}-inside-options-0-text"],
        )
        for place in range(int(data["rows-TOTAL_FORMS"]))
    ]


@given(ROWS, st.data())
def test_down_and_up_again_is_as_before(texts: list[str], choice: st.DataObject) -> None:
    place = choice.draw(st.integers(0, len(texts) - 1))
    data = posted(texts)

    lower, _focus = rearranged(data, f"down rows {place}")
    again = rearranged(lower, f"up rows {place + 1}")[0] if place + 1 < len(texts) else lower

    assert dict(again.lists()) == dict(data.lists())


@given(ROWS, st.data())
def test_a_row_goes_with_all_that_is_in_it_and_no_other_changes(texts: list[str], choice: st.DataObject) -> None:
    place = choice.draw(st.integers(0, len(texts) - 1))
    data = posted(texts)
    before = texts_of(data)

    after, focus = rearranged(data, f"remove rows {place}")

    assert texts_of(after) == before[:place] + before[place + 1 :]
    assert after["words-stem_en"] == "kept"
    assert focus == (f"rows-{min(place, len(texts) - 2)}" if len(texts) > 1 else "")
    assert texts_of(data) == before


def test_a_new_row_has_an_id_that_no_other_has() -> None:
    data, focus = rearranged(posted(["a", "b"]), "add rows i")

    assert (data["rows-2-id"], data["rows-TOTAL_FORMS"], focus) == ("i3", "3", "rows-2")


def test_a_new_row_of_a_kind_says_so() -> None:
    data, _focus = rearranged(posted([]), "add rows g numerical")

    assert (data["rows-0-id"], data["rows-0-type"]) == ("g1", "numerical")


def test_there_are_never_more_rows_than_a_question_may_have() -> None:
    data, focus = rearranged(posted(["a"] * 60), "add rows i")

    assert (data["rows-TOTAL_FORMS"], focus) == ("60", "")


@given(
    st.sampled_from(
        ["up rows 0", "down rows 1", "remove rows 2", "up rows x", "", "add", "drop rows 1", "up nothing 1"]
    )
)
def test_a_wish_that_points_nowhere_changes_nothing(wish: str) -> None:
    data = posted(["a", "b"])

    after, focus = rearranged(data, wish)

    assert (dict(after.lists()), focus) == (dict(data.lists()), "")
