"""Feedback in QTI 1.2: texts with names, and rules that show them.

Canvas names what they are for (`general_fb`, `correct_fb`, `general_incorrect_fb`, `1234_fb` of the answer 1234). What
other programs mean follows from the rule that shows a text: one that tests for an answer, one that earns something,
one for all that is left. A text that no rule shows is general.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from assessments.formats.item import NO_TEXT, Text
from assessments.formats.qti12.material import text_of, together
from assessments.formats.qti12.scoring import EQUAL, Marking, Rule
from core.xml import Node

ELSEWHERE = frozenset({"solution", "hint"})
NAMED = {"general_fb": "general", "correct_fb": "right", "general_incorrect_fb": "wrong"}


@dataclass
class Feedback:
    """What is said to whom. `answers` is by what was answered: the `ident` of an option, or a text."""

    general: list[Text] = field(default_factory=list)
    right: list[Text] = field(default_factory=list)
    wrong: list[Text] = field(default_factory=list)
    solutions: list[Text] = field(default_factory=list)
    hints: list[Text] = field(default_factory=list)
    answers: dict[str, list[Text]] = field(default_factory=lambda: defaultdict(list))
    named: dict[str, Text] = field(default_factory=dict)

    def about(self, answer: str, *, is_right: bool | None = None) -> Text:
        """Return what is said about an answer, with what is said to every right or wrong one."""
        general = {True: self.right, False: self.wrong}.get(is_right, []) if is_right is not None else []
        own = self.answers.get(answer, [])
        return together([*own, *(each for each in general if each not in own)])

    def shown_by(self, rule: Rule) -> Text:
        """Return what a rule shows, without what is said to everybody."""
        shown = (self.named.get(each, NO_TEXT) for each in rule.feedback if NAMED.get(each) != "general")
        return together(dict.fromkeys(shown))


def feedback_in(item: Node, marking: Marking, options: Iterable[str], warnings: list[str]) -> Feedback:
    """Return all feedback of a question; `options` are the names of everything that can be chosen."""
    feedback, known = Feedback(), set(options)
    rules: dict[str, list[int]] = defaultdict(list)
    for place, rule in enumerate(marking.rules):
        for each in rule.feedback:
            rules[each].append(place)
    for name, nodes in _by_name(item).items():
        for node in nodes:
            feedback.solutions += _inside(node, "solution", warnings)
            feedback.hints += _inside(node, "hint", warnings)
        text = together(text_of(each, warnings, without=ELSEWHERE) for each in nodes)
        if text:
            feedback.named[name] = text
            for texts in _places(feedback, name, known, [marking.rules[each] for each in rules[name]], marking):
                texts.append(text)
    return feedback


def _by_name(item: Node) -> dict[str, list[Node]]:
    named: dict[str, list[Node]] = defaultdict(list)
    for each in item.children():
        if each.tag == "itemfeedback":
            named[each.get("ident", "")].append(each)
    return named


def _inside(node: Node, tag: str, warnings: list[str]) -> list[Text]:
    return list(filter(None, (text_of(each, warnings) for each in node.within(tag))))


def _places(feedback: Feedback, name: str, known: set[str], rules: list[Rule], marking: Marking) -> list[list[Text]]:
    """Where a text of that name belongs."""
    if name in NAMED:
        return [getattr(feedback, NAMED[name])]
    if name.removesuffix("_fb") in known and name.endswith("_fb"):
        return [feedback.answers[name.removesuffix("_fb")]]
    if not rules:
        return [feedback.general]
    return [place for rule in rules for place in _shown_to(feedback, rule, marking)]


def _shown_to(feedback: Feedback, rule: Rule, marking: Marking) -> list[list[Text]]:
    if rule.condition.is_plain:
        return [feedback.answers[each.value] for each in rule.condition.leaves() if each.kind in EQUAL]
    if rule.condition.kind == "other" and rule.goes_on and rule is marking.rules[0]:
        return [feedback.general]
    return [feedback.right if rule.value > 0 else feedback.wrong]
