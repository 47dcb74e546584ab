"""What the evaluation of a workshop has shown: nothing of few people, and nothing that tells who said it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from people.models import Agency
from workshops.models import EvaluationAnswer, EvaluationQuestion, Wave
from workshops.surveys import ENOUGH, RATE_WANTED, Proportion, Spread, choices, groups_shown, scale

Kind = EvaluationQuestion.Kind


@dataclass(frozen=True)
class QuestionResult:
    """What was said to a question: how numbers and choices spread, or what was written and read."""

    question: EvaluationQuestion
    said: int
    spread: Spread | None = None
    texts: list[str] = field(default_factory=list)
    waiting: int = 0

    @property
    def is_open(self) -> bool:
        return self.question.kind == Kind.OPEN

    @property
    def enough(self) -> bool:
        """Whether enough people answered for their answers to be shown."""
        return self.spread is not None or (self.is_open and self.said >= ENOUGH)

    @property
    def top_values(self) -> tuple[int, int]:
        """The two highest numbers of a scale."""
        return self.question.highest - 1, self.question.highest

    @property
    def lines(self) -> list[tuple[str, Proportion]]:
        """Every possible answer in words, with how many gave it."""
        if self.spread is None:
            return []
        labels = self.question.labels
        if self.question.kind != Kind.SCALE:
            return [(labels[code], share) for code, share in self.spread.shares.items()]
        return [
            (f"{code} – {labels[code]}" if code in labels else code, share)
            for code, share in self.spread.shares.items()
        ]


@dataclass(frozen=True)
class WaveResult:
    """A wave: how many were asked, reached and answered, and, where these are enough, what they said."""

    wave: Wave
    asked: int
    delivered: int
    answered: int
    questions: list[QuestionResult]
    # Kinds of agencies that are large enough, and what their people said to each scale; None where too few did.
    kinds: list[str]
    by_kind: list[tuple[EvaluationQuestion, list[Spread | None]]]

    @property
    def enough(self) -> bool:
        return self.answered >= ENOUGH

    @property
    def rate(self) -> Proportion | None:
        return Proportion(self.answered, self.delivered) if self.delivered else None

    @property
    def rate_is_low(self) -> bool:
        return self.rate is not None and self.rate.share < RATE_WANTED

    @property
    def by_kind_named(self) -> list[tuple[EvaluationQuestion, list[tuple[str, Spread | None]]]]:
        """`by_kind` with the name of its kind beside every cell."""
        return [(question, list(zip(self.kinds, spreads, strict=True))) for question, spreads in self.by_kind]

    @property
    def waiting(self) -> int:
        """Answers that nobody has read for words about a person."""
        return sum(each.waiting for each in self.questions)


def wave_result(wave: Wave) -> WaveResult:
    """Return what a wave has shown so far. Six queries, however many answered; with too few no answer is even read."""
    sizes: Counter[str] = Counter(wave.responses.values_list("agency_kind", flat=True))
    answered = sizes.total()
    questions: list[QuestionResult] = []
    kinds: list[str] = []
    by_kind: list[tuple[EvaluationQuestion, list[Spread | None]]] = []
    if answered >= ENOUGH:
        given = _given(wave)
        form = list(wave.form.questions.all())
        questions = [_result(question, given[question.pk]) for question in form]
        known = {kind: size for kind, size in sizes.items() if kind}
        shown = groups_shown(known, answered)
        kinds = [kind for kind in Agency.Kind.values if kind in shown]
        scales = [question for question in form if question.kind == Kind.SCALE] if kinds else []
        by_kind = [(question, _by_kind(question, given[question.pk], kinds)) for question in scales]
    return WaveResult(
        wave,
        wave.invitations.count(),
        wave.invitations.delivered().count(),
        answered,
        questions,
        [str(Agency.Kind(kind).label) for kind in kinds],
        by_kind,
    )


def _given(wave: Wave) -> Mapping[int, list[EvaluationAnswer]]:
    """The answers of a wave by question, in the order of their random keys."""
    found: dict[int, list[EvaluationAnswer]] = defaultdict(list)
    for answer in EvaluationAnswer.objects.filter(response__wave=wave).select_related("response").order_by("pk"):
        found[answer.question_id].append(answer)
    return found


def _result(question: EvaluationQuestion, given: list[EvaluationAnswer]) -> QuestionResult:
    if question.kind == Kind.OPEN:
        enough = len(given) >= ENOUGH
        read = [answer.text for answer in given if answer.reviewed and answer.text]
        waiting = sum(not answer.reviewed for answer in given)
        return QuestionResult(question, len(given), None, read if enough else [], waiting if enough else 0)
    if question.kind == Kind.SCALE:
        return QuestionResult(question, len(given), _scale(question, given))
    return QuestionResult(question, len(given), choices([each.codes for each in given], question.labels))


def _scale(question: EvaluationQuestion, given: Iterable[EvaluationAnswer]) -> Spread | None:
    given = list(given)
    numbers = [answer.number for answer in given if answer.number is not None]
    return scale(numbers, question.lowest, question.highest, instead=len(given) - len(numbers))


def _by_kind(
    question: EvaluationQuestion, given: Iterable[EvaluationAnswer], kinds: Iterable[str]
) -> list[Spread | None]:
    """What the people of each kind said; None where they, or all the others together, are too few."""
    numbered = [answer for answer in given if answer.number is not None]
    sizes = Counter(answer.response.agency_kind for answer in numbered)
    shown = groups_shown({kind: sizes[kind] for kind in kinds}, len(numbered))
    return [
        _scale(question, (answer for answer in numbered if answer.response.agency_kind == kind))
        if kind in shown
        else None
        for kind in kinds
    ]
