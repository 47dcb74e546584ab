"""Planning pages: a workshop, its sessions, who runs it, what state it is in."""

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Test
from assessments.services import submit_attempt
from people.models import Account
from tests.factories.assessments import make_test
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import (
    DAY,
    make_facilitator,
    make_outline_page,
    make_request,
    make_session,
    make_workshop,
    mark,
    open_session,
    register,
)
from workshops.models import AttendanceRecord, Facilitation, Outline, Room, Session, Workshop
from workshops.rules import RULE_FIELDS
from workshops.services import (
    add_room,
    fulfil_request,
    publish_workshop,
    set_outline_sessions,
    sign_off,
    start_phase_test,
)

pytestmark = pytest.mark.django_db

NEW = "/en/workshops/new/"


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def client(facilitator: Account, client_of) -> Client:
    return client_of(facilitator)


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(code="W1", facilitator=facilitator, published=False)


@pytest.fixture
def outline(db: None) -> Outline:
    source = make_outline_page("O1", title="The workshop")
    make_outline_page("O1", language="ru", translation_key=source.translation_key, title="Семинар")
    outline = Outline.objects.get()
    row = {"start_time": time(9), "end_time": time(10), "kind": "training", "title_en": "Session"}
    set_outline_sessions(outline=outline, rows=[{**row, "number": 1}, {**row, "number": 2, "day": 2}])
    return outline


def plan(client: Client, **fields: object):
    rule = {"threshold": 80, "partial_share": 80, "pass_mark": 75, "hours_printed": "on"}
    data = {"starts_on": "2026-03-09", "language": "ru", "zone": "Europe/Minsk", **rule, **fields}
    return client.post(NEW, {name: value for name, value in data.items() if value is not None})


class TestANewWorkshop:
    def test_outline_and_day_are_enough(self, client, facilitator, outline):
        response = plan(client, outline=outline.pk)

        workshop = Workshop.objects.get()
        assert response.url == reverse("workshop_manage", args=["O1-20260309"])
        assert (workshop.title_en, workshop.title_ru, workshop.status, workshop.ends_on) == (
            "The workshop",
            "Семинар",
            "draft",
            date(2026, 3, 10),
        )
        assert workshop.sessions.count() == 2
        assert workshop.facilitations.get().person == facilitator.person

    def test_a_second_one_on_the_same_day_gets_a_code_of_its_own(self, client, outline):
        plan(client, outline=outline.pk)
        plan(client, outline=outline.pk, accept_clashes="on")

        assert sorted(Workshop.objects.values_list("code", flat=True)) == ["O1-20260309", "O1-20260309-2"]

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"title_en": ""}, "title_en"),
            ({"title_en": "T", "zone": "Europe/Nowhere"}, "zone"),
            ({"title_en": "T", "code": "new"}, "code"),
            ({"title_en": "T", "code": "a b"}, "code"),
            ({"title_en": "T", "code": "TAKEN"}, "code"),
            ({"title_en": "T", "threshold": 0}, "threshold"),
            ({"title_en": "T", "threshold": 101}, "threshold"),
            ({"title_en": "T", "pass_mark": 0}, "pass_mark"),
            ({"title_en": "T", "starts_on": "soon"}, "starts_on"),
        ],
    )
    def test_what_cannot_be_is_said_at_the_field(self, client, fields, field):
        make_workshop(code="TAKEN")

        response = plan(client, **fields)

        assert list(response.context["form"].errors) == [field]
        assert Workshop.objects.count() == 1

    def test_the_rule_of_its_certificate_is_chosen_at_once(self, client):
        rule = {
            "threshold": 60, "partial_share": 50, "each_day": True, "each_kind": False, "test_taken": False,
            "test_required": True, "pass_mark": 70, "evaluation_invited": True, "hours_printed": False,
            "certificate_months": 24,
        }  # fmt: skip
        test = make_test(code="PP", purpose=Test.Purpose.PRE_POST)

        plan(client, title_en="T", test=test.pk, **{name: value or None for name, value in rule.items()})

        workshop = Workshop.objects.get()
        assert {name: getattr(workshop, name) for name in rule} == rule
        assert workshop.test == test

    def test_the_certificate_is_folded_with_usual_values_until_something_in_it_is_wrong(self, client):
        page = client.get(NEW)
        refused = plan(client, title_en="T", pass_mark=0)

        assert {field.name: field.initial for field in page.context["form"].about_certificate() if field.initial} == {
            "threshold": 80, "partial_share": 80, "pass_mark": 75, "hours_printed": True,
        }  # fmt: skip
        assert [b'<details class="field" open>' in each.content for each in (page, refused)] == [False, True]

    def test_a_facilitator_who_is_needed_elsewhere_is_shown_before_saving(self, client, facilitator, outline):
        make_workshop(code="W1", facilitator=facilitator, sessions=1)

        shown = plan(client, outline=outline.pk)
        assert Workshop.objects.count() == 1
        assert "a facilitator is needed there" in shown.content.decode()

        plan(client, outline=outline.pk, accept_clashes="on")
        assert Workshop.objects.count() == 2

    def test_a_room_that_is_taken_is_shown_before_saving(self, client, outline):
        room = add_room(name="Hall")
        make_session(make_workshop(sessions=0), room=room)

        shown = plan(client, outline=outline.pk, room=room.pk)

        assert "the room Hall is taken" in shown.content.decode()
        assert Workshop.objects.count() == 1

    def test_a_manager_may_name_who_runs_it(self, client_of, outline):
        other = make_person(email="runs@example.org")

        plan(client_of(make_account("manager")), outline=outline.pk, facilitator="RUNS@example.org")
        unknown = plan(client_of(make_account("manager")), outline=outline.pk, facilitator="nobody@example.org")

        assert Workshop.objects.get().facilitations.get().person == other
        assert list(unknown.context["form"].errors) == ["facilitator"]

    def test_it_is_for_facilitators_and_managers(self, client_of):
        assert client_of(make_account()).get(NEW).status_code == 403
        assert Client().get(NEW).url == f"/en/account/login/?next={NEW}"


