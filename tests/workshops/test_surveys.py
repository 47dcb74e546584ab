"""The figures of an evaluation, and what small groups hide."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshops import surveys
from workshops.surveys import ENOUGH, GAP, choices, groups_shown, is_shortened, scale, tidy, wilson

counts = st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
some = settings(max_examples=50)


def test_the_examples_in_the_module_hold():
    assert doctest.testmod(surveys).failed == 0


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_one_of_the_literature(count, total, low, high):
    assert wilson(count, total) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@some
@given(counts)
def test_an_interval_lies_between_0_and_1_and_holds_the_share(pair):
    count, total = pair
    low, high = wilson(count, total)

    assert 0 <= low <= count / total <= high <= 1
    assert low < high


@some
@given(counts)
def test_an_interval_turned_round_is_that_of_those_who_said_the_other_thing(pair):
    count, total = pair

    assert wilson(total - count, total) == pytest.approx(tuple(1 - end for end in reversed(wilson(count, total))))


@some
@given(st.lists(st.integers(1, 5), min_size=ENOUGH))
def test_the_shares_of_a_scale_add_up_to_everybody(numbers):
    spread = scale(numbers, 1, 5)

    assert sum(each.count for each in spread.shares.values()) == spread.total == len(numbers)
    assert spread.top.count == spread.shares["4"].count + spread.shares["5"].count
    assert 1 <= spread.mean <= 5


@pytest.mark.parametrize("size", range(ENOUGH))
def test_few_answers_have_no_figures(size):
    assert scale([5] * size, 1, 5, instead=9) is None
    assert choices([["a"]] * size, ["a"]) is None


@some
@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30)), st.integers(0, 30))
def test_neither_a_group_that_is_shown_nor_all_others_together_are_few(sizes, of_no_kind):
    total = sum(sizes.values()) + of_no_kind
    shown = groups_shown(sizes, total)

    assert all(sizes[name] >= ENOUGH for name in shown)
    remaining = total - sum(sizes[name] for name in shown)
    assert not shown or remaining == 0 or remaining >= ENOUGH


texts = st.lists(st.sampled_from(["the", "room", "was", "cold", "Anna"]), min_size=1, max_size=9)


@some
@given(texts, st.data())
def test_words_can_be_taken_out_anywhere(parts, data):
    gone = data.draw(st.sets(st.integers(0, len(parts) - 1)))
    left = " ".join(GAP if place in gone else word for place, word in enumerate(parts))

    assert is_shortened(" ".join(parts), left)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The room was cold", "The room was cold and dark"),
        ("The room was cold", "The room was […] dark"),
        ("The room was cold", "cold […] room"),
        ("The room was cold", "The […] was […] was cold"),
        ("The room was cold", "room was cold"),
        ("The room was cold", "The room was cold […] cold"),
    ],
)
def test_words_cannot_be_put_in_left_out_in_silence_or_said_twice(before, after):
    assert not is_shortened(before, after)


def test_three_dots_and_line_ends_of_a_browser_are_understood():
    assert is_shortened(tidy("one\r\ntwo three"), tidy("one\ntwo [...]\r\n"))
