"""Every text of the product with its translations: the catalogues and the content of the demonstration."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polib
import yaml

from core.catalogues.judging import translations_of
from core.management.commands.update_messages import catalogue_path, catalogues
from operations.demo import CONTENT, LANGUAGES

SOURCE, *TRANSLATED = LANGUAGES
# What no reader sees: keys, addresses, kinds.
UNSEEN = {"slug", "code", "leads_to", "image", "address", "stems"}

Pair = tuple[str, str, str]


@cache
def pairs(language: str) -> list[Pair]:
    """Where a text stands, its source and its translation into the language."""
    return [*_catalogue(language), *_content(language)]


def _catalogue(language: str) -> Iterator[Pair]:
    for domain in (domain for each, domain in catalogues() if each == language):
        for entry in polib.pofile(str(catalogue_path(language, domain))):
            for form in translations_of(entry):
                yield f"{domain}.po: {entry.msgid}", f"{entry.msgid} {entry.msgid_plural}".strip(), form


def _content(language: str) -> Iterator[Pair]:
    for path in sorted(Path(CONTENT).rglob("*.yaml")):
        name = path.relative_to(CONTENT).as_posix()
        other = path.with_name(path.name.replace(f".{SOURCE}.", f".{language}."))
        if other == path:
            yield from _side_by_side(_read(path), language, name)
        elif other.exists():
            translated = dict(_texts(_read(other), name))
            for place, text in _texts(_read(path), name):
                yield place, text, translated.get(place, "")


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _side_by_side(node: Any, language: str, place: str) -> Iterator[Pair]:
    """Texts of a file that holds the languages under each other: {"en": …, "ru": …, "be": …} somewhere inside."""
    if isinstance(node, dict) and {SOURCE, language} <= set(node):
        translated = dict(_texts(node[language], place))
        for where, text in _texts(node[SOURCE], place):
            if where in translated:
                yield where, text, translated[where]
    elif isinstance(node, dict | list):
        for key, part in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _side_by_side(part, language, f"{place}/{key}")


def _texts(node: Any, place: str) -> Iterator[tuple[str, str]]:
    """The texts of a node by where they stand."""
    if isinstance(node, str):
        yield place, node
    elif isinstance(node, dict | list):
        for key, part in node.items() if isinstance(node, dict) else enumerate(node):
            if key not in UNSEEN:
                yield from _texts(part, f"{place}/{key}")
