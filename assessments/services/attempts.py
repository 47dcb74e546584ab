"""Writes of attempts: start, save answers, hand in. Nothing that was acknowledged is ever lost or counted twice.

Every write of an attempt first locks its row, so that twenty tabs, a hand-in and the clock see one truth.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.errors import AnswerError, ClosedError, StartError
from assessments.models import (
    Attempt,
    AttemptItem,
    Question,
    QuestionText,
    QuestionVersion,
    Test,
    TestItem,
)
from assessments.question_types import TYPES
from assessments.question_types.base import shuffled
from assessments.services.marks import mark_items, settle
from assessments.signals import attempt_marked
from people.models import Agency, Language, Person

QUESTION_MARK = 100  # hundredths that a question counts


@dataclass(frozen=True)
class Answer:
    """An answer as it arrives. `counter` counts upwards on the device for each change of this question's answer."""

    position: int
    response: Any
    counter: int


@dataclass
class Saved:
    """What became of answers that arrived, by position."""

    items: dict[int, AttemptItem] = field(default_factory=dict)  # as they stand now
    outdated: set[int] = field(default_factory=set)  # a newer answer stands already; it was kept
    refused: dict[int, str] = field(default_factory=dict)  # a sentence for each that could not be read


@transaction.atomic
def start_attempt(
    *,
    test: Test,
    person: Person,
    agency: Agency,
    language: str,
    form: str = "",
    phase: str = "",
    occasion: QuerySet[Attempt] | None = None,
) -> Attempt:
    """Start an attempt, or return the one that is open.

    Of two starts at the same time one starts and the other gets the same attempt: both wait for the person's row.
    An open attempt of the other phase, or one whose time is over, is handed in first. `occasion` names the attempts
    made on the same occasion (a workshop), when the same test is set on several: limit and delay count only these, and
    an open attempt from elsewhere is handed in first. Without it every attempt of the person at the test counts.
    Raises StartError above the limit, before the delay is over, and for a test without questions.
    """
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    now = timezone.now()
    earlier = list(Attempt.objects.filter(test=test, person=person).order_by("number"))
    counted = {each.pk for each in earlier} if occasion is None else set(occasion.values_list("pk", flat=True))
    open_attempt = next((each for each in earlier if each.submitted_at is None), None)
    if open_attempt is not None:
        goes_on = open_attempt.phase == phase and open_attempt.pk in counted
        if goes_on and not open_attempt.is_overdue(now):
            return open_attempt
        handed_in = submit_attempt(attempt=open_attempt)
        earlier = [handed_in if each.pk == handed_in.pk else each for each in earlier]
    _check_may_start(test, [each for each in earlier if each.phase == phase and each.pk in counted], now)
    versions = _versions_to_show(test, form)
    attempt = Attempt.objects.create(
        test=test,
        person=person,
        agency=agency,
        number=earlier[-1].number + 1 if earlier else 1,
        form=form,
        phase=phase,
        language=language if language in Language.values else Language.EN,
        pass_mark=test.pass_mark,
        started_at=now,
        deadline_at=now + timedelta(minutes=test.time_limit_minutes) if test.time_limit_minutes else None,
        max_mark=sum(_highest_mark(version) for version in versions),
    )
    AttemptItem.objects.bulk_create(_items_of(attempt, test, versions))
    return attempt


def save_response(*, attempt: Attempt, position: int, response: Any, language: str, counter: int) -> AttemptItem:
    """Save one answer and return its question as it stands afterwards.

    The same answer again changes nothing; an answer with a lower counter than the one that stands is older and does
    not replace it. Raises AnswerError for an answer that cannot be read and ClosedError after the end.
    """
    saved = save_responses(attempt=attempt, answers=[Answer(position, response, counter)], language=language)
    if position in saved.refused:
        raise AnswerError(saved.refused[position])
    return saved.items[position]


@transaction.atomic
def save_responses(*, attempt: Attempt, answers: Sequence[Answer], language: str) -> Saved:
    """Save answers that arrive together, each on its own merits, in two statements.

    Raises ClosedError after the hand-in and after the deadline with its grace.
    """
    now = timezone.now()
    positions = [answer.position for answer in answers]
    items = {item.position: item for item in _locked_items(attempt, positions, language)}
    if items:
        _check_open(next(iter(items.values())).attempt, now)
    saved, newer = Saved(items=items), {}
    for answer in answers:
        item = items.get(answer.position)
        if item is None:
            saved.refused[answer.position] = _("This test has no question %(number)s.") % {"number": answer.position}
        elif _takes(item, answer, saved):
            newer[item.pk] = item
    _write_answers(list(newer.values()), now, saved)
    return saved


@transaction.atomic
def submit_attempt(*, attempt: Attempt) -> Attempt:
    """Hand an attempt in and mark it: exactly once, whoever asks how often.

    Answers, marks, outcome and what other apps do about `attempt_marked` are written together or not at all.
    An attempt whose time was over was handed in by the clock, at its deadline. While an answer awaits a marker and
    the pass mark is not reached without it, the outcome is pending and nothing is announced yet.
    """
    locked = Attempt.objects.select_for_update(of=("self",)).select_related("test").get(pk=attempt.pk)
    if locked.submitted_at is not None:
        return locked
    now = timezone.now()
    items = list(locked.items.select_related("version__question"))
    mark_items(items)
    locked.submitted_at = locked.deadline_at if locked.is_overdue(now) else now
    settle(locked, items)
    locked.save(update_fields=["mark", "submitted_at", "outcome", "passed_at"])
    if locked.outcome != Attempt.Outcome.PENDING:
        attempt_marked.send(sender=Attempt, attempt=locked)
    return locked


