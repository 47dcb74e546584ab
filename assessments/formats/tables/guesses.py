"""The type of a question whose row names none, where the answers leave no doubt."""

import re
from collections.abc import Callable
from fractions import Fraction

from assessments.formats.tables.answers import WORD_GAP
from assessments.formats.tables.columns import TRUTHS
from assessments.formats.tables.rows import ALL, Row

_EMBEDDED = re.compile(r"\{[0-9]{0,9}:[A-Z_]{2,20}:")


def guessed_type(row: Row) -> str | None:
    """Return the only type that a row can be; None when there are several or none."""
    return next((name for name, is_it in _SIGNS_OF_TYPE if is_it(row)), None)


def _answers_of(row: Row) -> dict[int, str]:
    return {number: row.cells[f"answer {number}"] for number in row.numbers("answer")}


def _gapped(row: Row) -> str:
    return row.cells.get("text") or row.cells.get("question", "")


def _is_true_or_false(row: Row) -> bool:
    said = [TRUTHS.meaning(each) for each in _answers_of(row).values()]
    if not said:
        return bool(TRUTHS.meaning(row.cells.get("right", "")))
    return None not in said and len(said) == len(set(said))


def _right_options(row: Row) -> list[Fraction]:
    """What the options earn that earn something; nothing when it is uncertain that there are options."""
    answers = _answers_of(row)
    if len(answers) < 2:  # noqa: PLR2004 – an option is one of several
        return []
    asked, noted = set(row.asked), list(row.problems)
    earned = [each for each in row.credits(answers).values() if each is not None]
    if not row.numbers("credit") and "right" in row.cells:
        earned = [ALL for _place in row.places("right", answers)]
    row.asked, row.problems = asked, noted
    return [] if any(each < 0 for each in earned) else [each for each in earned if each > 0]


def _is_single_choice(row: Row) -> bool:
    right = _right_options(row)
    return right.count(ALL) == 1 and (len(right) == 1 or sum(right) > ALL)


def _is_multiple_response(row: Row) -> bool:
    right = _right_options(row)
    return len(right) > 1 and (right.count(ALL) == len(right) or sum(right) == ALL)


def _is_short_answer(row: Row) -> bool:
    answers = _answers_of(row) or {1: row.cells.get("right", "")}
    return len(answers) == 1 and any(sign.isalpha() for sign in next(iter(answers.values())))


_SIGNS_OF_TYPE: tuple[tuple[str, Callable[[Row], bool]], ...] = (
    ("gap_fill", lambda row: bool(_EMBEDDED.search(_gapped(row)))),
    ("select_words", lambda row: bool(WORD_GAP.search(_gapped(row)) and row.numbers("answer"))),
    ("matching", lambda row: bool(row.numbers("match"))),
    ("ordering", lambda row: "grading" in row.cells),
    ("numerical", lambda row: bool(row.numbers("tolerance") or "unit" in row.cells)),
    ("essay", lambda row: bool(row.cells.keys() & {"rubric", "model_answer"} or row.numbers("criterion"))),
    ("true_false", _is_true_or_false),
    ("single_choice", _is_single_choice),
    ("multiple_response", _is_multiple_response),
    ("short_answer", _is_short_answer),
)
