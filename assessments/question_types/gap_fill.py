"""A text with gaps, each a small question of its own (cloze)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.errors import QuestionError
from assessments.marking import NOT_ANSWERED, Credit
from assessments.question_types.base import Choice, Part, QuestionType, Response, Structure, Words, shuffled
from assessments.question_types.gaps import GapsQuestion, given_in, in_text, text_around
from assessments.question_types.numerical import Numerical
from assessments.question_types.short_answer import ShortAnswer
from assessments.question_types.single_choice import SingleChoice
from assessments.question_types.texts import as_line

KINDS: dict[str, QuestionType] = {each.name: each for each in (SingleChoice(), ShortAnswer(), Numerical())}
HEAVIEST = 100


class GapFill(GapsQuestion):
    """Each gap has a type – single_choice, short_answer or numerical – with that type's structure, and a weight.

    `{"gaps": [{"id": "g1", "type": "numerical", "value": "50.8", "tolerance": "0.1", "weight": 2}, …]}`. Words:
    `{"text": "… [[g1]] …", "gaps": {"g1": {…}}}` with what the type of the gap needs.
    """

    name = "gap_fill"
    reads_words = True

    def check_structure(self, structure: Structure) -> None:
        super().check_structure(structure)
        for gap in structure["gaps"]:
            if gap.get("type") not in tuple(KINDS):
                raise QuestionError(_("A gap is one of these: %(types)s.") % {"types": ", ".join(KINDS)})
            weight = gap.get("weight", 1)
            if not isinstance(weight, int) or isinstance(weight, bool) or not 1 <= weight <= HEAVIEST:
                raise QuestionError(_("The weight of a gap is a whole number from 1 to 100."))
            KINDS[gap["type"]].check_structure(gap)

    def check_words(self, structure: Structure, words: Words) -> None:
        super().check_words(structure, words)
        for gap in structure["gaps"]:
            KINDS[gap["type"]].check_words(gap, {"stem": words["stem"], **_words_of(words, gap["id"])})

    def complete(self, structure: Structure, texts: Iterable[Words]) -> Structure:
        every = list(texts)
        return {
            **structure,
            "gaps": [
                KINDS[gap["type"]].complete(gap, [_words_of(words, gap["id"]) for words in every])
                for gap in structure["gaps"]
            ],
        }

    def option_ids(self, structure: Structure) -> tuple[str, ...]:
        return tuple(f"{gap['id']}={each}" for gap in structure["gaps"] for each in KINDS[gap["type"]].option_ids(gap))

    def shuffled(self, structure: Structure, seed: str) -> list[str]:
        return shuffled(self.option_ids(structure), seed)

    def parse(self, structure: Structure, raw: Any) -> Response:
        given = given_in(structure, raw)
        parsed = {
            gap["id"]: KINDS[gap["type"]].parse(gap, given[gap["id"]])
            for gap in structure["gaps"]
            if gap["id"] in given
        }
        return {gap: value for gap, value in parsed.items() if value is not None} or None

    def mark(self, structure: Structure, response: Response) -> Credit:
        """Return what each gap earns × its weight, summed, ÷ all weights.

        >>> gaps = [
        ...     {"id": "g1", "type": "numerical", "value": "12"},
        ...     {"id": "g2", "type": "short_answer", "accept": [{"text": "health"}], "weight": 2},
        ... ]
        >>> GapFill().mark({"gaps": gaps}, {"g1": "7", "g2": "Health"})
        Credit(part=Fraction(2, 3), reason='g1: not within 0 of 12; g2: as accepted: health')
        """
        if not response:
            return NOT_ANSWERED
        earned, reasons = Fraction(0), []
        for gap in structure["gaps"]:
            credit = KINDS[gap["type"]].mark(gap, response.get(gap["id"])) or NOT_ANSWERED
            earned += credit.part * gap.get("weight", 1)
            reasons.append(f"{gap['id']}: {credit.reason}")
        return Credit(earned / sum(gap.get("weight", 1) for gap in structure["gaps"]), "; ".join(reasons))

    def key(self, structure: Structure) -> Response:
        keys = {gap["id"]: KINDS[gap["type"]].key(gap) for gap in structure["gaps"]}
        return {gap: value for gap, value in keys.items() if value is not None} or None

    def told(self, structure: Structure, words: Words, gap: str, value: Any) -> str:
        own = _gap_of(structure, gap)
        return KINDS[own["type"]].readable(own, _words_of(words, gap), value)

    def key_lines(self, structure: Structure, words: Words) -> tuple[str, ...]:
        return tuple(
            _("Gap %(number)s: %(answer)s")
            % {"number": number, "answer": KINDS[gap["type"]].readable_key(gap, _words_of(words, gap["id"]))}
            for number, gap in enumerate((_gap_of(structure, each) for each in in_text(structure, words)), start=1)
        )

    def readable_key(self, structure: Structure, words: Words) -> str:
        return "; ".join(self.key_lines(structure, words))

    def said(self, structure: Structure, words: Words, response: Response) -> str:
        """What each gap has to say to what was given for it, a line for each."""
        told = {}
        for gap in structure["gaps"] if isinstance(response, Mapping) else ():
            told[gap["id"]] = _said(gap, _words_of(words, gap["id"]), response.get(gap["id"]))
        lines = [
            (_("Gap %(number)s: %(answer)s"), number, told[each])
            for number, each in enumerate(in_text(structure, words), start=1)
            if told.get(each)
        ]
        if not any(isinstance(text, SafeString) for _line, _number, text in lines):
            return "\n".join(line % {"number": number, "answer": text} for line, number, text in lines)
        return SafeString(
            "<br>".join(
                conditional_escape(line) % {"number": number, "answer": conditional_escape(text)}
                for line, number, text in lines
            )
        )

    def parts(
        self, structure: Structure, words: Words, order: Iterable[str], response: Response
    ) -> tuple[tuple[Part, ...], str]:
        given, shown = response or {}, list(order) or self.shuffled(structure, self.name)
        before, tail = text_around(words)
        return tuple(
            replace(
                _field(_gap_of(structure, gap), _words_of(words, gap), shown, given.get(gap)),
                before=text,
                label=_("Gap %(number)s") % {"number": number},
            )
            for number, (gap, text) in enumerate(zip(in_text(structure, words), before, strict=False), start=1)
        ), tail


def _field(gap: Structure, words: Words, shown: list[str], value: Response) -> Part:
    """The field of one gap: a list of its options in the order shown, or a field to type in."""
    kind, texts = KINDS[gap["type"]], words.get("options") or {}
    own = [f"{gap['id']}={each}" for each in kind.option_ids(gap)]
    chosen = f"{gap['id']}={value}"
    return Part(
        id=gap["id"],
        before="",
        choices=tuple(
            Choice(each, as_line(texts.get(each.partition("=")[2], each.partition("=")[2])), each == chosen)
            for each in shown
            if each in own
        ),
        typed="" if value is None or own else str(value),
        unit=str(words.get("unit") or ""),
        numeric=gap["type"] == Numerical.name,
    )


def _said(gap: Structure, words: Words, value: Any) -> str:
    """What is said to the answer of one gap; where it is chosen, the rationale of the option says it."""
    if gap["type"] == SingleChoice.name:
        return str((words.get("rationales") or {}).get(value) or "")
    return KINDS[gap["type"]].said(gap, words, value)


def _gap_of(structure: Structure, gap: str) -> Structure:
    return next(each for each in structure["gaps"] if each["id"] == gap)


def _words_of(words: Words, gap: str) -> Words:
    own = (words.get("gaps") or {}).get(gap)
    return own if isinstance(own, Mapping) else {}
