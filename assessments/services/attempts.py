"""Writes of attempts: start, save answers, hand in. Nothing that was acknowledged is ever lost or counted twice.

Every write of an attempt first locks its row, so that twenty tabs, a hand-in and the clock see one truth.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, PositiveSmallIntegerField, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import disclosure
from assessments.drawing import Pool, draw, missing
from assessments.errors import AnswerError, ClosedError, StartError
from assessments.models import (
    Attempt,
    AttemptItem,
    Question,
    QuestionText,
    QuestionVersion,
    Section,
    Test,
    TestItem,
)
from assessments.question_types import TYPES, unsigned
from assessments.question_types.base import shuffled
from assessments.services.marks import mark_items, settle
from assessments.services.terms import Terms, terms_for
from assessments.signals import attempt_marked
from core import clocks
from core.prepared import Given, Prepared
from people.models import Agency, Language, Person

CERTAINTIES = frozenset(AttemptItem.Certainty.values)


@dataclass(frozen=True)
class Answer:
    """An answer as it arrives. `counter` counts upwards on the device for each change of this question's answer;
    `certainty` (1 … 3) comes with it where the test asks for it. `with_page`: it was sent because its page was, whether
    it was changed or not."""

    position: int
    response: Any
    counter: int
    certainty: int | None = None
    with_page: bool = False


@dataclass
class Saved:
    """What became of answers that arrived, by position."""

    items: dict[int, AttemptItem] = field(default_factory=dict)  # as they stand now
    outdated: set[int] = field(default_factory=set)  # a newer answer stands already; it was kept
    refused: dict[int, str] = field(default_factory=dict)  # a sentence for each that could not be read


@dataclass(frozen=True)
class _Asked:
    """A question that an attempt is going to ask."""

    section: int  # counted from 1
    version: QuestionVersion
    max_mark: int
    by_hand: bool


@transaction.atomic
def start_attempt(
    *,
    test: Test,
    person: Person,
    agency: Agency,
    language: str,
    form: str = "",
    phase: str = "",
    occasion: str = "",
) -> Attempt:
    """Start an attempt, or return the one that is open.

    Of two starts at the same time one starts and the other gets the same attempt: both wait for the person's row.
    An open attempt of another occasion or phase, or one whose time is over, is handed in first. `occasion` names
    whatever the test is set for (the code of a workshop) when it is set more than once: limit and delay count by it.
    The rules, with what is different for this person or agency, are kept in the attempt.
    Raises StartError above the limit, before the delay is over, outside the time the test is open, and for a test
    without enough questions.
    """
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    now = timezone.now()
    earlier = list(Attempt.objects.filter(test=test, person=person).order_by("number"))
    open_attempt = next((each for each in earlier if each.submitted_at is None), None)
    if open_attempt is not None:
        goes_on = (open_attempt.phase, open_attempt.occasion) == (phase, occasion)
        if goes_on and not open_attempt.is_overdue(now):
            return open_attempt
        handed_in = submit_attempt(attempt=open_attempt)
        earlier = [handed_in if each.pk == handed_in.pk else each for each in earlier]
    terms = terms_for(test=test, person=person, agency=agency)
    counted = [each for each in earlier if (each.phase, each.occasion) == (phase, occasion)]
    _check_may_start(test, terms, counted, now)
    number = earlier[-1].number + 1 if earlier else 1
    sections = list(test.sections.filter(form=form).select_related("category"))
    asked = _choose(test, sections, f"{test.code}/{person.pk}/{number}")
    attempt = Attempt.objects.create(
        test=test,
        person=person,
        agency=agency,
        number=number,
        form=form,
        phase=phase,
        occasion=occasion,
        language=language if language in Language.values else Language.EN,
        rules=rules_of(test, sections),
        pass_mark=test.pass_mark,
        started_at=now,
        deadline_at=terms.deadline(now),
        max_mark=sum(each.max_mark for each in asked),
    )
    AttemptItem.objects.bulk_create(_items_of(attempt, test, asked))
    return attempt


def rules_of(test: Test, sections: Iterable[Section]) -> dict[str, Any]:
    """Return the rules that an attempt keeps: {"sequential", "certainty", "second_marker", "grading", "disclosed",
    "sections": [{"en", "ru", "be"} titles]}."""
    return {
        "sequential": test.sequential,
        "certainty": test.certainty,
        "second_marker": test.second_marker,
        "grading": test.grading,
        "disclosed": test.disclosed or disclosure.usual(test.purpose),
        "sections": [{code: getattr(each, f"title_{code}") for code in Language.values} for each in sections],
    }


def save_response(*, attempt: Attempt, position: int, response: Any, language: str, counter: int) -> AttemptItem:
    """Save one answer and return its question as it stands afterwards.

    The same answer again changes nothing but the counter; an answer with a lower counter than the one that stands is
    older and does not replace it. Raises AnswerError for an answer that cannot be read and ClosedError after the end.
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
        elif _takes(item, answer, saved, now):
            newer[item.pk] = item
    _write_answers(list(newer.values()), saved)
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
    items = list(locked.items.select_related("version__question", "version__voiding"))
    mark_items(items)
    # A clock that was set back meanwhile makes nobody wait until it says again what it said at the start.
    locked.submitted_at = locked.deadline_at if locked.is_overdue(now) else max(now, locked.started_at)
    settle(locked, items)
    locked.save(update_fields=["mark", "submitted_at", "outcome", "passed_at"])
    if locked.outcome != Attempt.Outcome.PENDING:
        attempt_marked.send(sender=Attempt, attempt=locked)
    return locked


