"""What was answered to evaluations, added up over workshops.

A wave of a workshop counts towards a question only where k people or more answered it, so that every sum is one of
groups that may be shown by themselves: no difference of two sums is about fewer, whatever else is asked about.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
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

    def add(self, other: "Said") -> None:
        """Put what others said to it."""
        self.counts += other.counts
        self.people += other.people
        self.instead += other.instead
        self.applied += other.applied


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
    """Return what was said in waves; five queries, however many there are. What was written is not read."""
    k = max(ENOUGH, audience.smallest)
    kept = {wave.pk: wave for wave in waves}
    inside = waves.order_by().values("pk")
    invited = EvaluationInvitation.objects.delivered().filter(wave__in=inside).order_by()
    delivered = dict(invited.values_list("wave_id").annotate(number=Count("pk")))
    responses = EvaluationResponse.objects.filter(wave__in=inside).order_by()
    answered = dict(responses.values_list("wave_id").annotate(number=Count("pk")))
    given = _given(inside)
    forms: dict[int, list[Wave]] = defaultdict(list)
    for wave in kept.values():
        forms[wave.form_id].append(wave)
    closed = EvaluationQuestion.objects.exclude(kind=Kind.OPEN).filter(form__in=list(forms)).select_related("form")
    questions: dict[str, list[Answered]] = defaultdict(list)
    for question in closed.order_by("form__code", "number"):
        found = Answered(question)
        for wave in forms[question.form_id]:
            _count(found, given.get((question.pk, wave.pk)), delivered.get(wave.pk, 0), k)
        questions[question.form.kind].append(found)
    return Evaluations(questions, _responses(kept.values(), delivered, answered))


def _count(found: Answered, said: Said | None, delivered: int, k: int) -> None:
    if said is None:
        return
    if said.people < k:
        found.left_out += 1
        return
    found.said.add(said)
    found.workshops += 1
    found.delivered += delivered


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


def _given(waves: QuerySet[Wave, Any]) -> Mapping[tuple[int, int], Said]:
    """What was said to each question in each wave, by their keys."""
    answers = EvaluationAnswer.objects.filter(response__wave__in=waves).exclude(question__kind=Kind.OPEN).order_by()
    fields = ("question_id", "response__wave_id", "question__kind", "question__code", "number", "codes")
    found: dict[tuple[int, int], Said] = defaultdict(Said)
    for question, wave, kind, code, number, codes, people in answers.values_list(*fields).annotate(people=Count("pk")):
        said = found[question, wave]
        if kind == Kind.SCALE and number is None:
            said.instead += people
            continue
        said.people += people
        chosen = [str(number)] if kind == Kind.SCALE else set(codes)
        for each in chosen:
            said.counts[each] += people
        if code in NOT_APPLIED and says_applied(code, chosen):
            said.applied += people
    return found
