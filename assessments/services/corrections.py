"""What is put right after a test: defective questions, marks looked at again, other rules for some people."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.errors import MarkError, QuestionError, StartError
from assessments.models import Appeal, Attempt, AttemptItem, Override, Question, QuestionVersion, Test, Voiding
from assessments.services.marks import mark_items, raise_mark, save_outcome
from assessments.services.terms import terms_for
from audit.services import record
from core.jobs import enqueue
from people.models import Account, Agency, Person

LONGEST_TEXT = 2000


# --- A defective question -------------------------------------------------------------------------------------------
@transaction.atomic
def void_version(*, version: QuestionVersion, reason: str, actor: Account) -> Voiding:
    """Find a version defective: it is asked no more, and a job gives everybody who was asked it the full mark.

    Nobody loses a mark or a pass. Found defective again, it changes nothing. Raises QuestionError without a reason.
    """
    question = Question.objects.select_for_update().get(pk=version.question_id)
    existing = Voiding.objects.filter(version=version).first()
    if existing is not None:
        return existing
    reason = _sentence(reason)
    if not reason:
        raise QuestionError(_("Say what is wrong with the question."))
    voiding = Voiding.objects.create(version=version, reason=reason, created_by=actor)
    after = {"code": question.code, "version": version.number, "reason": reason}
    record("assessments.version_voided", obj=question, actor=actor, after=after)
    enqueue("assessments.tasks.apply_voiding", voiding.pk)
    return voiding


def apply_voiding(*, voiding: Voiding) -> int:
    """Recompute the attempts that were handed in with a defective version. Returns how many marks rose.

    Each attempt is a transaction of its own; run again, it goes on where it stopped.
    """
    return sum(_recompute(attempt) for attempt in _to_recompute(voiding))


def _to_recompute(voiding: Voiding) -> Iterator[int]:
    # Those not handed in as well: one may be handed in at this moment, marked before the version was void.
    concerned = AttemptItem.objects.filter(version=voiding.version_id)
    yield from concerned.order_by("attempt").values_list("attempt", flat=True)


@transaction.atomic
def _recompute(attempt_id: int) -> bool:
    attempt = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt_id)
    if attempt.submitted_at is None:
        return False
    items = list(attempt.items.select_related("version__question", "version__voiding"))
    void = [item for item in items if hasattr(item.version, "voiding") and item.mark != item.max_mark]
    if not void:
        return False
    before = {"mark": attempt.mark, "outcome": attempt.outcome}
    mark_items(void)
    save_outcome(attempt, items)
    after = {"mark": attempt.mark, "outcome": attempt.outcome, "void": [item.position for item in void]}
    record("assessments.attempt_recomputed", obj=attempt, before=before, after=after)
    return True


# --- A mark looked at again -----------------------------------------------------------------------------------------
@transaction.atomic
def ask_again(*, item: AttemptItem, reason: str, person: Person) -> Appeal:
    """Ask to have the mark of an own answer looked at again. Asked twice, it is one appeal.

    Raises MarkError without a reason, for somebody else's answer, and where there is no mark yet or none is missing.
    """
    attempt = Attempt.objects.select_for_update(of=("self",)).get(pk=item.attempt_id)
    locked = AttemptItem.objects.get(pk=item.pk)
    existing = Appeal.objects.filter(item=locked).first()
    if existing is not None:
        return existing
    reason = _sentence(reason)
    if attempt.person_id != person.pk:
        raise MarkError(_("Only the person who answered can ask for this."))
    if locked.mark is None or attempt.submitted_at is None:
        raise MarkError(_("This answer has no mark yet."))
    if locked.mark == locked.max_mark:
        raise MarkError(_("This answer has the full mark already."))
    if not reason:
        raise MarkError(_("Say in a sentence why the mark should be looked at again."))
    appeal = Appeal.objects.create(item=locked, reason=reason, mark_before=locked.mark)
    after = {"position": locked.position, "reason": reason}
    record("assessments.appeal_made", obj=attempt, after=after)
    return appeal


@transaction.atomic
def answer_appeal(*, appeal: Appeal, answer: str, actor: Account, mark: int | None = None) -> Appeal:
    """Answer an appeal with words and, where it was right, a higher `mark` in hundredths. Answered once.

    Raises MarkError without words, for an own answer, and for a mark that is lower or not possible.
    """
    locked = Appeal.objects.select_for_update(of=("self",)).select_related("item__attempt").get(pk=appeal.pk)
    if locked.answered_at is not None:
        return locked
    answer = _sentence(answer)
    if not answer:
        raise MarkError(_("Answer with a sentence."))
    attempt = locked.item.attempt
    if actor.person_id is not None and actor.person_id == attempt.person_id:
        raise MarkError(_("Nobody marks an answer of their own. Ask another marker."))
    item = locked.item
    if mark is not None and mark != item.mark:
        item = raise_mark(item=item, mark=mark, reason=_("looked at again")[:200], actor=actor)
    locked.answer, locked.answered_at, locked.answered_by = answer, timezone.now(), actor
    locked.mark_after = item.mark
    locked.save()
    after = {"position": item.position, "answer": answer, "mark": item.mark}
    record("assessments.appeal_answered", obj=attempt, actor=actor, before={"mark": locked.mark_before}, after=after)
    return locked


# --- Other rules for some people --------------------------------------------------------------------------------------
@transaction.atomic
def set_override(
    *,
    test: Test,
    reason: str,
    actor: Account,
    person: Person | None = None,
    agency: Agency | None = None,
    extra_minutes: int | None = None,
    attempts_limit: int | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Override:
    """Let other rules hold for one person or one agency, in place of those set before. Attempts that are open get more
    time too, and never lose any; the own exception of a person outranks that of the agency.

    Raises StartError without a reason, without anything that differs, and for dates the wrong way round.
    """
    values: dict[str, Any] = {
        "extra_minutes": extra_minutes,
        "attempts_limit": attempts_limit,
        "opens_at": opens_at,
        "closes_at": closes_at,
    }
    reason = _sentence(reason)
    if (person is None) == (agency is None):
        raise StartError(_("An exception is for one person or for one agency."))
    if not reason:
        raise StartError(_("Say why other rules hold."))
    if all(value is None for value in values.values()):
        raise StartError(_("Say what is different."))
    if opens_at and closes_at and closes_at <= opens_at:
        raise StartError(_("The test must close after it opens."))
    override, _made = Override.objects.update_or_create(
        test=test, person=person, agency=agency, defaults={**values, "reason": reason, "created_by": actor}
    )
    _extend(override)
    record("assessments.override_set", obj=test, actor=actor, after=_told(override))
    return override


@transaction.atomic
def remove_override(*, override: Override, actor: Account) -> None:
    """Let the rules of the test hold again, from the next attempt on."""
    record("assessments.override_removed", obj=override.test, actor=actor, before=_told(override))
    override.delete()


def _extend(override: Override) -> None:
    """Move the deadlines of open attempts to where they would be had these begun under what holds now, never back."""
    whose = {"person": override.person} if override.person_id else {"agency": override.agency}
    open_ones = Attempt.objects.open().filter(test=override.test, **whose)
    for attempt in open_ones.select_related("person", "agency").select_for_update(of=("self",)):
        terms = terms_for(test=override.test, person=attempt.person, agency=attempt.agency)
        ends = terms.deadline(attempt.started_at)
        if ends and attempt.deadline_at and ends > attempt.deadline_at:
            attempt.deadline_at = ends
            attempt.save(update_fields=["deadline_at"])


def _told(override: Override) -> dict[str, Any]:
    """What the audit trail keeps of an exception."""
    return {
        "person": override.person.public_code if override.person else None,
        "agency": override.agency.code if override.agency else None,
        "extra_minutes": override.extra_minutes,
        "attempts_limit": override.attempts_limit,
        "opens_at": override.opens_at.isoformat() if override.opens_at else None,
        "closes_at": override.closes_at.isoformat() if override.closes_at else None,
        "reason": override.reason,
    }


def _sentence(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TEXT]
