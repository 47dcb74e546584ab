"""What everybody sees: the list of workshops and the page of one."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Attempt
from assessments.services import submit_attempt
from people.models import Account
from tests.factories.assessments import make_test
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import (
    make_facilitator,
    make_outline_page,
    make_session,
    make_workshop,
    mark,
    open_session,
    register,
)
from workshops.models import Outline, PhaseAttempt, Workshop
from workshops.services import add_room, cancel_workshop, set_seats

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to("2026-11-24T06:00:00Z", tick=False)


def in_days(days: int, **fields: object) -> Workshop:
    return make_workshop(starts_on=timezone.localdate() + timedelta(days=days), sessions=1, **fields)


def listed(client: Client, query: str = "", language: str = "en") -> list[str]:
    response = client.get(f"/{language}/workshops/{query}")
    assert response.status_code == 200
    return [workshop.code for workshop in response.context["page"]]


class TestTheList:
    def test_coming_workshops_stand_first_to_come_and_past_ones_on_the_other_page(self, client):
        in_days(20, code="later")
        in_days(1, code="soon")
        in_days(-10, code="over")

        assert listed(client) == ["soon", "later"]
        assert listed(client, "?when=past") == ["over"]

    def test_drafts_are_for_those_who_run_them(self, client, client_of):
        account = make_facilitator()
        in_days(1, code="draft", facilitator=account, published=False)

        assert listed(client) == []
        assert listed(client_of(make_facilitator())) == []
        assert listed(client_of(account)) == ["draft"]
        assert listed(client_of(make_account("manager"))) == ["draft"]

    def test_language_and_month_narrow_it_and_nonsense_does_not(self, client):
        in_days(1, code="ru", language="ru")
        in_days(1, code="be", language="be")
        in_days(30, code="december", language="ru")

        assert listed(client, "?language=ru") == ["ru", "december"]
        assert listed(client, "?language=ru&month=2026-12") == ["december"]
        assert listed(client, "?language=xx&month=soon") == ["be", "ru", "december"]

    def test_what_is_not_there_says_what_to_do(self, client):
        empty = client.get("/en/workshops/").content.decode()
        assert "No workshop is planned at present" in empty

        in_days(1, language="ru")
        assert "No workshop of this kind" in client.get("/en/workshops/?language=be").content.decode()

    def test_aspect_kind_of_agency_and_place_narrow_it_and_letters_are_forgiven(self, client):
        make_outline_page("O1", aspects=["legal"])
        in_days(1, code="law", outline=Outline.objects.get(), place_en="Мінск, вул. Мяснікова")
        in_days(2, code="ngo", for_kinds=["ngo", "education"], place_en="Гродно")
        in_days(3, code="clinics", for_kinds=["health_institution"], place_en="Minsk")

        found = {
            query: listed(client, f"?{query}")
            for query in (
                "aspect=legal",
                "aspect=social",
                "agency=ngo",
                "agency=health_institution",
                "place=МИНСК",
                "place=мяснікова+мінск",
                "place=brest",
                "aspect=x&agency=x",
            )
        }

        assert found == {
            "aspect=legal": ["law"],
            "aspect=social": [],
            "agency=ngo": ["law", "ngo"],
            "agency=health_institution": ["law", "clinics"],
            "place=МИНСК": ["law"],
            "place=мяснікова+мінск": ["law"],
            "place=brest": [],
            "aspect=x&agency=x": ["law", "ngo", "clinics"],
        }

    def test_filters_stay_on_the_next_page_and_say_how_many_there_are(self, client, monkeypatch):
        monkeypatch.setattr("workshops.views.public.PER_PAGE", 1)
        for number in range(2):
            in_days(-2 - number, language="be", place_en="Минск & Минск")

        page = client.get("/en/workshops/?when=past&language=be&place=Минск+%26&month=soon").content.decode()

        kept = "language=be&amp;place=%D0%9C%D0%B8%D0%BD%D1%81%D0%BA+%26&amp;"
        assert f'href="?when=past&amp;{kept}page=2"' in page
        assert f'href="/en/workshops/calendar/?{kept.removesuffix("&amp;")}"' in page
        assert "2 workshops" in page

    def test_a_month_without_workshops_stays_chosen(self, client):
        in_days(1)

        page = client.get("/en/workshops/?month=2027-05").content.decode()

        assert '<option value="2027-05" selected>May 2027</option>' in page
        assert "No workshop of this kind" in page
        assert "Clear all filters" in page

    def test_planning_is_offered_to_those_who_may(self, client, client_of):
        address = reverse("workshop_new")

        shown = [
            address in who.get("/en/workshops/").content.decode()
            for who in (client, client_of(make_account()), client_of(make_facilitator()))
        ]

        assert shown == [False, False, True]

    def test_all_filters_cost_one_question_more(self, client, django_assert_num_queries):
        make_outline_page("O1", aspects=["legal"])
        for number in range(3):
            in_days(number + 1, outline=Outline.objects.get(), place_en="Minsk")

        listed(client)

        with django_assert_num_queries(5):  # months, places, count, workshops, aspects
            found = listed(client, "?aspect=legal&agency=ngo&language=en&month=2026-11&place=minsk")

        assert len(found) == 3

    def test_costs_the_same_however_many_workshops(self, client, django_assert_num_queries):
        make_outline_page("O1", aspects=["legal", "social"])
        outline = Outline.objects.get()
        in_days(1, outline=outline)
        listed(client)
        with django_assert_num_queries(4):  # count, months, workshops, aspects
            listed(client)

        in_days(2, outline=outline)
        in_days(3, outline=outline)
        with django_assert_num_queries(4):
            listed(client)


class TestThePage:
    @pytest.fixture
    def workshop(self) -> Workshop:
        day = {"title": "Day one", "items": [{"start": "09:00", "end": "09:30", "title": "Registration table"}]}
        make_outline_page(
            "O1",
            title="Outline",
            summary="What it is about",
            audience="Doctors and lawyers",
            facilitator_notes="<p>Secret notes</p>",
            agenda=[("day", day)],
        )
        return in_days(1, code="W1", outline=Outline.objects.get(), place_en="Minsk")

    def test_says_what_when_where_for_whom_and_what_the_certificate_asks_for(self, client, workshop):
        make_session(workshop, slot=2, minutes=75, required=False)

        page = client.get("/en/workshops/W1/").content.decode()

        for words in (
            "What it is about",
            "Doctors and lawyers",
            "Registration table",
            "25 November 2026",
            "Minsk",
            "80 % of the planned hours: 48 of 60 minutes",
            "Europe/Minsk",
            "The certificate does not expire",
        ):
            assert words in page
        assert "Secret notes" not in page

    @pytest.mark.parametrize(
        ("language", "asked"),
        [
            ("en", ("60 % of the planned hours", "passed with 70 %", "valid for 24 months")),
            ("ru", ("60 % запланированных часов", "70 %", "24 месяца")),
            ("be", ("60 % запланаваных гадзін", "70 %", "24 месяцы")),
        ],
    )
    def test_its_own_rule_is_printed_in_the_language_of_the_page(self, client, workshop, language, asked):
        Workshop.objects.update(threshold=60, test_required=True, pass_mark=70, certificate_months=24)

        page = client.get(f"/{language}/workshops/W1/").content.decode().replace("\N{NO-BREAK SPACE}", " ")

        assert [words for words in asked if words not in page] == []

    def test_nobody_sees_who_is_registered(self, client, client_of, workshop):
        person = register(workshop, make_person(agency=make_agency(), family_name="Невядомая")).person
        set_seats(workshop=workshop, agency=None, seats=20)

        for reader in (client, client_of(make_account())):
            page = reader.get("/en/workshops/W1/").content.decode()
            assert person.family_name not in page
            assert "20 open seats" in page

    def test_a_day_says_tracks_breaks_rooms_and_how_people_take_part(self, client, workshop):
        room = add_room(name="Hall 2", address="Miasnikova 39")
        make_session(workshop, slot=1, minutes=90, track="law", room=room, mode="hybrid", kind="roundtable")
        make_session(workshop, slot=1, minutes=60, track="medicine", zone="Europe/Vilnius")
        make_session(workshop, slot=2, minutes=60)

        page = client.get("/en/workshops/W1/")

        [day] = page.context["days"]
        said = [
            (row.get("session") and row["session"].number) or f"{row['from']:%H:%M}–{row['to']:%H:%M}"
            for row in day["rows"]
        ]
        assert said == [1, "10:00–10:30", 2, 3, 4]
        words = page.content.decode()
        for each in (
            "Track: law",
            "Roundtable",
            "Hall 2, Miasnikova 39",
            "in the room and online",
            "times in Europe/Vilnius",
        ):
            assert each in words
        assert words.count("Times are those on the wall in Europe/Minsk.") == 1

    def test_what_is_ahead_can_be_taken_home(self, client, workshop, time_machine):
        address = "/en/workshops/W1/sessions/1/calendar.ics"
        offered = [address in client.get("/en/workshops/W1/").content.decode()]

        time_machine.move_to("2026-11-26T06:00:00Z", tick=False)
        offered.append(address in client.get("/en/workshops/W1/").content.decode())

        assert offered == [True, False]

    def test_a_draft_is_not_found_unless_one_runs_it(self, client, client_of):
        account = make_facilitator()
        in_days(1, code="D", facilitator=account, published=False)

        statuses = [who.get("/en/workshops/D/").status_code for who in (client, client_of(account))]

        assert statuses == [404, 200]

    def test_a_cancelled_workshop_says_why(self, client, workshop):
        cancel_workshop(workshop=workshop, reason="The hall is flooded.")

        page = client.get("/en/workshops/W1/").content.decode()

        assert "This workshop is cancelled." in page
        assert "The hall is flooded." in page

    def test_a_workshop_without_outline_or_sessions_has_a_page(self, client, client_of):
        account = make_facilitator()
        make_workshop(code="bare", facilitator=account, sessions=0, published=False)

        page = client_of(account).get("/en/workshops/bare/")

        assert "The sessions are still being planned." in page.content.decode()

    def test_a_participant_sees_how_far_it_is(self, client_of, workshop):
        account = make_account()
        registration = register(workshop, account.person)
        other = in_days(-1, code="W2")
        mark(_opened(other, account), account.person, "late")

        assert "confirmed" in client_of(account).get("/en/workshops/W1/").content.decode()
        assert "48 of 60 minutes so far" in client_of(account).get("/en/workshops/W2/").content.decode()
        assert registration.completed_at is None

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_however_many_sessions(self, client, workshop, django_assert_num_queries, rows):
        for slot in range(rows):
            make_session(workshop, slot=slot + 1)

        with django_assert_num_queries(6):  # workshop, aspects, sessions, page with locale, pools, foot of the page
            client.get("/en/workshops/W1/")


def _opened(workshop: Workshop, account: Account):
    register(workshop, account.person)
    return open_session(workshop)


class TestTheTests:
    @pytest.fixture
    def workshop(self) -> Workshop:
        return in_days(0, code="W1", test=make_test())

    def test_a_participant_starts_the_test_before_and_comes_back(self, client_of, workshop):
        account = make_account()
        register(workshop, account.person)

        response = client_of(account).post("/en/workshops/W1/test/pre/")

        attempt = Attempt.objects.get()
        assert response.url == f"{reverse('attempt', args=[attempt.pk])}?next=/en/workshops/W1/"
        assert PhaseAttempt.objects.get().phase == "pre"

    def test_the_test_after_is_offered_once_the_workshop_runs(self, client_of, workshop):
        account = make_account()
        register(workshop, account.person)
        before = client_of(account).get("/en/workshops/W1/").content.decode()

        refused = client_of(account).post("/en/workshops/W1/test/post/", follow=True).content.decode()
        open_session(workshop)
        after = client_of(account).get("/en/workshops/W1/").content.decode()

        assert ("/test/pre/" in before, "/test/post/" in before) == (True, False)
        assert "opens when the workshop has begun" in refused
        assert ("/test/pre/" in after, "/test/post/" in after) == (False, True)

    def test_the_rules_are_said_before_it_begins_and_the_result_is_found_again(self, client_of, workshop):
        account = make_account()
        register(workshop, account.person)
        client = client_of(account)

        rules = client.get("/en/workshops/W1/test/pre/").content.decode()
        client.post("/en/workshops/W1/test/pre/")
        open_still = client.get("/en/workshops/W1/").content.decode()
        submit_attempt(attempt=Attempt.objects.get())
        done = client.get("/en/workshops/W1/").content.decode()
        closed = client.get("/en/workshops/W1/test/post/").content.decode()

        assert ("Begin the test" in rules, "no result is shown to you" in rules) == (True, True)
        assert "Go on with the test before" in open_still
        assert f"/my/tests/{Attempt.objects.get().pk}/result/" in done
        assert ("The test after is closed." in closed, "Begin the test" in closed) == (True, False)

    @pytest.mark.parametrize("status", ["postponed", "cancelled"])
    def test_a_workshop_that_is_stopped_offers_no_test(self, client_of, workshop, status):
        account = make_account()
        register(workshop, account.person)
        Workshop.objects.update(status=status)

        page = client_of(account).get("/en/workshops/W1/").content.decode()

        assert ("You in this workshop" in page, "/test/" in page) == (True, False)

    def test_it_is_for_participants_and_knows_two_phases(self, client, client_of, workshop):
        account = make_account()

        stranger = client_of(account).post("/en/workshops/W1/test/pre/")
        register(workshop, account.person)
        nonsense = client_of(account).post("/en/workshops/W1/test/middle/")

        assert stranger.status_code == 404
        assert nonsense.url == "/en/workshops/W1/"
        assert "/account/login/" in client.post("/en/workshops/W1/test/pre/").url
        assert not Attempt.objects.exists()
