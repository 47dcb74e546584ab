"""What asks in a QTI item (its interaction) as the answers of a question, by the name of the interaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.formats.decimals import decimal_in, plain
from assessments.formats.item import NO_TEXT, Answer, Gap, Pair, Text
from assessments.formats.qti.content import Content
from assessments.formats.qti.feedback import Feedback
from assessments.formats.qti.rules import NUMERIC, Rules
from assessments.formats.qti.scoring import (
    FULL,
    Accepted,
    Declared,
    Key,
    key_of,
    pairs_right,
    shares_of_one,
    shares_of_several,
    weights_of,
)
from assessments.formats.qti.vocabulary import GAP, GRADING, is_true
from assessments.question_types.ordering import GRADINGS
from core.errors import FormatError
from core.xml import Node

Fields = dict[str, Any]
TRUTHS = {"true", "false"}
TWO = 2


@dataclass(frozen=True)
class Asked:
    """An item with what is needed to read its answers."""

    root: Node
    body: Node
    interactions: Sequence[Node]
    content: Content
    declared: Mapping[str, Declared]
    rules: Rules
    feedback: Feedback

    def declaration(self, node: Node) -> Declared:
        """Return the declaration of the response to an interaction; raises FormatError when there is none."""
        found = self.declared.get(node.get("responseIdentifier", ""))
        if found is None:
            raise FormatError(
                _("The response “%(name)s” is not declared.") % {"name": node.get("responseIdentifier", "")[:80]},
                node.line,
            )
        return found

    def key(self, node: Node) -> Key:
        """Return what is accepted of an interaction; raises FormatError when nothing is declared right."""
        return key_of(self.declaration(node), self.rules)

    def warn_of_part_marks(self) -> None:
        """Note that the file gives all or nothing, and the academy parts of the mark."""
        self.content.warn(_("In the file only the whole answer earns the mark. Here parts of it earn their share."))


def _choice(asked: Asked) -> Fields:
    node = asked.interactions[0]
    declared, key = asked.declaration(node), asked.key(node)
    choices = _named(node, "simpleChoice")
    most = _count(node.get("maxChoices"), 0 if declared.several else 1)
    several = declared.several and (most != 1 or len(declared.correct) > 1)
    if several:
        shares = shares_of_several(key, list(choices), most, node.line)
        if key.whole:
            asked.warn_of_part_marks()
    else:
        shares = shares_of_one(key, choices, node.line)
    statement = None if several else _statement(asked, declared, choices, shares)
    if statement:
        return statement
    last = _at_the_end(asked, node, list(choices.values()))
    return {
        "type": "multiple_response" if several else "single_choice",
        "answers": tuple(
            Answer(
                asked.content.text(choice),
                shares[each],
                asked.feedback.of(declared.identifier, each, FULL if several else shares[each]),
                last=each in last,
            )
            for each, choice in choices.items()
        ),
        "shuffled": is_true(node, "shuffle"),
    }


def _statement(
    asked: Asked, declared: Declared, choices: Mapping[str, Node], shares: Mapping[str, Fraction]
) -> Fields | None:
    """A choice between options that are called true and false is a statement."""
    if {each.lower() for each in choices} != TRUTHS or len(choices) != TWO or min(shares.values()) > 0:
        return None
    return {
        "type": "true_false",
        "answers": tuple(
            Answer(
                Text(each.lower()),
                max(shares[each], Fraction(0)),
                asked.feedback.of(declared.identifier, each, shares[each]),
            )
            for each in choices
        ),
    }


def _at_the_end(asked: Asked, node: Node, choices: list[Node]) -> set[str]:
    """The options that keep their place at the end."""
    last: set[str] = set()
    fixed = [is_true(each, "fixed") for each in choices]
    while choices and fixed[len(choices) - len(last) - 1] and len(last) < len(choices):
        last.add(choices[len(choices) - len(last) - 1].get("identifier", ""))
    if sum(fixed) > len(last) and is_true(node, "shuffle"):
        asked.content.warn(
            _("Options keep their place only at the end. Others that are fixed in the file are shuffled.")
        )
    return last if len(last) < len(choices) else set()


def _typed(asked: Asked) -> Fields:
    kind, answers, case_sensitive, _points = _typed_answers(asked, asked.interactions[0])
    return {"type": kind, "answers": answers, "case_sensitive": case_sensitive}


def _typed_answers(asked: Asked, node: Node) -> tuple[str, tuple[Answer, ...], bool, Fraction]:
    """The type of a field, what is accepted in it, whether capitals count, and the points that it earns."""
    declared, key = asked.declaration(node), asked.key(node)
    numeric, best = declared.base_type in NUMERIC, key.best
    if best <= 0:
        raise FormatError(_("The question does not say which answer is right."), declared.line)
    answers = [
        Answer(
            Text(_accepted_text(each, numeric=numeric, line=declared.line)),
            max(-FULL, each.points / best),
            asked.feedback.of(declared.identifier, each.value),
            tolerance=each.tolerance if numeric and not each.is_any else "",
            relative=each.relative and numeric,
        )
        for each in key.accepted
    ]
    wrong = asked.feedback.wrong(declared.identifier)
    if (key.default > 0 or wrong) and not any(each.is_any for each in key.accepted):
        answers.append(Answer(Text("*"), key.default / best, wrong))
    sensitive = {each.case_sensitive for each in key.accepted if not each.is_any} or {False}
    if len(sensitive) > 1 and not numeric:
        asked.content.warn(_("Capitals count in some of the accepted answers of the file. Here they count in all."))
    return "numerical" if numeric else "short_answer", tuple(answers), True in sensitive and not numeric, best


def _accepted_text(accepted: Accepted, *, numeric: bool, line: int) -> str:
    if accepted.is_any:
        return "*"
    if not numeric:
        return accepted.value.replace("*", "\\*")
    number = decimal_in(accepted.value.replace(",", "."))
    if number is None:
        raise FormatError(_("“%(text)s” is not a number.") % {"text": accepted.value[:40]}, line)
    return plain(number)


def _gaps(asked: Asked) -> Fields:
    """A text with fields to type in and lists to choose from."""
    ids = {id(node): node.get(GAP) or f"g{place}" for place, node in enumerate(asked.interactions, start=1)}
    asked.content.gaps = {node: f"[[{name}]]" for node, name in ids.items()}
    nodes = list(asked.interactions)
    if all(node.get(GAP) for node in nodes):
        places = {name: place for place, name in enumerate(asked.declared)}
        nodes.sort(key=lambda node: places[asked.declaration(node).identifier])
    read = [_gap(asked, node, ids[id(node)]) for node in nodes]
    weights = weights_of([points for _gap_read, points in read])
    if weights is None:
        asked.content.warn(_("The gaps earn different marks in the file. Here each earns the same."))
    return {
        "type": "gap_fill",
        "gaps": tuple(
            replace(gap, weight=weight) for (gap, _points), weight in zip(read, weights or [1] * len(read), strict=True)
        ),
        "shuffled": not _keep_order(nodes),
    }


def _keep_order(nodes: Sequence[Node]) -> bool:
    lists = [each for each in nodes if each.tag == "inlineChoiceInteraction"]
    return bool(lists) and not any(is_true(each, "shuffle") for each in lists)


def _gap(asked: Asked, node: Node, name: str) -> tuple[Gap, Fraction]:
    if node.tag == "textEntryInteraction":
        kind, answers, case_sensitive, points = _typed_answers(asked, node)
        return Gap(name, kind, answers, case_sensitive=case_sensitive), points
    declared, key = asked.declaration(node), asked.key(node)
    choices = _named(node, "inlineChoice")
    shares = shares_of_one(key, choices, node.line)
    answers = tuple(
        Answer(asked.content.text(choice), shares[each], asked.feedback.of(declared.identifier, each, shares[each]))
        for each, choice in choices.items()
    )
    return Gap(name, "single_choice", answers), key.best


def _essay(asked: Asked) -> Fields:
    node = asked.interactions[0]
    declared = asked.declared.get(node.get("responseIdentifier", ""))
    model = declared.correct[0] if declared and declared.correct else ""
    return {"type": "essay", **({"model_answer": Text(model)} if model else {})}


def _matching(asked: Asked) -> Fields:
    node = asked.interactions[0]
    sets = [_named(each, "simpleAssociableChoice") for each in node.children("simpleMatchSet")]
    key = asked.key(node)
    right, uneven = pairs_right(key)
    if len(sets) == TWO and not _one_each(right, sets):
        turned: dict[str, list[str]] = {}
        for first, seconds in right.items():
            for second in seconds:
                turned.setdefault(second, []).append(first)
        right, sets = turned, sets[::-1]
    if len(sets) != TWO or not _one_each(right, sets):
        raise FormatError(
            _("In “%(name)s” each line must have exactly one right answer to be taken over.") % {"name": node.tag},
            node.line,
        )
    if key.whole:
        asked.warn_of_part_marks()
    elif uneven:
        asked.content.warn(_("The pairs earn different marks in the file. Here each earns the same."))
    texts = {each: asked.content.text(choice) for each, choice in sets[1].items()}
    used = {right[each][0] for each in sets[0]}
    pairs = [Pair(asked.content.text(choice), texts[right[each][0]]) for each, choice in sets[0].items()]
    return {
        "type": "matching",
        "pairs": (*pairs, *(Pair(NO_TEXT, text) for each, text in texts.items() if each not in used)),
    }


def _one_each(right: Mapping[str, list[str]], sets: Sequence[Mapping[str, Node]]) -> bool:
    lefts, rights = sets[0], sets[1]
    return (
        bool(lefts)
        and right.keys() == lefts.keys()
        and all(len(each) == 1 and each[0] in rights for each in right.values())
    )


def _ordering(asked: Asked) -> Fields:
    node = asked.interactions[0]
    declared, key = asked.declaration(node), asked.key(node)
    items = _named(node, "simpleChoice")
    order = [each.value for each in key.accepted] if key.whole else []
    if sorted(order) != sorted(items):
        raise FormatError(
            _("In “%(name)s” the right order must name each line once to be taken over.") % {"name": node.tag},
            declared.line,
        )
    grading = node.get(GRADING, "")
    return {
        "type": "ordering",
        "order": tuple(asked.content.text(items[each]) for each in order),
        "grading": grading if grading in GRADINGS else "all_or_nothing",
    }


def _words(asked: Asked) -> Fields:
    """Words that are put into the gaps of a text."""
    node = asked.interactions[0]
    words, gaps = _named(node, "gapText"), node.within("gap")
    picture = next(iter(node.children("gapImg")), None)
    if picture is not None:
        raise FormatError(_("Pictures that are put into gaps (gapImg) cannot be taken over."), picture.line)
    if not gaps:
        raise FormatError(_("The text has no gaps."), node.line)
    key = asked.key(node)
    right = _right_words(key, words, gaps, node)
    if key.whole:
        asked.warn_of_part_marks()
    elif pairs_right(key)[1]:
        asked.content.warn(_("The gaps earn different marks in the file. Here each earns the same."))
    asked.content.gaps = {id(gap): f"[[g{number}]]" for number, gap in enumerate(gaps, start=1)}
    return {
        "type": "select_words",
        "text": _text_of_gaps(asked, node),
        "words": tuple(asked.content.text(each) for each in words.values()),
        "gaps": tuple(Gap(f"g{number}", "select_words", right=place) for number, place in enumerate(right, start=1)),
    }


def _right_words(key: Key, words: Mapping[str, Node], gaps: Sequence[Node], node: Node) -> list[int]:
    """The place of the right word of each gap; raises FormatError when a gap does not have one."""
    right: dict[str, list[str]] = {}
    for word, places in pairs_right(key)[0].items():
        for place in places:
            right.setdefault(place, []).append(word)
    places_of_words = {word: place for place, word in enumerate(words)}
    found = [[each for each in right.get(gap.get("identifier", ""), []) if each in words] for gap in gaps]
    for gap, own in zip(gaps, found, strict=True):
        if len(own) != 1:
            raise FormatError(
                _("In “%(name)s” each gap must have exactly one right word to be taken over.") % {"name": node.tag},
                gap.line,
            )
    return [places_of_words[own[0]] for own in found]


def _text_of_gaps(asked: Asked, node: Node) -> Text:
    """The text with the gaps. Only the prompt stays in the element, for the stem."""
    prompts = node.children("prompt")
    node[:] = [each for each in node if each.tag != "prompt"]
    text = asked.content.text(node)
    node[:], node.text = prompts, ""
    return text


def _description(_asked: Asked) -> Fields:
    return {"type": "description"}


def _named(node: Node, tag: str) -> dict[str, Node]:
    """The choices in an element by their identifiers; raises FormatError when there are none, or one twice."""
    found: dict[str, Node] = {}
    for each in node.children(tag):
        name = each.get("identifier", "").strip()
        if name in found or not name:
            raise FormatError(_("Each thing to choose from needs an identifier of its own."), each.line)
        found[name] = each
    if not found:
        raise FormatError(_("The question has nothing to choose from."), node.line)
    return found


def _count(text: str | None, otherwise: int) -> int:
    number = decimal_in(text or "")
    return otherwise if number is None or number < 0 else int(number)


READERS: Mapping[str, Callable[[Asked], Fields]] = {
    "": _description,
    "choiceInteraction": _choice,
    "textEntryInteraction": _typed,
    "inlineChoiceInteraction": _gaps,
    "extendedTextInteraction": _essay,
    "matchInteraction": _matching,
    "orderInteraction": _ordering,
    "gapMatchInteraction": _words,
}