def attempts_left(attempt: Attempt) -> int | None:
    """Return how many attempts the person has left after this one; None without a limit."""
    limit = attempt.test.attempts_limit
    if limit is None:
        return None
    made = Attempt.objects.filter(test=attempt.test_id, person=attempt.person_id, phase=attempt.phase).count()
    return max(0, limit - made)


def _check_may_start(test: Test, earlier: list[Attempt], now: datetime) -> None:
    """Raise StartError when the limit or the delay speaks against another attempt."""
    limit = test.attempts_limit
    if limit is not None and len(earlier) >= limit:
        raise StartError(
            ngettext(
                "This test can be taken once, and you have taken it.",
                "This test can be taken %(limit)s times, and you have used all of them.",
                limit,
            )
            % {"limit": limit}
        )
    if earlier and earlier[-1].submitted_at is not None:
        free_at = earlier[-1].submitted_at + timedelta(minutes=test.delay_minutes)
        if now < free_at:
            raise StartError(
                _("You can take this test again from %(moment)s.")
                % {"moment": date_format(timezone.localtime(free_at), "DATETIME_FORMAT")}
            )


def _versions_to_show(test: Test, form: str) -> list[QuestionVersion]:
    """The present version of each question that may be shown, in the editor's order."""
    drawable = Question.objects.drawable().values("pk")
    order = dict(
        TestItem.objects.filter(test=test, form=form, question__in=drawable).values_list("question", "position")
    )
    versions = list(QuestionVersion.objects.newest().filter(question__in=order).select_related("question"))
    if not versions:
        raise StartError(_("This test has no questions that may be shown yet. Its editors are at work on it."))
    return sorted(versions, key=lambda version: order[version.question_id])


def _items_of(attempt: Attempt, test: Test, versions: list[QuestionVersion]) -> list[AttemptItem]:
    """The questions as this attempt shows them. Orders depend on the attempt alone."""
    by_code = {version.question.code: version for version in versions}
    codes = _shuffled_codes(versions, f"{attempt.pk}") if test.shuffle_questions else list(by_code)
    return [
        AttemptItem(
            attempt=attempt,
            position=position,
            version=by_code[code],
            option_order=_option_order(by_code[code], f"{attempt.pk}/{code}", shuffle=test.shuffle_options),
            max_mark=_highest_mark(by_code[code]),
        )
        for position, code in enumerate(codes, start=1)
    ]


def _highest_mark(version: QuestionVersion) -> int:
    return QUESTION_MARK if TYPES[version.question.type].counts else 0


def _shuffled_codes(versions: list[QuestionVersion], seed: str) -> list[str]:
    """Codes in the order of the seed; a text between the questions keeps its place."""
    moving = iter(shuffled([each.question.code for each in versions if TYPES[each.question.type].counts], seed))
    return [next(moving) if TYPES[each.question.type].counts else each.question.code for each in versions]


def _option_order(version: QuestionVersion, seed: str, *, shuffle: bool) -> list[str]:
    kind = TYPES[version.question.type]
    if shuffle or kind.always_shuffled:
        return kind.shuffled(version.structure, seed)
    return list(kind.option_ids(version.structure))


def _locked_items(attempt: Attempt, positions: Iterable[int], language: str) -> list[AttemptItem]:
    """Questions at the positions, with the text that is shown in the language as `text_now`.

    The attempt's row is locked (and its fields are those after waiting); the questions' own rows are not, so a write
    must say which counter it replaces.
    """
    text = QuestionText.objects.filter(version=OuterRef("version")).best_first(language)
    return list(
        AttemptItem.objects.filter(attempt=attempt.pk, position__in=list(positions))
        .select_related("attempt", "version__question")
        .select_for_update(of=("attempt",))
        .annotate(text_now=Subquery(text.values("pk")[:1]))
    )


def _check_open(attempt: Attempt, now: datetime) -> None:
    if attempt.submitted_at is not None:
        raise ClosedError(_("This test was handed in, so answers can no longer change."))
    if attempt.is_overdue(now):
        raise ClosedError(
            _("The time for this test ended at %(time)s. What was saved until then counts.")
            % {"time": date_format(timezone.localtime(attempt.deadline_at), "TIME_FORMAT")}
        )


def _takes(item: AttemptItem, answer: Answer, saved: Saved) -> bool:
    """Put a new answer into the item; say in `saved` why if the item does not take it."""
    try:
        response = TYPES[item.version.question.type].parse(item.version.structure, answer.response)
    except AnswerError as error:
        saved.refused[answer.position] = str(error)
        return False
    if response == item.response and type(response) is type(item.response):
        return False
    if answer.counter <= item.counter:
        saved.outdated.add(answer.position)
        return False
    item.response, item.counter = response, answer.counter
    return True


def _write_answers(items: list[AttemptItem], now: datetime, saved: Saved) -> None:
    """Write the answers that are still newer than what stands in the database."""
    if not items:
        return
    still_newer = Q()
    for item in items:
        item.answered_at, item.response_text_id = now, item.text_now  # type: ignore[attr-defined]
        still_newer |= Q(pk=item.pk, counter__lt=item.counter)
    fields = ["response", "counter", "answered_at", "response_text"]
    if AttemptItem.objects.filter(still_newer).bulk_update(items, fields) < len(items):
        _reread(items, saved)


def _reread(items: list[AttemptItem], saved: Saved) -> None:
    """Somebody was faster with a newer answer of a question: report what stands."""
    for now in AttemptItem.objects.filter(pk__in=[item.pk for item in items]).select_related("version__question"):
        if now.response != saved.items[now.position].response:
            saved.outdated.add(now.position)
        saved.items[now.position] = now
