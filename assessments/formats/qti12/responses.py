"""What a question in QTI 1.2 asks for: options to choose from, texts and numbers to type."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.formats.item import NO_TEXT, Text
from assessments.formats.qti12.material import RESPONSES, around_blank, text_of, together
from core.errors import FormatError
from core.xml import Node

NUMERIC = frozenset({"decimal", "integer", "scientific"})
# Brightspace puts settings of its own into one beside a response; alone it is a kind of question that nobody knows.
EXTENSION = "response_extension"
MOST_OPTIONS, MOST_RESPONSES = 50, 50
LISTED = frozenset({"dropdown", "wordbank"})
REFUSED = frozenset({"response_xy", "render_hotspot", "render_slider", "render_extension"})


@dataclass(frozen=True)
class Option:
    """Something to choose."""

    ident: str
    text: Text
    stays: bool  # keeps its place when the others are shuffled
    scoring: str  # how New Quizzes of Canvas compare what is typed with it
    is_listed: bool  # New Quizzes let it be chosen from a list instead of typed


@dataclass(frozen=True)
class Response:
    """A place for an answer. `cardinality` is single, multiple or ordered; `label` the words that stand before it."""

    ident: str
    cardinality: str
    label: Text
    inside: Text  # words that stand among the options, or around the field
    options: tuple[Option, ...]
    is_number: bool
    shuffled: bool


def responses_in(presentation: Node, warnings: list[str]) -> tuple[Response, ...]:
    """Return the places for answers; raises FormatError, with its line, for one that the academy does not have."""
    for each in presentation.within():
        if each.tag in REFUSED:
            raise FormatError(_("“%(element)s” cannot be taken over.") % {"element": each.tag}, each.line)
    nodes = [each for each in presentation.within() if each.tag in RESPONSES]
    extension = None if nodes else next(iter(presentation.within(EXTENSION)), None)
    if extension is not None:
        raise FormatError(_("“%(element)s” cannot be taken over.") % {"element": EXTENSION}, extension.line)
    if len(nodes) > MOST_RESPONSES:
        raise FormatError(_("The question has more than %(most)s places for answers.") % {"most": MOST_RESPONSES})
    return tuple(_response(each, warnings) for each in nodes)


def _response(node: Node, warnings: list[str]) -> Response:
    labels = list(node.within("response_label"))
    if len(labels) > MOST_OPTIONS:
        raise FormatError(_("The question has more than %(most)s answers to choose from.") % {"most": MOST_OPTIONS})
    renders = [*node.within("render_choice"), *node.within("render_fib")]
    if len(labels) > 1 and not any(each.tag == "render_choice" for each in renders):
        raise FormatError(_("The question needs one place for an answer and has %(count)s.") % {"count": len(labels)})
    kinds = {each.get("fibtype", "").strip().lower() for each in renders}
    asks_to_choose = any(each.tag == "render_choice" for each in renders)
    return Response(
        ident=(node.get("ident") or node.get("respident") or "").strip(),
        cardinality=(node.get("rcardinality") or "single").strip().lower(),
        label=text_of(node, warnings),
        inside=together(_inside(each, warnings) for each in renders),
        options=tuple(_option(each, warnings) for each in labels) if asks_to_choose else (),
        is_number=node.tag == "response_num" or bool(kinds & NUMERIC),
        shuffled=all(each.get("shuffle", "").strip().lower() != "no" for each in renders),
    )


def _inside(render: Node, warnings: list[str]) -> Text:
    if render.tag == "render_fib":
        return around_blank(render, warnings)
    return text_of(render, warnings, without={"response_label"})


def _option(node: Node, warnings: list[str]) -> Option:
    text = text_of(node, warnings) or Text(" ".join((node.text or "").split())) or NO_TEXT
    return Option(
        ident=node.get("ident", "").strip(),
        text=text,
        stays=node.get("rshuffle", "").strip().lower() == "no",
        scoring=node.get("scoring_algorithm", "").strip(),
        is_listed=node.get("answer_type", "").strip().lower() in LISTED,
    )
