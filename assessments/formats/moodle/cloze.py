r"""Moodle's embedded answers: `The capital is {2:SHORTANSWER:=Minsk#Right.~%50%Brest#Nearly.~*#No.}`.

A gap has a weight (1 when there is none), a type and answers with `~` between them. `=` or `%100%` before an answer is
what it earns, `#` begins its feedback, and a backslash takes the meaning from `} # ~ / " \`. Entities of HTML are read
as what they stand for, because an editor makes them without being asked; so a gap is written with entities as well,
and every version of Moodle understands them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from html import escape, unescape
from html.entities import html5
from typing import NamedTuple

from django.utils.translation import gettext as _

from assessments.formats.decimals import distance_in, number_in, percent_in
from assessments.formats.item import NO_TEXT, Answer, Gap, Text, TextFormat
from assessments.formats.shares import percent_of
from assessments.question_types.gap_fill import HEAVIEST
from assessments.question_types.gaps import GAP, MOST
from core.errors import FormatError

ALL, NOTHING = Fraction(1), Fraction(0)
FEWEST_OPTIONS, MOST_ANSWERS = 2, 500
CASE_SENSITIVE = {"SHORTANSWER_C", "SAC", "MWC"}
KINDS = {
    **dict.fromkeys(("SHORTANSWER", "SA", "MW", *CASE_SENSITIVE), "short_answer"),
    **dict.fromkeys(("NUMERICAL", "NM"), "numerical"),
    # Down (V), across (H) or in a list, shuffled (S) or not: how options are laid out is not the question's.
    **dict.fromkeys(("MULTICHOICE", "MULTICHOICE_V", "MULTICHOICE_H"), "single_choice"),
    **dict.fromkeys(("MULTICHOICE_S", "MULTICHOICE_VS", "MULTICHOICE_HS"), "single_choice"),
    **dict.fromkeys(("MC", "MCV", "MCH", "MCS", "MCVS", "MCHS"), "single_choice"),
}
REFUSED = {
    *("MULTIRESPONSE", "MULTIRESPONSE_H", "MULTIRESPONSE_S", "MULTIRESPONSE_HS", "MR", "MRH", "MRS", "MRHS"),
    *("REGEXP", "REGEXP_C", "RX", "RXC"),
}
WRITTEN = {"short_answer": "SHORTANSWER", "numerical": "NUMERICAL", "single_choice": "MULTICHOICE_S"}

_START = re.compile(r"\{([0-9]{0,9}):([A-Z_]{2,20}):")
_SHARE = re.compile(r"=|%(-?[0-9]{1,9}(?:[.,][0-9]{0,60})?)%")
# The sign of a number's entity does not begin feedback, not even where an editor wrote its & as an entity.
_END_OF_ANSWER = re.compile(r"""\\[}#~/"\\]|&(?:amp;)?\#|[~#}]""")
_END_OF_FEEDBACK = re.compile(r"""\\[}#~/"\\]|[~}]""")
_ESCAPED = re.compile(r"""\\([}#~/"\\])""")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"</?[A-Za-z]")
_TO_ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in "{}#~\\&"}


class Gapped(NamedTuple):
    """A text with `[[g1]]`, `[[g2]]` … for its gaps, the gaps, and sentences about what was understood in part."""

    text: Text
    gaps: tuple[Gap, ...]
    warnings: tuple[str, ...]


class _Alternative(NamedTuple):
    share: str  # in per cent
    answer: str
    feedback: str


