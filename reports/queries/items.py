"""R10: how a test and each of its questions measure, from the answers that people gave."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.grading import Taken, counted
from assessments.models import Attempt, AttemptItem, QuestionText, QuestionVersion, Test, TestItem
from assessments.question_types import TYPES
from assessments.question_types.texts import plain_stem, plain_words
from assessments.statistics import Analysis, Answers, ItemAnalysis, analyse
from assessments.statistics.differential import FEWEST
from assessments.statistics.groups import Split
from assessments.statistics.questions import chosen, item
from core.errors import DomainError
from people.models import Agency
from reports.queries.scope import OutOfScopeError

# In place of a form: those of all forms together.
EVERY_FORM = "all"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Counting(StrEnum):
    """Which attempts of a person are counted."""

    FIRST = "first"
    BY_RULE = "counting"
    ALL = "all"


class TooFewAttemptsError(DomainError):
    """There are so few attempts that figures would be about single people."""


@dataclass(frozen=True)
class ItemQuestion:
    """What is asked about a test. `form` is empty for tests without forms, or `EVERY_FORM`."""

    test: Test
    counting: str = Counting.FIRST
    language: str = ""
    form: str = ""
    first_day: date | None = None
    last_day: date | None = None

    @property
    def filters(self) -> dict[str, str]:
        """What was asked for, by code."""
        asked = {"attempts": self.counting, "language": self.language, "form": self.form}
        return {"test": self.test.code, **{name: code for name, code in asked.items() if code}}

    def covers(self, sitting: "_Sitting") -> bool:
        """Whether an attempt is among those asked about, whichever of its person it is."""
        day = timezone.localdate(sitting.submitted_at)
        return (
            self.language in ("", sitting.language)
            and self.form in ("", EVERY_FORM, sitting.form)
            and (self.first_day is None or self.first_day <= day)
            and (self.last_day is None or day <= self.last_day)
        )


@dataclass(frozen=True)
class Option:
    """An answer to choose from: its id, its letter in the editor's order, and its words."""

    id: str
    letter: str
    words: str


@dataclass(frozen=True)
class TestQuestion:
    """A version of a question as the test had it, with everything known about it; `number` is its place in the list.

    `several` says that other versions of the question were asked as well.
    """

    __test__ = False  # not a test case for pytest

    number: int
    version: QuestionVersion
    several: bool
    words: str
    options: tuple[Option, ...]
    analysis: ItemAnalysis

    @property
    def code(self) -> str:
        return self.version.question.code

    @property
    def letters(self) -> dict[str, str]:
        """The letter of each option, by its id."""
        return {option.id: option.letter for option in self.options}


@dataclass(frozen=True)
class TestAnalysis:
    """A test with its questions.

    `unmarked` counts attempts left out because an answer waits for its mark, `void` names the versions left out because
    they were found defective. `results` has what each attempt earned and could have earned, without these.
    """

    __test__ = False

    question: ItemQuestion
    figures: Analysis
    questions: tuple[TestQuestion, ...]
    agencies: Split
    agency_names: Mapping[str, str]
    unmarked: int
    void: tuple[QuestionVersion, ...]
    results: tuple[tuple[float, float], ...]

    @property
    def attempts(self) -> int:
        return self.figures.overall.attempts

    @cached_property
    def highest(self) -> float | None:
        """The highest total, where everybody could reach the same."""
        totals = {possible for _earned, possible in self.results}
        return totals.pop() if len(totals) == 1 else None


def taken_tests() -> QuerySet[Test]:
    """Tests that somebody took, each with `marked`: how many attempts were handed in and marked; one query."""
    handed_in = Q(attempts__submitted_at__isnull=False)
    marked = Count("attempts", filter=handed_in & Q(attempts__mark__isnull=False))
    found = Test.objects.annotate(taken=Count("attempts", filter=handed_in), marked=marked)
    return found.filter(taken__gt=0).order_by("code")


def test_called(code: str) -> Test:
    """Return a test. Raises OutOfScopeError for a code that no test has."""
    test = Test.objects.filter(code=code).first()
    if test is None:
        raise OutOfScopeError(_("There is no test with this code."))
    return test