@transaction.atomic
def turn_page(*, attempt: Attempt, page: int) -> Attempt:
    """Note that a page was opened. In a test without a way back the pages before it take no more answers.

    Raises ClosedError for a page that was left for good.
    """
    last = AttemptItem.objects.filter(attempt=OuterRef("pk")).order_by("-page").values("page")[:1]
    locked = Attempt.objects.select_for_update(of=("self",)).annotate(last_page=Subquery(last)).get(pk=attempt.pk)
    if locked.rules.get("sequential") and page < locked.page_reached:
        raise ClosedError(_("This test goes forward only. Go on from the page where you are."))
    if locked.page_reached < page <= (locked.last_page or 1):
        locked.page_reached = page
        locked.save(update_fields=["page_reached"])
    return locked


@transaction.atomic
def flag_item(*, attempt: Attempt, position: int, flagged: bool) -> None:
    """Mark a question to be looked at again before the hand-in, or take the mark away."""
    locked = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    _check_open(locked, timezone.now())
    locked.items.filter(position=position).update(flagged=flagged)


@transaction.atomic
def check_item(*, attempt: Attempt, position: int) -> AttemptItem:
    """Show the marking of one answer while the test goes on; from then on the answer stands.

    Raises ClosedError when the test shows nothing before the hand-in, or takes no more answers; AnswerError when
    nothing is answered yet.
    """
    locked = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    _check_open(locked, timezone.now())
    item = locked.items.select_related("version__question", "version__voiding").get(position=position)
    if not disclosure.shown(locked.rules["disclosed"], moment=disclosure.Moment.DURING, phase=locked.phase):
        raise ClosedError(_("This test shows what is right after it is handed in."))
    if item.response is None:
        raise AnswerError(_("Answer the question first."))
    if item.checked_at is None:
        mark_items([item])
        item.checked_at = timezone.now()
        item.save(update_fields=["checked_at"])
    return item


def attempts_left(attempt: Attempt, terms: Terms | None = None) -> int | None:
    """Return how many attempts the person has left after this one on the same occasion; None without a limit.

    `terms`, where they are known already, save a query.
    """
    terms = terms or terms_for(test=attempt.test, person=attempt.person, agency=attempt.agency)
    if terms.attempts_limit is None:
        return None
    made = Attempt.objects.filter(
        test=attempt.test_id, person=attempt.person_id, phase=attempt.phase, occasion=attempt.occasion
    )
    return max(0, terms.attempts_limit - made.count())


