"""Marks: what the question types say, what people say, and the outcome that follows from both."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.errors import MarkError
from assessments.grading import agreed
from assessments.marking import ALL, NOT_ANSWERED, Credit, has_passed, total
from assessments.models import Attempt, AttemptItem, Marking, QuestionText, QuestionVersion
from assessments.question_types import TYPES, Response
from assessments.signals import attempt_marked
from audit.services import record
from people.models import Account

LONGEST_REASON = 200
VOID = Credit(ALL, "the question was found defective")


def credit_for(version: QuestionVersion, response: Response) -> Credit | None:
    """Return what a response to a version earns; None when a person has to say. Needs the version's question."""
    return _credit(version, response, _words_of([version]))


def mark_items(items: Sequence[AttemptItem]) -> None:
    """Write what each answer earned; nothing yet for one that a person marks. Needs the versions' questions.

    A version that was found defective gives everybody the full mark. A mark that stands never falls.
    """
    words = _words_of(item.version for item in items)
    for item in items:
        credit = VOID if is_void(item.version) else _credit_of(item, words)
        mark = None if credit is None else credit.hundredths_of(item.max_mark)
        if item.mark is None or (mark is not None and mark > item.mark):
            item.mark = mark
            item.mark_reason = "" if credit is None else credit.reason[:LONGEST_REASON]
    AttemptItem.objects.bulk_update(items, ["mark", "mark_reason"])


def is_void(version: QuestionVersion) -> bool:
    """Whether a version was found defective; one query unless its voiding was fetched with it."""
    return hasattr(version, "voiding")


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
def mark_response(
    *, item: AttemptItem, mark: int, reason: str, actor: Account, rubric: Mapping[str, int] | None = None
) -> AttemptItem:
    """Note what a person gives for an answer, and announce the attempt's new outcome once the mark stands.

    Where two people mark, neither sees the other's mark before giving their own; the mark stands when they agree, see
    `assessments.grading.agreed`. A mark that stands can only rise; the same mark for the same reason changes nothing.
    Raises MarkError before the hand-in, for questions that mark themselves, for one's own answer, without a reason,
    outside the marks possible, and for a second mark by the same person while another one is waited for.
    """
    attempt = Attempt.objects.select_for_update(of=("self",)).get(pk=item.attempt_id)
    items = list(attempt.items.select_related("version__question", "version__voiding"))
    locked = next(each for each in items if each.pk == item.pk)
    reason = " ".join(reason.split())
    _check_marker(attempt, locked, actor)
    _check_mark(locked, mark, reason)
    if locked.mark is not None and (locked.mark, locked.mark_reason) == (mark, reason):
        return locked
    given = list(locked.markings.all())
    if any((each.marker_id, each.mark, each.reason) == (actor.pk, mark, reason) for each in given):
        return locked
    standing = _standing_mark(attempt, locked, given, mark, actor)
    Marking.objects.create(item=locked, marker=actor, mark=mark, rubric=dict(rubric or {}), reason=reason)
    if standing is not None:
        _give(attempt, items, locked, mark=standing, reason=reason, actor=actor)
    return locked


def raise_mark(*, item: AttemptItem, mark: int, reason: str, actor: Account) -> AttemptItem:
    """Give an answer that has a mark a higher one, whoever or whatever marked it. Call inside a transaction.

    Raises MarkError for one's own answer, without a reason, and for a mark that is not possible or not higher.
    """
    attempt = Attempt.objects.select_for_update(of=("self",)).get(pk=item.attempt_id)
    items = list(attempt.items.select_related("version__question", "version__voiding"))
    locked = next(each for each in items if each.pk == item.pk)
    _check_stranger(attempt, actor)
    _check_mark(locked, mark, reason)
    _give(attempt, items, locked, mark=mark, reason=reason, actor=actor)
    return locked


def _standing_mark(
    attempt: Attempt, item: AttemptItem, given: Sequence[Marking], mark: int, actor: Account
) -> int | None:
    """The mark that stands once this one is given; None while another person has to mark."""
    if item.mark is not None or not attempt.rules.get("second_marker"):
        return mark
    if any(each.marker_id == actor.pk for each in given):
        raise MarkError(_("You have marked this answer. It waits for another marker."))
    return agreed([*(each.mark for each in given), mark], item.max_mark)


def _give(
    attempt: Attempt, items: Sequence[AttemptItem], item: AttemptItem, *, mark: int, reason: str, actor: Account
) -> None:
    """Write a mark that stands, with the outcome that follows from it."""
    before = {"position": item.position, "mark": item.mark, "reason": item.mark_reason}
    item.mark, item.mark_reason = mark, reason
    item.save(update_fields=["mark", "mark_reason"])
    after = {"position": item.position, "mark": mark, "reason": reason}
    record("assessments.response_marked", obj=attempt, actor=actor, before=before, after=after)
    save_outcome(attempt, items)


def save_outcome(attempt: Attempt, items: Iterable[AttemptItem]) -> None:
    """Write mark and outcome of an attempt from the marks of its questions, and announce the outcome."""
    settle(attempt, items)
    attempt.save(update_fields=["mark", "outcome", "passed_at"])
    if attempt.outcome != Attempt.Outcome.PENDING:
        attempt_marked.send(sender=Attempt, attempt=attempt)


def _check_marker(attempt: Attempt, item: AttemptItem, actor: Account) -> None:
    """Raise MarkError when nobody, or not this person, can mark the answer."""
    if attempt.submitted_at is None:
        raise MarkError(_("This test is not handed in yet, so its answers cannot be marked."))
    if not marked_by_hand(item):
        raise MarkError(_("This answer is not one that a person marks."))
    _check_stranger(attempt, actor)


def marked_by_hand(item: AttemptItem) -> bool:
    """Whether a person marks the answer: its section or its type says so. Needs the version's question."""
    return item.by_hand or TYPES[item.version.question.type].mark(item.version.structure, item.response) is None


def _check_stranger(attempt: Attempt, actor: Account) -> None:
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


def _credit_of(item: AttemptItem, words: dict[int, list[dict[str, Any]]]) -> Credit | None:
    """What the answer earned by itself. In a section that people mark only the missing answer says so."""
    if item.by_hand:
        return NOT_ANSWERED if item.response is None else None
    return _credit(item.version, item.response, words)


def _credit(version: QuestionVersion, response: Response, words: dict[int, list[dict[str, Any]]]) -> Credit | None:
    kind = TYPES[version.question.type]
    return kind.mark(kind.complete(version.structure, words.get(version.pk, [])), response)


def _words_of(versions: Iterable[QuestionVersion]) -> dict[int, list[dict[str, Any]]]:
    """The words, in every language, of those versions whose marking reads them; no query when there are none."""
    reading = [version.pk for version in versions if TYPES[version.question.type].reads_words]
    return QuestionText.objects.every_language(reading) if reading else {}