def forms_of(test: Test) -> list[str]:
    """The forms in which a test was taken; empty when it has none."""
    taken = Attempt.objects.filter(test=test, submitted_at__isnull=False).exclude(form="")
    return list(taken.order_by("form").values_list("form", flat=True).distinct())


def item_analysis(question: ItemQuestion) -> TestAnalysis:
    """Return the statistics of a test: attempts handed in and marked, without questions found defective.

    A version of a question is a question of its own, since another structure measures something else. Six queries,
    however many questions and attempts there are: attempts, answers, places in the test, versions, words, agencies.
    """
    sittings = {each.pk: each for each in _chosen(question)}
    answers = list(_answers(question, sittings))
    versions = _versions(question.test, {each.version for each in answers})
    asked = [version for version in versions if not hasattr(version, "voiding")]
    worth = {version.pk for version in versions}
    unmarked = {each.attempt for each in answers if each.mark is None and each.version in worth}
    counted_sittings = [sitting for sitting in sittings.values() if sitting.pk not in unmarked]
    maxima = _maxima(answers)
    rows = _rows(counted_sittings, answers, asked, maxima)
    figures = analyse(
        [item(str(each), maxima[each.pk] / 100, each.question.type, each.structure) for each in asked], rows
    )
    agencies = _protected(figures.agencies, len(rows))
    return TestAnalysis(
        question=question,
        figures=figures,
        questions=_questions(asked, figures),
        agencies=agencies,
        agency_names=_names(group.name for group in agencies.groups),
        unmarked=len(unmarked),
        void=tuple(version for version in versions if hasattr(version, "voiding")),
        results=tuple(_result(row, [maxima[each.pk] / 100 for each in asked]) for row in rows),
    )


# --- Which attempts -------------------------------------------------------------------------------------------------


class _Sitting(NamedTuple):
    pk: int
    person: int
    form: str
    phase: str
    occasion: str
    number: int
    language: str
    agency: str
    submitted_at: datetime
    mark: int | None
    max_mark: int
    pass_mark: int


def _chosen(question: ItemQuestion) -> list[_Sitting]:
    """The attempts asked about. Which one of a person counts does not depend on language and period."""
    handed_in = Attempt.objects.filter(test=question.test, submitted_at__isnull=False).order_by("pk")
    fields = [{"agency": "agency__code"}.get(name, name) for name in _Sitting._fields]
    sittings = [_Sitting(*row) for row in handed_in.values_list(*fields)]
    return [sitting for sitting in _of_each_person(question, sittings) if question.covers(sitting)]


def _of_each_person(question: ItemQuestion, sittings: Sequence[_Sitting]) -> Iterable[_Sitting]:
    if question.counting == Counting.ALL:
        return sittings
    # The test before and the test after, with another form, are two tests that a person takes once each.
    alike: dict[tuple[int, str, str, str], list[_Sitting]] = defaultdict(list)
    for each in sittings:
        occasion = each.occasion if question.counting == Counting.BY_RULE else ""
        alike[each.person, each.form, each.phase, occasion].append(each)
    grading = "first" if question.counting == Counting.FIRST else question.test.grading
    return [each for group in alike.values() for each in _counting(group, grading)]


def _counting(sittings: Sequence[_Sitting], grading: str) -> list[_Sitting]:
    """The attempt of these that counts; all of them when their average does."""
    if grading == "first":
        return [min(sittings, key=lambda each: each.number)]
    marked = [each for each in sittings if each.mark is not None]
    taken = [Taken(each.number, each.mark or 0, each.max_mark, each.pass_mark) for each in marked]
    result = counted(taken, grading)
    return [each for each in marked if result and result.number in (None, each.number)]


# --- What was answered ----------------------------------------------------------------------------------------------


class _Answer(NamedTuple):
    attempt: int
    version: int
    mark: int | None
    max_mark: int
    response: object


def _answers(question: ItemQuestion, sittings: Collection[int]) -> Iterator[_Answer]:
    given = AttemptItem.objects.filter(attempt__test=question.test, attempt__submitted_at__isnull=False).order_by()
    if question.form not in ("", EVERY_FORM):
        given = given.filter(attempt__form=question.form)
    fields = [{"attempt": "attempt_id", "version": "version_id"}.get(name, name) for name in _Answer._fields]
    for row in given.values_list(*fields).iterator(chunk_size=5000):
        if row[0] in sittings:
            yield _Answer(*row)


