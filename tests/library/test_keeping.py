"""Whether a translation keeps in step: texts in, a state out."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library import keeping
from library.keeping import State, lacking, outdated, readable, renewed, state_of

PLACES = st.sampled_from(["title", "text", "note"])
WORDS = st.dictionaries(PLACES, st.text(alphabet="абв", min_size=1, max_size=3))
DONE = {"exists": True, "lacks": False, "behind": False, "noted": True, "published": True, "unread": False}


def test_the_examples_in_the_module_hold() -> None:
    assert doctest.testmod(keeping).failed == 0


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, State.DONE),
        ({"exists": False}, State.MISSING),
        ({"lacks": True, "noted": False}, State.MISSING),
        # It was whole once, and the source has grown since.
        ({"lacks": True}, State.STALE),
        ({"behind": True, "unread": True}, State.STALE),
        ({"unread": True}, State.AWAITING),
        ({"published": False}, State.AWAITING),
    ],
)
def test_a_translation_has_the_first_state_that_holds(facts: dict[str, bool], state: State) -> None:
    assert state_of(**{**DONE, **facts}) == state


@given(WORDS, WORDS)
def test_what_was_just_noted_is_in_step(source: dict[str, str], translation: dict[str, str]) -> None:
    assert outdated(source, translation, renewed(source, translation, {})) == []


@given(WORDS, WORDS, WORDS)
def test_noting_twice_is_noting_once(source: dict[str, str], earlier: dict[str, str], other: dict[str, str]) -> None:
    once = renewed(source, other, renewed(earlier, other, {}))

    assert renewed(source, other, once) == once


def test_a_typing_error_mended_elsewhere_does_not_bring_a_translation_into_step() -> None:
    pairs = renewed({"a": "One", "b": "Two"}, {"a": "Адзін", "b": "Дваа"}, {})
    source = {"a": "Eleven", "b": "Two"}

    pairs = renewed(source, {"a": "Адзін", "b": "Два"}, pairs)

    assert outdated(source, {"a": "Адзін", "b": "Два"}, pairs) == ["a"]


def test_what_was_taken_out_of_the_source_is_outdated_until_the_translation_takes_it_out() -> None:
    pairs = renewed({"a": "One", "b": "Two"}, {"a": "Адзін", "b": "Два"}, {})

    assert outdated({"a": "One"}, {"a": "Адзін", "b": "Два"}, pairs) == ["b"]
    assert outdated({"a": "One"}, {"a": "Адзін"}, renewed({"a": "One"}, {"a": "Адзін"}, pairs)) == []


def test_words_of_the_source_are_no_translation_unless_they_may_be_the_same() -> None:
    text = {"title": "Aldridge et al., Lancet"}

    assert lacking(text, text, "ru") == ["title"]
    assert lacking(text, text, "ru", {"Aldridge et al., Lancet"}) == []
    assert lacking({"title": "WHO"}, {"title": "WHO"}, "ru") == []


def test_rich_text_is_read_line_by_line() -> None:
    assert readable("<h3>A</h3><p>One &amp; <a href='x'>two</a><br/>three</p>") == "A\nOne & two\nthree"
