"""Who sees what of the marking, and when."""

import doctest
from datetime import UTC, datetime, timedelta

import pytest

from assessments import disclosure as module
from assessments.disclosure import EVERYTHING, NOTHING, OWN, Field, Moment, checked, moment_of, shown, usual

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("submitted_at", "closed", "moment"),
    [
        (None, False, Moment.DURING),
        (None, True, Moment.DURING),
        (NOON - timedelta(minutes=2), False, Moment.AT_ONCE),
        (NOON - timedelta(minutes=2, seconds=1), False, Moment.LATER),
        (NOON, True, Moment.CLOSED),
    ],
)
def test_the_moment_depends_on_the_hand_in_and_on_what_can_still_be_gained(submitted_at, closed, moment) -> None:
    assert moment_of(submitted_at=submitted_at, now=NOON, closed=closed) == moment


@pytest.mark.parametrize(
    ("purpose", "moment", "fields"),
    [
        ("final", Moment.DURING, NOTHING),
        ("final", Moment.AT_ONCE, OWN),
        ("final", Moment.LATER, OWN),
        ("final", Moment.CLOSED, EVERYTHING),
        ("practice", Moment.AT_ONCE, EVERYTHING),
        ("pre_post", Moment.LATER, EVERYTHING),
    ],
)
def test_right_answers_open_when_they_help_nobody_to_pass(purpose, moment, fields) -> None:
    assert shown(usual(purpose), moment=moment) == fields


@pytest.mark.parametrize("moment", list(Moment))
def test_the_test_before_never_shows_anything(moment) -> None:
    assert shown({each: list(Field) for each in Moment}, moment=moment, phase="pre") == NOTHING


def test_a_word_that_no_longer_is_a_field_shows_nothing() -> None:
    assert shown({"later": ["key", "everything"]}, moment=Moment.LATER) == {Field.KEY}


def test_what_an_editor_chose_is_put_in_order_and_a_strange_word_is_refused() -> None:
    assert checked({"later": ["outcome", "marks"]})["later"] == ["marks", "outcome"]
    assert checked({})["closed"] == []
    with pytest.raises(ValueError, match="everything"):
        checked({"later": ["everything"]})


def test_the_worked_examples_hold() -> None:
    assert doctest.testmod(module).failed == 0