def _versions(test: Test, found: Collection[int]) -> list[QuestionVersion]:
    """The versions that were asked and are worth a mark, in the order of the test; what is drawn follows by code."""
    places: dict[int, int] = {}
    named = TestItem.objects.filter(section__test=test)
    for place, question in enumerate(
        named.order_by("section__form", "section__position", "position").values_list("question", flat=True)
    ):
        places.setdefault(question, place)
    versions = QuestionVersion.objects.filter(pk__in=found).select_related("question", "voiding")
    return sorted(
        (version for version in versions if TYPES[version.question.type].counts),
        key=lambda each: (places.get(each.question_id, len(places)), each.question.code, each.number),
    )


def _maxima(answers: Iterable[_Answer]) -> dict[int, int]:
    """The highest mark of each version, in hundredths. Where it was changed, the highest it ever was."""
    maxima: dict[int, int] = {}
    for each in answers:
        maxima[each.version] = max(each.max_mark, maxima.get(each.version, 0))
    return maxima


def _rows(
    sittings: Iterable[_Sitting],
    answers: Iterable[_Answer],
    versions: Sequence[QuestionVersion],
    maxima: Mapping[int, int],
) -> list[Answers]:
    """What the statistics take: a row per attempt, marks as decimal numbers."""
    places = {version.pk: place for place, version in enumerate(versions)}
    types = {version.pk: version.question.type for version in versions}
    marks: dict[int, list[float | None]] = {each.pk: [None] * len(versions) for each in sittings}
    picked: dict[int, list[frozenset[str]]] = {each: [frozenset()] * len(versions) for each in marks}
    for attempt, version, mark, max_mark, response in answers:
        if version not in places or attempt not in marks or mark is None:
            continue
        whole = maxima[version]
        earned = mark if max_mark == whole else mark * whole / max_mark
        marks[attempt][places[version]] = earned / 100
        picked[attempt][places[version]] = chosen(types[version], response)
    return [Answers(marks[each.pk], picked[each.pk], each.language, each.agency) for each in sittings]


def _result(row: Answers, maxima: Sequence[float]) -> tuple[float, float]:
    """What an attempt earned and could have earned, rounded to hundredths as marks are."""
    shown = [(float(mark), highest) for mark, highest in zip(row.marks, maxima, strict=True) if mark is not None]
    return round(sum(mark for mark, _of in shown), 2), round(sum(of for _mark, of in shown), 2)


# --- How it reads ---------------------------------------------------------------------------------------------------


def _questions(versions: Sequence[QuestionVersion], figures: Analysis) -> tuple[TestQuestion, ...]:
    texts = QuestionText.objects.shown([each.pk for each in versions], (get_language() or "en")[:2])
    asked = Counter(each.question_id for each in versions)
    return tuple(
        TestQuestion(
            number=number,
            version=version,
            several=asked[version.question_id] > 1,
            words=" ".join(plain_stem(texts[version.pk].words).split()) if version.pk in texts else "",
            options=_options(version, texts.get(version.pk), analysis),
            analysis=analysis,
        )
        for number, (version, analysis) in enumerate(zip(versions, figures.items, strict=True), start=1)
    )


def _options(version: QuestionVersion, text: QuestionText | None, analysis: ItemAnalysis) -> tuple[Option, ...]:
    words = plain_words(text.words).get("options", {}) if text else {}
    ids = [each.option for each in analysis.options if each.option is not None]
    if version.question.type == "true_false":
        return tuple(Option(each, label, "") for each, label in zip(ids, (_("True"), _("False")), strict=True))
    return tuple(
        Option(each, LETTERS[place] if place < len(LETTERS) else str(place + 1), str(words.get(each, "")))
        for place, each in enumerate(ids)
    )


def _protected(split: Split, attempts: int) -> Split:
    """Leave out the smallest agency as well where all too small ones together would follow from the difference."""
    hidden = attempts - sum(group.overall.attempts for group in split.groups)
    if split.groups and 0 < hidden < FEWEST:
        return Split(split.groups[:-1], split.too_small + 1)
    return split


def _names(codes: Iterable[str]) -> dict[str, str]:
    return {each.code: str(each.name) for each in Agency.objects.filter(code__in=list(codes))}
