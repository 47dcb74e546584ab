"""Materials, outcomes, plans and needs on the page; who is missing now."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from people.models import Account
from tests.factories.people import make_account, make_agency
from tests.factories.workshops import make_facilitator, make_workshop, mark, open_session, register
from workshops.models import ActionPlan, FacilitatorNote, Material, Need, Recommendation, Workshop
from workshops.services import add_material, add_note, add_recommendation, save_action_plan, tell_need

pytestmark = pytest.mark.django_db


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def client(facilitator: Account, client_of) -> Client:
    return client_of(facilitator)


@pytest.fixture
def workshop(facilitator: Account, time_machine) -> Workshop:
    """The ninth of March, from nine o'clock in Minsk; now it is the evening before."""
    time_machine.move_to(datetime(2026, 3, 8, 18, tzinfo=UTC), tick=False)
    return make_workshop(code="W1", facilitator=facilitator, sessions=2)


@pytest.fixture
def participant(workshop: Workshop, client_of) -> Client:
    account = make_account()
    register(workshop, account.person)
    return client_of(account)


def material(workshop: Workshop, facilitator: Account, **fields) -> Material:
    values = {"title": "Slides", "content": b"%PDF-1.7", "file_name": "Слайды.pdf", **fields}
    return add_material(
        workshop=workshop, actor=facilitator, **{"released_at": datetime(2026, 3, 9, 6, tzinfo=UTC), **values}
    )


