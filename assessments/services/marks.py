"""Marks: what the question types say, what people say, and the outcome that follows from both."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.errors import MarkError
from assessments.marking import Credit, has_passed, total
from assessments.models import Attempt, AttemptItem, QuestionText, QuestionVersion
from assessments.question_types import TYPES, Response
from assessments.signals import attempt_marked
from audit.services import record
from people.models import Account

LONGEST_REASON = 200


def credit_for(version: QuestionVersion, response: Response) -> Credit | None:
    """Return what a response to a version earns; None when a person has to say. Needs the version's question."""
    return _credit(version, response, _words_of([version]))


def mark_items(items: Sequence[AttemptItem]) -> None:
    """Write what each answer earned; nothing yet for one that a person marks. Needs the versions' questions."""
    words = _words_of(item.version for item in items)
    for item in items:
        credit = _credit(item.version, item.response, words)
        item.mark = None if credit is None else credit.hundredths_of(item.max_mark)
        item.mark_reason = "" if credit is None else credit.reason[:LONGEST_REASON]
    AttemptItem.objects.bulk_update(items, ["mark", "mark_reason"])


def settle(attempt: Attempt, items: Iterable[AttemptItem]) -> None:
    """Set mark and outcome of an attempt from the marks of its questions.

    While an answer awaits marking the attempt has no mark, unless the others reach the pass mark already. An attempt
    that has passed stays so, and its mark never falls.
    """
    marks = [item.mark for item in items]
    earned = max(total(mark or 0 for mark in marks), attempt.mark or 0)
    if has_passed(earned, attempt.max_mark, attempt.pass_mark):
        attempt.passed_at = attempt.passed_at or attempt.submitted_at
        attempt.outcome = Attempt.Outcome.PASSED
    elif attempt.outcome != Attempt.Outcome.PASSED:
        attempt.outcome = Attempt.Outcome.PENDING if None in marks else Attempt.Outcome.FAILED
    attempt.mark = None if attempt.outcome == Attempt.Outcome.PENDING else earned


@transaction.atomic
def mark_response(*, item: AttemptItem, mark: int, reason: str, actor: Account) -> AttemptItem:
    """Give an answer that a person marks its hundredths, with the reason, and announce the attempt's new outcome.

    Given again, a mark can only rise; the same mark for the same reason changes nothing. Raises MarkError before the
    hand-in, for questions that mark themselves, for one's own answer, without a reason, and outside the marks possible.
    """
    attempt = Attempt.objects.select_for_update().get(pk=item.attempt_id)
    items = list(attempt.items.select_related("version__question"))
    locked = next(each for each in items if each.pk == item.pk)
    reason = " ".join(reason.split())
    _check_marker(attempt, locked, actor)
    _check_mark(locked, mark, reason)
    if (locked.mark, locked.mark_reason) == (mark, reason):
        return locked
    before = {"position": locked.position, "mark": locked.mark, "reason": locked.mark_reason}
    locked.mark, locked.mark_reason = mark, reason
    locked.save(update_fields=["mark", "mark_reason"])
    settle(attempt, items)
    attempt.save(update_fields=["mark", "outcome", "passed_at"])
    after = {"position": locked.position, "mark": mark, "reason": reason}
    record("assessments.response_marked", obj=attempt, actor=actor, before=before, after=after)
    if attempt.outcome != Attempt.Outcome.PENDING:
        attempt_marked.send(sender=Attempt, attempt=attempt)
    return locked


def _check_marker(attempt: Attempt, item: AttemptItem, actor: Account) -> None:
    """Raise MarkError when nobody, or not this person, can mark the answer."""
    if attempt.submitted_at is None:
        raise MarkError(_("This test is not handed in yet, so its answers cannot be marked."))
    if TYPES[item.version.question.type].mark(item.version.structure, item.response) is not None:
        raise MarkError(_("This answer is not one that a person marks."))
    if actor.person_id is not None and actor.person_id == attempt.person_id:
        raise MarkError(_("Nobody marks an answer of their own. Ask another marker."))


def _check_mark(item: AttemptItem, mark: int, reason: str) -> None:
    """Raise MarkError when this mark cannot be given."""
    if not reason or len(reason) > LONGEST_REASON:
        raise MarkError(_("Say in up to 200 characters why the answer earns this mark."))
    if not 0 <= mark <= item.max_mark:
        raise MarkError(_("The mark lies between 0 and %(highest)s hundredths.") % {"highest": item.max_mark})
    if item.mark is not None and mark < item.mark:
        raise MarkError(_("A mark that was given can only rise."))


def _credit(version: QuestionVersion, response: Response, words: dict[int, list[dict[str, Any]]]) -> Credit | None:
    kind = TYPES[version.question.type]
    return kind.mark(kind.complete(version.structure, words.get(version.pk, [])), response)


def _words_of(versions: Iterable[QuestionVersion]) -> dict[int, list[dict[str, Any]]]:
    """The words, in every language, of those versions whose marking reads them; no query when there are none."""
    reading = [version.pk for version in versions if TYPES[version.question.type].reads_words]
    return QuestionText.objects.every_language(reading) if reading else {}
