"""Finds the translatable strings of Python files and of templates, where gettext's own tools are not installed.

Python goes through Babel; a template is first turned by Django into Python-like text that holds nothing but its
translatable strings, and then takes the same way. Values in, values out: whoever calls says which files.
"""

import ast
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation.template import templatize

# What each function of django.utils.translation takes: which argument is the text, its plural, its context ("c").
KEYWORDS: dict[str, Any] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENT_TAGS = ("Translators:",)
TEMPLATE_SUFFIXES = frozenset({".html", ".txt", ".xml", ".svg", ".ics"})


@dataclass(frozen=True, order=True)
class Key:
    """What makes a string itself: its context (empty for none) and its words in the source language."""

    context: str
    text: str


@dataclass
class Message:
    """A translatable string, the plural of its source, notes for translators and the files that use it."""

    key: Key
    plural: str = ""
    notes: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


def files_below(root: Path, wanted: Iterable[str], unwanted: Iterable[str] = ()) -> list[Path]:
    """Return the Python files and templates below `root` that match a glob of `wanted` and none of `unwanted`."""
    suffixes = TEMPLATE_SUFFIXES | {".py"}
    found, left_out = ({path for pattern in patterns for path in root.glob(pattern)} for patterns in (wanted, unwanted))
    return sorted(path for path in found - left_out if path.suffix in suffixes and path.is_file())


def messages_in(files: Mapping[str, Path]) -> dict[Key, Message]:
    """Return the messages of the files; the keys of `files` are the names that a catalogue shows."""
    found: dict[Key, Message] = {}
    for name, path in sorted(files.items()):
        source = path.read_text(encoding="utf-8")
        is_python = path.suffix == ".py"
        extracted = messages_of_python(source) if is_python else messages_of_template(source)
        for message in extracted:
            known = found.setdefault(message.key, message)
            known.plural = known.plural or message.plural
            known.notes |= message.notes
            known.files.add(name)
    return found


def messages_of_python(source: str) -> list[Message]:
    """Return the messages of a Python source, also of functions that it imports under another name (`_`)."""
    return _extract(source, {**KEYWORDS, **_aliases(source)})


def messages_of_template(source: str) -> list[Message]:
    """Return the messages of a Django template: translate, blocktranslate, `_("…")`, with contexts and plurals."""
    # Only the strings are left; the indentation of a template means nothing to Python.
    lines = (line.lstrip() for line in templatize(source).splitlines())
    return _extract("\n".join(lines), {**KEYWORDS, "_": None})


def _aliases(source: str) -> dict[str, Any]:
    """`from django.utils.translation import gettext_lazy as _` makes `_` one of the keywords of this file."""
    return {
        name.asname: KEYWORDS[name.name]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.asname and name.name in KEYWORDS
    }


def _extract(source: str, keywords: dict[str, Any]) -> list[Message]:
    # Babel is a tool of developers: it is imported where it is used, so that the product runs without it.
    from babel.messages.extract import extract

    found = extract("python", io.BytesIO(source.encode()), keywords=keywords, comment_tags=COMMENT_TAGS)
    messages: dict[Key, Message] = {}
    for _line, words, notes, context in found:
        text, plural = (words[0], words[1]) if isinstance(words, tuple) else (words, "")
        message = messages.setdefault(Key(context or "", text), Message(Key(context or "", text)))
        message.plural = message.plural or plural
        message.notes |= {" ".join(notes).removeprefix(COMMENT_TAGS[0]).strip()} if notes else set()
    return list(messages.values())
