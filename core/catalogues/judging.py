"""Says what is wrong with a translation: what a person who reads only that language would stumble over."""

import re
from collections import Counter
from functools import cache
from html import unescape
from pathlib import Path

import polib

PLURAL_COUNT = 4
LEAST_CYRILLIC = 0.9

# Names that are written in Latin letters in every language.
LATIN_NAMES = (
    *(
        "API",
        "CMS",
        "CSV",
        "Educational Testing Service",
        "Excel",
        "HTML",
        "HTTP",
        "HTTPS",
        "IANA",
        "ICS",
        "IP",
        "IPv4",
        "IPv6",
        "JavaScript",
        "JSON",
        "MP4",
        "PDF",
        "PIN",
        "PO",
    ),
    *(
        "QR",
        "SHA-256",
        "Unicode",
        "URL",
        "UTC",
        "UTF-8",
        "UUID",
        "Wagtail",
        "WebAuthn",
        "WebM",
        "WebVTT",
        "XLSX",
        "XML",
        "ZIP",
    ),
    # Formats of questions, and the programs that write them.
    *("1EdTech", "Aiken", "Blackboard", "Canvas", "Common Cartridge", "GIF", "GIFT", "Google", "JPEG", "LibreOffice"),
    *("Markdown", "Moodle", "PNG", "QTI", "WebP", "windows-1251"),
    # Where certificates go, and the standard of a record of many.
    *("Comprehensive Learner Record", "LinkedIn", "SVG"),
)

_PLACEHOLDER = re.compile(r"%\((?P<name>\w+)\)(?P<kind>[-#0 +]*\d*(?:\.\d+)?[sdfir])|%%|%[sdfir]|\{\w*\}")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|&\w+;")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|(?<!\w)/[\w/<>.-]+|\b[A-Z][a-z]+/[A-Z][a-z]+\b")
_LATIN_NAME = re.compile(rf"\b(?:{'|'.join(map(re.escape, LATIN_NAMES))})\b")
# A file's ending (.xlsx), a word of a file format or a command in quotation marks («questions», «manage.py prepare»)
# and the name of a setting are the same in every language.
_FORMAT_WORD = re.compile(r"(?<!\w)\.[a-z]{2,5}\b|«[a-z_. ]+»|\b[A-Z]+(?:_[A-Z]+)+\b")
_OTHER_QUOTES = re.compile(r"[\"“”„‟‹›]")


# Texts that somebody looked at and that may stay as they are, a line each: of the interface, of pages and questions,
# and translations that say a term in another way.
REVIEWED = Path(__file__).with_name("reviewed.txt")
REVIEWED_CONTENT = Path(__file__).with_name("reviewed_content.txt")
REVIEWED_TERMS = Path(__file__).with_name("reviewed_terms.txt")


@cache
def reviewed(file: Path = REVIEWED) -> frozenset[str]:
    """Return the texts of a list."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def translations_of(entry: polib.POEntry) -> list[str]:
    """Return the translation of an entry, or each of its plural forms."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def faults(entry: polib.POEntry, may_equal: frozenset[str]) -> list[str]:
    """Return what is wrong with the translation of an entry; `may_equal` holds reviewed texts that stay as they are."""
    forms = translations_of(entry)
    if "fuzzy" in entry.flags or not all(form.strip() for form in forms):
        return ["not translated"]
    if entry.msgid_plural and len(forms) != PLURAL_COUNT:
        return ["a plural form is missing"]
    return [fault for form in forms for fault in _faults_of_form(entry, form, may_equal)]


def _faults_of_form(entry: polib.POEntry, form: str, may_equal: frozenset[str]) -> list[str]:
    reviewed = form in may_equal
    checks = {
        "equal to its source": form in {entry.msgid, entry.msgid_plural} and cyrillic_share(form) < 1 and not reviewed,
        "other placeholders": not _same_placeholders(entry, form),
        "other tags": Counter(_TAG.findall(form)) != Counter(_TAG.findall(entry.msgid)),
        "too few Cyrillic letters": cyrillic_share(form) < LEAST_CYRILLIC and not reviewed,
        "other quotation marks than «…»": bool(_OTHER_QUOTES.search(_TAG.sub("", form))),
        "other white space at an end": _ends(form) != _ends(entry.msgid),
    }
    return [fault for fault, found in checks.items() if found]


def _same_placeholders(entry: polib.POEntry, form: str) -> bool:
    """Every plural form names all values of the source: the form of "one person" also serves 21 people."""
    return placeholders(form) == placeholders(entry.msgid) | placeholders(entry.msgid_plural)


def placeholders(text: str) -> Counter[str]:
    """Return how often each placeholder stands in a text: `%(name)s`, `%s`, `{name}`, and `%%`."""
    return Counter(match.group() for match in _PLACEHOLDER.finditer(text))


def cyrillic_share(text: str) -> float:
    """Return the share of Cyrillic among the letters, placeholders, tags, addresses and Latin names aside; 1 for none.

    >>> cyrillic_share("Скачать PDF для %(name)s")
    1.0
    """
    for pattern in (_PLACEHOLDER, _TAG, _ADDRESS, _FORMAT_WORD, _LATIN_NAME):
        text = pattern.sub(" ", text)
    letters = [character for character in text if character.isalpha()]
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in letters)
    return cyrillic / len(letters) if letters else 1.0


def without_tags(text: str) -> str:
    """Return a text without its tags and entities, in one line.

    >>> without_tags("<p>Care is <b>owed</b>.</p>")
    'Care is owed.'
    """
    return " ".join(unescape(re.sub(r"</?[a-zA-Z][^>]*>", " ", text)).split()).replace(" .", ".")


def _ends(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()
