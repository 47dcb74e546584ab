"""One QTI item as a question: what stands around what asks, and which type of question it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessments.formats.decimals import decimal_in
from assessments.formats.item import NO_TEXT, Criterion, Item, Text
from assessments.formats.qti.content import Content, Passage, joined
from assessments.formats.qti.feedback import Feedback
from assessments.formats.qti.interactions import READERS, Asked
from assessments.formats.qti.rules import rules_in
from assessments.formats.qti.scoring import declared_in, followed
from assessments.formats.qti.vocabulary import CRITERION, GAP, HINT, INTERACTION, MADE_UP, MODEL_ANSWER, PART, POINTS
from core.errors import FormatError
from core.xml import Node

IN_TEXT = {"textEntryInteraction", "inlineChoiceInteraction"}
RANDOM = {"templateDeclaration", "templateProcessing"}
# Elements with which text runs on in the same line or block.
RUNNING = {"p", "div", "span", "section", "itemBody", "label", "strong", "em", "b", "i"}
UNMARKED = {"essay", "description"}
MOST_POINTS = 100


@dataclass(frozen=True)
class About:
    """What a package says of an item."""

    title: str = ""
    identifier: str = ""
    tags: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()


NOTHING = About()


@dataclass
class _Blocks:
    """What stands in the rubric blocks of an item."""

    case: list[Text]
    rubric: list[Text]
    hints: list[Text]
    model_answer: Text = NO_TEXT
    criteria: tuple[Criterion, ...] = ()


def item_in(root: Node, content: Content, about: About = NOTHING) -> Item:
    """Return the question in an assessmentItem; raises FormatError with the line of what cannot be taken over."""
    body = root.child("itemBody")
    if body is None:
        raise FormatError(_("The item has no body (itemBody)."), root.line)
    _refuse_random(root, body)
    interactions = [each for each in body.within() if each.tag.endswith(INTERACTION)]
    kind = _kind(interactions, body)
    declared = declared_in(root)
    rules = rules_in(
        root, {each.identifier: None if each.several else next(iter(each.correct), None) for each in declared.values()}
    )
    blocks = _blocks(body, content)
    for passage in about.passages:
        content.add(passage)
    asked = Asked(root, body, interactions, content, declared, rules, Feedback(root, body, rules, content))
    fields = READERS[kind](asked)
    asked.feedback.warn_of_unused()
    if fields["type"] not in UNMARKED:
        for sentence in followed(rules):
            content.warn(sentence)
    return Item(**(_around(root, about, blocks) | _body(asked, fields, root.get("title") or about.title) | fields))


def _around(root: Node, about: About, blocks: _Blocks) -> dict[str, Any]:
    own = root.get("identifier", "").strip()
    return {
        "name": (root.get("title") or about.title).strip(),
        "case": joined([*(each.text for each in about.passages), *blocks.case]),
        "rubric": joined(blocks.rubric),
        "hints": tuple(blocks.hints),
        "criteria": blocks.criteria,
        **({"model_answer": blocks.model_answer} if blocks.model_answer else {}),
        "tags": about.tags,
        "category": about.category,
        "identifier": about.identifier or ("" if own.startswith(MADE_UP) else own),
        "language": root.get("lang", "").partition("-")[0].strip().lower(),
        "line": root.line,
    }


def _body(asked: Asked, fields: dict[str, Any], title: str) -> dict[str, Any]:
    """The texts of the body; those around gaps are the text of the question, not its stem."""
    content = asked.content
    parts = {each.get(PART, ""): each for each in asked.body.children("div") if each.get(PART)}
    place = "text" if fields["type"] == "gap_fill" else "stem"
    read = {name: content.text(node) for name, node in (parts or {place: asked.body}).items()}
    if not parts and not read[place] and not fields.get("text"):
        read["stem"] = Text(title.strip())
    return {
        "stem": read.get("stem", NO_TEXT),
        **({"text": read["text"]} if "text" in read else {}),
        "unit": read["unit"].text if "unit" in read else "",
        "general_feedback": asked.feedback.general,
        "warnings": content.warnings,
        "files": content.files,
    }


def _refuse_random(root: Node, body: Node) -> None:
    drawn = next(
        (each for each in [*root, *body.iter("printedVariable")] if each.tag in {*RANDOM, "printedVariable"}), None
    )
    if drawn is not None:
        raise FormatError(
            _("A question that draws its numbers anew each time (%(name)s) cannot be taken over.")
            % {"name": drawn.tag},
            drawn.line,
        )


def _kind(interactions: Sequence[Node], body: Node) -> str:
    """Which reader fits; raises FormatError for what cannot be taken over, by its name."""
    tags = list(dict.fromkeys(each.tag for each in interactions))
    unknown = next((each for each in interactions if each.tag not in READERS), None)
    if unknown is not None:
        raise FormatError(
            _("Questions of the kind “%(name)s” cannot be taken over.") % {"name": unknown.tag}, unknown.line
        )
    if not interactions:
        return ""
    if set(tags) <= IN_TEXT:
        alone = len(interactions) == 1 and tags[0] == "textEntryInteraction" and _stands_alone(body, interactions[0])
        return "textEntryInteraction" if alone else "inlineChoiceInteraction"
    if len(interactions) > 1:
        raise FormatError(
            _("One item asks several questions (%(names)s). It cannot be taken over as one question.")
            % {"names": ", ".join(tags)},
            interactions[1].line,
        )
    return tags[0]


def _stands_alone(body: Node, node: Node) -> bool:
    """Whether a field to type in stands by itself or at the end, and not within a sentence."""
    if node.get(GAP):
        return False
    block = body
    for each in body.within():
        if each is not body and each.tag in RUNNING and any(inner is node for inner in each):
            block = each
    if not any(inner is node for inner in block):
        return False
    pieces = list(_pieces(body, node))
    own = list(_pieces(block, node))
    return not "".join(filter(None, own)).strip() or not "".join(map(str, pieces[pieces.index(None) + 1 :])).strip()


def _pieces(tree: Node, node: Node) -> Iterator[str | None]:
    """The texts of a tree in their order, with None where a node stands."""
    if tree is node:
        yield None
    elif tree.tag not in ("rubricBlock", "feedbackBlock", "feedbackInline"):
        yield tree.text or ""
        for each in tree.children():
            yield from _pieces(each, node)
            yield each.tail or ""


def _blocks(body: Node, content: Content) -> _Blocks:
    """What rubric blocks say, and to whom."""
    found = _Blocks([], [], [])
    for node in body.within("rubricBlock"):
        part, views = node.get(PART, ""), set((node.get("view") or "candidate").replace(",", " ").split())
        text = content.text(node)
        if part == HINT:
            found.hints.append(text)
        elif part == CRITERION:
            found.criteria = (*found.criteria, Criterion(text, _points(node)))
        elif part == MODEL_ANSWER:
            found.model_answer = text
        elif "scorer" in views:
            found.rubric.append(text)
        elif "candidate" in views:
            found.case.append(text)
        else:
            content.warn(_("Notes for others (%(views)s) were left out.") % {"views": ", ".join(sorted(views))})
    return found


def _points(node: Node) -> int:
    points = decimal_in(node.get(POINTS, "1"))
    return int(points) if points is not None and 1 <= points <= MOST_POINTS else 1
