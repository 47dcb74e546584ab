"""How QTI 1.2 marks: rules with a condition, what they change of the score and which feedback they show.

A rule holds when its condition does. `continue="No"`, where it is written, ends the marking with that rule; programs
that write none expect all rules to be looked at, although the standard says otherwise. Tests beside each other in a
condition all have to hold – except several texts or options of a response that takes only one, which could never hold
together: there one is enough, as Canvas writes its short answers.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.utils.translation import gettext as _

from assessments.formats.decimals import decimal_in, plain
from assessments.formats.shares import fraction_in
from core.errors import FormatError
from core.xml import Node

MOST_RULES = 1_000
# Elements of all rules, and texts that one rule shows: with more, reading would take the square of their number.
MOST_PARTS, MOST_SHOWN = 20_000, 50
EQUAL = frozenset({"varequal", "varsubstring", "varsubset"})
BOUNDS = frozenset({"vargt", "vargte", "varlt", "varlte"})
JOINED = frozenset({"and", "or", "not"})
# Words that stand for the highest score, as Blackboard writes them.
COUNTED = ("score", "d2l_correct")
RIGHT = "correct"
HIGHEST = frozenset({"score.max", "max"})


@dataclass(frozen=True)
class Condition:
    """A test of a response (`kind` is the name of its element), or several joined by and, or, not.

    `other` holds when no rule before it did, `unanswered` when nothing was given.
    """

    kind: str
    response: str = ""
    value: str = ""
    exact_case: bool = False
    place: str = ""
    parts: tuple["Condition", ...] = ()

    def asked(self) -> frozenset[str]:
        """Return the responses that it tests, also for what they must not be."""
        return frozenset({self.response} - {""}).union(*(each.asked() for each in self.parts))

    def leaves(self) -> Iterator["Condition"]:
        """Every test that has to hold, not those that must not."""
        if self.kind in {"and", "or"}:
            for each in self.parts:
                yield from each.leaves()
        elif self.kind in EQUAL | BOUNDS:
            yield self

    @property
    def is_plain(self) -> bool:
        """Whether one test alone makes it hold: it is one, or one of several joined by or."""
        return self.kind in EQUAL or (
            (self.kind == "or" or (self.kind == "and" and len(self.parts) == 1))
            and bool(self.parts)
            and all(each.is_plain for each in self.parts)
        )

    @cached_property
    def _values(self) -> frozenset[str]:
        """What the simple ones of its parts ask for."""
        return frozenset(each.value for each in self.parts if each.kind == "varequal")

    @cached_property
    def _rest(self) -> tuple["Condition", ...]:
        return tuple(each for each in self.parts if each.kind != "varequal")

    def concerning(self, response: str, *, alone: bool) -> "Condition | None":
        """Return what the condition asks of one response; None for nothing.

        With `alone` there is only one, and tests that name none, or another that does not exist, are about it.
        """
        if self.kind not in JOINED:
            tests = self.kind in EQUAL | BOUNDS
            return self if tests and (alone or self.response == response) else None
        parts = tuple(filter(None, (each.concerning(response, alone=alone) for each in self.parts)))
        if len(parts) == 1 and self.kind != "not":
            return parts[0]
        return Condition(self.kind, parts=parts) if parts else None

    def holds(self, chosen: Set[str], *, is_first: bool) -> bool:
        """Whether it holds for a choice of options; `is_first` when no rule before it held."""
        if self.kind == "not":
            return not all(each.holds(chosen, is_first=is_first) for each in self.parts)
        if self.kind == "and":
            return self._values <= chosen and all(each.holds(chosen, is_first=is_first) for each in self._rest)
        if self.kind == "or":
            return bool(self._values & chosen) or any(each.holds(chosen, is_first=is_first) for each in self._rest)
        if self.kind == "varsubset":
            return {each.strip() for each in self.value.split(",")} <= chosen
        if self.kind == "unanswered":
            return not chosen
        return is_first if self.kind == "other" else self.value in chosen


@dataclass(frozen=True)
class Rule:
    """A condition, the score it sets or adds, and the feedback it shows."""

    condition: Condition
    scores: tuple[tuple[str, Fraction], ...]
    feedback: tuple[str, ...]
    goes_on: bool
    ends: bool

    @property
    def value(self) -> Fraction:
        """What the rule earns on its own."""
        return sum((-value if action == "subtract" else value for action, value in self.scores), Fraction(0))


@dataclass(frozen=True)
class Marking:
    """All rules of a question, and the highest score that it declares; 0 when it declares none."""

    rules: tuple[Rule, ...] = ()
    declared: Fraction = Fraction(0)

    @property
    def earning(self) -> list[Rule]:
        """The rules that earn something."""
        return [each for each in self.rules if each.value > 0]

    def score(self, chosen: Set[str]) -> Fraction:
        """Return the score of a choice of options."""
        score, is_first = Fraction(0), True
        for rule in self.rules:
            if not rule.condition.holds(chosen, is_first=is_first):
                continue
            is_first = is_first and rule.condition.kind == "other"
            for action, value in rule.scores:
                score = value if action == "set" else score + (-value if action == "subtract" else value)
            if rule.ends:
                break
        return score

    def tests(self, response: str, *, alone: bool = False) -> dict[Condition, Fraction]:
        """Return every single test of a response that earns something, with what its rule earns.

        Raises FormatError when a response has to pass several tests together.
        """
        found: dict[Condition, Fraction] = {}
        for rule in self.earning:
            condition = rule.condition.concerning(response, alone=alone)
            if condition is not None and not condition.is_plain:
                raise FormatError(_("An answer that has to pass several tests together cannot be taken over."))
            for each in condition.leaves() if condition is not None else ():
                found[each] = max(rule.value, found.get(each, rule.value))
        return found


def share(score: Fraction, highest: Fraction) -> Fraction:
    """Return a score as a part of the highest: 33.33 of 100 is a third; raises FormatError for more than that.

    >>> share(Fraction("66.66"), Fraction(100)), share(Fraction(1), Fraction("2.5"))
    (Fraction(2, 3), Fraction(2, 5))
    """
    if highest.denominator == 1:
        return fraction_in(plain(Decimal(score.numerator) / Decimal(score.denominator)), whole=int(highest))
    part = score / highest
    if abs(part) > 1:
        raise FormatError(_("An answer earns more than the whole question."))
    return part


def marking_in(item: Node, cardinalities: Mapping[str, str]) -> Marking:
    """Return how a question is marked; `cardinalities` are those of its responses by their `ident`.

    Raises FormatError with its line for a condition that is not known here.
    """
    processing = [each for each in item.children() if each.tag == "resprocessing"]
    written = [each for part in processing for each in part.children() if each.tag == "respcondition"]
    if len(written) > MOST_RULES or sum(len(each.within()) for each in processing) > MOST_PARTS:
        raise FormatError(_("The question is marked by too many rules."), item.line)
    counted = _score_variable(written)
    declared = _declared(processing, counted)
    return Marking(tuple(_rule(each, declared, counted, cardinalities) for each in written), declared)


def _declared(processing: list[Node], counted: str) -> Fraction:
    variables = [each for part in processing for each in part.within("decvar")]
    values = [each.get("maxvalue", "") for each in variables if not counted or _variable(each) == counted]
    numbers = [number for number in map(decimal_in, values) if number is not None and number > 0]
    return Fraction(numbers[0]) if numbers else Fraction(0)


def _score_variable(written: list[Node]) -> str:
    """The variable that counts: SCORE if there is one, what Brightspace counts, else whatever the program calls it."""
    names = {_variable(each) for rule in written for each in rule.within("setvar")}
    return next((each for each in COUNTED if each in names), "")


def _variable(node: Node) -> str:
    return (node.get("varname") or node.get("variablename") or "score").strip().lower()


def _rule(node: Node, declared: Fraction, counted: str, cardinalities: Mapping[str, str]) -> Rule:
    parts = [part for each in node.children() if each.tag == "conditionvar" for part in each.children()]
    conditions = tuple(_condition(each, cardinalities) for each in parts)
    goes_on = (node.get("continue") or "").strip().lower()
    changes = [each for each in node.within("setvar") if not counted or _variable(each) == counted]
    shown = tuple(each.get("linkrefid", "") for each in node.within("displayfeedback"))
    if len(shown) > MOST_SHOWN:
        raise FormatError(_("The question is marked by too many rules."), node.line)
    # Blackboard writes no score where a text or a number is right, only that it is.
    implied = (("set", declared or Fraction(1)),) if RIGHT in shown and node.child("setvar") is None else ()
    return Rule(
        condition=_beside(conditions, cardinalities),
        scores=implied or tuple(_change(each, declared) for each in changes),
        feedback=shown,
        goes_on=goes_on == "yes",
        ends=goes_on == "no",
    )


def _beside(conditions: tuple[Condition, ...], cardinalities: Mapping[str, str]) -> Condition:
    """What conditions without and or or around them mean."""
    if len(conditions) == 1:
        return conditions[0]
    named = {each.response for each in conditions}
    alternatives = (
        len(conditions) > 1
        and all(each.kind in EQUAL for each in conditions)
        and len(named) == 1
        and cardinalities.get(next(iter(named)), "single") == "single"
    )
    return Condition("or" if alternatives or not conditions else "and", parts=conditions)


def _condition(node: Node, cardinalities: Mapping[str, str]) -> Condition:
    if node.tag in JOINED:
        parts = tuple(_condition(each, cardinalities) for each in node.children())
        if len(parts) == 1 and node.tag != "not":
            return parts[0]
        return Condition(node.tag, parts=parts) if node.tag != "not" else Condition("not", parts=parts or (NEVER,))
    if node.tag in {"other", "unanswered"}:
        return Condition(node.tag)
    if node.tag not in EQUAL | BOUNDS:
        raise FormatError(_("“%(element)s” cannot be taken over.") % {"element": node.tag}, node.line)
    return Condition(
        kind=node.tag,
        response=node.get("respident", "").strip(),
        value="".join(node.itertext()).strip(),
        exact_case=(node.get("case") or "").strip().lower() == "yes",
        place=node.get("index", ""),
    )


NEVER = Condition("or")


def _change(node: Node, declared: Fraction) -> tuple[str, Fraction]:
    action, text = (node.get("action") or "set").strip().lower(), (node.text or "").strip()
    if action not in {"set", "add", "subtract"}:
        raise FormatError(_("A score cannot be changed by “%(action)s”.") % {"action": action[:40]}, node.line)
    if text.lower() in HIGHEST:
        return action, declared or Fraction(1)
    number = decimal_in(text)
    if number is None:
        raise FormatError(_("“%(text)s” is not a number.") % {"text": text[:40]}, node.line)
    return action, Fraction(number)
