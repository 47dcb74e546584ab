"""What the certificate of a workshop asks for, whether somebody meets it, and why. Values in, values out.

`explain` counts, `conditions` judges what was counted: the explanation that is stored and the answer cannot disagree.
The words that people read are in `workshops.rule_words`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from workshops.attendance import Standing, reaches

HOURS, DAYS, KINDS, TEST_TAKEN, TEST_PASSED, EVALUATION = "hours", "days", "kinds", "taken", "passed", "evaluation"


@dataclass(frozen=True)
class Rule:
    """What a certificate asks for; per cents. What is not named does not count.

    threshold: share of all required planned minutes. test_required: the test after passed with the pass mark;
    test_taken: handed in and marked, whatever came out. each_day, each_kind: present in at least one required session
    of each day, of each kind. evaluation_invited: asked for an evaluation, never whether an answer came.
    """

    threshold: int = 80
    test_required: bool = False
    pass_mark: int = 75
    test_taken: bool = False
    each_day: bool = False
    each_kind: bool = False
    evaluation_invited: bool = False


# The fields of a workshop that are its rule bear the same names.
RULE_FIELDS = frozenset(each.name for each in fields(Rule))


@dataclass(frozen=True)
class TestResult:
    """Mark and highest mark of the test after, in hundredths."""

    __test__ = False

    mark: int
    max_mark: int


@dataclass(frozen=True)
class Condition:
    """One thing that a rule asks for, whether it is met, and what lacks (days as ISO 8601, or kinds of sessions)."""

    name: str
    met: bool
    lacking: tuple[str, ...] = ()


def explain(standing: Standing, rule: Rule, result: TestResult | None, *, invited: bool = False) -> dict[str, Any]:
    """Return what was counted, to be stored with the completion: "4 of 5 sessions, 82 % of hours, post-test 80 %".

    What a rule does not name is left out, but for sessions, hours and the test.

    >>> from workshops.attendance import Cell, stand
    >>> explain(stand([Cell(60, 60), Cell(60, 36)]), Rule(), TestResult(800, 1000))
    {'sessions': [2, 2], 'credited_minutes': 96, 'planned_minutes': 120, 'share': 0.8, 'threshold': 80, \
'test_required': False, 'pass_mark': 75, 'mark': 800, 'max_mark': 1000}
    """
    counted: dict[str, Any] = {
        "sessions": [standing.attended, standing.sessions],
        "credited_minutes": standing.credited,
        "planned_minutes": standing.planned_all,
        "share": standing.of_all,
        "threshold": rule.threshold,
        "test_required": rule.test_required,
        "pass_mark": rule.pass_mark,
        "mark": result.mark if result else None,
        "max_mark": result.max_mark if result else None,
    }
    if rule.test_taken:
        counted["test_taken"] = True
    if rule.each_day:
        counted["days"] = dict(standing.days)
    if rule.each_kind:
        counted["kinds"] = dict(standing.kinds)
    if rule.evaluation_invited:
        counted["invited"] = invited
    return counted


def conditions(counted: Mapping[str, Any]) -> list[Condition]:
    """Return what an explanation says of each thing that its rule asked for, in the order in which people read it.

    >>> from workshops.attendance import Cell, stand
    >>> rule = Rule(each_day=True)
    >>> conditions(explain(stand([Cell(60, 60, day="2026-03-09"), Cell(9, day="2026-03-10")]), rule, None))[1]
    Condition(name='days', met=False, lacking=('2026-03-10',))
    """
    marked = counted["mark"] is not None
    found = [
        Condition(HOURS, reaches(counted["credited_minutes"], counted["planned_minutes"], counted["threshold"])),
        *(_each(name, counted[name]) for name in (DAYS, KINDS) if name in counted),
    ]
    if counted["test_required"]:
        passed = marked and reaches(counted["mark"], counted["max_mark"], counted["pass_mark"])
        found.append(Condition(TEST_PASSED, passed))
    elif counted.get("test_taken"):
        found.append(Condition(TEST_TAKEN, marked))
    if "invited" in counted:
        found.append(Condition(EVALUATION, counted["invited"]))
    return found


def is_met(counted: Mapping[str, Any]) -> bool:
    """Whether everything that the rule of an explanation asked for is there.

    >>> from workshops.attendance import Cell, stand
    >>> standing = stand([Cell(60, 60), Cell(60, 36)])
    >>> is_met(explain(standing, Rule(), None))
    True
    >>> is_met(explain(standing, Rule(test_required=True), TestResult(700, 1000)))
    False
    """
    return all(condition.met for condition in conditions(counted))


def is_achievement(counted: Mapping[str, Any] | None) -> bool:
    """Whether a test had to be passed, so that the certificate says more than that somebody took part."""
    return bool(counted and counted.get("test_required"))


def _each(name: str, attended: Mapping[str, bool]) -> Condition:
    lacking: Iterable[str] = (each for each, there in attended.items() if not there)
    return Condition(name, all(attended.values()), tuple(lacking))
