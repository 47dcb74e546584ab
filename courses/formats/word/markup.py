"""Paragraphs and lists of Word as the rich text of a lesson."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import NamedTuple

from core.docx import NoteMark, Paragraph, Picture, Run


class Point(NamedTuple):
    """A point of a list: how deep it stands, whether its list is numbered, its rich text."""

    level: int
    ordered: bool
    html: str


def html_of(content: Iterable[Run | Picture | NoteMark]) -> str:
    """Return the inside of a paragraph; the place of a note becomes the number of its source.

    >>> html_of([Run("a < b", bold=True), NoteMark(0)])
    '<b>a &lt; b</b> [1]'
    """
    return "".join(map(_html, content)).strip()


def _html(each: Run | Picture | NoteMark) -> str:
    if isinstance(each, NoteMark):
        return f" [{each.place + 1}]"
    if isinstance(each, Picture):
        return ""
    html = escape(each.text, quote=False).replace("\t", " ").replace("\n", "<br/>")
    for tag, is_so in (("i", each.italic), ("b", each.bold)):
        if is_so and html.strip():
            html = f"<{tag}>{html}</{tag}>"
    return f'<a href="{escape(each.link)}">{html}</a>' if each.link else html


def paragraph(html: str) -> str:
    """Return a paragraph; nothing for one that is empty."""
    return f"<p>{html}</p>" if html else ""


def without_label(content: Iterable[Run | Picture | NoteMark]) -> list[Run | Picture | NoteMark]:
    """Return what follows the first colon of a paragraph, whatever the looks of the label before it.

    >>> without_label([Run("Law", bold=True), Run(": three days")])
    [Run(text='three days', bold=False, italic=False, link='')]
    """
    rest: list[Run | Picture | NoteMark] = []
    is_label = True
    for each in content:
        if is_label and isinstance(each, Run):
            _label, colon, text = each.text.partition(":")
            is_label = not colon
            if text.strip():
                rest.append(replace(each, text=text.lstrip()))
        else:
            rest.append(each)
    return rest


def listing(points: Sequence[Point]) -> str:
    """Return points as lists within lists.

    >>> listing([Point(0, True, "a"), Point(1, False, "b"), Point(0, True, "c")])
    '<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>'
    """
    html: list[str] = []
    open_tags: list[str] = []
    for point in points:
        tag = "ol" if point.ordered else "ul"
        level = min(point.level, len(open_tags))
        while len(open_tags) > level + 1:
            html.append(f"</li></{open_tags.pop()}>")
        if len(open_tags) == level + 1:
            html.append("</li>")
            if open_tags[-1] != tag:
                html.append(f"</{open_tags.pop()}>")
        if len(open_tags) == level:
            html.append(f"<{tag}>")
            open_tags.append(tag)
        html.append(f"<li>{point.html}")
    html.extend(f"</li></{tag}>" for tag in reversed(open_tags))
    return "".join(html)


def point_of(each: Paragraph) -> Point:
    """Return a paragraph of a list."""
    assert each.marker is not None  # noqa: S101 - asked only of those that are in a list
    return Point(each.marker.level, each.marker.ordered, html_of(each.content))
