"""The list of what a workshop needs before everybody sees it."""

from dataclasses import replace
from datetime import date

import pytest

from workshops.readiness import Facts, Page, SessionFacts, State, checklist, missing

SESSION = SessionFacts(
    titles=["Session", "Сессия", "Сесія"],
    zone="Europe/Minsk",
    needs_room=True,
    has_room=True,
    needs_link=False,
    has_link=False,
    seats=30,
)
READY = Facts(
    today=date(2026, 2, 1),
    starts_on=date(2026, 3, 9),
    zone="Europe/Minsk",
    titles=["Workshop", "Семинар", "Семінар"],
    sessions=[SESSION],
    facilitators=1,
    accepted=1,
    capacity=30,
    test_required=True,
    has_test=True,
    registration_until=date(2026, 3, 9),
    has_outline=True,
    page_in_language=True,
    clashes=0,
    people=1,
)


def test_a_workshop_that_has_everything_is_in_order():
    assert {check.state for check in checklist(READY)} == {State.OK}
    assert [str(check.sentence) for check in checklist(READY)] == [""] * len(checklist(READY))


@pytest.mark.parametrize(
    ("change", "sentence", "page"),
    [
        ({"sessions": []}, "Add a session before you publish the workshop.", Page.NEW_SESSION),
        (
            {"facilitators": 0, "accepted": 0},
            "Name a facilitator before you publish the workshop.",
            Page.FACILITATORS,
        ),
        (
            {"has_test": False},
            "The certificate asks for the test after, and no test is chosen: choose one.",
            Page.EDIT,
        ),
    ],
)
def test_what_is_missing_stops_it(change, sentence, page):
    [found] = missing(checklist(replace(READY, **change)))

    assert (str(found.sentence), found.page) == (sentence, page)


TITLES = "The title of the workshop or of a session is missing in one of the three languages."
PLACES = "A session has no room, or no link for taking part online."


@pytest.mark.parametrize(
    ("change", "sentence", "page"),
    [
        ({"accepted": 0}, "No facilitator has accepted yet.", Page.FACILITATORS),
        ({"starts_on": date(2026, 1, 31), "registration_until": None}, "The first day has passed", Page.SESSIONS),
        ({"titles": ["Workshop", "", "Семінар"]}, TITLES, Page.EDIT),
        ({"sessions": [SESSION, replace(SESSION, titles=["Session", "", ""])]}, TITLES, Page.SESSIONS),
        ({"sessions": [replace(SESSION, has_room=False)]}, PLACES, Page.SESSIONS),
        ({"sessions": [replace(SESSION, needs_link=True)]}, PLACES, Page.SESSIONS),
        ({"capacity": None}, "No seats are set", Page.SEATS),
        ({"capacity": 31}, "A room has fewer seats than the workshop gives out.", Page.SESSIONS),
        ({"registration_until": date(2026, 3, 10)}, "Registration would go on", Page.EDIT),
        ({"registration_until": date(2026, 1, 31)}, "The last day of registration has passed already.", Page.EDIT),
        ({"has_outline": False, "page_in_language": False}, "The workshop has no outline", None),
        ({"page_in_language": False}, "The outline has no published page in the language of the workshop.", None),
        ({"clashes": 1}, "A room or a facilitator is needed elsewhere at the same time.", Page.SESSIONS),
        ({"zone": "Europe/Warsaw"}, "A session has another time zone than the workshop.", Page.SESSIONS),
        ({"people": 0}, "Add participants (this can wait).", Page.PARTICIPANTS),
    ],
)
def test_advice_says_what_and_where_and_stops_nothing(change, sentence, page):
    checks = checklist(replace(READY, **change))

    assert missing(checks) == []
    [found] = [check for check in checks if check.state is State.ADVICE]
    assert (str(found.sentence)[: len(sentence)], found.page) == (sentence, page)


def test_a_session_online_needs_no_room_and_a_room_that_nobody_counted_is_large_enough():
    online = replace(SESSION, needs_room=False, has_room=False, needs_link=True, has_link=True, seats=None)

    assert {check.state for check in checklist(replace(READY, sessions=[online], capacity=500))} == {State.OK}
