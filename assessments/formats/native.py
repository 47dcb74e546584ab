"""The academy's own JSON: what loses nothing, and what is easy to write by hand. docs/question-formats.md describes it.

    {"format": "academy-questions", "version": 1, "questions": [{"type": "single_choice", …}, …], "files": {…}}

A question says what is right either by `structure` and `texts` (the words by language, as the bank keeps them) or by
`answers` with a fraction each:

    {"type": "single_choice", "stem": "…", "answers": [{"text": "12", "fraction": 1}, {"text": "9", "fraction": 0}]}
    {"type": "true_false", "stem": "…", "answers": [{"text": "true", "fraction": 0}, {"text": "false", "fraction": 1}]}
    {"type": "numerical", "stem": "…", "answers": [{"text": "50.8", "tolerance": "0.1", "fraction": 1}]}
    {"type": "short_answer", "stem": "…", "answers": [{"text": "refugee*", "fraction": 1}]}
    {"type": "matching", "stem": "…", "pairs": [{"stem": "Refugee", "answer": "Fled persecution"}, …]}
    {"type": "ordering", "stem": "…", "order": ["first", "second", "third"]}
    {"type": "essay", "stem": "…"}

A pair with an empty stem is an answer that fits nothing (a distractor). Gap fill (also called cloze) and select words
come with `structure` and `texts` (or `words`, those of one language).

A multiple response whose fractions differ or include a penalty earns the sum of what is chosen; otherwise the fractions
only say which are right and the type's own rule decides.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.errors import QuestionError
from assessments.formats.from_bank import item_of
from assessments.formats.item import NO_TEXT, Answer, Item, Pair, Problem, Text, TextFormat
from assessments.formats.limits import check_number
from assessments.formats.text_files import text_in
from assessments.formats.to_bank import BankQuestion, banked
from assessments.marking import part_in
from assessments.question_types import TYPES
from core.errors import FormatError

NAME, VERSION = "academy-questions", 1
MOST_PARTS = 1_000  # more than any type takes, so that a million are not looked through one by one
OTHER_NAMES = {"cloze": "gap_fill"}
QUESTIONS = re.compile(r'"questions"\s*:\s*\[')
SOURCE = re.compile(r'src="([^"]+)"')


def read_native(content: bytes, language: str) -> tuple[list[BankQuestion], list[Problem]]:
    """Return the questions of a file and what is wrong in it, with lines.

    `language` is that of questions that name none. Raises FormatError when nothing can be read, and RecursionError when
    there is more within each other than can be looked through.
    """
    text = text_in(content)
    data = _loaded(text)
    check_number(len(_entries_of(data)))
    data = _storable(data)
    entries, files = _entries_of(data), _files_of(data)
    lines = _lines_of(text)
    found: list[BankQuestion] = []
    errors: list[Problem] = []
    for entry in entries:
        line = next(lines, 1)
        try:
            question = read_entry(entry, language)
        except QuestionError as error:
            errors.append(Problem(line, str(error)))
        else:
            found.append(replace(question, line=line, files=_named_in(question, files)))
    return found, errors


def read_entry(data: Any, language: str) -> BankQuestion:
    """Return the question in a JSON object; raises QuestionError when it could not be asked or marked."""
    name = type_in(data)
    if not data.get("structure") and not isinstance(data.get("texts"), Mapping):
        return banked(simple_item(data, name), language)
    texts = data.get("texts") or {language: data.get("words") or {}}
    if not isinstance(texts, Mapping) or not all(isinstance(each, Mapping) for each in texts.values()):
        raise QuestionError(_("The texts of a question are an object with an object for each language."))
    structure = data.get("structure") or {}
    if not isinstance(structure, Mapping):
        raise QuestionError(_("The structure of a question is an object."))
    TYPES[name].check_structure(structure)
    for words in texts.values():
        TYPES[name].check_words(structure, words)
    return BankQuestion(
        type=name,
        structure=dict(structure),
        words={str(spoken): dict(words) for spoken, words in texts.items()},
        name=_words(data, "name"),
        code=_words(data, "code"),
        category=_list(data, "category"),
        tags=_list(data, "tags"),
        objective=_words(data, "objective"),
        source=_words(data, "source"),
        unverified=data.get("unverified") is True,
        review_on=_words(data, "review_on"),
    )


def write_native(questions: Sequence[BankQuestion]) -> bytes:
    """Return a file that loses nothing. Beside the structure stands what a reader looks for, in one language."""
    files = {name: content for each in questions for name, content in each.files.items()}
    written = {
        "format": NAME,
        "version": VERSION,
        "questions": [_written(each) for each in questions],
        "files": {name: base64.b64encode(content).decode() for name, content in sorted(files.items())},
    }
    return (json.dumps(written, ensure_ascii=False, indent=1) + "\n").encode()


def type_in(data: Any) -> str:
    """Return the type of a question in a file by the academy's name for it; raises QuestionError for another."""
    named = data.get("type") if isinstance(data, Mapping) else data
    name = OTHER_NAMES.get(named, named) if isinstance(named, str) else named
    if not isinstance(name, str) or not isinstance(data, Mapping) or name not in TYPES:
        raise QuestionError(_("There is no question type “%(type)s”.") % {"type": named})
    return name


