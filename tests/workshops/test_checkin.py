"""Codes of check-in, and when they are taken."""

import doctest
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.codes import ALPHABET
from workshops import checkin

NINE = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
MOMENTS = st.integers(0, 10**9).map(lambda seconds: NINE + timedelta(seconds=seconds))


def test_the_worked_examples_hold():
    assert doctest.testmod(checkin).failed == 0


def test_a_secret_is_new_each_time():
    assert len({checkin.new_secret() for _ in range(20)}) == 20


@settings(max_examples=50)
@given(moment=MOMENTS, wait=st.integers(0, 300))
def test_a_code_is_taken_for_half_a_minute_at_least_and_a_minute_at_most(moment, wait):
    code = checkin.code_at("secret", moment)

    taken = checkin.accepts("secret", code, moment + timedelta(seconds=wait))

    assert set(code) <= set(ALPHABET)
    assert len(code) == checkin.SYMBOLS
    assert taken if wait <= 30 else (not taken or wait < 60)


def test_codes_of_two_sessions_have_nothing_in_common():
    first, second = checkin.new_secret(), checkin.new_secret()

    assert not checkin.accepts(second, checkin.code_at(first, NINE), NINE)


def test_what_is_no_code_is_refused():
    assert [typed for typed in ("", "ё", "0" * 500, "%00", "💬") if checkin.accepts("secret", typed, NINE)] == []
