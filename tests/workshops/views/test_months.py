"""The calendar of all workshops, a month at a time."""

from datetime import date

import pytest
from django.test import Client

from tests.factories.workshops import make_facilitator, make_session, make_workshop, register
from workshops.services import cancel_workshop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to("2026-12-09T06:00:00Z", tick=False)


def shown(client: Client, query: str = "?month=2026-12") -> dict[str, list[str]]:
    """What stands on which day of a month: the hour and the code."""
    response = client.get(f"/en/workshops/calendar/{query}")
    assert response.status_code == 200
    return {
        f"{day.date:%d}": [f"{session.start_time:%H:%M} {session.workshop.code}" for session in day.sessions]
        for week in response.context["weeks"]
        for day in week
        if day.sessions
    }


def test_each_workshop_stands_once_on_every_day_on_which_it_is_held(client):
    workshop = make_workshop(code="A", starts_on=date(2026, 12, 30), sessions=2)
    make_session(workshop, day=date(2027, 1, 4))
    make_workshop(code="B", starts_on=date(2026, 12, 30), sessions=0)
    make_session(make_workshop(code="C", starts_on=date(2026, 12, 30), sessions=1), slot=3)

    assert shown(client) == {"30": ["09:00 A", "09:00 C"]}
    assert shown(client, "?month=2027-01") == {"04": ["09:00 A"]}


def test_weeks_begin_on_monday_and_the_month_is_whole(client):
    response = client.get("/be/workshops/calendar/?month=2026-12")

    weeks = response.context["weeks"]
    assert [len(week) for week in weeks] == [7] * 5
    assert (weeks[0][0].date, sum(day.within for week in weeks for day in week)) == (date(2026, 11, 30), 31)
    page = response.content.decode()
    assert '<th scope="col" abbr="панядзелак">' in page.lower()
    assert "Снежань 2026" in page


def test_today_is_marked(client):
    page = client.get("/en/workshops/calendar/").content.decode()

    assert page.count('aria-current="date"') == 1
    assert "December 2026" in page


def test_months_lead_to_each_other_as_far_as_there_is_something_to_see(client):
    make_workshop(starts_on=date(2027, 1, 20), language="be")

    def steps(query: str) -> tuple[date | None, date | None]:
        context = client.get(f"/en/workshops/calendar/{query}").context
        return context["before"], context["after"]

    assert steps("") == (None, date(2027, 1, 1))
    assert steps("?month=2027-01") == (date(2026, 12, 1), None)
    assert steps("?month=2027-01&language=ru") == (date(2026, 12, 1), None)
    assert 'href="?language=be&amp;month=2027-01"' in client.get("/en/workshops/calendar/?language=be").content.decode()


@pytest.mark.parametrize("nonsense", ["soon", "2026-13", "0001-01", "9999-12", "2026-12-01"])
def test_what_is_no_month_is_this_one(client, nonsense):
    assert client.get(f"/en/workshops/calendar/?month={nonsense}").context["month"] == date(2026, 12, 1)


def test_filters_narrow_it_and_drafts_are_for_those_who_run_them(client, client_of):
    account = make_facilitator()
    make_workshop(code="A", starts_on=date(2026, 12, 1), sessions=1, language="ru", place_en="Minsk")
    make_workshop(
        code="B", starts_on=date(2026, 12, 2), sessions=1, language="be", facilitator=account, published=False
    )

    assert shown(client) == {"01": ["09:00 A"]}
    assert shown(client_of(account)) == {"01": ["09:00 A"], "02": ["09:00 B"]}
    assert shown(client, "?month=2026-12&language=be") == {}
    assert shown(client, "?month=2026-12&place=МИНСК") == {}
    assert shown(client, "?month=2026-12&place=minsk") == {"01": ["09:00 A"]}


def test_says_what_is_not_held_and_nobody_who_is_registered(client):
    workshop = make_workshop(starts_on=date(2026, 12, 14))
    person = register(workshop).person
    cancel_workshop(workshop=workshop, reason="Snow.")

    page = client.get("/en/workshops/calendar/").content.decode()

    assert ("status--cancelled" in page, person.family_name in page) == (True, False)


def test_an_empty_month_says_so(client):
    assert "No session is planned in this month." in client.get("/en/workshops/calendar/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_costs_the_same_however_many_workshops(client, django_assert_num_queries, rows):
    for number in range(rows):
        make_workshop(starts_on=date(2026, 12, 10 + number))
    client.get("/en/workshops/calendar/")

    with django_assert_num_queries(2):  # sessions with their workshops, first and last day
        client.get("/en/workshops/calendar/")
