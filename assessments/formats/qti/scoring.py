"""What answers of a QTI item earn: from what is declared right, the mapping and the rules to exact shares.

The mark in QTI is a number of points. Here each answer earns a share of the largest number that can be reached.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from assessments.formats.qti.rules import Rules
from assessments.formats.qti.vocabulary import is_true, points_in
from core.errors import FormatError
from core.xml import Node

FULL, NOTHING = Fraction(1), Fraction(0)


@dataclass(frozen=True)
class Accepted:
    """A value and the points that it earns: an identifier, a pair of them, a text or a number."""

    value: str
    points: Fraction
    tolerance: str = "0"
    relative: bool = False
    case_sensitive: bool = True
    is_any: bool = False


@dataclass(frozen=True)
class PointsByValue:
    """Points by value, those of any other value, and the bounds of their sum."""

    entries: tuple[Accepted, ...]
    default: Fraction = NOTHING
    most: Fraction | None = None


@dataclass(frozen=True)
class Declared:
    """A variable that holds a response."""

    identifier: str
    several: bool
    base_type: str
    correct: tuple[str, ...]
    mapping: PointsByValue | None
    line: int


@dataclass(frozen=True)
class Key:
    """What is accepted of a response. `whole` says that only all of it together earns the points."""

    accepted: tuple[Accepted, ...]
    default: Fraction = NOTHING
    most: Fraction | None = None
    whole: bool = False

    @property
    def best(self) -> Fraction:
        """The most points that one value earns."""
        return max([each.points for each in self.accepted] + [self.default])


def declared_in(root: Node) -> dict[str, Declared]:
    """Return the declarations of responses by identifier, in the order of the file."""
    found = [_declared(each) for each in root.children("responseDeclaration")]
    return {each.identifier: each for each in found}


def _declared(node: Node) -> Declared:
    correct = node.child("correctResponse")
    mapping = node.child("mapping")
    return Declared(
        identifier=node.get("identifier", ""),
        several=node.get("cardinality", "single") != "single",
        base_type=node.get("baseType", ""),
        correct=() if correct is None else tuple(_word(each) for each in correct.children("value")),
        mapping=None if mapping is None else _mapping(mapping),
        line=node.line,
    )


def _word(node: Node) -> str:
    return "".join(node.itertext()).strip()


def _mapping(node: Node) -> PointsByValue:
    most = node.get("upperBound")
    return PointsByValue(
        entries=tuple(
            Accepted(
                value=each.get("mapKey", "").strip(),
                points=points_in(each.get("mappedValue", ""), each.line),
                case_sensitive=is_true(each, "caseSensitive", otherwise=True),
            )
            for each in node.children("mapEntry")
        ),
        default=points_in(node.get("defaultValue") or "0", node.line),
        most=None if not most else points_in(most, node.line),
    )


def key_of(declared: Declared, rules: Rules) -> Key:
    """Return what is accepted of a response; raises FormatError when nothing is declared right."""
    mapped = declared.identifier in rules.mapped or rules.all_mapped
    conditions = rules.conditions.get(declared.identifier, [])
    if declared.mapping is not None and (mapped or not (declared.correct or conditions)):
        return Key(declared.mapping.entries, declared.mapping.default, declared.mapping.most)
    named = tuple(
        Accepted(test.value, points, test.tolerance, test.relative, test.case_sensitive, test.is_any)
        for test, points in conditions
        if test.value is not None
    )
    whole = next((points for test, points in conditions if test.value is None), FULL)
    if any(each.points > 0 for each in named):
        return Key(named)
    if declared.correct:
        return Key(tuple(Accepted(each, whole) for each in declared.correct), whole=declared.several)
    if declared.mapping is not None:
        return Key(declared.mapping.entries, declared.mapping.default, declared.mapping.most)
    raise FormatError(_("The question does not say which answer is right."), declared.line)


def followed(rules: Rules) -> tuple[str, ...]:
    """Return the warnings about rules of marking that were not taken over."""
    if rules.own:
        return (_("The question has rules of its own for marking. They were not taken over: look at the marks."),)
    if rules.together:
        return (_("All parts together earn the mark in the file. Here each part earns its share."),)
    return ()


def shares_of_one(key: Key, identifiers: Iterable[str], line: int) -> dict[str, Fraction]:
    """Return what each option of a single choice earns; raises FormatError when none earns anything."""
    points = _points(key, identifiers)
    best = max(points.values(), default=NOTHING)
    if key.most is not None and NOTHING < key.most < best:
        best = key.most
    return {each: _within(value / _positive(best, line)) for each, value in points.items()}


def shares_of_several(key: Key, identifiers: Sequence[str], most_chosen: int, line: int) -> dict[str, Fraction]:
    """Return what each option of a multiple response earns, so that the best choice earns everything.

    Where only the whole response counts in the file, right options share the mark and wrong ones take it away.
    """
    if key.whole:
        right = {each.value for each in key.accepted} & set(identifiers)
        hits, misses = len(right), len(identifiers) - len(right)
        _positive(Fraction(hits), line)
        return {each: Fraction(1, hits) if each in right else Fraction(-1, misses) for each in identifiers}
    points = _points(key, identifiers)
    earned = sorted((each for each in points.values() if each > 0), reverse=True)
    best = sum(earned[: most_chosen or None], NOTHING)
    if key.most is not None and NOTHING < key.most < best:
        best = key.most
    return {each: _within(value / _positive(best, line)) for each, value in points.items()}


def _points(key: Key, identifiers: Iterable[str]) -> dict[str, Fraction]:
    named = {each.value: each.points for each in reversed(key.accepted)}
    return {each: named.get(each, key.default) for each in identifiers}


def _positive(best: Fraction, line: int) -> Fraction:
    if best <= 0:
        raise FormatError(_("The question does not say which answer is right."), line)
    return best


def _within(share: Fraction) -> Fraction:
    return max(-FULL, min(FULL, share))


def weights_of(bests: Sequence[Fraction]) -> list[int] | None:
    """Return the points of gaps as whole weights from 1 to 100; None when they are in no such proportion.

    >>> weights_of([Fraction(1, 2), Fraction(1)]), weights_of([Fraction(2), Fraction(2)])
    ([1, 2], [2, 2])
    """
    if all(_is_weight(each) for each in bests):
        return [int(each) for each in bests]
    smallest = min(bests)
    scaled = [each / smallest for each in bests]
    return [int(each) for each in scaled] if all(_is_weight(each) for each in scaled) else None


def _is_weight(value: Fraction) -> bool:
    return value.denominator == 1 and 1 <= value <= 100  # noqa: PLR2004 - the heaviest gap of a text


def pairs_right(key: Key) -> tuple[dict[str, list[str]], bool]:
    """Return what is right for each first of a pair, and whether marks other than one for each pair are left out."""
    right: dict[str, list[str]] = {}
    for each in key.accepted:
        first, _space, second = each.value.partition(" ")
        if each.points > 0 and second:
            right.setdefault(first, []).append(second.strip())
    points = {each.points for each in key.accepted}
    return right, len(points) > 1 or key.default != 0
