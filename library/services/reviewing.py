"""Reviews by a lawyer or a doctor: made ready, given, answered, taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState, Workflow, WorkflowState, WorkflowTask

from audit.services import record
from core.differences import Change, word_changes
from core.errors import DomainError
from library import emails
from library.keeping import readable
from library.models import REVIEWS, Expert, ExpertReviewTask
from library.permissions import may_translate
from library.services.publishing import refusal, untranslated
from library.services.texts import stored_values, texts_of
from people.models import Account, Role
from people.services import GROUPS, group_that_comes_in

APPROVE, REFUSE = "approve", "refuse"


class ReviewError(DomainError):
    """A review cannot be asked for, answered or taken back."""


# --- Made ready -----------------------------------------------------------------------------------------------------
@transaction.atomic
def prepare_reviews() -> None:
    """Make the groups, tasks and workflows of the experts, as far as they are missing. Repeating is cheap.

    What an administrator has changed or switched off in the CMS stays as it is.
    """
    for expert in Expert:
        with override("en"):
            name = str(REVIEWS[expert])
        task = ExpertReviewTask.objects.filter(expert=expert, account=None).first()
        if task is None:
            task = ExpertReviewTask.objects.create(name=name, expert=expert)
            task.groups.add(group_that_comes_in(GROUPS[Role(expert.value)]))
        if not WorkflowTask.objects.filter(task=task).exists():
            WorkflowTask.objects.create(workflow=Workflow.objects.create(name=name), task=task, sort_order=0)


# --- Given ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def ask_for_review(*, instance: Any, actor: Account | None = None) -> WorkflowState | None:
    """Give the newest words of a page or snippet to its expert; None when it is in a workflow already. Idempotent."""
    workflow = instance.get_workflow()
    if workflow is None or not ExpertReviewTask.objects.filter(workflow_tasks__workflow=workflow).exists():
        raise ReviewError(_("Say who has to review it."))
    if instance.current_workflow_state is not None:
        return None
    if instance.latest_revision_id is None:
        instance.save_revision(user=actor, clean=False)
    return cast(WorkflowState, workflow.start(instance, actor))


@transaction.atomic
def tell_experts(*, state: TaskState) -> int:
    """Plan a message to each expert whose turn it is. Returns how many."""
    task = state.task.specific
    if not isinstance(task, ExpertReviewTask):
        return 0
    readers = Account.objects.filter(is_active=True, person__isnull=False).select_related("person")
    if task.account_id is not None:
        readers = readers.filter(pk=task.account_id)
    else:
        readers = readers.filter(groups__in=task.groups.all()).distinct()
    title = state.revision.object_str
    return sum(emails.plan_review_asked(state, account, title) is not None for account in readers.order_by("pk"))


# --- Seen -----------------------------------------------------------------------------------------------------------
def reviews_visible_to(user: Any) -> QuerySet[TaskState]:
    """Reviews, open and answered: for editors all of them; for experts what was given to them, and nothing else."""
    reviews = TaskState.objects.filter(task__expertreviewtask__isnull=False)
    if not user.is_authenticated or may_translate(user):
        return reviews if user.is_authenticated else reviews.none()
    return given_to(user)


def given_to(account: Account) -> QuerySet[TaskState]:
    """Reviews, open and answered, that were given to an account itself or to one of its groups."""
    in_group = Q(task__expertreviewtask__account=None, task__expertreviewtask__groups__in=account.groups.all())
    own = Q(task__expertreviewtask__account=account) | in_group
    return TaskState.objects.filter(own, task__expertreviewtask__isnull=False).distinct()


@dataclass(frozen=True)
class Review:
    """A review as a list shows it."""

    pk: int
    title: str
    kind: str
    language: str
    expert: str
    expert_name: str
    asked_by: str
    asked_at: datetime
    status: str
    answered_by: str
    answered_at: datetime | None
    comment: str

    @property
    def open(self) -> bool:
        return self.status == TaskState.STATUS_IN_PROGRESS


def reviews(states: QuerySet[TaskState]) -> list[Review]:
    """Return some reviews as a list shows them, the newest first; a fixed number of queries."""
    rows = (
        states.select_related(
            "task__expertreviewtask",
            "revision__content_type",
            "workflow_state__requested_by__person",
            "finished_by__person",
        )
        .defer("revision__content")
        .order_by("-started_at", "-pk")
        .prefetch_related("revision__content_object__locale")
    )
    return [_review(row) for row in rows]


def _review(state: TaskState) -> Review:
    about = state.revision.content_object
    task = state.task.expertreviewtask
    model = state.revision.content_type.model_class()
    return Review(
        pk=state.pk,
        title=state.revision.object_str,
        kind=str(model._meta.verbose_name) if model else "",
        language=about.locale.language_code if about is not None else (get_language() or ""),
        expert=task.expert,
        expert_name=capfirst(str(Expert(task.expert).label)),
        asked_by=_called(state.workflow_state.requested_by),
        asked_at=state.started_at,
        status=state.status,
        answered_by=_called(state.finished_by),
        answered_at=state.finished_at,
        comment=state.comment,
    )


def _called(account: Any) -> str:
    return account.get_full_name() if account is not None else ""


@dataclass(frozen=True)
class Passage:
    """A text of what is read, with what became another since it went live."""

    label: str
    changes: list[Change]
    changed: bool


@dataclass(frozen=True)
class Reading:
    """What an expert reads: the newest words. `revision` says which they are."""

    instance: Any
    revision: int
    language: str
    passages: list[Passage]
    was_live: bool


def reading(*, state: TaskState) -> Reading | None:
    """Return what a review is about, or None when that is gone."""
    kept = _instance_of(state)
    if kept is None or kept.latest_revision is None:
        return None
    newest = kept.latest_revision.as_object()
    before = {place: text for place, _labels, text in texts_of(type(kept), stored_values(kept))} if kept.live else {}
    passages = [
        _passage(": ".join(str(part) for part in labels), text, before.get(place), kept.live)
        for place, labels, text in texts_of(type(newest), stored_values(newest))
    ]
    return Reading(newest, kept.latest_revision_id, kept.locale.language_code, passages, kept.live)


def _passage(label: str, text: str, before: str | None, live: bool) -> Passage:
    if not live or before == text:
        return Passage(label, [Change("same", readable(text))], changed=False)
    return Passage(label, word_changes(readable(before or ""), readable(text)), changed=True)


def _instance_of(state: TaskState) -> Any:
    found = state.workflow_state.content_object
    return found.specific if isinstance(found, Page) else found


def history_of(*, state: TaskState) -> Iterable[Review]:
    """Return all reviews of the same text, the newest first."""
    about = state.workflow_state
    return reviews(
        TaskState.objects.filter(
            task__expertreviewtask__isnull=False,
            workflow_state__base_content_type=about.base_content_type_id,
            workflow_state__object_id=about.object_id,
        )
    )


# --- Answered -------------------------------------------------------------------------------------------------------
@transaction.atomic
def approve_review(*, state: TaskState, revision: int, comment: str, actor: Account) -> None:
    """The expert approves the words of `revision`: the mark is taken off, and they go live.

    Who approved what, when, and with which comment is in the history of the text and in the audit trail. Raises
    ReviewError when the review is answered already, for a text that was changed since it was opened, and for a
    translation that is not whole.
    """
    open_state, instance = _to_answer(state, actor)
    newest = cast(Revision, instance.latest_revision)
    if newest.pk != revision:
        raise ReviewError(_("The text was changed while you were reading. Read what is new, then answer."))
    approved = newest.as_object()
    missing = untranslated(instance=approved)
    if missing:
        raise ReviewError(refusal(title=str(approved), missing=missing))
    if approved.needs_review:
        approved.needs_review = False
        open_state.revision = approved.save_revision(user=actor, clean=False)
        open_state.save(update_fields=["revision"])
    type(instance).objects.filter(pk=instance.pk, needs_review=True).update(needs_review=False)
    open_state.approve(user=actor, update=False, comment=comment)
    # Experts may not publish by themselves: it is the workflow that does it, with what was written just now.
    WorkflowState.objects.get(pk=open_state.workflow_state_id).update(user=None)
    _note("library.review_approved", instance, open_state, comment, actor)


@transaction.atomic
def refuse_review(*, state: TaskState, comment: str, actor: Account) -> None:
    """The expert asks for changes and says which; the text waits until it is submitted again."""
    if not comment.strip():
        raise ReviewError(_("Say what has to be changed, and why."))
    open_state, instance = _to_answer(state, actor)
    open_state.reject(user=actor, comment=comment)
    _note("library.review_refused", instance, open_state, comment, actor)


@transaction.atomic
def take_back(*, state: TaskState, actor: Account) -> None:
    """An editor takes a text back from its expert. The mark stays, and so nothing goes live."""
    open_state = _open(state)
    open_state.workflow_state.cancel(user=actor)
    _note("library.review_taken_back", _instance_of(open_state), open_state, "", actor)


def _to_answer(state: TaskState, actor: Account) -> tuple[TaskState, Any]:
    open_state = _open(state)
    task = cast(ExpertReviewTask, open_state.task.specific)
    instance = _instance_of(open_state)
    if not task.may_answer(actor):
        raise ReviewError(_("This review was given to somebody else."))
    if instance is None:
        raise ReviewError(_("The text is gone."))
    return open_state, instance


def _open(state: TaskState) -> TaskState:
    """The review under a lock, if nobody has answered it."""
    locked = TaskState.objects.select_for_update().get(pk=state.pk)
    if locked.status != TaskState.STATUS_IN_PROGRESS:
        raise ReviewError(_("This review is over: somebody has answered it or taken the text back."))
    return locked


def _note(action: str, instance: Any, state: TaskState, comment: str, actor: Account) -> None:
    after = {"title": str(instance), "task": state.task.name, "revision": state.revision_id}
    record(action, obj=instance, actor=actor, after=after, reason=comment)
