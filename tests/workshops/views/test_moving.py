"""Pages that repeat a session, move sessions together and plan a workshop once more."""

from datetime import date, time, timedelta

import pytest
from django.test import Client

from people.models import Account
from tests.factories.people import make_account
from tests.factories.workshops import DAY, make_facilitator, make_session, make_workshop, mark, open_session, register
from workshops.models import Workshop
from workshops.services import add_room

pytestmark = pytest.mark.django_db

REPEAT, SHIFT, COPY = (f"/en/workshops/W1/{page}/" for page in ("sessions/1/repeat", "shift", "copy"))
WEEK = timedelta(weeks=1)


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def client(facilitator: Account, client_of) -> Client:
    return client_of(facilitator)


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(code="W1", facilitator=facilitator)


@pytest.fixture
def elsewhere(facilitator: Account) -> Workshop:
    """Another workshop of the same facilitator, a week later at the same hour."""
    return make_workshop(code="W2", facilitator=facilitator, sessions=1, starts_on=DAY + WEEK)


def days(workshop: Workshop) -> list[date]:
    return list(workshop.sessions.order_by("number").values_list("day", flat=True))


class TestRepeating:
    def test_sessions_are_added_for_so_many_weeks(self, client, workshop):
        page = client.post(REPEAT, {"times": 2}, follow=True).content.decode()

        assert "2 sessions are added." in page
        assert days(workshop) == [DAY, DAY, DAY + WEEK, DAY + 2 * WEEK]

    @pytest.mark.parametrize("times", ["0", "53", "", "many"])
    def test_a_number_that_cannot_be_is_said_at_the_field(self, client, workshop, times):
        assert list(client.post(REPEAT, {"times": times}).context["form"].errors) == ["times"]

    def test_a_clash_is_shown_before_saving(self, client, workshop, elsewhere):
        shown = client.post(REPEAT, {"times": 1})
        assert "a facilitator is needed there" in shown.content.decode()
        assert workshop.sessions.count() == 2

        client.post(REPEAT, {"times": 1, "accept_clashes": "on"})
        assert workshop.sessions.count() == 3


class TestMoving:
    def post(self, client: Client, to: date, **fields: object):
        return client.post(SHIFT, {"since": DAY.isoformat(), "to": to.isoformat(), **fields})

    def test_all_sessions_move_to_another_day_and_hour(self, client, workshop):
        assert self.post(client, DAY + 2 * WEEK, minutes="30").url == "/en/workshops/W1/manage/"

        assert days(workshop) == [DAY + 2 * WEEK] * 2
        assert workshop.sessions.get(number=1).start_time == time(9, 30)

    def test_nothing_to_do_is_said(self, client, workshop):
        shown = self.post(client, DAY)

        assert "so far nothing would move" in shown.content.decode()

    def test_past_midnight_is_said(self, client, workshop):
        make_session(workshop, slot=8)
        shown = self.post(client, DAY, minutes="150")

        assert "Session 3 would last past midnight" in shown.content.decode()

    def test_a_clash_is_shown_before_anything_moves_and_the_own_old_places_are_none(self, client, workshop, elsewhere):
        shown = self.post(client, DAY + WEEK)
        assert "a facilitator is needed there" in shown.content.decode()
        assert days(workshop) == [DAY, DAY]

        self.post(client, DAY + WEEK, accept_clashes="on")
        assert days(workshop) == [DAY + WEEK] * 2

    def test_sessions_that_follow_each_other_in_one_room_are_not_in_each_others_way(self, client, facilitator):
        workshop = make_workshop(code="W1", facilitator=facilitator, sessions=0)
        hall = add_room(name="Hall")
        for slot in (0, 1):
            make_session(workshop, room=hall, slot=slot, minutes=90)

        self.post(client, DAY, minutes="90")

        assert workshop.sessions.get(number=1).start_time == time(10, 30)

    def test_attendance_is_asked_about_and_stays(self, client, workshop):
        person = register(workshop).person
        mark(open_session(workshop), person)

        shown = self.post(client, DAY + WEEK)
        assert "Move it all the same" in shown.content.decode()
        self.post(client, DAY + WEEK, despite_attendance="on")

        assert days(workshop) == [DAY + WEEK] * 2
        assert workshop.sessions.get(number=1).records.get().status == "present"

    def test_without_sessions_the_page_says_so(self, client, facilitator):
        make_workshop(code="W1", facilitator=facilitator, sessions=0)

        assert "No session is planned yet." in client.get(SHIFT).content.decode()


class TestPlanningItOnceMore:
    def test_the_form_holds_what_is_there_and_a_day_is_enough(self, client, workshop):
        assert client.get(COPY).context["form"].initial["title_en"] == workshop.title_en

        response = client.post(COPY, {"title_en": "Again", "starts_on": "2026-09-07"})

        copy = Workshop.objects.get(title_en="Again")
        assert response.url == f"/en/workshops/{copy.code}/manage/"
        assert (copy.code, copy.status, days(copy)) == ("W-20260907", "draft", [date(2026, 9, 7)] * 2)
        assert copy.facilitations.get().state == "accepted"

    def test_a_clash_is_shown_before_it_is_planned(self, client, workshop, elsewhere):
        data = {"title_en": "Again", "starts_on": (DAY + WEEK).isoformat()}

        assert "a facilitator is needed there" in client.post(COPY, data).content.decode()
        assert Workshop.objects.count() == 2
        client.post(COPY, {**data, "accept_clashes": "on"})
        assert Workshop.objects.count() == 3

    @pytest.mark.parametrize(
        ("fields", "field"),
        [({"title_en": ""}, "title_en"), ({"code": "W1"}, "code"), ({"starts_on": "9999-12-31"}, "starts_on")],
    )
    def test_what_cannot_be_is_said_at_the_field(self, client, workshop, fields, field):
        response = client.post(COPY, {"title_en": "Again", "starts_on": "2026-09-07", **fields})

        assert list(response.context["form"].errors) == [field]

    def test_somebody_who_only_helps_with_one_workshop_plans_none(self, client_of, workshop):
        helper = make_account()
        workshop.facilitations.create(person=helper.person)

        assert client_of(helper).get(COPY).status_code == 403
