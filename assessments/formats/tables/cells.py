"""Rows of a table from questions, and what a row cannot say."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from assessments.formats.item import Answer, Gap, Item, Text, TextFormat
from assessments.formats.moodle.cloze import write_gaps
from assessments.formats.shares import fraction_in, percent_of
from assessments.formats.tables.columns import (
    COLUMNS,
    GRADINGS,
    MOST_ANSWERS,
    MOST_CRITERIA,
    MOST_HINTS,
    TRUTHS,
    TYPES,
    YES_OR_NO,
)
from assessments.formats.tables.rows import ALL, NOTHING, looks_like_formula
from assessments.question_types.gaps import GAP

CARRIES = frozenset(TYPES)
COMMA_LANGUAGES = {"ru", "be"}  # where a decimal has a comma, and lists of spreadsheet programs semicolons
LONGEST_CELL = 32_767  # Excel's
# What a file of questions always has, so that more can be added by hand; other columns only if one is filled.
USUAL = ("code", "language", "name", "type", "category", "question", "explanation")
USUAL_ANSWERS = 4
TICK = "x"

_PREFIX = re.compile(r"\[(?:plain|html|markdown|moodle)\]", re.IGNORECASE)
# What neither XML nor a text file can hold: control signs, halves of pairs and what Unicode says is no sign.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"-?[0-9]{1,60}(?:[.,][0-9]{1,60})?%?")
_SLASHES = re.compile(r"(?<!\S)(/+)(?!\S)")

Cell = str | Fraction  # a fraction is what an answer earns
Row = Mapping[str, Cell]


def lost(item: Item) -> list[str]:
    """Return sentences about what a row cannot say of a question."""
    texts = (cell for cell in row_of(item, "en").values() if isinstance(cell, str))
    found = [
        (bool(item.files), _("Pictures are not in a table.")),
        (_most_parts(item) > MOST_ANSWERS, _("A table has room for 26 answers.")),
        (len(item.hints) > MOST_HINTS, _("A table has room for five hints.")),
        (len(item.criteria) > MOST_CRITERIA, _("A table has room for 20 criteria.")),
        (any(len(each) >= LONGEST_CELL for each in texts), _("A cell holds 32,767 characters; what is longer is cut.")),
        (
            any(answer.relative for gap in item.gaps for answer in gap.answers),
            _("A tolerance in per cent is written as a number in a text with gaps."),
        ),
    ]
    return [sentence for is_lost, sentence in found if is_lost]


def _most_parts(item: Item) -> int:
    return max(len(each) for each in (item.answers, item.pairs, item.order, item.words))


def rows_of(items: Iterable[Item], language: str) -> list[Row]:
    """Return a row for each question: the filled cells by their keys."""
    return [row_of(item, language) for item in items]


def keys_of(rows: Sequence[Row]) -> list[str]:
    """Return the keys of the columns that these rows need, in their order."""
    used = {key for row in rows for key in row}
    places = {column.key: place for place, column in enumerate(COLUMNS)}
    most = max((int(key.partition(" ")[2]) for key in used if key.startswith("answer ")), default=0)
    for number in range(1, max(most, USUAL_ANSWERS) + 1):
        used |= {f"answer {number}", f"credit {number}"}
    answers = dict.fromkeys(("answer", "credit", "feedback", "tolerance", "match"), places["answer"])
    criteria = dict.fromkeys(("criterion", "points"), places["criterion"])

    def place_of(key: str) -> tuple[int, int, int]:
        name, _space, number = key.partition(" ")
        return (answers | criteria).get(name, places[name]), int(number or 0), places[name]

    return sorted(used.union(USUAL), key=place_of)


def row_of(item: Item, language: str) -> Row:
    """Return the filled cells of a question by their keys. Words of the table are in `language`."""
    writer = _Writer(item, language)
    _WRITERS[item.type](writer, item)
    return writer.row


class _Writer:
    """Collects the cells of a question."""

    def __init__(self, item: Item, language: str) -> None:
        self.language = language
        self.format = (item.stem or item.text).format
        # A decimal is read by the language of its row.
        self.comma = (item.language or language) in COMMA_LANGUAGES
        self.row: dict[str, Cell] = {}
        self.put("code", item.identifier)
        self.put("language", item.language)
        self.put("name", item.name)
        self.put("type", TYPES.word(item.type, language))
        self.put("category", " / ".join(_SLASHES.sub(r"/\1", each) for each in item.category))
        self.put("tags", ", ".join(map(_quoted, item.tags)))
        self.put_text("situation", item.case)
        self.put_text("question", item.stem)
        self.put_text("explanation", item.general_feedback)
        for number, hint in enumerate(item.hints[:MOST_HINTS], start=1):
            self.put_text(f"hint {number}", hint)
        if self.format != TextFormat.PLAIN:
            self.put("format", self.format.value)

    def put(self, key: str, cell: str) -> None:
        tidied = _UNWRITABLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n")).strip()[:LONGEST_CELL]
        if tidied:
            self.row[key] = tidied

    def put_text(self, key: str, text: Text, usual: TextFormat | None = None) -> None:
        """Put a text, with its format in front if the row's – or what is usual there – is another."""
        named = text and (text.format != (usual or self.format) or _PREFIX.match(text.text))
        self.put(key, f"[{text.format.value}]{text.text}" if named else text.text)

    def put_number(self, key: str, number: str, unit: str = "") -> None:
        self.put(key, (number.replace(".", ",") if self.comma else number) + unit)

    def put_flag(self, key: str, flag: bool) -> None:
        if flag:
            self.put(key, YES_OR_NO.word("true", self.language))

    def put_share(self, key: str, share: Fraction) -> None:
        """Put what an answer earns; as a ratio when no per cent is exactly that."""
        exact = fraction_in(percent_of(share), whole=100) == share
        self.row[key] = share if exact else str(share)


