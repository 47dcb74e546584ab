"""What the rules of marking (response processing) of a QTI item say, as far as they are the usual ones.

The usual ones are the templates of the standard, and conditions that compare a response with a value or with what is
declared right and then set a score or choose a feedback. Anything else is not followed: `Rules.own` says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from assessments.formats.decimals import decimal_in, plain
from assessments.formats.qti.vocabulary import is_true, points_in
from core.errors import FormatError
from core.xml import Node

MATCHING = {"match_correct", "cc2_match", "cc2_match_basic"}
MAPPING = {"map_response", "cc2_map_response"}
NUMERIC = {"float", "integer"}
# Outcomes that say how much can be earned, not what was earned.
FRAME = {"MAXSCORE", "MINSCORE", "completionStatus"}
BOUNDS = {"lt", "lte", "gt", "gte"}
TWO = 2


@dataclass(frozen=True)
class Comparison:
    """A response is compared with a value, or as a whole with what is declared right (`value` is None)."""

    response: str
    value: str | None = None
    tolerance: str = "0"
    relative: bool = False
    case_sensitive: bool = True
    is_key: bool = False  # the value is the one that is declared right
    is_any: bool = False  # anything that was given


@dataclass(frozen=True)
class Case:
    """When a rule holds: "always", "is" (one of the tests), "all" (of them), "given", "empty", "else" or "other"."""

    kind: str
    tests: tuple[Comparison, ...] = ()


ALWAYS, ELSE, EMPTY, OTHER = Case("always"), Case("else"), Case("empty"), Case("other")
Shown = tuple[str, str]  # an outcome and the identifier of a feedback


@dataclass
class Rules:
    """What was understood. `feedback` says which answers a feedback belongs to, `wrong` to whose being wrong."""

    matched: bool = False
    mapped: set[str] = field(default_factory=set)
    all_mapped: bool = False
    conditions: dict[str, list[tuple[Comparison, Fraction]]] = field(default_factory=dict)  # by response
    feedback: dict[Shown, list[Comparison]] = field(default_factory=dict)
    wrong: dict[Shown, Comparison] = field(default_factory=dict)
    by_response: dict[str, str] = field(default_factory=dict)
    always: set[Shown] = field(default_factory=set)
    together: bool = False
    own: bool = False


def rules_in(root: Node, correct: Mapping[str, str | None]) -> Rules:
    """Return the rules of an item. `correct` is what is declared right for each response; None when that is several."""
    reader = _Reader(root, correct)
    for processing in root.children("responseProcessing"):
        reader.read(processing)
    return reader.rules


class _Reader:
    def __init__(self, root: Node, correct: Mapping[str, str | None]) -> None:
        self.rules = Rules()
        self._correct = correct
        outcomes = root.children("outcomeDeclaration")
        self._numeric = {each.get("identifier", "") for each in outcomes if each.get("baseType") in NUMERIC} | {"SCORE"}
        for each in outcomes:
            default = each.child("defaultValue", "value") if each.get("baseType") == "identifier" else None
            if default is not None:
                self.rules.always.add((each.get("identifier", ""), (default.text or "").strip()))

    def read(self, processing: Node) -> None:
        template = processing.get("template") or processing.get("templateLocation") or ""
        if template and not len(processing):
            self._template(template)
        for each in processing.children():
            self._rule(each, ALWAYS)

    def _template(self, address: str) -> None:
        name = address.rstrip("/").rpartition("/")[2].lower().removesuffix(".xml")
        if name in MATCHING:
            self.rules.matched = True
            self._basic_feedback()
        elif name in MAPPING:
            self.rules.all_mapped = True
        else:
            self.rules.own = True
        if name.startswith("cc2_"):
            self.rules.by_response["FEEDBACK"] = "RESPONSE"

    def _basic_feedback(self) -> None:
        """What the templates of Common Cartridge say of right and of wrong answers."""
        test = self._key("RESPONSE")
        self.rules.feedback["FEEDBACKBASIC", "correct"] = [test]
        self.rules.wrong["FEEDBACKBASIC", "incorrect"] = test

    def _rule(self, node: Node, case: Case) -> None:
        if node.tag == "setOutcomeValue":
            self._set(node, case)
        elif node.tag == "responseCondition" and case.kind in ("always", "given"):
            self._condition(node)
        elif node.tag == "responseProcessingFragment":
            for each in node.children():
                self._rule(each, case)
        else:
            self.rules.own = True

    def _condition(self, node: Node) -> None:
        if self._keeps_within_bounds(node):
            return
        first: Case | None = None
        for branch in node.children():
            case, rules = ELSE, branch.children()
            if branch.tag != "responseElse":
                case, rules = (self._case(rules[0]), rules[1:]) if rules else (OTHER, [])
            if case is ELSE and first is not None and len(node) == TWO and first.kind == "is" and len(first.tests) == 1:
                case = Case("else", first.tests)
            first = first or case
            for each in rules:
                self._rule(each, case)

    def _keeps_within_bounds(self, node: Node) -> bool:
        """Whether a condition only keeps a score from being too low or too high."""
        tests = [each.children()[0] for each in node.children("responseIf", "responseElseIf") if len(each)]
        return bool(tests) and all(each.tag in BOUNDS and self._is_about_scores(each) for each in tests)

    def _is_about_scores(self, test: Node) -> bool:
        """Whether a test compares nothing but scores and fixed values."""
        compared = {each.get("identifier") for each in test.within("variable")}
        fixed = test.within("variable", "baseValue")
        return bool(compared) and compared <= self._numeric and len(fixed) == len(test)

    def _set(self, node: Node, case: Case) -> None:
        outcome = node.get("identifier", "")
        if outcome in FRAME or not len(node):
            return
        if outcome in self._numeric:
            self._score(node.children()[0], case)
        else:
            self._choose(outcome, node.children()[0], case)

    def _score(self, expression: Node, case: Case) -> None:
        mapped = [each.get("identifier", "") for each in expression.within("mapResponse")]
        names = {each.tag for each in expression.within()}
        if mapped and names <= {"mapResponse", "sum", "variable", "max"} and case.kind != "other":
            self.rules.mapped.update(mapped)
        elif names <= {"sum", "variable"} and self._only_outcomes(expression):
            return
        else:
            self._points(_constant(expression), case)

    def _only_outcomes(self, expression: Node) -> bool:
        """Whether scores of parts are added up."""
        names = [each.get("identifier") for each in expression.within("variable")]
        return "MAXSCORE" not in names and all(each in self._numeric for each in names)

    def _points(self, points: Fraction | None, case: Case) -> None:
        if points is None or case.kind == "other":
            self.rules.own = True
        elif case.kind in ("is", "all", "given"):
            for each in case.tests:
                self.rules.conditions.setdefault(each.response, []).append((each, points))
            self.rules.together = self.rules.together or case.kind == "all"
        elif points:
            self.rules.own = True

    def _choose(self, outcome: str, expression: Node, case: Case) -> None:
        for variable in expression.within("variable"):
            if variable.get("identifier") in self._correct and case.kind != "other":
                self.rules.by_response[outcome] = variable.get("identifier", "")
        for value in expression.within("baseValue"):
            shown = (outcome, (value.text or "").strip())
            if case.kind == "always":
                self.rules.always.add(shown)
            elif case.kind in ("is", "given"):
                self.rules.feedback.setdefault(shown, []).extend(case.tests)
            elif case.kind == "else" and case.tests:
                self.rules.wrong[shown] = case.tests[0]

    def _case(self, node: Node) -> Case:
        parts = node.children()
        if node.tag == "isNull":
            return EMPTY
        if node.tag == "not" and len(parts) == 1 and parts[0].tag == "isNull" and len(parts[0]):
            return Case("given", (Comparison(parts[0][0].get("identifier", ""), "*", is_any=True),))
        if node.tag == "and" and (within := self._range(parts)):
            return Case("is", (within,))
        if node.tag in ("and", "or") and parts:
            cases = [self._case(each) for each in parts]
            tests = tuple(test for case in cases for test in case.tests)
            usual = all(case.kind == "is" for case in cases)
            return Case("is" if node.tag == "or" or len(cases) == 1 else "all", tests) if usual else OTHER
        test = self._test(node)
        return OTHER if test is None else Case("is", (test,))

    def _test(self, node: Node) -> Comparison | None:
        if len(node) != TWO or node.tag not in ("match", "equal", "stringMatch", "member"):
            return None
        first, second = node.children()
        turned = first.tag == "variable"
        compared = self._compared(first, second) if turned else self._compared(second, first)
        if compared is None or is_true(node, "substring"):
            return None
        if node.tag == "stringMatch":
            return replace(compared, case_sensitive=is_true(node, "caseSensitive", otherwise=True))
        return _tolerant(compared, node, turned=turned) if node.tag == "equal" else compared

    def _compared(self, variable: Node, value: Node) -> Comparison | None:
        response = variable.get("identifier", "")
        if variable.tag != "variable" or response not in self._correct:
            return None
        if value.tag == "correct":
            return self._key(response) if value.get("identifier") == response else None
        return Comparison(response, (value.text or "").strip()) if value.tag == "baseValue" else None

    def _key(self, response: str) -> Comparison:
        """The test whether a response is the one that is declared right."""
        return Comparison(response, self._correct.get(response), is_key=True)

    def _range(self, parts: list[Node]) -> Comparison | None:
        """A number that is at least one and at most another."""
        if (
            len(parts) != TWO
            or {each.tag for each in parts} != {"gte", "lte"}
            or any(len(each) != TWO for each in parts)
        ):
            return None
        tests = {each.tag: self._compared(*each.children()) for each in parts}
        low, high = tests["gte"], tests["lte"]
        if low is None or high is None or low.response != high.response:
            return None
        least, most = decimal_in(low.value or ""), decimal_in(high.value or "")
        if least is None or most is None or least > most:
            return None
        return replace(low, value=plain((least + most) / TWO), tolerance=plain((most - least) / TWO), is_key=False)


def _tolerant(test: Comparison, node: Node, *, turned: bool) -> Comparison | None:
    """A test with the tolerance of `equal`; None for one that cannot be said as a value and how far from it.

    The tolerances lie below and above the first of what is compared; when that is the response (`turned`), they lie
    the other way round about the value.
    """
    mode = node.get("toleranceMode", "exact")
    if mode == "exact":
        return test
    given = [decimal_in(each) for each in (node.get("tolerance") or "").split()]
    inclusive = is_true(node, "includeLowerBound", otherwise=True) and is_true(
        node, "includeUpperBound", otherwise=True
    )
    if not 1 <= len(given) <= TWO or None in given or not inclusive or test.value is None:
        return None
    below, above = abs(given[0] or Decimal(0)), abs(given[-1] or Decimal(0))
    if below == above:
        return replace(test, tolerance=plain(below), relative=mode == "relative" and bool(below))
    value = decimal_in(test.value)
    if mode == "relative" or value is None:
        return None
    if turned:
        below, above = above, below
    return replace(test, value=plain(value + (above - below) / TWO), tolerance=plain((above + below) / TWO))


def _constant(expression: Node) -> Fraction | None:
    """The points that an expression sets or adds; None for one that says something else."""
    try:
        return next(_constants(expression), None)
    except FormatError:
        return None


def _constants(expression: Node) -> Iterator[Fraction]:
    if expression.tag == "baseValue":
        yield points_in(expression.text or "", expression.line)
    elif expression.tag == "variable" and expression.get("identifier") == "MAXSCORE":
        yield Fraction(1)
    elif expression.tag in ("sum", "max") and {each.tag for each in expression} <= {"variable", "baseValue"}:
        for each in expression.children():
            yield from _constants(each)
