"""The questions of an attempt as pages show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessments.errors import AnswerError
from assessments.models import Attempt, AttemptItem, QuestionText, QuestionVersion
from assessments.question_types import TYPES, ShownQuestion, show, unsigned
from core.prepared import Given, Prepared


@dataclass(frozen=True)
class Line:
    """A question of an attempt as a page shows it."""

    item: AttemptItem
    question: ShownQuestion
    number: int  # among those that count; 0 for a text between the questions
    label: str = ""  # the number in words; empty for a text between the questions
    error: str = ""
    stands: bool = False  # the answer can no longer change although the test goes on
    title: dict[str, str] | None = None  # of the section that begins here, {"language", "text"}

    @property
    def state(self) -> str:
        """How the answer did: "right", "partly", "wrong", "awaiting" (a marker) or "open" (not answered)."""
        if not self.item.answered:
            return "open"
        if self.item.mark is None:
            return "awaiting"
        if self.item.mark == self.item.max_mark:
            return "right"
        return "partly" if self.item.mark else "wrong"

    @property
    def by_hand(self) -> bool:
        """Whether a person marks the answer."""
        return self.item.by_hand or self.question.widget == "long"

    @property
    def points(self) -> float | None:
        """What the answer earned, in whole marks; None while it has no mark."""
        return None if self.item.mark is None else self.item.mark / 100

    @property
    def highest(self) -> float:
        """What the question counts, in whole marks."""
        return self.item.max_mark / 100


@dataclass(frozen=True)
class Page:
    """A page of an attempt: its number, and the questions on it that count."""

    number: int
    items: tuple[AttemptItem, ...]

    @property
    def total(self) -> int:
        return len(self.items)

    @property
    def answered(self) -> int:
        return sum(item.answered for item in self.items)

    @property
    def flagged(self) -> int:
        return sum(item.flagged for item in self.items)


@dataclass(frozen=True)
class Sheet:
    """All questions of an attempt. The words of a question are read only for a page that shows it."""

    attempt: Attempt
    items: tuple[AttemptItem, ...]
    numbers: Mapping[int, int]  # by position, for the questions that count

    @property
    def counting(self) -> tuple[AttemptItem, ...]:
        """The questions that count, without the texts between them."""
        return tuple(item for item in self.items if item.position in self.numbers)

    @property
    def total(self) -> int:
        return len(self.numbers)

    @property
    def answered(self) -> int:
        return sum(item.answered for item in self.counting)

    @property
    def last_page(self) -> int:
        return max((item.page for item in self.items), default=1)

    @property
    def pages(self) -> list[Page]:
        return [
            Page(number, tuple(item for item in self.counting if item.page == number))
            for number in range(1, self.last_page + 1)
        ]

    @property
    def sequential(self) -> bool:
        """Whether there are pages, and no way back to one that was left."""
        return bool(self.attempt.rules.get("sequential")) and self.last_page > 1

    def on_page(self, number: int) -> list[AttemptItem]:
        return [item for item in self.items if item.page == number]

    def lines(
        self,
        items: Sequence[AttemptItem],
        language: str,
        *,
        refused: Mapping[int, str] | None = None,
        posted: Any = None,
    ) -> list[Line]:
        """Return questions in the language of the page; two queries. Where an answer was refused, what was given."""
        texts = QuestionText.objects.shown([item.version_id for item in items], language)
        refused = refused or {}
        return [self._line(item, texts[item.version_id], refused.get(item.position, ""), posted) for item in items]

    def _line(self, item: AttemptItem, text: QuestionText, error: str, posted: Any) -> Line:
        stands = item.checked_at is not None
        again = bool(error) and not stands
        kind, structure = item.version.question.type, item.version.structure
        response = item.response
        if again:
            given = posted.getlist(f"q{item.position}")
            response = draft(item.version, unsigned(TYPES[kind].telling, item.option_order, given))
        shown = show(kind, structure, text.words, language=text.language, order=item.option_order, response=response)
        number = self.numbers.get(item.position, 0)
        # Put together here, because in a template it costs a tenth of a long page.
        label = _("Question %(number)s of %(total)s") % {"number": number, "total": self.total} if number else ""
        return Line(item, shown, number, label, error, stands)


def sheet_of(attempt: Attempt, *related: str) -> Sheet:
    """Return the questions of an attempt, with what else is related to them; one query."""
    items = tuple(_ITEMS.rows(*related, attempt=attempt.pk))
    return Sheet(attempt, items, _numbered(items))


def _items(*related: str) -> QuerySet[AttemptItem]:
    return AttemptItem.objects.filter(attempt=Given("attempt")).select_related("version__question", *related)


_ITEMS = Prepared(_items)


def _numbered(items: Iterable[AttemptItem]) -> dict[int, int]:
    numbers = count(1)
    return {item.position: next(numbers) for item in items if TYPES[item.version.question.type].counts}


def draft(version: QuestionVersion, given: list[str]) -> Any:
    """What the form shows again of an answer that was refused; nothing of one that came from no form of ours."""
    try:
        return TYPES[version.question.type].draft(version.structure, given)
    except AnswerError:
        return None