def _options(writer: _Writer, item: Item) -> None:
    ticks = _ticks(item)
    for number, answer in enumerate(item.answers[:MOST_ANSWERS], start=1):
        writer.put_text(f"answer {number}", answer.text)
        writer.put_text(f"feedback {number}", answer.feedback)
        if ticks is None:
            writer.put_share(f"credit {number}", answer.fraction)
        elif ticks[number - 1]:
            writer.put(f"credit {number}", TICK)
    writer.put_flag("keep_order", not item.shuffled)
    writer.put("last", ", ".join(str(number) for number, each in enumerate(item.answers, start=1) if each.last))


def _ticks(item: Item) -> list[bool] | None:
    """Which options are right, where that says all; None where numbers are needed."""
    fractions = [each.fraction for each in item.answers]
    right = [each > 0 for each in fractions]
    hits, misses = sum(right), len(right) - sum(right)
    if not hits:
        return None
    if item.type == "multiple_response":
        usual = [Fraction(1, hits) if each else Fraction(-1, misses) for each in right]
    else:
        usual = [ALL if each else NOTHING for each in right]
    return right if fractions == usual else None


def _true_false(writer: _Writer, item: Item) -> None:
    for number, answer in enumerate(item.answers, start=1):
        writer.put(f"answer {number}", TRUTHS.word(TRUTHS.meaning(answer.text.text) or "true", writer.language))
        writer.put_text(f"feedback {number}", answer.feedback)
        if answer.fraction == ALL:
            writer.put(f"credit {number}", TICK)
        elif answer.fraction:
            writer.put_share(f"credit {number}", answer.fraction)


def _typed(writer: _Writer, item: Item) -> None:
    for number, answer in enumerate(item.answers[:MOST_ANSWERS], start=1):
        if item.type == "numerical":
            _number(writer, number, answer)
        else:
            writer.put_text(f"answer {number}", answer.text, TextFormat.PLAIN)
        writer.put_text(f"feedback {number}", answer.feedback)
        if answer.fraction != ALL:
            writer.put_share(f"credit {number}", answer.fraction)
    writer.put("unit", item.unit)
    writer.put_flag("case_sensitive", item.case_sensitive)
    writer.put_flag("yo_sensitive", item.yo_sensitive)