def _check_may_start(test: Test, terms: Terms, earlier: list[Attempt], now: datetime) -> None:
    """Raise StartError when the dates, the limit or the delay speak against another attempt."""
    if terms.not_yet(now):
        raise StartError(
            _("This test opens on %(moment)s.") % {"moment": clocks.said(terms.opens_at, "DATETIME_FORMAT")}
        )
    if terms.no_longer(now):
        raise StartError(
            _("This test closed on %(moment)s.") % {"moment": clocks.said(terms.closes_at, "DATETIME_FORMAT")}
        )
    limit = terms.attempts_limit
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
                _("You can take this test again from %(moment)s.") % {"moment": clocks.said(free_at, "DATETIME_FORMAT")}
            )


def _choose(test: Test, sections: Sequence[Section], seed: str) -> list[_Asked]:
    """The questions of an attempt, section by section: those named that may be shown, and those drawn.

    Raises StartError when a section cannot be filled or nothing is left to ask.
    """
    named = _named(sections)
    drawing = [section for section in sections if section.draw]
    pools = [Pool(section.draw or 0, _pool(section)) for section in drawing]
    drawn = draw(pools, taken=[code for codes in named.values() for code in codes], seed=seed)
    if any(missing(pools, drawn)):
        raise StartError(_("This test has too few questions that may be shown. Its editors are at work on it."))
    codes = {**named, **{section.pk: each for section, each in zip(drawing, drawn, strict=True)}}
    wanted = [code for each in codes.values() for code in each]
    newest = QuestionVersion.objects.newest().filter(question__code__in=wanted).select_related("question")
    versions = {version.question.code: version for version in newest}
    if not versions:
        raise StartError(_("This test has no questions that may be shown yet. Its editors are at work on it."))
    return [
        _Asked(number, versions[code], _highest_mark(versions[code], section), section.by_hand)
        for number, section in enumerate(sections, start=1)
        for code in codes.get(section.pk, [])
    ]


def _named(sections: Sequence[Section]) -> dict[int, list[str]]:
    """Codes of the questions that sections (by id) name and that may be shown, in the editor's order; one query."""
    items = TestItem.objects.filter(section__in=sections, question__in=Question.objects.drawable().values("pk"))
    found: dict[int, list[str]] = defaultdict(list)
    for section, code in items.order_by("section", "position").values_list("section", "question__code"):
        found[section].append(code)
    return found


def _pool(section: Section) -> tuple[str, ...]:
    found = Question.objects.drawable().let_through(section)
    return tuple(found.order_by("code").values_list("code", flat=True))


def _items_of(attempt: Attempt, test: Test, asked: Sequence[_Asked]) -> list[AttemptItem]:
    """The questions as this attempt shows them. Orders depend on the attempt alone; sections stay apart."""
    items: list[AttemptItem] = []
    page, on_page = 1, 0
    for each in _in_order(asked, f"{attempt.pk}", shuffle=test.shuffle_questions):
        if test.questions_per_page and on_page == test.questions_per_page:
            page, on_page = page + 1, 0
        on_page += TYPES[each.version.question.type].counts
        items.append(
            AttemptItem(
                attempt=attempt,
                position=len(items) + 1,
                section=each.section,
                page=page,
                version=each.version,
                option_order=_option_order(
                    each.version, f"{attempt.pk}/{each.version.question.code}", shuffle=test.shuffle_options
                ),
                max_mark=each.max_mark,
                by_hand=each.by_hand,
            )
        )
    return items


def _in_order(asked: Sequence[_Asked], seed: str, *, shuffle: bool) -> list[_Asked]:
    """What is asked, each section in the order of the seed; a text between the questions keeps its place."""
    if not shuffle:
        return list(asked)
    ordered: list[_Asked] = []
    for _section, group in groupby(asked, key=lambda each: each.section):
        by_code = {each.version.question.code: each for each in group}
        moving = iter(shuffled([code for code, each in by_code.items() if _counts(each.version)], seed))
        ordered += [by_code[next(moving)] if _counts(each.version) else each for each in by_code.values()]
    return ordered


def _counts(version: QuestionVersion) -> bool:
    return TYPES[version.question.type].counts


def _highest_mark(version: QuestionVersion, section: Section) -> int:
    return section.mark if _counts(version) else 0


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
    return _ITEMS.rows(language, attempt=attempt.pk, positions=set(positions))


