"""Texts for a translator as a PO file, and back: bytes in, entries and sentences about faults out.

`msgctxt` says where a text stands: "<kind>/<key>/<place>". The header names the two languages, so that a file cannot be
taken for another.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polib
from django.utils.translation import gettext as _

from core.catalogues.judging import placeholders
from library.translatables import Piece, Unit

MOST_BYTES = 5 * 1024 * 1024
LANGUAGE, SOURCE = "X-Academy-Language", "X-Academy-Source"
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b([^>]*)>")
_ID = re.compile(r"\bid=[\"']?([A-Za-z0-9]+)")
_LINE = re.compile(r"\(line (\d+)\)")


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file, and in which line (0: in all of it)."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Entry:
    """A translated text of a file."""

    line: int
    kind: str
    key: str
    place: str
    source: str
    translation: str


@dataclass(frozen=True)
class PoFile:
    """What a file holds: translated entries, how many are left empty or unsure, and what is wrong."""

    entries: Sequence[Entry]
    left: int
    problems: Sequence[Problem]


def written(parts: Iterable[tuple[Piece, Sequence[Unit]]], *, language: str) -> bytes:
    """Return the file for a translator: every text with what stands there today."""
    file = polib.POFile(wrapwidth=0)
    file.metadata = {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
    }
    for piece, units in parts:
        file.metadata |= {LANGUAGE: language, SOURCE: piece.source}
        for unit in units:
            file.append(
                polib.POEntry(
                    msgid=unit.source,
                    msgstr=unit.translation,
                    msgctxt=f"{piece.kind}/{piece.key}/{unit.place}",
                    comment=f"{piece.title}: {piece.labels.get(unit.place, '')}".rstrip(": "),
                )
            )
    return str(file).encode()


def read(content: bytes, *, language: str) -> PoFile:
    """Read a file that came back. A file that is none, is too large, or is for another language has one problem."""
    fault = _fault_of_all(content)
    if fault:
        return PoFile([], 0, [Problem(0, fault)])
    try:
        file = polib.pofile(content.decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        line = _LINE.search(str(error))
        return PoFile([], 0, [Problem(int(line[1]) if line else 0, _("This is no PO file, or it is damaged here."))])
    named = file.metadata.get(LANGUAGE, "")
    if named != language:
        return PoFile([], 0, [Problem(0, _for_another(named))])
    return _read(file)


def _for_another(language: str) -> str:
    if not language:
        return _("The file does not say for which language it is: it was not taken from here.")
    return _("The file is for another language (%(language)s).") % {"language": language}


def _fault_of_all(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        return _("The file is larger than 5 MB. Take the texts in several files.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _("The file is not in UTF-8. Save it as UTF-8 and bring it again.")
    # polib takes a line without a break for the name of a file.
    if "msgid" not in text or "\n" not in text or "\x00" in text:
        return _("This is no PO file, or it is damaged here.")
    return ""


def _read(file: polib.POFile) -> PoFile:
    entries, problems, left = [], [], 0
    seen: dict[tuple[str, str], str] = {}
    for each in file:
        if each.obsolete:
            continue
        if not each.msgstr.strip() or "fuzzy" in each.flags:
            left += 1
            continue
        place = (each.msgctxt or "").split("/", 2)
        if len(place) != len(("kind", "key", "place")):
            problems.append(Problem(each.linenum, _("This text does not say where it belongs (msgctxt).")))
            continue
        faults = _faults(each.msgid, each.msgstr)
        if seen.setdefault((each.msgctxt, each.msgid), each.msgstr) != each.msgstr:
            faults.append(_("The same text is translated twice, each time otherwise."))
        problems += [Problem(each.linenum, sentence) for sentence in faults]
        kind, key, where = place
        entries.append(Entry(each.linenum, kind, key, where, each.msgid, each.msgstr))
    return PoFile(entries, left, problems)


def _faults(source: str, translation: str) -> list[str]:
    """Sentences about what a translation lost or broke: placeholders, links, markup."""
    faults = []
    if placeholders(source) != placeholders(translation):
        faults.append(_("The placeholders are not those of the source."))
    if not _is_whole(translation):
        faults.append(_("The markup is broken: a tag is not closed, or closed twice."))
    elif _links(source) != _links(translation):
        faults.append(_("The links are not those of the source: keep the tag of each link as it is."))
    elif not _tags(translation) <= _tags(source) | {"b", "i", "em", "strong", "br"} or not _attributes(
        translation
    ) <= _attributes(source):
        faults.append(_("There is markup that the source does not have."))
    return faults


def _tags(text: str) -> set[str]:
    return {found[2].lower() for found in _TAG.finditer(text)}


def _attributes(text: str) -> set[str]:
    """What stands in tags beside their names: a translator changes none of it."""
    return {found[3].strip(" /") for found in _TAG.finditer(text)} - {""}


def _links(text: str) -> Counter[str]:
    """How often each link stands in a text; their addresses are not for translators."""
    links = [found for found in _TAG.finditer(text) if found[2].lower() == "a" and not found[1]]
    return Counter("".join(_ID.findall(found[3])) or found[3].strip() for found in links)


def _is_whole(text: str) -> bool:
    """Whether every tag is closed, in order."""
    open_tags: list[str] = []
    for found in _TAG.finditer(text):
        name = found[2].lower()
        if name in {"br", "hr", "img", "embed"} or found[3].endswith("/"):
            continue
        if not found[1]:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            return False
    return not open_tags
