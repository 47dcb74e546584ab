"""R10: how a test and each of its questions measure, from the answers that people gave."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

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
from reports.queries.scope import EVERY_FORM, Audience, Counting, OutOfScopeError, Question

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


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

    `people` is how many different ones made the attempts; `languages` and `agencies` are those that may be shown,
    `agency_names` those of them that lie in the scope. `unmarked` counts attempts left out because an answer waits for
    its mark, `void` names the versions left out because they were found defective. `results` has what each attempt
    earned and could have earned, without these.
    """

    __test__ = False

    test: Test
    question: Question
    people: int
    figures: Analysis
    questions: tuple[TestQuestion, ...]
    languages: Split
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


def item_analysis(question: Question) -> TestAnalysis:
    """Return the statistics of a test: attempts handed in and marked, without questions found defective.

    A version of a question is a question of its own, since another structure measures something else. Six queries,
    however many questions and attempts there are: attempts, answers, places in the test, versions, words, agencies.
    Raises OutOfScopeError without a test.
    """
    if question.test is None:
        raise OutOfScopeError(_("Say of which test."))
    return item_analyses(question, [question.test])[0]


def item_analyses(question: Question, tests: Sequence[Test]) -> list[TestAnalysis]:
    """Return the statistics of several tests, each as if it alone had been asked about; six queries for all of them."""
    sittings = _chosen(question, tests)
    answers = _answers(question, sittings)
    versions = _versions(answers)
    texts = QuestionText.objects.shown(
        {version.pk for found in versions.values() for version in found}, (get_language() or "en")[:2]
    )
    names = _names(question, {each.agency for of_test in sittings.values() for each in of_test.values()})
    return [
        _analysed(
            replace(question, test=test),
            test,
            _Taken(sittings[test.pk], answers[test.pk], versions[test.pk]),
            texts,
            names,
        )
        for test in tests
    ]


class _Taken(NamedTuple):
    """A test as it was taken: attempts by their keys, answers, versions in the order of the test."""

    sittings: "dict[int, _Sitting]"
    answers: "list[_Answer]"
    versions: list[QuestionVersion]


def _analysed(
    question: Question, test: Test, taken: _Taken, texts: Mapping[int, QuestionText], names: Mapping[str, str]
) -> TestAnalysis:
    asked = [version for version in taken.versions if not hasattr(version, "voiding")]
    worth = {version.pk for version in taken.versions}
    unmarked = {each.attempt for each in taken.answers if each.mark is None and each.version in worth}
    counted_sittings = [sitting for sitting in taken.sittings.values() if sitting.pk not in unmarked]
    maxima = _maxima(taken.answers)
    rows = _rows(counted_sittings, taken.answers, asked, maxima)
    figures = analyse(
        [item(str(each), maxima[each.pk] / 100, each.question.type, each.structure) for each in asked], rows
    )
    languages, agencies = _of_enough_people(figures, counted_sittings)
    shown = [group.name for group in agencies.groups]
    return TestAnalysis(
        test=test,
        question=question,
        people=len({each.person for each in counted_sittings}),
        figures=figures,
        questions=_questions(asked, figures, texts),
        languages=languages,
        agencies=agencies,
        agency_names={code: names[code] for code in shown if code in names},
        unmarked=len(unmarked),
        void=tuple(version for version in taken.versions if hasattr(version, "voiding")),
        results=tuple(_result(row, [maxima[each.pk] / 100 for each in asked]) for row in rows),
    )


# --- Which attempts -------------------------------------------------------------------------------------------------


class _Sitting(NamedTuple):
    pk: int
    test: int
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


def _chosen(question: Question, tests: Iterable[Test]) -> dict[int, dict[int, _Sitting]]:
    """The attempts asked about, by test. Which one of a person counts does not depend on language and period."""
    by_test: dict[int, list[_Sitting]] = {test.pk: [] for test in tests}
    handed_in = Attempt.objects.filter(test__in=by_test, submitted_at__isnull=False).order_by("pk")
    fields = [{"agency": "agency__code"}.get(name, name) for name in _Sitting._fields]
    for row in handed_in.values_list(*fields):
        sitting = _Sitting(*row)
        by_test[sitting.test].append(sitting)
    return {
        test.pk: {
            each.pk: each
            for each in _of_each_person(question, test, by_test[test.pk])
            if _is_asked_about(question, each)
        }
        for test in tests
    }