def _items(language: str) -> QuerySet[AttemptItem]:
    positions = Given("positions", PositiveSmallIntegerField(), many=True)
    text = QuestionText.objects.filter(version=OuterRef("version")).best_first(language)
    return (
        AttemptItem.objects.filter(attempt=Given("attempt"), position__in=positions)
        .select_related("attempt", "version__question")
        .select_for_update(of=("attempt",))
        .annotate(text_now=Subquery(text.values("pk")[:1]))
    )


_ITEMS = Prepared(_items)


def _check_open(attempt: Attempt, now: datetime) -> None:
    if attempt.submitted_at is not None:
        raise ClosedError(_("This test was handed in, so answers can no longer change."))
    if attempt.is_overdue(now):
        raise ClosedError(
            _("The time for this test ended at %(time)s. What was saved until then counts.")
            % {"time": clocks.said(attempt.deadline_at, "TIME_FORMAT")}
        )


def _takes(item: AttemptItem, answer: Answer, saved: Saved, now: datetime) -> bool:
    """Put a new answer into the item, and say whether it is to be written; say in `saved` why if it is not taken.

    Of the same answer given again later only the counter is: what was sent in between and comes late is older.
    """
    refusal, kind = _standing(item), TYPES[item.version.question.type]
    try:
        raw = unsigned(kind.telling, item.option_order, answer.response)
        response = kind.parse(item.version.structure, raw)
    except AnswerError as error:
        saved.refused[answer.position] = refusal or str(error)
        return False
    certainty = answer.certainty if item.attempt.rules.get("certainty") else None
    same = response == item.response and type(response) is type(item.response)
    if same and certainty in {None, item.certainty}:
        is_later = not refusal and not answer.with_page and answer.counter > item.counter
        item.counter = answer.counter if is_later else item.counter
        return is_later
    if certainty is not None and certainty not in CERTAINTIES:
        refusal = refusal or _("Say how certain you are by one of the three choices.")
    if refusal:
        saved.refused[answer.position] = refusal
        return False
    if answer.counter <= item.counter:
        saved.outdated.add(answer.position)
        return False
    item.response, item.counter = response, answer.counter
    item.certainty = None if response is None else certainty or item.certainty
    item.answered_at, item.response_text_id = now, item.text_now  # type: ignore[attr-defined]
    return True


def _standing(item: AttemptItem) -> str:
    """Why the answer can no longer change although the attempt is open; an empty string when it can."""
    if item.checked_at is not None:
        return _("You have seen what is right here, so this answer stands.")
    if item.attempt.rules.get("sequential") and item.page < item.attempt.page_reached:
        return _("You have gone on from this page, so this answer stands.")
    return ""


def _write_answers(items: list[AttemptItem], saved: Saved) -> None:
    """Write the answers that are still newer than what stands in the database."""
    if not items:
        return
    still_newer = Q()
    for item in items:
        still_newer |= Q(pk=item.pk, counter__lt=item.counter)
    rows = AttemptItem.objects.filter(still_newer)
    written = _write_one(rows, *items) if len(items) == 1 else _write_many(rows, items)
    if written < len(items):
        _reread(items, saved)


def _write_one(rows: QuerySet[AttemptItem], item: AttemptItem) -> int:
    """What comes while somebody reads on, in the plainest words there are."""
    return rows.update(
        response=item.response,
        certainty=item.certainty,
        counter=item.counter,
        answered_at=item.answered_at,
        response_text=item.response_text_id,
    )


def _write_many(rows: QuerySet[AttemptItem], items: list[AttemptItem]) -> int:
    return rows.bulk_update(items, ["response", "certainty", "counter", "answered_at", "response_text"])


def _reread(items: list[AttemptItem], saved: Saved) -> None:
    """Somebody was faster with a newer answer of a question: report what stands."""
    for now in AttemptItem.objects.filter(pk__in=[item.pk for item in items]).select_related("version__question"):
        if now.response != saved.items[now.position].response:
            saved.outdated.add(now.position)
        saved.items[now.position] = now
