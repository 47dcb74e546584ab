"""By when somebody has to be done, what counts, and which reminder is due: arithmetic without a database."""

from datetime import date, timedelta

import pytest

from courses.duties import (
    GRACE,
    Audience,
    Duty,
    Rung,
    State,
    Stay,
    counts_until,
    due_day,
    rung_for,
    still_counts,
    whole_state,
    words_of,
)

TODAY = date(2026, 3, 20)
LONG_AGO = date(2020, 1, 1)


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


def stay(
    path: str = "/1/2/", kind: str = "ngo", post: str = "", first: date = LONG_AGO, last: date | None = None
) -> Stay:
    return Stay(path, kind, post, first, last)


def duty(due: int, told: int = -100, **fields: object) -> Duty:
    return Duty(1, day(due), day(told), **fields)


@pytest.mark.parametrize(
    ("audience", "held", "meant"),
    [
        (Audience("/1/2/"), stay("/1/2/"), True),
        (Audience("/1/"), stay("/1/2/"), True),
        (Audience("/1/", below=False), stay("/1/2/"), False),
        (Audience("/1/2/"), stay("/1/"), False),
        (Audience("/1/"), stay("/11/2/"), False),
        (Audience("/1/", kind="ngo"), stay(kind="education"), False),
        (Audience("/1/", posts=("врач", "nurse")), stay(post="Главный Врач"), True),
        (Audience("/1/", posts=("врач",)), stay(post="accountant"), False),
        (Audience("/1/", posts=("врач",)), stay(post=""), False),
    ],
)
def test_who_is_meant(audience, held, meant):
    assert audience.takes_in(held) is meant


def test_whoever_stays_without_a_gap_has_joined_at_the_beginning_of_it():
    audience = Audience("/1/", before=("/9/",))
    moved = [stay("/1/2/", first=day(-10)), stay("/1/3/", first=day(-50), last=day(-11))]
    renamed = [stay("/1/2/", first=day(-10)), stay("/9/2/", first=LONG_AGO, last=day(-11))]
    back = [stay("/1/2/", first=day(-10)), stay("/1/2/", first=LONG_AGO, last=day(-12))]

    assert audience.joined_on(moved, TODAY) == day(-50)
    assert audience.joined_on(renamed, TODAY) == LONG_AGO
    assert audience.joined_on(back, TODAY) == day(-10)


def test_whoever_has_left_or_comes_later_is_not_meant_and_a_former_agency_alone_means_nobody():
    audience = Audience("/1/", before=("/9/",))

    assert audience.joined_on([stay(last=day(-1))], TODAY) is None
    assert audience.joined_on([stay(first=day(1))], TODAY) is None
    assert audience.joined_on([stay("/9/2/")], TODAY) is None
    assert audience.joined_on([], TODAY) is None


def test_new_members_have_their_days_if_that_is_later():
    by = date(2026, 3, 31)

    assert due_day(by, LONG_AGO, 30) == by
    assert due_day(by, date(2026, 3, 20), 30) == date(2026, 4, 19)
    assert due_day(by, None, 30) == by


def test_a_completion_counts_as_long_as_its_certificate():
    assert counts_until(date(2024, 12, 31), 2) == date(2025, 2, 28)
    assert still_counts(day(-400), None, TODAY)
    assert still_counts(date(2025, 3, 20), 12, TODAY)
    assert not still_counts(date(2025, 3, 19), 12, TODAY)
    assert not still_counts(None, None, TODAY)


def test_the_last_day_is_not_late_and_coordinators_hear_a_week_later():
    assert duty(0).state(TODAY) == State.NOT_BEGUN
    assert duty(0, begun=True).state(TODAY) == State.UNDER_WAY
    assert duty(-1, begun=True).state(TODAY) == State.OVERDUE
    assert duty(-7).state(TODAY, GRACE) == State.NOT_BEGUN
    assert duty(-8).state(TODAY, GRACE) == State.OVERDUE
    assert duty(-99, done_on=day(-1)).state(TODAY) == State.DONE
    assert duty(-99, exempt=True).state(TODAY) == State.EXEMPT


def test_all_of_an_assignment_together():
    done, free, late, fresh = duty(9, done_on=TODAY), duty(9, exempt=True), duty(-9), duty(9)

    assert whole_state([done, late], TODAY) == State.OVERDUE
    assert whole_state([done, free], TODAY) == State.DONE
    assert whole_state([free], TODAY) == State.EXEMPT
    assert whole_state([done, fresh], TODAY) == State.UNDER_WAY
    assert whole_state([free, fresh], TODAY) == State.NOT_BEGUN


@pytest.mark.parametrize(
    ("due", "told", "rung"),
    [
        (30, 0, Rung.TOLD),
        (30, -2, Rung.TOLD),
        (30, -3, None),
        (14, -100, Rung.SOON),
        (15, -100, None),
        (12, -100, Rung.SOON),
        (11, -100, None),
        (3, -100, Rung.VERY_SOON),
        (0, -100, None),
        (-1, -100, Rung.OVERDUE),
        (-3, -100, Rung.OVERDUE),
        (-4, -100, None),
        # Who could know only now reads that, and nothing about days before it.
        (5, 0, Rung.TOLD),
        (13, 0, Rung.TOLD),
        (-1, 5, None),
    ],
)
def test_the_ladder(due, told, rung):
    assert rung_for([duty(due, told)], TODAY) == rung


def test_nobody_is_reminded_of_what_is_done_or_exempt():
    assert rung_for([duty(14, done_on=TODAY), duty(14, exempt=True)], TODAY) is None
    assert rung_for([duty(14, done_on=TODAY), duty(14)], TODAY) == Rung.SOON


def test_words_of_posts():
    assert words_of(" Врач , nurse,,") == ("врач", "nurse")
    assert words_of("") == ()
