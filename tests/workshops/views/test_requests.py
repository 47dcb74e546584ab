"""Pages of requests: a coordinator asks, a manager plans a workshop from it or declines."""

from datetime import date, time

import pytest
from django.test import Client
from django.urls import reverse

from people.models import Account, Role
from tests.factories.people import make_account
from tests.factories.workshops import make_facilitator, make_outline_page, make_request
from workshops.models import Outline, Workshop, WorkshopRequest
from workshops.services import decline_request, set_outline_sessions

pytestmark = pytest.mark.django_db

LIST, NEW = "/en/workshops/requests/", "/en/workshops/requests/new/"


@pytest.fixture
def coordinator(agency_tree) -> Account:
    return make_account(Role.COORDINATOR, agency=agency_tree.ministry)


@pytest.fixture
def manager(db) -> Account:
    return make_account(Role.MANAGER)


@pytest.fixture
def asked(agency_tree, coordinator) -> WorkshopRequest:
    return make_request(agency=agency_tree.clinic, actor=coordinator)


def data(agency, **fields: object) -> dict[str, object]:
    values = {
        "agency": agency.pk,
        "subject": "Interpreters",
        "purpose": "For nurses.",
        "people": 12,
        "earliest": "2026-03-09",
        "latest": "2026-04-09",
        "language": "ru",
    }
    return {**values, **fields}


class TestAsking:
    def test_a_coordinator_asks_and_reads_that_it_waits(self, client_of, coordinator, agency_tree):
        page = client_of(coordinator).post(NEW, data(agency_tree.clinic), follow=True).content.decode()

        asked = WorkshopRequest.objects.get()
        assert (asked.agency, asked.subject, asked.people, asked.asked_by) == (
            agency_tree.clinic,
            "Interpreters",
            12,
            coordinator,
        )
        assert "waits for an answer" in page

    def test_only_own_agencies_are_offered(self, client_of, coordinator, agency_tree):
        response = client_of(coordinator).post(NEW, data(agency_tree.unrelated))

        assert list(response.context["form"].errors) == ["agency"]
        assert agency_tree.unrelated not in response.context["form"].fields["agency"].queryset

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"latest": "2026-03-08"}, "latest"),
            ({"people": 0}, "people"),
            ({"subject": ""}, "subject"),
            ({"earliest": "soon"}, "earliest"),
        ],
    )
    def test_what_cannot_be_is_said_at_the_field(self, client_of, coordinator, agency_tree, fields, field):
        response = client_of(coordinator).post(NEW, data(agency_tree.clinic, **fields))

        assert list(response.context["form"].errors) == [field]

    def test_learners_and_facilitators_do_not_ask(self, client_of):
        for account in (make_account(), make_facilitator()):
            assert [client_of(account).get(page).status_code for page in (LIST, NEW)] == [403, 403]


class TestTheList:
    def test_what_waits_comes_first(self, client_of, asked, coordinator, manager, agency_tree):
        later = make_request(agency=agency_tree.clinic, actor=coordinator, subject="Later")
        decline_request(request=later, answer="No.", actor=manager)

        listed = list(client_of(manager).get(LIST).context["page"])

        assert listed == [asked, later]

    def test_an_empty_one_leads_to_the_form(self, client_of, coordinator):
        assert NEW in client_of(coordinator).get(LIST).content.decode()

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_however_many(self, client_of, coordinator, agency_tree, django_assert_num_queries, rows):
        for _row in range(rows):
            make_request(agency=agency_tree.clinic, actor=coordinator)
        client = client_of(coordinator)
        # session, account, roles, how many, the rows
        with django_assert_num_queries(5):
            client.get(LIST)


class TestAnswering:
    def test_a_manager_plans_a_workshop_from_it(self, client_of, asked, coordinator, manager):
        address = f"/en/workshops/new/?request={asked.pk}"
        client = client_of(manager)
        initial = client.get(address).context["form"].initial
        asked_for = {"outline", "language", "place_en", "title_en", "starts_on"}
        assert {name: initial[name] for name in asked_for} == {
            "outline": None,
            "language": "en",
            "place_en": "",
            "title_en": "Interpreters in the clinic",
            "starts_on": date(2026, 3, 9),
        }

        client.post(
            address,
            {
                "title_en": "First",
                "starts_on": "2026-03-09",
                "language": "en",
                "zone": "Europe/Minsk",
                "threshold": 80,
                "partial_share": 80,
                "pass_mark": 75,
            },
        )

        workshop = Workshop.objects.get()
        asked.refresh_from_db()
        assert (asked.state, asked.workshop) == ("scheduled", workshop)
        # The draft is nobody's to read yet; its page comes when it is published.
        page = client_of(coordinator).get(reverse("workshop_request", args=[asked.pk])).content.decode()
        assert "It is being prepared." in page
        Workshop.objects.update(status="published")
        page = client_of(coordinator).get(reverse("workshop_request", args=[asked.pk])).content.decode()
        assert reverse("workshop", args=[workshop.code]) in page
        # A second workshop does not come of it.
        assert client.get(address).status_code == 404

    def test_the_outline_that_was_asked_for_is_chosen_and_gives_the_titles(self, client_of, asked, manager):
        make_outline_page("O1")
        outline = Outline.objects.get()
        row = {"number": 1, "start_time": time(9), "end_time": time(10), "kind": "training", "title_en": "Session"}
        set_outline_sessions(outline=outline, rows=[row])
        WorkshopRequest.objects.update(outline=outline)

        initial = client_of(manager).get(f"/en/workshops/new/?request={asked.pk}").context["form"].initial

        assert (initial["outline"], "title_en" in initial) == (outline, False)

    def test_a_facilitator_does_not_plan_from_it(self, client_of, asked):
        for key in (asked.pk, "x", 10**6):
            assert client_of(make_facilitator()).get(f"/en/workshops/new/?request={key}").status_code == 404

    def test_a_manager_declines_with_an_answer_that_is_read(self, client_of, asked, coordinator, manager):
        address = reverse("workshop_request_decline", args=[asked.pk])
        silent = client_of(manager).post(address, {"answer": ""})
        assert list(silent.context["form"].errors) == ["answer"]

        client_of(manager).post(address, {"answer": "No funds this year."})

        page = client_of(coordinator).get(reverse("workshop_request", args=[asked.pk])).content.decode()
        assert "No funds this year." in page

    def test_whoever_asked_takes_it_back_and_nobody_else(self, client_of, asked, coordinator, manager):
        address = reverse("workshop_request_take_back", args=[asked.pk])
        refused = client_of(manager).post(address, follow=True).content.decode()
        assert "Only the person who asked can take the request back." in refused

        client: Client = client_of(coordinator)
        client.post(address)

        asked.refresh_from_db()
        assert asked.state == "taken_back"