class TestTheHub:
    def test_shows_sessions_registers_people_and_what_is_missing(self, client, workshop):
        page = client.get("/en/workshops/W1/manage/").content.decode()

        assert "Publish the workshop" in page
        assert "Add participants (this can wait)." in page
        assert "No seats are set: everybody who is added has a seat." in page
        assert reverse("register", args=["W1", 2]) in page

    def test_what_is_missing_stands_instead_of_the_button(self, client, facilitator):
        make_workshop(code="W2", facilitator=facilitator, sessions=0, published=False)

        page = client.get("/en/workshops/W2/manage/").content.decode()

        assert "Publish the workshop" not in page
        assert "Add a session before you publish the workshop." in page

    def test_days_are_tables_and_tracks_a_column_where_there_are_any(self, client, workshop):
        before = client.get("/en/workshops/W1/manage/").content.decode()
        make_session(workshop, day=DAY + timedelta(days=1), track="Doctors", mode="online")
        after = client.get("/en/workshops/W1/manage/").content.decode()

        assert (before.count("<table"), after.count("<table")) == (1, 2)
        assert ("Doctors" in before, "Doctors" in after) == (False, True)
        assert f"{reverse('session_new', args=['W1'])}?day=2026-03-10" in after

    def test_shows_the_request_it_came_from_with_a_link_only_for_those_who_may_open_it(
        self, client, client_of, workshop
    ):
        manager = make_account("manager")
        asked = make_request(agency=make_agency(name_en="Clinic"), actor=manager)
        fulfil_request(request=asked, workshop=workshop, actor=manager)
        link = reverse("workshop_request", args=[asked.pk])

        own = client.get("/en/workshops/W1/manage/").content.decode()
        managers = client_of(manager).get("/en/workshops/W1/manage/").content.decode()

        assert "Requested by Clinic on" in own
        assert (link in own, link in managers) == (False, True)

    def test_another_facilitators_workshop_is_not_found(self, client_of, workshop):
        stranger = client_of(make_facilitator())

        for name, args in [
            ("workshop_manage", ["W1"]),
            ("workshop_edit", ["W1"]),
            ("workshop_stop", ["W1"]),
            ("session_new", ["W1"]),
            ("session_edit", ["W1", 1]),
        ]:
            assert stranger.get(reverse(name, args=args)).status_code == 404

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_however_many_sessions(self, client, facilitator, django_assert_num_queries, rows):
        workshop = make_workshop(code="N", facilitator=facilitator, sessions=0)
        for slot in range(rows):
            make_session(workshop, slot=slot)
            register(workshop)
        # session, account, workshop, roles twice, sessions, facilitators, people, pools, agencies of the form,
        # requests, messages; of a draft also what the list of missing things asks
        with django_assert_num_queries(21):
            client.get("/en/workshops/N/manage/")