class TestMaterials:
    def test_a_file_is_added_with_the_moment_as_clocks_at_the_place_show_it(self, client, workshop):
        file = SimpleUploadedFile("slides.pdf", b"%PDF-1.7 slides")
        client.post(
            "/en/workshops/W1/materials/",
            {"title": "Slides", "file": file, "shown_on": "2026-03-09", "shown_at": "09:00"},
        )

        added = Material.objects.get()
        assert (added.title, added.file_name, added.released_at) == (
            "Slides",
            "slides.pdf",
            datetime(2026, 3, 9, 6, tzinfo=UTC),
        )

    def test_a_link_without_a_moment_is_shown_at_once(self, client, workshop, participant):
        client.post("/en/workshops/W1/materials/", {"title": "Law", "link": "https://example.org/law"})

        added = Material.objects.get()
        assert "Law" in participant.get("/en/workshops/W1/").content.decode()
        assert participant.get(f"/en/workshops/W1/materials/{added.pk}/")["Location"] == "https://example.org/law"

    @pytest.mark.parametrize(
        ("sent", "field", "error"),
        [
            ({}, "file", "Choose a file, or write a link."),
            ({"link": "https://example.org", "shown_at": "09:00"}, "shown_on", "Say on which day."),
        ],
    )
    def test_what_is_missing_stands_at_its_field(self, client, workshop, sent, field, error):
        page = client.post("/en/workshops/W1/materials/", {"title": "Slides", **sent})

        assert page.context["form"].errors == {field: [error]}

    def test_a_file_of_another_kind_is_refused(self, client, workshop):
        file = SimpleUploadedFile("slides.pdf", b"<html>")
        page = client.post("/en/workshops/W1/materials/", {"title": "Slides", "file": file})

        assert list(page.context["form"].errors) == ["file"]

    def test_participants_take_it_when_it_is_released_and_not_before(
        self, workshop, facilitator, participant, time_machine
    ):
        address = f"/en/workshops/W1/materials/{material(workshop, facilitator).pk}/"
        assert participant.get(address).status_code == 404
        assert "Slides" not in participant.get("/en/workshops/W1/").content.decode()

        time_machine.move_to(datetime(2026, 3, 9, 6, 1, tzinfo=UTC), tick=False)

        file = participant.get(address)
        assert (file.getvalue(), file["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
        assert file["Content-Disposition"].startswith("attachment")
        assert file["Cache-Control"] == "private, no-store"
        assert "Slides" in participant.get("/en/workshops/W1/").content.decode()

    def test_others_do_not_learn_that_it_exists(self, client_of, workshop, facilitator):
        added = material(workshop, facilitator, released_at=datetime(2026, 3, 1, tzinfo=UTC))

        stranger = client_of(make_account())
        assert stranger.get(f"/en/workshops/W1/materials/{added.pk}/").status_code == 404
        assert "Slides" not in stranger.get("/en/workshops/W1/").content.decode()

    def test_it_is_changed_and_removed_after_a_question(self, client, workshop, facilitator):
        added = material(workshop, facilitator)
        form = client.get(f"/en/workshops/W1/materials/{added.pk}/edit/").context["form"]
        assert (form.initial["shown_on"].day, form.initial["shown_at"].hour) == (9, 9)

        client.post(f"/en/workshops/W1/materials/{added.pk}/edit/", {"title": "Handout", "for_facilitators": "on"})
        added.refresh_from_db()
        assert (added.title, added.for_facilitators, added.file_name) == ("Handout", True, "Слайды.pdf")

        assert "for good" in client.get(f"/en/workshops/W1/materials/{added.pk}/remove/").content.decode()
        client.post(f"/en/workshops/W1/materials/{added.pk}/remove/")
        assert not Material.objects.exists()

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_costs_the_same_however_many(self, client, workshop, facilitator, django_assert_num_queries, rows):
        for _ in range(rows):
            material(workshop, facilitator)
        # session, account, roles, workshop, sessions of the form, materials
        with django_assert_num_queries(6):
            client.get("/en/workshops/W1/materials/")


class TestOutcomes:
    def test_a_recommendation_is_recorded_changed_and_read_by_participants(self, client, workshop, participant):
        agency = make_agency(code="clinic")
        client.post(
            "/en/workshops/W1/outcomes/recommendations/new/",
            {"text": "Print cards.", "agency": agency.pk, "due_on": "2026-06-30", "state": "proposed"},
        )
        client.post(
            "/en/workshops/W1/outcomes/recommendations/1/",
            {"text": "Print cards.", "agency": agency.pk, "due_on": "2026-06-30", "state": "agreed"},
        )

        page = client.get("/en/workshops/W1/outcomes/recommendations/1/")
        assert [each["state"] for each in page.context["history"]] == ["agreed", "proposed"]
        assert "Print cards." in participant.get("/en/workshops/W1/").content.decode()

    def test_the_coordinator_of_the_responsible_agency_has_it_on_a_list(self, client_of, workshop, facilitator):
        agency = make_agency(code="clinic")
        theirs = add_recommendation(workshop=workshop, text="Print cards.", agency=agency, actor=facilitator)
        add_recommendation(workshop=workshop, text="Other.", agency=make_agency(), actor=facilitator)

        page = client_of(make_account("coordinator", agency=agency)).get("/en/workshops/recommendations/")

        assert list(page.context["page"].object_list) == [theirs]
        assert client_of(make_account()).get("/en/workshops/recommendations/").status_code == 404

    def test_notes_are_for_those_who_run_the_workshop(self, client, workshop, participant):
        client.post("/en/workshops/W1/outcomes/", {"text": "Speak slower."})

        note = FacilitatorNote.objects.get()
        assert "Speak slower." in client.get("/en/workshops/W1/outcomes/").content.decode()
        assert "Speak slower." not in participant.get("/en/workshops/W1/").content.decode()
        client.post(f"/en/workshops/W1/outcomes/notes/{note.pk}/remove/")
        assert not FacilitatorNote.objects.exists()

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_page_costs_the_same_however_much_there_is(
        self, client, workshop, facilitator, django_assert_num_queries, rows
    ):
        for _ in range(rows):
            add_note(workshop=workshop, text="Speak slower.", actor=facilitator)
            add_recommendation(workshop=workshop, text="Print cards.", agency=make_agency(), actor=facilitator)
            save_action_plan(registration=register(workshop), what="Ask.")
        # session, account, roles, workshop, recommendations, plans, participants, notes, sessions of the form
        with django_assert_num_queries(9):
            client.get("/en/workshops/W1/outcomes/")

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_of_an_agency_costs_the_same_however_many(
        self, client_of, workshop, facilitator, django_assert_num_queries, rows
    ):
        agency = make_agency(code="clinic")
        for _ in range(rows):
            add_recommendation(workshop=workshop, text="Print cards.", agency=agency, actor=facilitator)
        client = client_of(make_account("coordinator", agency=agency))
        # session, account, roles, any agency, count, recommendations
        with django_assert_num_queries(6):
            client.get("/en/workshops/recommendations/")


class TestPlansAndNeeds:
    def test_a_plan_is_written_read_by_facilitators_and_answered_later(self, client, client_of, workshop, time_machine):
        account = make_account()
        register(workshop, account.person)
        sent = {"what": "Ask the ministry.", "by_when": "2026-04-30"}
        client_of(account).post("/en/workshops/W1/mine/plan/", sent)
        assert "Ask the ministry." in client.get("/en/workshops/W1/outcomes/").content.decode()

        time_machine.move_to(datetime(2026, 6, 7, 9, tzinfo=UTC), tick=False)
        participant = client_of(account)
        read = participant.get("/en/workshops/W1/mine/plan/")
        assert (read.context["editable"], "<textarea" in read.content.decode()) == (False, False)
        participant.post("/en/workshops/W1/mine/plan/outcome/", {"outcome": "done", "note": "They answered."})

        plan = ActionPlan.objects.get()
        assert (plan.by_when.month, plan.outcome, plan.outcome_note) == (4, "done", "They answered.")

    def test_a_plan_that_comes_too_late_says_so(self, client_of, workshop, time_machine):
        account = make_account()
        register(workshop, account.person)
        time_machine.move_to(datetime(2026, 5, 1, tzinfo=UTC), tick=False)

        page = client_of(account).post("/en/workshops/W1/mine/plan/", {"what": "Ask."})

        assert page.context["form"].non_field_errors() == [
            "The workshop ended more than 30 days ago, so the plan stays as it is."
        ]

    def test_needs_are_told_counted_and_cleared(self, client, workshop, participant):
        participant.post("/en/workshops/W1/mine/needs/", {"kinds": ["diet", "interpretation"], "note": "No nuts"})

        page = client.get("/en/workshops/W1/needs/")
        assert {str(label): count for label, count in page.context["counts"]} == {
            "accessible seat": 0,
            "interpretation": 1,
            "diet": 1,
            "something else": 0,
        }
        assert "No nuts" in page.content.decode()
        participant.post("/en/workshops/W1/mine/needs/", {})
        assert not Need.objects.exists()

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_page_of_needs_costs_the_same_however_many(self, client, workshop, django_assert_num_queries, rows):
        for _ in range(rows):
            tell_need(registration=register(workshop), kinds=["diet"])
        # session, account, roles, workshop, needs
        with django_assert_num_queries(5):
            client.get("/en/workshops/W1/needs/")


class TestNow:
    def test_names_who_is_missing_in_the_session_that_runs(self, client, workshop, time_machine):
        there, missing, excused = register(workshop), register(workshop), register(workshop)
        time_machine.move_to(datetime(2026, 3, 9, 6, 15, tzinfo=UTC), tick=False)
        session = open_session(workshop)
        mark(session, there.person)
        mark(session, excused.person, "excused")

        page = client.get("/en/workshops/W1/now/")

        assert [
            (one["session"], [each.person for each in one["missing"]], [each.person for each in one["excused"]])
            for one in page.context["running"]
        ] == [(session, [missing.person], [excused.person])]
        assert page["Refresh"] == "60"
        assert "Refresh" not in client.get("/en/workshops/W1/now/?refresh=off")

    def test_names_who_is_on_the_edge_and_who_is_past_it(self, client, facilitator, time_machine):
        workshop = make_workshop(code="W5", facilitator=facilitator, sessions=5)
        edge, lost, safe = register(workshop), register(workshop), register(workshop)
        first, second = workshop.sessions.all()[:2]
        time_machine.move_to(second.ends_at + timedelta(minutes=1), tick=False)
        for session, missing in ((first, (edge, lost)), (second, (lost,))):
            open_session(workshop, session.number)
            for each in (edge, lost, safe):
                mark(session, each.person, "absent" if each in missing else "present")

        page = client.get("/en/workshops/W5/now/")

        # 240 of 300 minutes are needed: one session of an hour may be missed, a second one not.
        assert (page.context["running"], page.context["edge"], page.context["lost"]) == ([], [edge], [lost])
        assert page.context["next"].number == 3

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_however_many(self, client, workshop, time_machine, django_assert_num_queries, rows):
        for _ in range(rows):
            register(workshop)
        time_machine.move_to(datetime(2026, 3, 9, 6, 15, tzinfo=UTC), tick=False)
        open_session(workshop)
        # session, account, roles, workshop, running, records, longest, people, sessions, records of all, next
        with django_assert_num_queries(11):
            client.get("/en/workshops/W1/now/")


def test_recommendations_of_drafts_are_on_no_list(client_of, facilitator, workshop):
    agency = make_agency(code="clinic")
    add_recommendation(workshop=workshop, text="Print cards.", agency=agency, actor=facilitator)
    Workshop.objects.update(status="draft")

    page = client_of(make_account("coordinator", agency=agency)).get("/en/workshops/recommendations/")

    assert Recommendation.objects.count() == 1
    assert list(page.context["page"].object_list) == []
