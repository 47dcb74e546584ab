"""Materials, notes, recommendations, plans and needs."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from people.models import Account
from tests.factories.people import make_account, make_agency
from tests.factories.workshops import make_facilitator, make_workshop, register
from workshops import tasks
from workshops.errors import WorkshopError
from workshops.models import ActionPlan, FacilitatorNote, Material, Need, Registration, Workshop
from workshops.services import (
    add_material,
    add_note,
    add_recommendation,
    answer_action_plan,
    change_material,
    change_recommendation,
    forget_needs,
    remove_material,
    remove_note,
    save_action_plan,
    tell_need,
    withdraw_registration,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]

PDF = b"%PDF-1.7 slides"


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    """The ninth of March 2026."""
    return make_workshop(facilitator=facilitator, sessions=2)


@pytest.fixture
def registration(workshop: Workshop) -> Registration:
    return register(workshop)


@pytest.fixture
def in_march(time_machine):
    """The day before the workshop."""
    time_machine.move_to(datetime(2026, 3, 8, 9, tzinfo=UTC), tick=False)


def material(workshop: Workshop, facilitator: Account, **fields) -> Material:
    values = {
        "title": "Slides",
        "content": PDF,
        "file_name": "Слайды.pdf",
        "released_at": datetime(2026, 3, 9, 6, tzinfo=UTC),
        **fields,
    }
    return add_material(workshop=workshop, actor=facilitator, **values)


def content_of(material: Material) -> bytes:
    with material.file.open() as file:
        return file.read()


class TestMaterials:
    def test_a_file_is_kept_in_private_under_a_name_that_nobody_guesses(self, workshop, facilitator, settings):
        added = material(workshop, facilitator)

        assert added.file.path.startswith(str(settings.PRIVATE_ROOT))
        assert (added.file_name, "Слайды" in added.file.name, content_of(added)) == ("Слайды.pdf", False, PDF)
        assert Event.objects.get(action="workshops.material_added").after["title"] == "Slides"

    @pytest.mark.parametrize(
        ("name", "content", "sentence"),
        [
            ("run.exe", b"MZ", "Files can be"),
            ("slides.pdf", b"<html>", "not what its name says"),
            ("slides.pdf", b"%PDF-" + b" " * (25 * 1024 * 1024), "larger than 25 MB"),
        ],
        ids=["another kind", "another content", "too large"],
    )
    def test_a_file_that_is_not_what_it_should_be_is_refused(self, workshop, facilitator, name, content, sentence):
        with pytest.raises(WorkshopError, match=sentence):
            material(workshop, facilitator, file_name=name, content=content)
        assert not Material.objects.exists()

    def test_it_is_a_file_or_a_link(self, workshop, facilitator):
        with pytest.raises(WorkshopError, match="Choose a file"):
            material(workshop, facilitator, content=None)

    def test_another_file_takes_the_place_of_the_old_one(
        self, workshop, facilitator, django_capture_on_commit_callbacks
    ):
        added = material(workshop, facilitator)
        old = added.file.name

        with django_capture_on_commit_callbacks(execute=True):
            changed = change_material(
                material=added, content=b"%PDF-2", file_name="new.pdf", title="New", actor=facilitator
            )

        assert (changed.title, content_of(changed), changed.file.storage.exists(old)) == ("New", b"%PDF-2", False)

    def test_removing_it_deletes_the_file(self, workshop, facilitator, django_capture_on_commit_callbacks):
        added = material(workshop, facilitator)
        storage, name = added.file.storage, added.file.name

        with django_capture_on_commit_callbacks(execute=True):
            remove_material(material=added, actor=facilitator)

        assert (Material.objects.count(), storage.exists(name)) == (0, False)
        assert Event.objects.get(action="workshops.material_removed").before["file"] == "Слайды.pdf"

    def test_participants_see_what_is_released_and_facilitators_everything(self, workshop, facilitator):
        account = make_account()
        register(workshop, account.person)
        shown = material(workshop, facilitator)
        later = material(workshop, facilitator, released_at=datetime(2026, 3, 10, tzinfo=UTC))
        theirs = material(workshop, facilitator, for_facilitators=True)
        now = datetime(2026, 3, 9, 12, tzinfo=UTC)

        def seen(account: Account) -> set[Material]:
            return set(Material.objects.visible_to(account, now))

        assert seen(account) == {shown}
        assert seen(facilitator) == {shown, later, theirs}
        assert seen(make_account()) == set()

    def test_whoever_withdrew_sees_none_of_it(self, workshop, facilitator):
        account = make_account()
        material(workshop, facilitator)

        withdraw_registration(registration=register(workshop, account.person))

        assert not Material.objects.visible_to(account, datetime(2026, 3, 9, 12, tzinfo=UTC)).exists()


class TestNotesAndRecommendations:
    def test_a_note_is_removed_by_whoever_wrote_it_or_a_manager(self, workshop, facilitator):
        note = add_note(workshop=workshop, text="Speak slower.", actor=facilitator)

        with pytest.raises(WorkshopError, match="Only whoever wrote"):
            remove_note(note=note, actor=make_facilitator())
        remove_note(note=note, actor=facilitator)
        remove_note(
            note=add_note(workshop=workshop, text="Bring water.", actor=facilitator), actor=make_account("manager")
        )

        assert not FacilitatorNote.objects.exists()

    def test_recommendations_are_numbered_and_every_change_is_readable(self, workshop, facilitator):
        agency = make_agency(code="clinic")
        first = add_recommendation(workshop=workshop, text="Print cards.", actor=facilitator)
        second = add_recommendation(workshop=workshop, text="Train staff.", agency=agency, actor=facilitator)

        change_recommendation(recommendation=second, state="agreed", actor=facilitator)
        change_recommendation(recommendation=second, state="agreed", actor=facilitator)

        assert (first.number, second.number) == (1, 2)
        event = Event.objects.get(action="workshops.recommendation_changed")
        assert (event.before, event.after) == (
            {"text": "Train staff.", "agency": "clinic", "due_on": "", "state": "proposed"},
            {"text": "Train staff.", "agency": "clinic", "due_on": "", "state": "agreed"},
        )


@pytest.mark.usefixtures("in_march")
class TestActionPlans:
    def test_it_is_written_and_rewritten_until_thirty_days_after_the_end(self, registration, time_machine):
        save_action_plan(registration=registration, what="Ask the ministry.")
        time_machine.move_to(datetime(2026, 4, 8, 9, tzinfo=UTC), tick=False)
        save_action_plan(registration=registration, what="Ask the region.", with_whom="Anna")

        time_machine.move_to(datetime(2026, 4, 9, 9, tzinfo=UTC), tick=False)
        with pytest.raises(WorkshopError, match="more than 30 days ago"):
            save_action_plan(registration=registration, what="Nothing.")

        plan = ActionPlan.objects.get()
        assert (plan.what, plan.with_whom, plan.written_at.day, plan.changed_at.day) == (
            "Ask the region.",
            "Anna",
            8,
            8,
        )

    def test_what_came_of_it_is_said_after_the_workshop(self, registration, time_machine):
        plan = save_action_plan(registration=registration, what="Ask the ministry.")
        with pytest.raises(WorkshopError, match="still goes on"):
            answer_action_plan(plan=plan, outcome="done")

        time_machine.move_to(datetime(2026, 6, 8, tzinfo=UTC), tick=False)
        with pytest.raises(WorkshopError, match="how far"):
            answer_action_plan(plan=plan, outcome="perhaps")
        answered = answer_action_plan(plan=plan, outcome="partly", note="They answered.")

        assert (answered.outcome, answered.outcome_note, answered.outcome_at.month) == ("partly", "They answered.", 6)

    def test_it_is_for_people_who_have_a_place(self, registration):
        with pytest.raises(WorkshopError, match="have a place"):
            save_action_plan(registration=withdraw_registration(registration=registration), what="Nothing.")


@pytest.mark.usefixtures("in_march")
class TestNeeds:
    def test_they_are_kept_without_a_trace_in_the_log_and_cleared_by_saying_nothing(self, registration):
        before = Event.objects.count()
        tell_need(registration=registration, kinds=["diet"], note="No nuts")
        tell_need(registration=registration, kinds=["diet", "interpretation"])
        assert Need.objects.get().kinds == ["diet", "interpretation"]

        assert tell_need(registration=registration, kinds=[]) is None
        assert (Need.objects.count(), Event.objects.count()) == (0, before)

    def test_nothing_is_told_after_the_workshop(self, registration, time_machine):
        time_machine.move_to(datetime(2026, 3, 10, 9, tzinfo=UTC), tick=False)

        with pytest.raises(WorkshopError, match="is over"):
            tell_need(registration=registration, kinds=["diet"])

    def test_they_are_forgotten_fourteen_days_after_the_end(self, registration, workshop, time_machine):
        tell_need(registration=registration, kinds=["diet"], note="No nuts")
        time_machine.move_to(datetime(2026, 3, 23, 9, tzinfo=UTC), tick=False)
        assert (workshop.ends_on.day, forget_needs()) == (9, 0)

        time_machine.move_to(datetime(2026, 3, 24, 9, tzinfo=UTC), tick=False)
        tasks.forget_needs()

        assert not Need.objects.exists()
        assert Event.objects.get(action="workshops.needs_forgotten").after == {"count": 1}

    def test_needs_of_somebody_who_withdrew_are_forgotten_at_once(self, registration):
        tell_need(registration=registration, kinds=["diet"])
        withdraw_registration(registration=registration)

        assert forget_needs() == 1


def test_a_day_of_the_workshop_counts_as_a_whole(registration, time_machine):
    time_machine.move_to(datetime(2026, 3, 9, 20, tzinfo=UTC) - timedelta(hours=1), tick=False)

    assert tell_need(registration=registration, kinds=["accessible_seat"]) is not None