def _is_asked_about(question: Question, sitting: _Sitting) -> bool:
    """Whether an attempt is among those asked about, whichever of its person it is."""
    return (
        question.language in ("", sitting.language)
        and question.form in ("", EVERY_FORM, sitting.form)
        and question.covers(timezone.localdate(sitting.submitted_at))
    )


def _of_each_person(question: Question, test: Test, sittings: Sequence[_Sitting]) -> Iterable[_Sitting]:
    if question.attempts == Counting.ALL:
        return sittings
    # The test before and the test after, with another form, are two tests that a person takes once each.
    alike: dict[tuple[int, str, str, str], list[_Sitting]] = defaultdict(list)
    for each in sittings:
        occasion = each.occasion if question.attempts == Counting.BY_RULE else ""
        alike[each.person, each.form, each.phase, occasion].append(each)
    grading = "first" if question.attempts == Counting.FIRST else test.grading
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


def _answers(question: Question, sittings: Mapping[int, Mapping[int, _Sitting]]) -> dict[int, list[_Answer]]:
    """What was answered in the attempts asked about, by test."""
    test_of = {attempt: test for test, of_test in sittings.items() for attempt in of_test}
    found: dict[int, list[_Answer]] = {test: [] for test in sittings}
    given = AttemptItem.objects.filter(attempt__test__in=sittings, attempt__submitted_at__isnull=False).order_by()
    if question.form not in ("", EVERY_FORM):
        given = given.filter(attempt__form=question.form)
    fields = [{"attempt": "attempt_id", "version": "version_id"}.get(name, name) for name in _Answer._fields]
    for row in given.values_list(*fields).iterator(chunk_size=5000):
        if row[0] in test_of:
            found[test_of[row[0]]].append(_Answer(*row))
    return found


def _versions(answers: Mapping[int, Sequence[_Answer]]) -> dict[int, list[QuestionVersion]]:
    """The versions that were asked and are worth a mark, by test and in its order; what is drawn follows by code."""
    places: dict[int, dict[int, int]] = {test: {} for test in answers}
    named = TestItem.objects.filter(section__test__in=answers)
    for test, question in named.order_by("section__form", "section__position", "position").values_list(
        "section__test", "question"
    ):
        places[test].setdefault(question, len(places[test]))
    asked = {test: {each.version for each in of_test} for test, of_test in answers.items()}
    versions = QuestionVersion.objects.select_related("question", "voiding").in_bulk(set().union(*asked.values()))
    return {test: _in_order([versions[each] for each in of_test], places[test]) for test, of_test in asked.items()}


def _in_order(versions: Iterable[QuestionVersion], places: Mapping[int, int]) -> list[QuestionVersion]:
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


def _questions(
    versions: Sequence[QuestionVersion], figures: Analysis, texts: Mapping[int, QuestionText]
) -> tuple[TestQuestion, ...]:
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


# --- Who is told apart ----------------------------------------------------------------------------------------------


def _of_enough_people(figures: Analysis, sittings: Sequence[_Sitting]) -> tuple[Split, Split]:
    """The languages and agencies that may be shown beside the test as a whole."""
    languages: dict[str, set[int]] = defaultdict(set)
    agencies: dict[str, set[int]] = defaultdict(set)
    for each in sittings:
        languages[each.language].add(each.person)
        agencies[each.agency].add(each.person)
    return _large(figures.languages, languages), _without_rest(_large(figures.agencies, agencies), agencies)


def _large(split: Split, people: Mapping[str, Collection[int]]) -> Split:
    """Leave out groups whose attempts are of few people; `people` are those of each group."""
    shown = tuple(group for group in split.groups if len(people[group.name]) >= Audience.PROGRAMME.smallest)
    return Split(shown, len(people) - len(shown))


def _without_rest(split: Split, people: Mapping[str, Collection[int]]) -> Split:
    """Leave out the smallest group as well where all too small ones together would follow from the difference."""
    shown = {group.name for group in split.groups}
    rest = {person for name, own in people.items() if name not in shown for person in own}
    return Split(split.groups[:-1], split.too_small + 1) if split.groups and 0 < len(rest) < FEWEST else split


def _names(question: Question, codes: Collection[str]) -> dict[str, str]:
    return {each.code: str(each.name) for each in question.scope.agencies.filter(code__in=codes)}
