"""One vocabulary for QTI 2.1, 2.2 and 3.0.

Version 3.0 renamed the elements and attributes of 2.x and kept what they mean: `choiceInteraction` became
`qti-choice-interaction` and `responseIdentifier` became `response-identifier`. The readers speak 2.x, the writer 3.0.
"""

from fractions import Fraction

from django.utils.translation import gettext as _

from assessments.formats.decimals import decimal_in, plain
from assessments.formats.shares import fraction_in
from core.errors import FormatError
from core.xml import Node

PREFIX = "qti-"
KEPT = ("data-", "aria-")
INTERACTION = "Interaction"  # how the names of all elements end that ask
# Attributes of our own, as QTI 3.0 allows them on what is shown: how a text is written, which part of a question it is,
# the name of a gap, the points of a criterion, how an order is marked.
FORMAT, PART, GAP, POINTS, GRADING = (
    f"data-{each}" for each in ("text-format", "question-part", "gap", "points", "grading")
)
# Which part of a question a rubric block is. The standard knows only instructions and scoring.
HINT, CRITERION, MODEL_ANSWER = "hint", "criterion", "model-answer"
# Identifiers that were made up because an item needs one.
MADE_UP = "academy-item-"
# Some programs that read HTML and write QTI lose the capitals of names.
IN_LOWER_CASE = {
    name.lower(): name
    for name in (
        "choiceInteraction",
        "extendedTextInteraction",
        "inlineChoiceInteraction",
        "inlineChoice",
        "matchInteraction",
        "orderInteraction",
        "simpleAssociableChoice",
        "simpleChoice",
        "simpleMatchSet",
        "textEntryInteraction",
        "responseIdentifier",
        "maxChoices",
    )
}


def in_one_vocabulary(root: Node) -> Node:
    """Give the elements of QTI 3.0 in a tree the names of 2.x, and return the tree.

    >>> from core.xml import parsed
    >>> tree = in_one_vocabulary(parsed(b'<qti-simple-choice match-max="1" data-x-y="2"><p/></qti-simple-choice>'))
    >>> tree.tag, tree.attrib, tree[0].tag
    ('simpleChoice', {'matchMax': '1', 'data-x-y': '2'}, 'p')
    """
    for node in root.within():
        if node.tag in IN_LOWER_CASE:
            node.tag = IN_LOWER_CASE[node.tag]
            for name in IN_LOWER_CASE.keys() & node.attrib.keys():
                node.set(IN_LOWER_CASE[name], node.attrib.pop(name))
        if node.tag.startswith(PREFIX):
            node.tag = _camel(node.tag.removeprefix(PREFIX))
            attributes = {name if name.startswith(KEPT) else _camel(name): each for name, each in node.attrib.items()}
            node.attrib.clear()
            # Capitals count in mappings of 2.x unless an entry says otherwise; the schema of 3.0 says they do not.
            node.attrib.update({"caseSensitive": "false"} | attributes if node.tag == "mapEntry" else attributes)
    return root


def points_in(text: str, line: int) -> Fraction:
    """Return the points that a decimal says, exactly: 1.6666667 are five thirds. Raises FormatError for no number."""
    number = decimal_in(text)
    if number is None:
        raise FormatError(_("“%(text)s” is not a number.") % {"text": text.strip()[:40]}, line)
    whole, _point, decimals = plain(number).partition(".")
    if not decimals:
        return Fraction(whole)
    part = fraction_in(f"0.{decimals}")
    return Fraction(whole) + (-part if whole.startswith("-") else part)


def is_true(node: Node, name: str, *, otherwise: bool = False) -> bool:
    """Whether an attribute says yes."""
    return node.get(name, str(otherwise)).strip().lower() in ("true", "1")


def _camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(each[:1].upper() + each[1:] for each in others)