def simple_item(data: Mapping[str, Any], name: str) -> Item:
    """Return the item in a question that says what is right by answers, pairs or an order."""
    answers = _objects(data, "answers", _("The answers of a question are a list of objects with text and fraction."))
    pairs = _objects(data, "pairs", _("The pairs of a question are a list of objects with stem and answer."))
    order = data.get("order") or []
    if not isinstance(order, list):
        raise QuestionError(_("The order of a question is a list of texts."))
    return Item(
        type=name,
        stem=_text(data, "stem", data.get("stem_format")),
        name=_words(data, "name"),
        answers=_meant(name, [_answer(each) for each in answers]),
        pairs=tuple(Pair(_text(each, "stem"), _text(each, "answer")) for each in pairs),
        order=tuple(Text(str(each)) for each in order),
        grading=str(data.get("grading") or "relative"),
        unit=_words(data, "unit"),
        case_sensitive=data.get("ignore_case") is False,
        yo_sensitive=data.get("ignore_yo") is False,
        general_feedback=_text(data, "general_feedback"),
        hints=tuple(Text(each) for each in _list(data, "hints")),
        category=_list(data, "category"),
        tags=_list(data, "tags"),
        identifier=_words(data, "code"),
    )


def _answer(data: Mapping[str, Any]) -> Answer:
    tolerance = data.get("tolerance")
    return Answer(
        text=_text(data, "text", data.get("format")),
        fraction=_fraction(data),
        feedback=_text(data, "feedback"),
        tolerance="" if tolerance is None else str(tolerance),
        relative=data.get("relative") is True,
        last=data.get("last") is True,
    )


def _meant(name: str, answers: list[Answer]) -> tuple[Answer, ...]:
    """The answers with the fractions that are meant where fractions only say which are right."""
    right = {each.fraction for each in answers if each.fraction > 0}
    if name == "single_choice" and len(right) == 1:
        return tuple(replace(each, fraction=Fraction(each.fraction > 0)) for each in answers)
    if name in {"numerical", "short_answer"}:
        return tuple(each for each in answers if each.fraction > 0 or each.feedback)
    if name != "multiple_response" or len(right) != 1 or any(each.fraction < 0 for each in answers):
        return tuple(answers)
    hits = sum(each.fraction > 0 for each in answers)
    misses = len(answers) - hits
    share, penalty = Fraction(1, hits), Fraction(-1, misses or 1)
    return tuple(replace(each, fraction=share if each.fraction > 0 else penalty) for each in answers)


def _written(question: BankQuestion) -> dict[str, Any]:
    language = "en" if "en" in question.words else min(question.words)
    return {
        **item_of(question, language).as_json(),
        "code": question.code,
        "objective": question.objective,
        "source": question.source,
        "unverified": question.unverified,
        "review_on": question.review_on,
        "structure": question.structure,
        "texts": dict(sorted(question.words.items())),
    }


def _loaded(text: str) -> Any:
    if not text.strip():
        raise FormatError(_("The file is empty."))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(_("The file is not JSON: %(fault)s.") % {"fault": error.msg}, error.lineno) from error
    except ValueError as error:
        raise FormatError(_("A number in the file is too long.")) from error
    except RecursionError as error:
        raise FormatError(_("The file has too many parts within each other.")) from error


def _storable(value: Any) -> Any:
    """The value without what JSON can carry and no database keeps: zeros, and halves of a pair of surrogates."""
    if isinstance(value, dict):
        return {_storable(name): _storable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_storable(each) for each in value]
    if isinstance(value, str):
        return value.replace("\0", "").encode(errors="replace").decode()
    return value


def _entries_of(data: Any) -> list[Any]:
    entries = data.get("questions") if isinstance(data, Mapping) else data
    if not isinstance(entries, list):
        raise FormatError(_("The file needs a list called “questions”."))
    version = data.get("version", VERSION) if isinstance(data, Mapping) else VERSION
    if version != VERSION:
        raise FormatError(_("The file is of version %(version)s; version 1 can be read.") % {"version": version})
    return entries


def _files_of(data: Any) -> dict[str, bytes]:
    files = data.get("files") if isinstance(data, Mapping) else None
    if files is None:
        return {}
    try:
        return {str(name): base64.b64decode(content, validate=True) for name, content in files.items()}
    except (AttributeError, TypeError, ValueError, binascii.Error) as error:
        raise FormatError(_("The files are an object with the content of each in base64.")) from error


def _lines_of(text: str) -> Iterator[int]:
    """The line of each question, for as long as they can be found."""
    start = QUESTIONS.search(text)
    place, line, counted = (start.end() if start else text.find("[") + 1), 1, 0
    decoder = json.JSONDecoder()
    while True:
        while place < len(text) and text[place] in " \t\r\n,":
            place += 1
        line, counted = line + text.count("\n", counted, place), place
        try:
            place = decoder.raw_decode(text, place)[1]
        except (ValueError, RecursionError):
            return
        yield line


def _named_in(question: BankQuestion, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that the words of a question name."""
    if not files:
        return {}
    named = set(SOURCE.findall(json.dumps(question.words, ensure_ascii=False).replace('\\"', '"')))
    return {name: content for name, content in files.items() if name in named}


def _fraction(answer: Mapping[str, Any]) -> Fraction:
    try:
        return part_in(answer.get("fraction", 0)).limit_denominator(1_000_000)
    except ValueError as error:
        raise QuestionError(_("The fraction of an answer must be a number.")) from error


def _objects(data: Mapping[str, Any], name: str, refusal: str) -> list[Mapping[str, Any]]:
    found = data.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise QuestionError(refusal)
    if len(found) > MOST_PARTS:
        raise QuestionError(_("A question has at most 1,000 answers or pairs."))
    return found


def _text(data: Mapping[str, Any], name: str, written: Any = None) -> Text:
    value = data.get(name)
    known = {each.value for each in TextFormat}
    return Text(str(value), TextFormat(written if written in known else "plain")) if value else NO_TEXT


def _words(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return "" if value is None else str(value).strip()


def _list(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = data.get(name)
    return tuple(str(each).strip() for each in value if str(each).strip()) if isinstance(value, list) else ()
