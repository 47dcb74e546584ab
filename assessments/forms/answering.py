"""What people send: the answers on the page of a test."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from django.http import QueryDict

from assessments.models import Attempt
from assessments.services import Answer, Saved, save_responses

MOST_ANSWERS = 500
HIGHEST_COUNTER = 2**53
HIGHEST_CERTAINTY = 9  # what is no certainty of a test is refused with a sentence, not as a strange number


class AnswersForm:
    """The answers of the page without JavaScript.

    A question at position 3 has the fields `q3` and `q3-counter`, the counter that stood when the page was made: an
    answer that was given elsewhere since then is newer and stays. `q3-certainty` is there where the test asks for it.
    """

    def __init__(self, data: QueryDict) -> None:
        self.data = data

    def answers(self) -> list[Answer]:
        """Return what was posted for each question on the page."""
        positions = [name[1:-8] for name in self.data if name.startswith("q") and name.endswith("-counter")]
        return [
            Answer(
                int(position),
                self.data.getlist(f"q{position}"),
                self._counter(position) + 1,
                self._certainty(position),
                with_page=True,
            )
            for position in positions[:MOST_ANSWERS]
            if position.isdecimal() and len(position) <= 4  # noqa: PLR2004 - as many digits as a position has
        ]

    def _counter(self, position: str) -> int:
        text = self.data.get(f"q{position}-counter", "")
        return min(int(text), HIGHEST_COUNTER) if text.isdecimal() and len(text) <= 16 else 0  # noqa: PLR2004

    def _certainty(self, position: str) -> int | None:
        text = self.data.get(f"q{position}-certainty", "")
        return int(text) if len(text) == 1 and text.isdecimal() else None

    def save(self, *, attempt: Attempt, language: str) -> Saved:
        """Save every answer that can be read."""
        return save_responses(attempt=attempt, answers=self.answers(), language=language)


def answers_in(data: Any) -> list[Answer]:
    """Return the answers in the JSON `{"answers": [{"position", "response", "counter"}, …]}`, some with a "certainty";
    ValueError otherwise."""
    given = data.get("answers") if isinstance(data, Mapping) else None
    if not isinstance(given, list) or len(given) > MOST_ANSWERS:
        raise ValueError("no list of answers")
    return [_answer(each) for each in given]


def _answer(each: Any) -> Answer:
    if not isinstance(each, Mapping):
        raise ValueError("an answer is an object")
    position, counter = each.get("position"), each.get("counter")
    if not _whole(position, 2**15 - 1) or not _whole(counter, HIGHEST_COUNTER):
        raise ValueError("position and counter are whole numbers")
    certainty = each.get("certainty")
    if certainty is not None and not _whole(certainty, HIGHEST_CERTAINTY):
        raise ValueError("certainty is a whole number")
    return Answer(position, each.get("response"), counter, certainty)


def _whole(value: Any, highest: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= highest