def _number(writer: _Writer, number: int, answer: Answer) -> None:
    writer.put_number(f"answer {number}", answer.text.text)
    if answer.tolerance not in ("", "0"):
        writer.put_number(f"tolerance {number}", answer.tolerance, "%" if answer.relative else "")


def _matching(writer: _Writer, item: Item) -> None:
    for number, pair in enumerate(item.pairs[:MOST_ANSWERS], start=1):
        writer.put_text(f"answer {number}", pair.stem)
        writer.put_text(f"match {number}", pair.answer)


def _ordering(writer: _Writer, item: Item) -> None:
    for number, text in enumerate(item.order[:MOST_ANSWERS], start=1):
        writer.put_text(f"answer {number}", text)
    if item.grading != "relative":
        writer.put("grading", GRADINGS.word(item.grading, writer.language))


def _gap_fill(writer: _Writer, item: Item) -> None:
    writer.put_text("text", Text(write_gaps(item.text, item.gaps), item.text.format))


def _select_words(writer: _Writer, item: Item) -> None:
    gaps = {gap.id: gap for gap in item.gaps}
    in_order = [gaps[each] for each in GAP.findall(item.text.text) if each in gaps]
    writer.put_text(
        "text",
        Text(
            GAP.sub(lambda found: f"[[{gaps[found[1]].right + 1}]]" if found[1] in gaps else found[0], item.text.text),
            item.text.format,
        ),
    )
    for place, text in enumerate(item.words[:MOST_ANSWERS]):
        writer.put_text(f"answer {place + 1}", text)
        writer.put(f"match {place + 1}", _offering(in_order, place))


def _offering(gaps: Sequence[Gap], place: int) -> str:
    """The numbers of the gaps that offer a word, in the order of the text; empty for all, 0 for none."""
    offering = [number for number, gap in enumerate(gaps, start=1) if not gap.offered or place in gap.offered]
    return "" if len(offering) == len(gaps) else ", ".join(map(str, offering)) or "0"


def _essay(writer: _Writer, item: Item) -> None:
    writer.put_text("rubric", item.rubric)
    writer.put_text("model_answer", item.model_answer)
    for number, each in enumerate(item.criteria[:MOST_CRITERIA], start=1):
        writer.put_text(f"criterion {number}", each.text)
        writer.put(f"points {number}", str(each.points))


def _description(_writer: _Writer, _item: Item) -> None:
    """It has nothing of its own."""


_WRITERS: Mapping[str, Callable[[_Writer, Item], None]] = {
    "single_choice": _options,
    "multiple_response": _options,
    "true_false": _true_false,
    "numerical": _typed,
    "short_answer": _typed,
    "matching": _matching,
    "ordering": _ordering,
    "gap_fill": _gap_fill,
    "select_words": _select_words,
    "essay": _essay,
    "description": _description,
}


def _quoted(tag: str) -> str:
    """A tag that a comma does not cut."""
    return '"{}"'.format(tag.replace('"', '""')) if "," in tag or tag.startswith('"') else tag


def in_words(cell: Cell, language: str) -> str:
    """Return a cell as text; what an answer earns is in per cent, with the decimal sign of the language."""
    if isinstance(cell, str):
        return cell
    return f"{percent_of(cell)}%".replace(".", "," if language in COMMA_LANGUAGES else ".")


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula, so that reading gives what it was.

    >>> safe("=1+1"), safe("'=1+1"), safe("'quoted'"), safe("-5,5")
    ("'=1+1", "''=1+1", "'quoted'", '-5,5')
    """
    return f"'{cell}" if looks_like_formula(cell) and not _NUMBER.fullmatch(cell) else cell
