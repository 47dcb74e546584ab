"""What became another between two texts."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from core import differences
from core.differences import Change, line_changes, word_changes

TEXT = st.text(alphabet="ab ,ўё1\n", max_size=40)


def test_lines_are_the_same_removed_or_added() -> None:
    assert line_changes(["A", "B", "C"], ["A", "D", "C", "E"]) == [
        Change("same", "A"),
        Change("removed", "B"),
        Change("added", "D"),
        Change("same", "C"),
        Change("added", "E"),
    ]


def test_words_are_cut_where_they_end() -> None:
    assert word_changes("Права на здароўе.", "Права на ахову здароўя.") == [
        Change("same", "Права на "),
        Change("removed", "здароўе"),
        Change("added", "ахову здароўя"),
        Change("same", "."),
    ]


@given(TEXT, TEXT)
def test_what_is_kept_and_removed_is_the_old_text_and_what_is_kept_and_added_the_new(before: str, after: str) -> None:
    changes = word_changes(before, after)

    assert "".join(each.text for each in changes if each.kind != "added") == before
    assert "".join(each.text for each in changes if each.kind != "removed") == after
    assert all(each.text for each in changes)


def test_the_examples_are_true() -> None:
    assert doctest.testmod(differences).failed == 0