class TestStates:
    def test_publish_then_close(self, client, facilitator, workshop):
        client.post("/en/workshops/W1/publish/")
        assert Workshop.objects.get().status == "published"
        for number in (1, 2):
            sign_off(session=open_session(workshop, number), actor=facilitator)

        client.post("/en/workshops/W1/publish/", {"step": "close"})

        assert Workshop.objects.get().status == "closed"

    def test_what_is_missing_is_said(self, client, facilitator):
        make_workshop(code="W2", facilitator=facilitator, sessions=0, published=False)

        page = client.post("/en/workshops/W2/publish/", follow=True).content.decode()

        assert "Add a session before you publish the workshop." in page

    @pytest.mark.parametrize(("step", "status"), [("cancel", "cancelled"), ("postpone", "postponed")])
    def test_stopping_needs_a_reason(self, client, workshop, step, status):
        silent = client.post("/en/workshops/W1/stop/", {"step": step})
        assert list(silent.context["form"].errors) == ["reason"]

        client.post("/en/workshops/W1/stop/", {"step": step, "reason": "The hall is flooded."})

        workshop.refresh_from_db()
        assert (workshop.status, workshop.status_reason) == (status, "The hall is flooded.")


class TestSessions:
    FIELDS = {
        "title_en": "Extra",
        "kind": "training",
        "day": "2026-03-11",
        "start_time": "09:00",
        "end_time": "10:30",
        "mode": "room",
    }

    def test_one_is_added_with_a_new_room_and_the_minutes_of_the_clock(self, client, workshop):
        client.post("/en/workshops/W1/sessions/new/", {**self.FIELDS, "new_room": "Library"})

        session = Session.objects.get(number=3)
        assert (session.title_en, session.planned_minutes, session.room.name, session.required) == (
            "Extra",
            90,
            "Library",
            False,
        )

    def test_an_end_before_the_start_is_said_at_the_field(self, client, workshop):
        response = client.post("/en/workshops/W1/sessions/new/", {**self.FIELDS, "end_time": "09:00"})

        assert list(response.context["form"].errors) == ["end_time"]

    def test_the_form_holds_what_is_there_and_a_change_keeps_the_number(self, client, workshop):
        session = workshop.sessions.get(number=2)
        page = client.get("/en/workshops/W1/sessions/2/edit/").content.decode()
        assert 'value="10:30"' in page

        client.post("/en/workshops/W1/sessions/2/edit/", {**self.FIELDS, "required": "on", "planned_minutes": "45"})

        session.refresh_from_db()
        assert (session.number, session.title_en, session.planned_minutes, session.day) == (
            2,
            "Extra",
            45,
            date(2026, 3, 11),
        )

    def test_the_next_free_time_of_the_day_is_proposed_with_the_room_of_the_one_before(self, client, workshop):
        room = add_room(name="Hall")
        make_session(workshop, slot=2, room=room, track="Doctors")

        form = client.get("/en/workshops/W1/sessions/new/?day=2026-03-09").context["form"]

        names = ("day", "start_time", "end_time", "room", "track", "required")
        assert [form.initial[name] for name in names] == [DAY, time(13), time(14), room.pk, "Doctors", True]
        assert client.get("/en/workshops/W1/sessions/new/?day=soon").context["form"].initial["day"] == DAY

    def test_with_attendance_another_time_asks_once_more(self, client, facilitator):
        workshop = make_workshop(code="W2", facilitator=facilitator, sessions=1)
        person = register(workshop).person
        mark(open_session(workshop), person)
        address = "/en/workshops/W2/sessions/1/edit/"

        asked = client.post(address, self.FIELDS).content.decode()
        assert "Move it all the same" in asked
        client.post(address, {**self.FIELDS, "despite_attendance": "on"})

        assert workshop.sessions.get().day == date(2026, 3, 11)
        assert AttendanceRecord.objects.get().status == "present"

    def test_a_session_does_not_clash_with_itself(self, client, workshop):
        session = make_session(workshop, slot=4, room=add_room(name="Hall"))
        data = {**self.FIELDS, "day": "2026-03-09", "start_time": "15:00", "end_time": "16:00", "room": session.room.pk}

        response = client.post(f"/en/workshops/W1/sessions/{session.number}/edit/", data)

        assert response.status_code == 302

    def test_a_taken_room_is_shown_before_saving(self, client, workshop):
        room = Room.objects.create(name="Hall")
        make_session(make_workshop(sessions=0), room=room, day=date(2026, 3, 11))
        data = {**self.FIELDS, "room": room.pk}

        shown = client.post("/en/workshops/W1/sessions/new/", data)
        assert "the room Hall is taken" in shown.content.decode()
        client.post("/en/workshops/W1/sessions/new/", {**data, "accept_clashes": "on"})

        assert workshop.sessions.count() == 3

    def test_a_signed_session_says_so(self, client, facilitator):
        workshop = make_workshop(code="W2", facilitator=facilitator, sessions=1)
        sign_off(session=open_session(workshop), actor=facilitator)

        response = client.post("/en/workshops/W2/sessions/1/edit/", self.FIELDS)

        assert "is signed" in response.context["form"].non_field_errors()[0]

    def test_one_is_removed_unless_its_register_is_open(self, client, facilitator):
        workshop = make_workshop(code="W2", facilitator=facilitator, sessions=2)
        open_session(workshop)

        client.post("/en/workshops/W2/sessions/1/remove/")
        client.post("/en/workshops/W2/sessions/2/remove/")

        assert list(workshop.sessions.values_list("number", flat=True)) == [1]


