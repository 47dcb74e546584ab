"""Every format by its name; what was understood of a file; a file with questions of the bank."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.errors import QuestionError
from assessments.formats import aiken, gift, moodle, qti, qti12, tables, word
from assessments.formats.from_bank import item_of
from assessments.formats.item import Item, Problem, Reading
from assessments.formats.limits import check_number
from assessments.formats.native import read_native, write_native
from assessments.formats.sources import with_sources
from assessments.formats.to_bank import BankQuestion, banked
from assessments.question_types.texts import clean_words, lost_markup
from core.errors import FormatError

MAX_BYTES = 20 * 1024 * 1024
NATIVE = "json"


@dataclass(frozen=True)
class Format:
    """A format. `read` and `write` are None where it is not read or not written; the native one is read by itself.

    `write` takes the items and the language of headings. `every_language` says that one file holds all of them.
    """

    name: str
    label: str | Promise
    extension: str
    read: Callable[[bytes], Reading] | None = None
    write: Callable[[Sequence[Item], str], bytes] | None = None
    carries: frozenset[str] = frozenset()
    lost: Callable[[Item], list[str]] | None = None
    every_language: bool = False


FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(NATIVE, gettext_lazy("Academy JSON: loses nothing"), "json", every_language=True),
        Format(
            "xlsx",
            gettext_lazy("Excel table"),
            "xlsx",
            tables.read,
            tables.write_xlsx,
            tables.CARRIES,
            tables.lost,
            every_language=True,
        ),
        Format(
            "csv",
            gettext_lazy("CSV table"),
            "csv",
            tables.read,
            tables.write_csv,
            tables.CARRIES,
            tables.lost,
            every_language=True,
        ),
        Format(
            "moodlexml",
            gettext_lazy("Moodle XML"),
            "xml",
            moodle.read,
            lambda items, _language: moodle.write(items),
            moodle.CARRIES,
            moodle.lost,
        ),
        Format(
            "gift",
            gettext_lazy("GIFT (Moodle)"),
            "txt",
            gift.read,
            lambda items, _language: gift.write(items),
            gift.CARRIES,
            gift.lost,
        ),
        Format(
            "aiken",
            gettext_lazy("Aiken"),
            "txt",
            aiken.read,
            lambda items, _language: aiken.write(items),
            aiken.CARRIES,
            aiken.lost,
        ),
        Format(
            "qti",
            gettext_lazy("QTI 2.1, 2.2 and 3.0"),
            "zip",
            qti.read,
            lambda items, _language: qti.write(items),
            qti.CARRIES,
            qti.lost,
        ),
        Format(
            "docx",
            gettext_lazy("Word document"),
            "docx",
            word.read,
            lambda items, _language: word.write(items),
            word.CARRIES,
            word.lost,
        ),
        Format("qti12", gettext_lazy("QTI 1.2 (Canvas, Common Cartridge)"), "zip", qti12.read),
    )
}


class Understanding(NamedTuple):
    """What was understood of a file, and what was not."""

    questions: list[BankQuestion]
    errors: list[Problem]


class Written(NamedTuple):
    """A file, and what could not go into it: a sentence for each, with the name of the question."""

    content: bytes
    lost: list[tuple[str, str]]


def understood(name: str, content: bytes, language: str) -> Understanding:
    """Return the questions of a file in a format, those of several languages as one, and what is wrong in it.

    `language` is that of texts that name none. Never raises: a file of which nothing can be read is one error.
    """
    try:
        questions, errors = _read(name, content, language)
        check_number(len(questions))
    except FormatError as error:
        return Understanding([], [Problem(error.line, error.message)])
    except RecursionError:
        return Understanding([], [Problem(1, _("The file has too many parts within each other."))])
    if not questions and not errors:
        return Understanding([], [Problem(1, _("There is no question in the file."))])
    together, misfits = merged(map(_with_cleaning_told, questions))
    return Understanding(together, sorted([*errors, *misfits], key=lambda each: each.line))


def _read(name: str, content: bytes, language: str) -> tuple[list[BankQuestion], list[Problem]]:
    if len(content) > MAX_BYTES:
        raise FormatError(_("The file is larger than 20 MB. Split it into smaller ones."))
    if not content.strip():
        raise FormatError(_("The file is empty."))
    reader = FORMATS[name].read
    if reader is None:
        return read_native(content, language)
    reading = reader(content)
    questions, errors = [], list(reading.errors)
    for item in reading.items:
        try:
            questions.append(banked(item, language))
        except QuestionError as error:
            errors.append(Problem(item.line, str(error)))
    return questions, errors


def _with_cleaning_told(question: BankQuestion) -> BankQuestion:
    """The question with a warning when its HTML holds what is taken out before it is saved."""
    sources = dict.fromkeys(question.files, "image:0")
    every = [with_sources(words, sources) for words in question.words.values()]
    if not any(lost_markup(words, clean_words(words)) for words in every):
        return question
    sentence = _("The HTML was cleaned: scripts, frames, pictures from elsewhere and the like are not taken over.")
    return replace(question, warnings=(*question.warnings, sentence))


def merged(questions: Iterable[BankQuestion]) -> tuple[list[BankQuestion], list[Problem]]:
    """Return questions with the languages of each brought together, and what does not fit.

    The same question in another language has the same code, or else the same name in the same category, and its
    answers are the same ones in the same order. Two questions of one language are two questions, whatever they are
    called.
    """
    together: list[BankQuestion] = []
    places: dict[tuple[str, ...], int] = {}
    problems: list[Problem] = []
    for question in questions:
        key = key_of(question)
        place = places.get(key) if key else None
        if place is None or together[place].words.keys() & question.words.keys():
            if key:
                places[key] = len(together)
            together.append(question)
        elif _fits(together[place], question):
            together[place] = _joined(together[place], question)
        else:
            problems.append(Problem(question.line, misfit(question)))
    return together, problems


def key_of(question: BankQuestion) -> tuple[str, ...]:
    """Return by what a question is recognised in another language; nothing when it has neither code nor name."""
    if question.code:
        return (question.code,)
    return (*question.category, question.name) if question.name else ()


def misfit(question: BankQuestion) -> str:
    """Return the sentence about a language whose answers are others."""
    return _(
        "“%(name)s” has other answers, or other right ones, than in the language before. All languages of a question "
        "have the same answers in the same order."
    ) % {"name": question.name or question.code}


def _fits(one: BankQuestion, other: BankQuestion) -> bool:
    return one.type == other.type and one.structure == other.structure


def _joined(one: BankQuestion, other: BankQuestion) -> BankQuestion:
    return replace(
        one,
        words={**one.words, **other.words},
        tags=tuple(dict.fromkeys([*one.tags, *other.tags])),
        warnings=(*one.warnings, *other.warnings),
        files={**one.files, **other.files},
    )


def written(name: str, questions: Sequence[BankQuestion], language: str) -> Written:
    """Return a file in a format with all questions that it can carry, and what is lost.

    A question that is not written in `language` goes in the first language that it has. Raises FormatError for a format
    that is only read.
    """
    form = FORMATS[name]
    if name == NATIVE:
        return Written(write_native(questions), [])
    if form.write is None:
        raise FormatError(_("%(format)s is only read, not written.") % {"format": form.label})
    lost: list[tuple[str, str]] = []
    items: list[Item] = []
    for question in questions:
        told = question.code or question.name
        if question.type not in form.carries:
            lost.append((told, _("This type of question cannot be written as %(format)s.") % {"format": form.label}))
            continue
        spoken = languages_of(question, language, every=form.every_language)
        own = [item_of(question, each) for each in spoken]
        lost.extend((told, sentence) for sentence in _losses(form, question, own))
        items.extend(own)
    return Written(form.write(items, language), lost)


def _losses(form: Format, question: BankQuestion, items: Sequence[Item]) -> list[str]:
    """What a format cannot say of a question, each once."""
    found = [sentence for item in items for sentence in (form.lost(item) if form.lost else [])]
    if len(items) < len(question.words):
        found.append(_("Only one language is in the file."))
    return list(dict.fromkeys(found))


def languages_of(question: BankQuestion, language: str, *, every: bool) -> list[str]:
    """Return the languages in which a question goes into a file: the one asked for, else English, else another."""
    found = [each for each in dict.fromkeys([language, "en", *question.words]) if each in question.words]
    return found if every else found[:1]
