"""Which feedback of a QTI item belongs to which answer."""

from collections.abc import Iterator
from fractions import Fraction

from django.utils.translation import gettext as _

from assessments.formats.item import NO_TEXT, Text
from assessments.formats.qti.content import Content, joined
from assessments.formats.qti.rules import Comparison, Rules
from assessments.formats.qti.vocabulary import INTERACTION
from core.xml import Node

INSIDE = ("feedbackInline", "feedbackBlock")
CHOICES = {"simpleChoice", "inlineChoice", "simpleAssociableChoice", "gapText"}
GENERAL = "general_fb"  # what Common Cartridge calls the feedback for everybody


class Feedback:
    """The feedback of an item: by answer, for what is wrong, and for everybody."""

    def __init__(self, root: Node, body: Node, rules: Rules, content: Content) -> None:
        self._rules, self._content = rules, content
        self._said: dict[tuple[str, str], list[Text]] = {}
        self._wrong: dict[str, Text] = {}
        self._general: list[Text] = []
        self._unused: set[str] = set()
        for response, choice, said in _inside_choices(body):
            self._put(response, choice, content.text(said))
        for node in _outside_choices(root, body):
            self._assign(node, content.text(node))

    @property
    def general(self) -> Text:
        """What is said to everybody."""
        return joined(self._general)

    def of(self, response: str, value: str, earned: Fraction = Fraction(1)) -> Text:
        """Return what is said to whoever gives an answer."""
        found = joined(self._said.get((response, value), []))
        return found or (self.wrong(response) if earned <= 0 else NO_TEXT)

    def wrong(self, response: str) -> Text:
        """Return what is said to whoever gives an answer that is not right."""
        self._unused.discard(response)
        return self._wrong.get(response, NO_TEXT)

    def warn_of_unused(self) -> None:
        """Note that there is feedback that no answer took."""
        if self._unused:
            self._content.warn(_("Feedback that is shown on conditions of its own was not taken over."))

    def _put(self, response: str, value: str, text: Text) -> None:
        if text:
            self._said.setdefault((response, value), []).append(text)

    def _assign(self, node: Node, text: Text) -> None:
        shown = (node.get("outcomeIdentifier", ""), node.get("identifier", ""))
        tests = self._rules.feedback.get(shown, [])
        known = tests or shown in self._rules.wrong or shown[0] in self._rules.by_response
        if not text:
            return
        if shown in self._rules.always or shown[1] == GENERAL or (node.get("showHide") == "hide" and not known):
            self._general.append(text)
        elif tests:
            self._by_tests(tests, text)
        elif shown in self._rules.wrong:
            response = self._rules.wrong[shown].response
            self._wrong[response] = text
            self._unused.add(response)
        elif known:
            self._put(self._rules.by_response[shown[0]], shown[1], text)
        else:
            self._unused.add("")

    def _by_tests(self, tests: list[Comparison], text: Text) -> None:
        for test in tests:
            if test.value is None:
                self._unused.add("")
            else:
                self._put(test.response, test.value, text)


def _inside_choices(body: Node) -> Iterator[tuple[str, str, Node]]:
    """Feedback that stands in a choice, with the response and the identifier of the choice."""
    for interaction in body.within():
        if interaction.tag.endswith(INTERACTION):
            for choice in interaction.within(*CHOICES):
                for node in choice.within(*INSIDE):
                    yield interaction.get("responseIdentifier", ""), choice.get("identifier", ""), node


def _outside_choices(root: Node, body: Node) -> Iterator[Node]:
    inside = {id(node) for _response, _choice, node in _inside_choices(body)}
    yield from root.children("modalFeedback")
    yield from (each for each in body.within(*INSIDE) if id(each) not in inside)