class TestTheRest:
    def test_after_the_first_signature_the_rule_is_fixed_for_a_facilitator(self, client, workshop, facilitator):
        publish_workshop(workshop=workshop)
        sign_off(session=open_session(workshop), actor=facilitator)
        address = reverse("workshop_edit", args=["W1"])

        fields = client.get(address).context["form"].fields
        posted = {"title_en": "Another title", "language": "en", "threshold": "10", "approval": "none"}
        client.post(address, {**posted, "offer_hours": "48"})

        fixed = {name for name, field in fields.items() if field.disabled}
        assert fixed == RULE_FIELDS | {"partial_share", "lock_on"}
        workshop.refresh_from_db()
        assert (workshop.title_en, workshop.threshold) == ("Another title", 80)

    def test_the_rule_and_the_lock_date_are_changed(self, client, workshop):
        data = {
            "title_en": "New",
            "language": "be",
            "threshold": 70,
            "partial_share": 50,
            "pass_mark": 60,
            "lock_on": "2026-04-01",
            "for_kinds": ["ngo"],
            "approval": "agency",
            "self_registration": "on",
            "registration_until": "2026-03-01",
            "offer_hours": 24,
        }

        client.post("/en/workshops/W1/edit/", data)

        workshop.refresh_from_db()
        assert (workshop.title_en, workshop.threshold, workshop.partial_share, workshop.lock_on) == (
            "New",
            70,
            50,
            date(2026, 4, 1),
        )
        assert (
            workshop.for_kinds,
            workshop.approval,
            workshop.self_registration,
            workshop.registration_until,
            workshop.offer_hours,
        ) == (["ngo"], "agency", True, date(2026, 3, 1), 24)

    def test_facilitators_come_and_go(self, client, facilitator, workshop):
        other = make_person(email="runs@example.org")

        client.post("/en/workshops/W1/facilitators/add/", {"person": "runs@example.org"})
        assert Facilitation.objects.get(workshop=workshop, person=other).state == "invited"
        unknown = client.post("/en/workshops/W1/facilitators/add/", {"person": "nobody"}, follow=True)
        assert "Nobody has this e-mail or code." in unknown.content.decode()

        response = client.post(f"/en/workshops/W1/facilitators/{facilitator.person.public_code}/remove/")

        # Whoever takes oneself off cannot come back to the page.
        assert response.url == "/en/workshops/"
        assert list(workshop.facilitations.values_list("person", flat=True)) == [other.pk]

    def test_seats_are_set_and_too_few_are_refused(self, client, workshop):
        register(workshop)
        register(workshop)

        page = client.post("/en/workshops/W1/seats/", {"agency": "", "seats": "1"}, follow=True).content.decode()
        assert "2 seats are taken already." in page
        client.post("/en/workshops/W1/seats/", {"agency": "", "seats": "5"})

        assert list(workshop.pools.values_list("agency", "seats")) == [(None, 5)]
        assert workshop.starts_on == DAY


