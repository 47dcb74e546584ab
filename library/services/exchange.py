"""Files for outside translators: taken for many pieces at once, and brought back as a whole or not at all."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from core.errors import DomainError
from library.formats import po
from library.formats.po import Entry, Problem
from library.services.steps import Standing, TranslationError, mark_unread, note_translations
from library.translatables import Piece, Unit, kind_named
from people.models import Account


@dataclass(frozen=True)
class Brought:
    """What came of a file: texts written, their pieces, texts left empty; or what is wrong, and then nothing."""

    texts: int = 0
    pieces: Sequence[Piece] = ()
    left: int = 0
    problems: Sequence[Problem] = field(default_factory=tuple)


def po_of(standings: Iterable[Standing], *, language: str) -> bytes:
    """Return a PO file with all texts of these pieces. Raises TranslationError when there is nothing in them."""
    parts = []
    for standing in standings:
        kind = kind_named(standing.piece.kind)
        units = kind.units(standing.piece, language) if kind else []
        if units:
            parts.append((standing.piece, units))
    if not parts:
        raise TranslationError(_("There is nothing to translate in what you chose."))
    return po.written(parts, language=language)


def bring_po(
    *, content: bytes, language: str, actor: Account, machine: bool = False, only: Collection[tuple[str, str]] = ()
) -> Brought:
    """Take a file that came back: everything in it, or nothing and what is wrong. What knows drafts becomes one.

    `only` names (kind, key) of the pieces it may be about; `machine` marks them as awaiting a native editor.
    """
    file = po.read(content, language=language)
    problems = list(file.problems)
    if not problems and not file.entries:
        problems = [Problem(0, _("Nothing in the file is translated yet."))]
    found, faults = _matched(file.entries, language, only)
    problems += faults
    if problems:
        return _refused(problems)
    try:
        with transaction.atomic():
            for piece, entries in found:
                _write(piece, entries, language, actor, machine=machine)
    except _WritingError as error:
        return _refused([error.problem])
    return Brought(len(file.entries), [piece for piece, _entries in found], file.left)


def _refused(problems: list[Problem]) -> Brought:
    return Brought(problems=sorted(problems, key=lambda each: each.line))


class _WritingError(Exception):
    """A piece refused its words."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


def _matched(
    entries: Sequence[Entry], language: str, only: Collection[tuple[str, str]]
) -> tuple[list[tuple[Piece, list[Entry]]], list[Problem]]:
    """The entries by the pieces they belong to, and those that belong to nothing."""
    by_piece: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        by_piece[entry.kind, entry.key].append(entry)
    found, problems = [], []
    for (kind_name, key), of_piece in by_piece.items():
        kind = kind_named(kind_name)
        piece = next(iter(kind.pieces([key])), None) if kind is not None else None
        if kind is None or piece is None or piece.source == language:
            problems.append(Problem(of_piece[0].line, _("There is nothing here to which this text belongs.")))
        elif only and (kind_name, key) not in only:
            sentence = _("This text belongs to “%(title)s”, which the file was not brought for.")
            problems.append(Problem(of_piece[0].line, sentence % {"title": piece.title}))
        else:
            known = {(unit.place, unit.source) for unit in kind.units(piece, language)}
            problems += [_unknown(entry) for entry in of_piece if (entry.place, entry.source) not in known]
            found.append((piece, of_piece))
    return found, problems


def _unknown(entry: Entry) -> Problem:
    return Problem(entry.line, _("The source does not say this, or no more. Take the file anew."))


def _write(piece: Piece, entries: Sequence[Entry], language: str, actor: Account, *, machine: bool) -> None:
    kind = kind_named(piece.kind)
    if kind is None:
        return
    units = [Unit(entry.place, entry.source, entry.translation) for entry in entries]
    given = {(unit.place, unit.source) for unit in units}
    if not kind.drafts and any(
        not unit.translation and (unit.place, unit.source) not in given for unit in kind.units(piece, language)
    ):
        sentence = _("Translate all of it: readers get it as soon as it is taken.")
        raise _WritingError(Problem(entries[0].line, f"{piece.title}: {sentence}"))
    try:
        kind.write(piece, language, units, actor)
    except (DomainError, ValidationError) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        raise _WritingError(Problem(entries[0].line, f"{piece.title}: {said}")) from error
    note_translations(kind=piece.kind, keys=[piece.key])
    if machine and not kind.own_history:
        mark_unread(kind=kind, key=piece.key, language=language, actor=actor)
    after = {"kind": piece.kind, "key": piece.key, "language": language, "texts": len(entries)}
    record("library.translation_brought", actor=actor, after=after)
