"""What was answered to evaluations, added up over workshops.

A wave of a workshop counts towards a question only where k people or more answered it, so that every sum is one of
groups that may be shown by themselves: no difference of two sums is about fewer, whatever else is asked about.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from reports.queries import facts
from reports.queries.scope import Audience, Question, workshops_asked
from workshops.models import EvaluationAnswer, EvaluationInvitation, EvaluationQuestion, EvaluationResponse, Wave
from workshops.surveys import ENOUGH, NOT_APPLIED, Proportion, says_applied

Kind = EvaluationQuestion.Kind
# In a scale the two highest numbers are the top.
_TOP = 2


@dataclass
class Said:
    """What people said to a question: how many chose each answer, how many that it does not apply, how many applied."""

    counts: Counter[str] = field(default_factory=Counter)
    people: int = 0
    instead: int = 0
    applied: int = 0


@dataclass
class Answered:
    """A question with what was said in the waves that count: how many workshops, how many people were reached in them.

    left_out: workshops in which somebody answered it, but too few.
    """

    question: EvaluationQuestion
    said: Said = field(default_factory=Said)
    workshops: int = 0
    delivered: int = 0
    left_out: int = 0

    @property
    def is_hidden(self) -> bool:
        """Whether everything that was said would tell something about few people."""
        return not self.said.people and self.left_out > 0

    @property
    def answers(self) -> dict[str, int]:
        """How many chose each possible answer, in its order."""
        codes = map(str, self.question.values) if self.question.kind == Kind.SCALE else self.question.labels
        return {code: self.said.counts[code] for code in codes}

    @property
    def mean(self) -> float | None:
        """The mean of a scale."""
        if self.question.kind != Kind.SCALE or not self.said.people:
            return None
        return sum(int(code) * count for code, count in self.answers.items()) / self.said.people

    @property
    def top(self) -> Proportion | None:
        """Who chose the two highest numbers of a scale."""
        if self.question.kind != Kind.SCALE or not self.said.people:
            return None
        return Proportion(sum(list(self.answers.values())[-_TOP:]), self.said.people)

    @property
    def applied(self) -> Proportion | None:
        """Who says that something was applied at work, of questions that ask it."""
        if self.question.code not in NOT_APPLIED or not self.said.people:
            return None
        return Proportion(self.said.applied, self.said.people)


@dataclass(frozen=True)
class Response:
    """How many people were reached by a kind of wave, in how many workshops, and how many of them answered."""

    workshops: int = 0
    delivered: int = 0
    answered: int = 0

    @property
    def rate(self) -> float | None:
        return self.answered / self.delivered if self.delivered else None


@dataclass(frozen=True)
class Evaluations:
    """The waves that were asked about: questions in their order by kind of wave, and the response to each kind."""

    questions: Mapping[str, list[Answered]]
    responses: Mapping[str, Response]


def opened_waves(question: Question, kinds: Collection[str]) -> QuerySet[Wave]:
    """Waves of these kinds that have opened, of workshops of the period."""
    asked = facts.within_period(workshops_asked(question), question, "starts_on").order_by()
    today = timezone.localdate(question.now)
    return Wave.objects.filter(kind__in=kinds, opens_on__lte=today, workshop__in=asked.values("pk")).order_by("pk")


def evaluations(waves: QuerySet[Wave], audience: Audience) -> Evaluations:
    """Return what was said in waves; nine queries at most, however many there are. What was written is not read."""
    k = max(ENOUGH, audience.smallest)
    kept = {wave.pk: wave for wave in waves}
    inside = waves.order_by().values("pk")
    invited = EvaluationInvitation.objects.delivered().filter(wave__in=inside).order_by()
    delivered = dict(invited.values_list("wave_id").annotate(number=Count("pk")))
    responses = EvaluationResponse.objects.filter(wave__in=inside).order_by()
    answered = dict(responses.values_list("wave_id").annotate(number=Count("pk")))
    forms = {wave.form_id for wave in kept.values()}
    closed = EvaluationQuestion.objects.exclude(kind=Kind.OPEN).filter(form__in=forms).select_related("form")
    asked = {each.pk: each for each in closed.order_by("form__code", "number")}
    given = _given(inside, asked, k)
    questions: dict[str, list[Answered]] = defaultdict(list)
    for question in asked.values():
        found = given.get(question.pk, _Given())
        questions[question.form.kind].append(
            Answered(
                question,
                found.said,
                workshops=len(found.waves),
                delivered=sum(delivered.get(wave, 0) for wave in found.waves),
                left_out=found.left_out,
            )
        )
    return Evaluations(questions, _responses(kept.values(), delivered, answered))


def _responses(waves: Iterable[Wave], delivered: Mapping[int, int], answered: Mapping[int, int]) -> dict[str, Response]:
    by_kind: dict[str, list[Wave]] = defaultdict(list)
    for wave in waves:
        by_kind[wave.kind].append(wave)
    return {
        kind: Response(
            workshops=len(of_kind),
            delivered=sum(delivered.get(wave.pk, 0) for wave in of_kind),
            answered=sum(answered.get(wave.pk, 0) for wave in of_kind),
        )
        for kind, of_kind in by_kind.items()
    }


@dataclass
class _Given:
    """What was said to a question: in the waves in which enough answered it, and in how many too few did."""

    said: Said = field(default_factory=Said)
    waves: list[int] = field(default_factory=list)
    left_out: int = 0


def _given(waves: QuerySet[Wave, Any], asked: Mapping[int, EvaluationQuestion], k: int) -> Mapping[int, _Given]:
    """What was said to each question, by its key: everything together, less what was said in groups of too few.

    These are mostly none, so that the database adds up nearly all of it. Scales are added up apart from choices, whose
    codes are slow to compare.
    """
    scales = [key for key, question in asked.items() if question.kind == Kind.SCALE]
    choices = [key for key in asked if key not in scales]
    answers = EvaluationAnswer.objects.filter(response__wave__in=waves, question__in=asked).order_by()
    applies = Q(number__isnull=False) | Q(question__in=choices)
    groups = answers.values_list("question_id", "response__wave_id").annotate(people=Count("pk", filter=applies))
    found: dict[int, _Given] = defaultdict(_Given)
    few: set[tuple[int, int]] = set()
    for question, wave, people in groups:
        if people < k:
            few.add((question, wave))
            found[question].left_out += 1
        else:
            found[question].waves.append(wave)
    for keys, said in ((scales, "number"), (choices, "codes")):
        of_kind = answers.filter(question__in=keys)
        for question, choice, people in of_kind.values_list("question_id", said).annotate(people=Count("pk")):
            _say(found[question].said, asked[question], choice, people)
        if not few:
            continue
        small = of_kind.filter(response__wave__in={wave for _question, wave in few})
        rows = small.values_list("question_id", "response__wave_id", said).annotate(people=Count("pk"))
        for question, wave, choice, people in rows:
            if (question, wave) in few:
                _say(found[question].said, asked[question], choice, -people)
    return found


def _say(said: Said, question: EvaluationQuestion, choice: Any, people: int) -> None:
    """Count people who gave an answer; a negative number takes them away again."""
    if question.kind == Kind.SCALE and choice is None:
        said.instead += people
        return
    said.people += people
    chosen = [str(choice)] if question.kind == Kind.SCALE else set(choice)
    for each in chosen:
        said.counts[each] += people
    if question.code in NOT_APPLIED and says_applied(question.code, chosen):
        said.applied += people
