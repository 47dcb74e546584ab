"""The second sheet of a table of questions: what each column and each type is for."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.formats.tables.cells import Row, in_words, keys_of, row_of, safe
from assessments.formats.tables.columns import COLUMNS, TYPES, heading_of
from assessments.formats.tables.examples import examples
from core.blanks import add_texts

EXPLAINED: Mapping[str, str | Promise] = {
    "single_choice": gettext_lazy("An answer for each option. Write x as the credit of the right one."),
    "multiple_response": gettext_lazy(
        "An answer for each option. Write x as the credit of each right one: they share everything, and each wrong one "
        "takes off its share. Write per cent to say it yourself."
    ),
    "true_false": gettext_lazy("The question is a statement. Answer 1 says whether it is true or false."),
    "matching": gettext_lazy(
        "In each pair the answer is the line and the match what belongs to it. A match without a line fits none."
    ),
    "ordering": gettext_lazy("The answers in their right order."),
    "numerical": gettext_lazy("Accepted numbers, each with its tolerance."),
    "short_answer": gettext_lazy("Accepted texts. An asterisk (*) stands for any text."),
    "gap_fill": gettext_lazy("A text with gaps as Moodle writes them. The answers stand in the text."),
    "select_words": gettext_lazy(
        "A text with [[1]] where answer 1 belongs. Answers that the text does not name are offered as well."
    ),
    "essay": gettext_lazy("A person marks the answer. A rubric, criteria with points and a model answer help."),
    "description": gettext_lazy("A text that asks nothing."),
}


def write_guide(workbook: Any, language: str) -> None:
    """Add the sheet to a workbook, in the active language; `language` is that of the headings."""
    lines = [(_("Column"), _("What to write"), ""), *_columns(language)]
    types = [(_("Type"), _("How to fill in"), _("Example")), *_types(language)]
    add_texts(
        workbook,
        title=_("How to fill this in"),
        widths=(30, 60, 90),
        lines=[[safe(cell) for cell in cells] for cells in (*lines, (), *types)],
        headings={0, len(lines) + 1},
    )


def _columns(language: str) -> Iterable[tuple[str, str, str]]:
    for column in COLUMNS:
        first = column.heading(language, 1 if column.most else 0)
        yield (f"{first} … {column.most}" if column.most else first, str(column.explained), "")


def _types(language: str) -> Iterable[tuple[str, str, str]]:
    for example in examples(language):
        yield (
            TYPES.word(example.type, language),
            str(EXPLAINED[example.type]),
            _shown(row_of(example, language), language),
        )


def _shown(row: Row, language: str) -> str:
    """The filled cells of an example, line by line."""
    keys = [key for key in keys_of([row]) if key in row and key not in ("code", "language", "name", "type", "category")]
    return "\n".join(f"{heading_of(key, language)}: {in_words(row[key], language)}" for key in keys)