def read_gaps(text: Text, line: int) -> Gapped:
    """Return a text with its embedded answers as gaps; `line` is the one in which the text begins.

    Raises FormatError with the line of the gap that cannot be read, and when there is none.
    """
    pieces: list[str] = []
    gaps: list[Gap] = []
    place, took = 0, False
    for start in _starts(text.text, line):
        if start.start() < place:
            continue  # inside an answer of the gap before
        here = line + text.text.count("\n", 0, start.start())
        if len(gaps) == MOST:
            raise FormatError(_("A text with gaps needs 1 to 40 gaps."), here)
        alternatives, end = _alternatives(text.text, start.end(), here)
        gap, negative = _gap(f"g{len(gaps) + 1}", start, alternatives, here)
        pieces += [without_marks(text.text[place : start.start()], text.format), f"[[{gap.id}]]"]
        gaps.append(gap)
        took = took or negative
        place = end
    if not gaps:
        raise FormatError(_("The text has no gap like {1:SHORTANSWER:=answer}."), line)
    pieces.append(without_marks(text.text[place:], text.format))
    warnings = (_("An answer in a gap took marks away; here it earns nothing."),) if took else ()
    return Gapped(Text("".join(pieces), text.format), tuple(gaps), warnings)


def write_gaps(text: Text, gaps: Sequence[Gap]) -> str:
    """Return the text with its gaps as embedded answers.

    >>> gap = Gap("g1", "numerical", (Answer(Text("12"), Fraction(1), tolerance="1"),))
    >>> write_gaps(Text("A year has [[g1]] months."), [gap])
    'A year has {1:NUMERICAL:=12:1} months.'
    """
    written = {gap.id: _written(gap) for gap in gaps}
    return GAP.sub(lambda found: written.get(found[1], found[0]), text.text)


def has_markup(text: str) -> bool:
    """Whether a text has a tag of HTML."""
    return bool(_TAG.search(text))


def without_entities(text: str) -> str:
    """Return the text with entities of HTML as what they stand for; what only begins like one stays.

    >>> without_entities("&lt;5 &amp; R&D &#39;&nothing;")
    "<5 & R&D '&nothing;"
    """
    return _ENTITY.sub(
        lambda found: unescape(found[0]) if found[0][1] == "#" else html5.get(found[0][1:], found[0]), text
    )


def _sign(entity: re.Match[str]) -> str:
    name = entity[0][1:]
    return unescape(entity[0]) if name.startswith("#") else html5.get(name, entity[0])


def read_html(text: str) -> Text:
    """Return a text that is HTML to Moodle: a plain one when it has no tag."""
    stripped = text.strip()
    if not stripped:
        return NO_TEXT
    return Text(stripped, TextFormat.HTML) if has_markup(stripped) else Text(without_entities(stripped).strip())


def _starts(text: str, line: int) -> Iterator[re.Match[str]]:
    for start in _START.finditer(text):
        if start[2] in REFUSED:
            raise FormatError(
                _("A gap of the type %(type)s cannot be taken over.") % {"type": start[2]},
                line + text.count("\n", 0, start.start()),
            )
        if start[2] in KINDS:
            yield start


def _alternatives(text: str, place: int, line: int) -> tuple[list[_Alternative], int]:
    """The answers of a gap that begins at a place, and where the gap ends."""
    found: list[_Alternative] = []
    sign = "~"
    while sign == "~":
        if len(found) == MOST_ANSWERS:
            raise FormatError(_("A gap has too many answers."), line)
        share, place = _share(text, place)
        answer, feedback = place, None
        place, sign = _next(_END_OF_ANSWER, text, place, line)
        answered = text[answer:place]
        if sign == "#":
            feedback = place + 1
            place, sign = _next(_END_OF_FEEDBACK, text, feedback, line)
        told = "" if feedback is None else text[feedback:place]
        found.append(_Alternative(share, _meant(answered), _meant(told)))
        place += 1
    return [each for each in found if each.answer.strip()], place


def _share(text: str, place: int) -> tuple[str, int]:
    found = _SHARE.match(text, place)
    if found is None:
        return "0", place
    return "100" if found[0] == "=" else found[1], found.end()


def _next(end: re.Pattern[str], text: str, place: int, line: int) -> tuple[int, str]:
    """Where a part of a gap ends, and the sign that ends it."""
    while found := end.search(text, place):
        if len(found[0]) == 1:
            return found.start(), found[0]
        place = found.end()
    raise FormatError(_("A gap is not closed with }."), line)


