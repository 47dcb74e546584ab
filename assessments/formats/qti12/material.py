"""Words in QTI 1.2: `material` with texts, pictures and line breaks, nested in `flow` as deep as a program likes."""

import re
from collections.abc import Collection, Iterable
from html import escape, unescape
from typing import NamedTuple

from django.utils.translation import gettext as _

from assessments.formats.item import NO_TEXT, Text, TextFormat
from core.xml import Node, markup

RESPONSES = frozenset({"response_lid", "response_str", "response_num", "response_grp", "response_xy"})
RENDERS = frozenset({"render_choice", "render_fib", "render_hotspot", "render_slider", "render_extension"})
# What a text cannot hold here; it is left out with a warning that names it.
LEFT_OUT = frozenset({"mataudio", "matvideo", "matapplet", "matapplication", "matref", "material_ref"})
TEXTS = frozenset({"mattext", "matemtext", "mat_formattedtext"})
MARKED_UP = frozenset({"text/html", "text/xhtml", "application/xhtml+xml", "html", "xhtml"})
# Canvas shows a formula as a picture that its server draws; what it was written as stands beside it.
FORMULA = re.compile(r"""<img\b[^<>]{0,2000}?\sdata-equation-content="([^"<>]{0,1000})"[^<>]{0,2000}>""")
TAG = re.compile(r"<[^<>]{0,2000}>")
KNOWN_KINDS = MARKED_UP | {"", "text/plain", "plain", "text", "smart_text"}


class Piece(NamedTuple):
    """A part of a text. A gap stands in a line with what is around it."""

    text: str
    is_html: bool = False
    is_gap: bool = False


BLANK = Piece("____", is_gap=True)


def around_blank(render: Node, warnings: list[str]) -> Text:
    """Return the words inside what is typed into, with a line where the field stands; nothing when there is no word."""
    pieces = [
        piece
        for each in render.children()
        for piece in ([BLANK] if each.tag == "response_label" else _pieces_of(each, warnings))
    ]
    return NO_TEXT if set(pieces) <= {BLANK} else _joined(pieces)


def _pieces_of(node: Node, warnings: list[str]) -> list[Piece]:
    whole = Node("flow")
    whole.append(node)
    return _pieces(whole, warnings, {}, RENDERS)


def text_of(
    node: Node | None, warnings: list[str], gaps: dict[str, str] | None = None, without: Collection[str] = RENDERS
) -> Text:
    """Return the words inside an element; elements named in `without` are passed over.

    `gaps` says by the `ident` of a response which gap stands in its place. What has no place in a text is left out,
    and a sentence about it added to `warnings`.
    """
    return _joined(_pieces(node, warnings, gaps or {}, without)) if node is not None else NO_TEXT


def words_of(text: Text) -> str:
    """Return a text as somebody would type it: without markup.

    >>> words_of(Text("<p>New</p><p>York &amp; more</p>", TextFormat.HTML)), words_of(Text("<b>"))
    ('New York & more', '<b>')
    """
    if text.format != TextFormat.HTML:
        return text.text
    return " ".join(unescape(TAG.sub(" ", text.text)).split())


def together(texts: Iterable[Text]) -> Text:
    """Return several texts as one, below each other; as HTML when one of them is."""
    pieces = [Piece(each.text, is_html=each.format == TextFormat.HTML) for each in texts]
    return _joined(pieces)


def _pieces(node: Node, warnings: list[str], gaps: dict[str, str], without: Collection[str]) -> list[Piece]:
    found: list[Piece] = []
    for each in node.children():
        if each.tag in RESPONSES and (each.get("ident") or "").strip() in gaps:
            found.append(Piece(f"[[{gaps[(each.get('ident') or '').strip()]}]]", is_gap=True))
        elif each.tag in TEXTS or each.tag in {"matimage", "matbreak"}:
            found.append(_piece(each, warnings))
        elif each.tag in LEFT_OUT:
            warnings.append(_("“%(element)s” was left out of a text.") % {"element": each.tag})
        elif each.tag not in without:
            found += _pieces(each, warnings, gaps, without)
    return found


def _piece(node: Node, warnings: list[str]) -> Piece:
    if node.tag == "matimage":
        return _picture(node, warnings)
    if node.tag == "matbreak":
        return Piece("<br>", is_html=True)
    kind = (node.get("texttype") or node.get("type") or "").strip().lower()
    if kind not in KNOWN_KINDS:
        warnings.append(_("A text of the kind %(kind)s was taken over as plain text.") % {"kind": kind[:40]})
    if len(node):
        return Piece(markup(node).strip(), is_html=True)
    return Piece((node.text or "").strip(), is_html=kind in MARKED_UP)


def _picture(node: Node, warnings: list[str]) -> Piece:
    address = (node.get("uri") or "").strip()
    if not address:
        warnings.append(_("“%(element)s” was left out of a text.") % {"element": node.tag})
        return Piece("")
    return Piece(f'<img src="{escape(address)}" alt="{escape(node.get("label") or "")}">', is_html=True)


def _joined(pieces: list[Piece]) -> Text:
    pieces = [each for each in pieces if each.text]
    between = " " if any(each.is_gap for each in pieces) else "\n"
    if not any(each.is_html for each in pieces):
        return Text(between.join(each.text for each in pieces))
    marked_up = (each.text if each.is_html else escape(each.text, quote=False) for each in pieces)
    return Text(FORMULA.sub(r"\\(\1\\)", _unwrapped(between.join(marked_up))), TextFormat.HTML)


def _unwrapped(html: str) -> str:
    """The HTML without the `div` that Canvas puts around every question when it writes."""
    if html.startswith("<div>") and html.endswith("</div>") and html.count("<div") == 1:
        return html.removeprefix("<div>").removesuffix("</div>").strip()
    return html
