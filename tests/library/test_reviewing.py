"""Reviews by a lawyer or a doctor: nothing that waits goes live, and experts see what was given to them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import TaskState, Workflow, WorkflowTask

from audit.models import Event
from courses.models import LessonPage
from library.models import AwaitsExpertError, Expert, ExpertReviewTask, Resource, Term
from library.services import (
    ReviewError,
    approve_review,
    ask_for_review,
    awaits_expert,
    prepare_reviews,
    reading,
    refuse_review,
    reviews,
    reviews_visible_to,
    take_back,
)
from mail.models import Message
from people.models import Account
from tests.factories.courses import locale, make_lesson_page, make_module_page
from tests.factories.library import make_resource
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def lawyer(roles: SimpleNamespace) -> Account:
    prepare_reviews()
    return make_account("lawyer")


@pytest.fixture
def doctor(roles: SimpleNamespace) -> Account:
    prepare_reviews()
    return make_account("doctor")


def waiting_page(number: int = 1, expert: str = "lawyer") -> LessonPage:
    page = make_lesson_page(make_module_page(f"M{number}"), f"M{number}.1", live=False)
    page.expert, page.needs_review = expert, True
    page.save()
    page.save_revision()
    return LessonPage.objects.get(pk=page.pk)


def given(instance: Any, actor: Account) -> TaskState:
    started = ask_for_review(instance=instance, actor=actor)
    assert started is not None
    return started.current_task_state


def fresh(instance: Any) -> Any:
    return type(instance).objects.get(pk=instance.pk)


# --- Made ready ------------------------------------------------------------------------------------------------------


def test_groups_tasks_and_workflows_are_made_once() -> None:
    for _time in range(2):
        prepare_reviews()

    names = ["Review by a doctor", "Review by a lawyer"]
    assert sorted(ExpertReviewTask.objects.values_list("name", flat=True)) == names
    assert (
        sorted(
            Workflow.objects.filter(workflow_tasks__task__expertreviewtask__isnull=False).values_list("name", flat=True)
        )
        == names
    )
    groups = Group.objects.filter(name__startswith="Reviewing").order_by("name")
    assert [(group.name, [each.codename for each in group.permissions.all()]) for group in groups] == [
        ("Reviewing doctors", ["access_admin"]),
        ("Reviewing lawyers", ["access_admin"]),
    ]


def test_what_an_administrator_switched_off_stays_off() -> None:
    prepare_reviews()
    Workflow.objects.update(active=False)

    prepare_reviews()

    assert (ExpertReviewTask.objects.count(), WorkflowTask.objects.filter(workflow__active=True).count()) == (2, 0)


# --- Nothing that waits goes live -------------------------------------------------------------------------------------


def test_the_button_of_the_editor_refuses_what_waits(
    roles: SimpleNamespace, lawyer: Account, client_of: Callable[[Account], Client]
) -> None:
    term = Term.objects.create(
        slug="stigma",
        name="Stigma",
        definition="A sign",
        locale=locale("en"),
        expert="lawyer",
        needs_review=True,
        live=False,
    )
    values = {"name": "Stigma", "slug": "stigma", "definition": "A sign of shame", "expert": "lawyer"}
    address = reverse("wagtailsnippets_library_term:edit", args=[term.pk])
    client = client_of(roles.editor)

    without_mark = client.post(address, {**values, "action-publish": "1"})
    shown = client.post(address, {**values, "needs_review": "on", "action-publish": "1"}, follow=True)

    assert "Only the expert who approves the text takes this mark off." in without_mark.content.decode()
    assert "“Stigma” was not published: a lawyer or a doctor has to approve it first" in shown.content.decode()
    assert (fresh(term).live, fresh(term).latest_revision.content["definition"]) == (False, "A sign of shame")


def test_a_selection_with_something_that_waits_is_refused(
    roles: SimpleNamespace, lawyer: Account, client_of: Callable[[Account], Client]
) -> None:
    page = waiting_page()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    shown = client_of(roles.editor).post(f"{address}?id={page.pk}&next=/cms/", {"include_descendants": ""}, follow=True)

    assert "has to approve it first" in shown.content.decode()
    assert not fresh(page).live


def test_no_other_way_leads_past_the_expert(lawyer: Account) -> None:
    page = waiting_page()

    with pytest.raises(AwaitsExpertError, match="An expert has to review this first"):
        page.latest_revision.publish()

    assert not fresh(page).live


def test_approval_in_another_workflow_does_not_publish_what_waits(
    roles: SimpleNamespace, lawyer: Account, client_of: Callable[[Account], Client]
) -> None:
    page = waiting_page()
    page.expert = ""
    page.save()
    moderators = Workflow.objects.get(name="Moderators approval").start(page, roles.editor)
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", moderators.current_task_state_id])

    shown = client_of(roles.administrator).post(address, {"comment": ""}, follow=True)

    assert "has to approve it first" in shown.content.decode()
    assert not fresh(page).live


def test_a_text_that_is_read_by_an_expert_waits_even_without_the_mark(roles: SimpleNamespace, lawyer: Account) -> None:
    resource = make_resource("study", expert="lawyer")
    assert not awaits_expert(instance=resource)

    given(resource, roles.editor)

    assert awaits_expert(instance=fresh(resource))


def test_a_mark_without_an_expert_is_refused_in_the_form(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    term = Term.objects.create(slug="stigma", name="Stigma", definition="A sign", locale=locale("en"))
    values = {"name": "Stigma", "slug": "stigma", "definition": "A sign", "needs_review": "on"}

    shown = client_of(roles.editor).post(reverse("wagtailsnippets_library_term:edit", args=[term.pk]), values)

    assert "Say who has to review it." in shown.content.decode()


# --- Given and answered -----------------------------------------------------------------------------------------------


def test_experts_hear_of_it_once_in_their_language(
    roles: SimpleNamespace,
    lawyer: Account,
    doctor: Account,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    lawyer.person.language = "ru"
    lawyer.person.save()
    page = waiting_page()

    with django_capture_on_commit_callbacks(execute=True):
        given(page, roles.editor)
        assert ask_for_review(instance=fresh(page), actor=roles.editor) is None

    [message] = Message.objects.filter(key__startswith="review:")
    assert (message.recipient, message.language, message.kind) == (lawyer.person, "ru", "content")
    assert page.title in message.subject
    assert "/cms/reviews/" in message.text
    assert message.subject in [each.subject for each in mail.outbox]


def test_somebody_who_wants_no_such_messages_gets_none(
    roles: SimpleNamespace, lawyer: Account, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    lawyer.muted_messages = ["content"]
    lawyer.save()

    with django_capture_on_commit_callbacks(execute=True):
        given(waiting_page(), roles.editor)

    assert [each.state for each in Message.objects.filter(key__startswith="review:")] == ["cancelled"]


def test_approval_takes_the_mark_off_publishes_and_is_kept(roles: SimpleNamespace, lawyer: Account) -> None:
    page = waiting_page()
    state = given(page, roles.editor)

    approve_review(state=state, revision=page.latest_revision_id, comment="Article 12 says so.", actor=lawyer)

    page, state = fresh(page), fresh(state)
    assert (page.live, page.needs_review, page.latest_revision.content["needs_review"]) == (True, False, False)
    assert (state.status, state.finished_by, state.comment) == ("approved", lawyer, "Article 12 says so.")
    event = Event.objects.get(action="library.review_approved")
    assert (event.actor, event.object_id, event.reason) == (lawyer, str(page.pk), "Article 12 says so.")
    assert not awaits_expert(instance=page)
    with pytest.raises(ReviewError, match="This review is over"):
        approve_review(state=state, revision=page.latest_revision_id, comment="", actor=lawyer)


def test_what_was_changed_after_it_was_opened_is_not_approved(roles: SimpleNamespace, lawyer: Account) -> None:
    page = waiting_page()
    state = given(page, roles.editor)
    page.summary = "Another word"
    page.save_revision()

    with pytest.raises(ReviewError, match="The text was changed while you were reading"):
        approve_review(state=state, revision=page.latest_revision_id - 1, comment="", actor=lawyer)

    assert not fresh(page).live


def test_a_refusal_needs_a_reason_and_the_mark_stays(roles: SimpleNamespace, lawyer: Account) -> None:
    page = waiting_page()
    state = given(page, roles.editor)

    with pytest.raises(ReviewError, match="Say what has to be changed"):
        refuse_review(state=state, comment=" ", actor=lawyer)
    refuse_review(state=state, comment="The law has a new number.", actor=lawyer)

    page = fresh(page)
    assert (page.live, page.needs_review, page.current_workflow_state.status) == (False, True, "needs_changes")
    assert fresh(state).comment == "The law has a new number."
    assert Event.objects.get(action="library.review_refused").reason == "The law has a new number."
    # Submitted again, it is the turn of the expert again.
    page.current_workflow_state.resume(roles.editor)
    assert [each.status for each in reviews_visible_to(lawyer).order_by("pk")] == ["rejected", "in_progress"]


def test_a_review_of_one_person_is_for_nobody_else(roles: SimpleNamespace, lawyer: Account) -> None:
    other = make_account("lawyer")
    task = ExpertReviewTask.objects.create(name="Review by one", expert=Expert.LAWYER, account=other)
    workflow = Workflow.objects.create(name="Review by one")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    page = waiting_page()
    state = workflow.start(page, roles.editor).current_task_state

    assert not reviews_visible_to(lawyer).exists()
    with pytest.raises(ReviewError, match="given to somebody else"):
        approve_review(state=state, revision=page.latest_revision_id, comment="", actor=lawyer)
    assert [each.recipient for each in Message.objects.filter(key__startswith="review:")] == [other.person]


def test_an_editor_takes_it_back_and_the_mark_stays(roles: SimpleNamespace, lawyer: Account) -> None:
    page = waiting_page()
    state = given(page, roles.editor)

    take_back(state=state, actor=roles.editor)

    assert (fresh(state).status, fresh(page).needs_review, fresh(page).live) == ("cancelled", True, False)
    assert fresh(page).current_workflow_state is None


def test_a_resource_and_a_term_are_reviewed_too(roles: SimpleNamespace, doctor: Account) -> None:
    term = Term.objects.create(
        slug="firewall",
        name="Firewall",
        definition="Data",
        locale=locale("en"),
        expert="doctor",
        needs_review=True,
        live=False,
    )
    resource = make_resource("study", expert="doctor", needs_review=True, live=False)

    for instance in (term, resource):
        state = given(instance, roles.editor)
        found = reading(state=state)
        approve_review(state=state, revision=found.revision, comment="", actor=doctor)

    assert [(each.live, each.needs_review) for each in (fresh(term), fresh(resource))] == [(True, False), (True, False)]
    assert Resource.objects.readable_in("en").exists()
    assert Term.objects.in_language("en") == [term]


def test_what_is_new_in_a_live_text_is_marked(roles: SimpleNamespace, lawyer: Account) -> None:
    resource = make_resource("study", expert="lawyer")
    resource.summary, resource.needs_review = "Summary of study ru", True
    resource.save_revision()

    found = reading(state=given(fresh(resource), roles.editor))

    changed = [each for each in found.passages if each.changed]
    assert [(each.label, [change.text for change in each.changes]) for each in changed] == [
        ("summary", ["Summary of study ", "en", "ru"])
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_of_reviews_takes_as_many_queries_however_long(
    roles: SimpleNamespace,
    lawyer: Account,
    number: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for each in range(1, number + 1):
        given(waiting_page(each), roles.editor)

    visible = reviews_visible_to(roles.editor)

    with django_assert_num_queries(3):
        assert len(reviews(visible)) == number


# --- Pages of the CMS -------------------------------------------------------------------------------------------------


def test_an_expert_sees_only_what_was_given_to_them(
    roles: SimpleNamespace, lawyer: Account, doctor: Account, client_of: Callable[[Account], Client]
) -> None:
    page, other = waiting_page(1), waiting_page(2, "doctor")
    own, foreign = given(page, roles.editor), given(other, roles.editor)
    client = client_of(lawyer)

    listed = client.get(reverse("reviews:index")).content.decode()
    assert page.title in listed
    assert other.title not in listed
    assert client.get(reverse("reviews:review", args=[own.pk])).status_code == 200
    assert client.get(reverse("reviews:as_readers", args=[own.pk])).status_code == 200
    for name in ("review", "as_readers"):
        assert client.get(reverse(f"reviews:{name}", args=[foreign.pk])).status_code == 404
    # Neither the editor nor any other page of the CMS is open to them.
    for address in (
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_pages:edit", args=[other.pk]),
        reverse("wagtailadmin_pages:revisions_view", args=[page.pk, page.latest_revision_id]),
        reverse("wagtailsnippets_library_term:list"),
        reverse("translations:index"),
        reverse("questions:index"),
    ):
        assert client.get(address).status_code == 302, address
    assert client.post(reverse("reviews:take_back", args=[own.pk])).status_code == 302
    assert fresh(own).status == "in_progress"


def test_the_answer_of_an_expert_is_taken_once(
    roles: SimpleNamespace, lawyer: Account, client_of: Callable[[Account], Client]
) -> None:
    page = waiting_page()
    address = reverse("reviews:review", args=[given(page, roles.editor).pk])
    client = client_of(lawyer)
    answer = {"answer": "approve", "revision": page.latest_revision_id}

    empty = client.post(address, {"revision": page.latest_revision_id})
    without = client.post(address, {**answer, "answer": "refuse"})
    stale = client.post(address, {**answer, "revision": 0})
    assert [each.status_code for each in (empty, without, stale)] == [422, 422, 422]
    assert "Choose one of the two answers." in empty.content.decode()
    assert "Say what has to be changed, and why." in without.content.decode()
    assert f'value="{page.latest_revision_id}"' in stale.content.decode()

    taken = client.post(address, answer, follow=True)
    assert "It is approved and goes live" in taken.content.decode()
    assert client.post(address, answer).status_code == 302
    assert fresh(page).live
    shown = client.get(address).content.decode()
    assert "What experts said before" in shown
    assert "Send the answer" not in shown


@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_editors_read_every_review_and_answer_none(
    roles: SimpleNamespace, lawyer: Account, role: str, client_of: Callable[[Account], Client]
) -> None:
    page = waiting_page()
    state = given(page, roles.editor)
    client = client_of(getattr(roles, role))
    address = reverse("reviews:review", args=[state.pk])

    shown = client.get(address).content.decode()
    assert "Take it back" in shown
    assert "Send the answer" not in shown
    client.post(address, {"answer": "approve", "revision": page.latest_revision_id})
    assert not fresh(page).live
    client.post(reverse("reviews:take_back", args=[state.pk]))
    client.post(reverse("reviews:take_back", args=[state.pk]))
    assert fresh(state).status == "cancelled"


def test_the_right_ends_with_the_role(
    roles: SimpleNamespace, lawyer: Account, client_of: Callable[[Account], Client]
) -> None:
    state = given(waiting_page(), roles.editor)
    lawyer.groups.clear()
    lawyer.role_grants.update(valid_to="2020-01-01")

    assert client_of(fresh(lawyer)).get(reverse("reviews:review", args=[state.pk])).status_code == 302