def _meant(text: str) -> str:
    """What is meant by a part of a gap: first escapes, so that an entity can stand for a backslash."""
    return without_entities(_ESCAPED.sub(r"\1", text))


def _gap(name: str, start: re.Match[str], alternatives: Sequence[_Alternative], line: int) -> tuple[Gap, bool]:
    """A gap, and whether one of its answers took marks away."""
    weight, kind = int(start[1] or 1), KINDS[start[2]]
    if not 1 <= weight <= HEAVIEST:
        raise FormatError(_("The weight of a gap is a whole number from 1 to 100."), line)
    shares = [percent_in(each.share, line) for each in alternatives]
    if kind == "single_choice" and len(alternatives) < FEWEST_OPTIONS:
        raise FormatError(_("A gap to choose from needs at least two options."), line)
    if ALL not in shares:
        raise FormatError(_("A gap has no answer that earns everything."), line)
    answers = tuple(
        _answer(kind, each, max(share, NOTHING), line) for each, share in zip(alternatives, shares, strict=True)
    )
    gap = Gap(name, kind, answers, weight=weight, case_sensitive=start[2] in CASE_SENSITIVE)
    return gap, min(shares) < NOTHING


def _answer(kind: str, alternative: _Alternative, share: Fraction, line: int) -> Answer:
    feedback = read_html(alternative.feedback)
    answer = alternative.answer.strip()
    if kind == "single_choice":
        return Answer(read_html(answer), share, feedback)
    if kind == "short_answer" or answer == "*":
        return Answer(Text(answer), share, feedback)
    value, _colon, tolerance = answer.partition(":")
    return Answer(Text(number_in(value, line)), share, feedback, distance_in(tolerance or "0", line))


def without_marks(text: str, how: TextFormat) -> str:
    """Return a text in which double brackets of the author's are no gap."""
    return GAP.sub(r"[ [\1]]" if how == TextFormat.PLAIN else r"&#91;[\1]]", text)


def _written(gap: Gap) -> str:
    kind = "SHORTANSWER_C" if gap.type == "short_answer" and gap.case_sensitive else WRITTEN[gap.type]
    return f"{{{gap.weight}:{kind}:{'~'.join(_written_answer(gap.type, each) for each in gap.answers)}}}"


def _written_answer(kind: str, answer: Answer) -> str:
    share = "=" if answer.fraction == ALL else f"%{percent_of(answer.fraction)}%"
    feedback = f"#{_guarded(_as_html(answer.feedback))}" if answer.feedback else ""
    return f"{share}{_WRITERS[kind](answer)}{feedback}"


def _written_number(answer: Answer) -> str:
    tolerance = "" if answer.tolerance in ("", "0") else f":{absolute_tolerance(answer)}"
    return f"{answer.text.text}{tolerance}"


def absolute_tolerance(answer: Answer) -> str:
    """Return how far from the value of an answer another may lie, as a plain decimal.

    >>> absolute_tolerance(Answer(Text("-40"), tolerance="5", relative=True))
    '2'
    """
    if not answer.relative or not answer.tolerance:
        return answer.tolerance
    distance = abs(Fraction(answer.text.text)) * Fraction(answer.tolerance) / 100
    decimals = next(count for count in range(2 * 60 + 3) if (distance * 10**count).denominator == 1)
    digits = str(int(distance * 10**decimals)).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def _as_html(text: Text) -> str:
    return escape(text.text, quote=False) if text.format == TextFormat.PLAIN else text.text


def _guarded(text: str) -> str:
    return text.translate(_TO_ENTITIES)


def _short_answer(answer: Answer) -> str:
    return _guarded(answer.text.text).replace("<", "&#60;")


def _option(answer: Answer) -> str:
    return _guarded(_as_html(answer.text))


_WRITERS: Mapping[str, Callable[[Answer], str]] = {
    "short_answer": _short_answer,
    "numerical": _written_number,
    "single_choice": _option,
}
