"""A number that is typed."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.marking import NOT_ANSWERED, Credit, bounded, part_in
from assessments.question_types.base import QuestionType, Response, Structure, Words, first_text, single

LONGEST_ANSWER = 60
OTHER = "other"  # stands for every number that is none of the accepted ones

# Whole part with spaces between groups of three or without, a comma or a point before the decimals, a power of ten.
NUMBER = re.compile(
    r"""(?P<sign>[+-]?)
        (?P<whole>[0-9]{1,3}(?:\s[0-9]{3})+|[0-9]*)
        (?:[.,](?P<decimals>[0-9]+))?
        (?:(?:[eE]|\s?[×·*xх]\s?10\^)(?P<power>[+-]?[0-9]{1,2}))?""",
    re.VERBOSE,
)
MINUS_SIGNS = str.maketrans({"−": "-", "–": "-", "‑": "-"})


class Accepted(NamedTuple):
    """A value that earns `credit` when an answer lies within `tolerance` of it."""

    value: Fraction
    tolerance: Fraction
    credit: Fraction


class Numerical(QuestionType):
    """`{"value": "50.8", "tolerance": "0.1"}`. The response is the number as it was typed: "50,8".

    Further accepted values stand in `"also": [{"value", "tolerance", "credit"}, …]`. With `"relative": true` the
    tolerance of a value is in per cent of it. `"otherwise": "0.1"` is what any other number earns. Words may have
    `"rationales"` by the place of the accepted value ("0" is the main one) and "other" for any other number.
    """

    name = "numerical"
    widget = "number"

    def check_structure(self, structure: Structure) -> None:
        accepted(structure)
        otherwise(structure)

    def parse(self, structure: Structure, raw: Any) -> Response:
        value = single(raw)
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        value_of(text)
        return text

    def draft(self, structure: Structure, raw: Any) -> Response:
        return first_text(raw, LONGEST_ANSWER)

    def mark(self, structure: Structure, response: Response) -> Credit:
        """What the best accepted value earns for which |answer − value| ≤ tolerance, in exact arithmetic.

        >>> Numerical().mark({"value": "50.8", "tolerance": "0.1"}, "50,9").reason
        'within 0.1 of 50.8'
        """
        if response is None:
            return NOT_ANSWERED
        values = accepted(structure)
        place = _place_of(values, value_of(response))
        if place is None:
            main = values[0]
            return Credit(otherwise(structure), f"not within {_plain(main.tolerance)} of {_plain(main.value)}")
        best = values[place]
        return Credit(best.credit, f"within {_plain(best.tolerance)} of {_plain(best.value)}")

    def key(self, structure: Structure) -> Response:
        return str(structure["value"])

    def readable(self, structure: Structure, words: Words, response: Response) -> str:
        return "" if response is None else " ".join(filter(None, [str(response), str(words.get("unit") or "")]))

    def readable_key(self, structure: Structure, words: Words) -> str:
        with_decimal_sign = self.key(structure).replace(".", get_format("DECIMAL_SEPARATOR"))
        return self.readable(structure, words, with_decimal_sign)

    def said(self, structure: Structure, words: Words, response: Response) -> str:
        """The rationale of the accepted value that an answer met, or of all other numbers.

        >>> words = {"rationales": {"1": "Those are miles.", "other": "Count again."}}
        >>> structure = {"value": "50", "also": [{"value": "31", "credit": "0.5"}]}
        >>> [Numerical().said(structure, words, each) for each in ("50", "31", "7", "many")]
        ['', 'Those are miles.', 'Count again.', '']
        """
        rationales = words.get("rationales") or {}
        if response is None or not rationales:
            return ""
        try:
            place = _place_of(accepted(structure), value_of(str(response)))
        except AnswerError:
            return ""
        return str(rationales.get(OTHER if place is None else str(place)) or "")

    def typed(self, response: Response) -> str:
        return "" if response is None else str(response)


def otherwise(structure: Structure) -> Fraction:
    """Return what a number earns that is none of the accepted ones: nothing, unless the structure says more."""
    try:
        return bounded(part_in(structure.get("otherwise") or 0))
    except ValueError as error:
        raise QuestionError(_("What any other number earns is a number from 0 to 1.")) from error


def _place_of(values: Sequence[Accepted], answer: Fraction) -> int | None:
    """The place of the value that earns most among those an answer meets, of equals the first; None when none."""
    hits = [place for place, each in enumerate(values) if abs(answer - each.value) <= each.tolerance]
    return max(hits, key=lambda place: values[place].credit) if hits else None


def value_of(text: str) -> Fraction:
    """Return a typed number exactly.

    Comma and point are decimal signs, spaces of any width part thousands, a minus may be the typographic one; 3e8 and
    3×10^8 are read. Anything else raises AnswerError, so that nobody loses a mark to a way of writing.

    >>> value_of("−1\u202f000,5")
    Fraction(-2001, 2)
    """
    found = NUMBER.fullmatch(text.strip().translate(MINUS_SIGNS)) if len(text) <= LONGEST_ANSWER else None
    if found is None or not (found["whole"] or found["decimals"]):
        raise AnswerError(
            _("“%(text)s” is not one number. Write it in digits and without a unit, for example 1250.5 or 1 250,5.")
            % {"text": text[:LONGEST_ANSWER]}
        )
    decimals = found["decimals"] or ""
    digits = int("".join(found["whole"].split()) + decimals)
    power = int(found["power"] or 0) - len(decimals)
    return (-1 if found["sign"] == "-" else 1) * digits * Fraction(10) ** power


def accepted(structure: Structure) -> list[Accepted]:
    """Return the accepted values, the main one first; raises QuestionError when one is not a number."""
    also = structure.get("also") or []
    if not isinstance(also, list) or not all(isinstance(each, Mapping) for each in also):
        raise QuestionError(_("Further accepted numbers are a list of objects with a value each."))
    try:
        found = [
            Accepted(
                value=value_of(str(each.get("value"))),
                tolerance=_tolerance(each),
                credit=bounded(part_in(each.get("credit", 1))),
            )
            for each in [structure, *also]
        ]
    except (AnswerError, ValueError) as error:
        raise QuestionError(_("The right value and its tolerance must be numbers.")) from error
    if any(each.tolerance < 0 for each in found):
        raise QuestionError(_("A tolerance is never below 0."))
    return found


def _tolerance(each: Structure) -> Fraction:
    """How far an answer may lie from an accepted value: 5 per cent of −40 is 2."""
    tolerance = value_of(str(each.get("tolerance") or 0))
    return tolerance * abs(value_of(str(each.get("value")))) / 100 if each.get("relative") is True else tolerance


def _plain(value: Fraction) -> str:
    """An exact decimal without superfluous zeros, or the fraction itself."""
    return str(int(value)) if value.denominator == 1 else f"{float(value):.12g}"
