"""What gap fill and select words share: a text with gaps, `[[id]]` in the words of each language."""

import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.question_types.base import QuestionType, Response, Structure, Words, checked_ids, pairs_in

GAP = re.compile(r"\[\[([^\[\]]+)\]\]")
MOST = 40


class GapsQuestion(QuestionType):
    """A question with `{"gaps": [{"id": "g1", …}, …]}` and the words `{"text": "The [[g1]] is …"}`.

    The response is what was given by gap: `{"g1": "…"}`. The order of gaps in the text may differ between languages, so
    a form says for each value where it belongs: "g1=w2" from a drop-down list, "g1=" before the text of a field.
    """

    widget = "gaps"

    def check_structure(self, structure: Structure) -> None:
        gaps = structure.get("gaps")
        if not isinstance(gaps, list) or not all(isinstance(each, Mapping) for each in gaps):
            gaps = []
        if not 1 <= len(gaps) <= MOST:
            raise QuestionError(_("A text with gaps needs 1 to 40 gaps."))
        checked_ids([gap.get("id") for gap in gaps])

    def check_words(self, structure: Structure, words: Words) -> None:
        super().check_words(structure, words)
        ids, found = gap_ids(structure), GAP.findall(str(words.get("text") or ""))
        wrong = [each for each in [*ids, *found] if found.count(each) != 1 or each not in ids]
        if wrong:
            raise QuestionError(
                _("The text must have each gap once, written as [[id]]. Look at [[%(id)s]].") % {"id": wrong[0]}
            )

    def posted(self, structure: Structure, response: Response) -> Any:
        return [f"{gap}={value}" for gap, value in (response or {}).items()]

    def draft(self, structure: Structure, raw: Any) -> Response:
        return given_in(structure, raw)

    def lines(self, structure: Structure, words: Words, response: Response) -> tuple[str, ...]:
        told = {gap: self.told(structure, words, gap, value) for gap, value in (response or {}).items()}
        return tuple(
            _("Gap %(number)s: %(answer)s") % {"number": number, "answer": told[each]}
            for number, each in enumerate(in_text(structure, words), start=1)
            if each in told
        )

    @abstractmethod
    def told(self, structure: Structure, words: Words, gap: str, value: Any) -> str:
        """Return what was given for one gap, as words to read."""


def gap_ids(structure: Structure) -> list[str]:
    """Return the ids of the gaps in the editor's order."""
    return [gap["id"] for gap in structure["gaps"]]


def in_text(structure: Structure, words: Words) -> list[str]:
    """Return the ids of the gaps in the order in which the text has them."""
    ids = gap_ids(structure)
    return [each for each in GAP.findall(str(words.get("text") or "")) if each in ids]


def text_around(words: Words) -> tuple[list[str], str]:
    """Return the text before each gap, and the text after the last one.

    >>> text_around({"text": "From [[a]] to [[b]]."})
    (['From ', ' to '], '.')
    """
    text = str(words.get("text") or "")
    *before, tail = GAP.split(text)[::2]
    if isinstance(text, SafeString):
        # Cleaned HTML has no sign of a gap inside a tag, so that pieces in their order are the HTML again.
        return [SafeString(each) for each in before], SafeString(tail)
    return before, tail


def given_in(structure: Structure, raw: Any) -> dict[str, str]:
    """Return what was given by gap, in the editor's order; raises AnswerError for a gap that does not exist.

    >>> given_in({"gaps": [{"id": "a"}, {"id": "b"}]}, ["b=", "2 = 2", "a=w1"])
    {'a': 'w1', 'b': '2 = 2'}
    """
    ids = gap_ids(structure)
    values = dict(pairs_in(_joined(raw, {f"{each}=" for each in ids})))
    if not values.keys() <= set(ids):
        raise AnswerError(_("This answer is not one of the options. Load the page again and choose once more."))
    return {each: values[each] for each in ids if each in values}


def _joined(raw: Any, marks: set[str]) -> Any:
    """A form's list with each field's text behind the mark that stands before it."""
    if not isinstance(raw, list | tuple) or not all(isinstance(each, str) for each in raw):
        return raw
    values = iter(raw)
    return [each + next(values, "") if each in marks else each for each in values]