class TestTheTestsBeforeAndAfter:
    @pytest.fixture
    def workshop(self, facilitator: Account) -> Workshop:
        return make_workshop(code="W1", facilitator=facilitator, sessions=1, test=make_test())

    def test_buttons_open_and_close_them_and_the_page_says_since_when(self, client, workshop):
        before = client.get("/en/workshops/W1/manage/").content.decode()
        closed = client.post("/en/workshops/W1/test/pre/switch/", {"step": "close"}, follow=True).content.decode()
        opened = client.post("/en/workshops/W1/test/post/switch/", {"step": "open"}, follow=True).content.decode()

        assert ("closes by itself when" in before, "opens by itself when" in before) == (True, True)
        assert ("Close the test before" in before, "Open the test after" in before) == (True, True)
        assert ("Open the test before" in closed, "The test is closed. Who has begun can finish." in closed) == (
            True,
            True,
        )
        assert "Close the test after" in opened
        workshop.refresh_from_db()
        assert (workshop.offers_test("pre"), workshop.offers_test("post")) == (False, True)

    def test_the_page_counts_who_handed_in(self, client, workshop):
        done, begun = register(workshop), register(workshop)
        submit_attempt(attempt=start_phase_test(registration=done, phase="pre", language="en"))
        start_phase_test(registration=begun, phase="pre", language="en")

        assert "1 of 2 handed in" in client.get("/en/workshops/W1/manage/").content.decode()

    def test_a_workshop_without_a_test_or_one_that_is_stopped_has_no_buttons(self, client, workshop, facilitator):
        make_workshop(code="W2", facilitator=facilitator)
        Workshop.objects.filter(pk=workshop.pk).update(status="postponed")

        for code in ("W1", "W2"):
            assert "/switch/" not in client.get(f"/en/workshops/{code}/manage/").content.decode()
            client.post(f"/en/workshops/{code}/test/post/switch/", {"step": "open"})
        assert not Workshop.objects.filter(post_opened_at__isnull=False).exists()

    def test_there_are_two_phases(self, client, workshop):
        assert client.post("/en/workshops/W1/test/middle/switch/").url == "/en/workshops/W1/manage/"
