"""What the certificate of a programme asks for, whether somebody meets it, and why. Values in, values out.

As in `workshops.rules`, `explain` counts and `conditions` judges what was counted: the explanation that is stored and
the answer cannot disagree. The words that people read are in `programmes.rule_words`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from workshops.attendance import reaches

MODULES, HOURS, TESTS, EVALUATION = "modules", "hours", "tests", "evaluation"


@dataclass(frozen=True)
class Rule:
    """What a certificate asks for; per cents. What is not named does not count.

    modules_needed: how many of the modules, None for all. threshold: share of the planned minutes of all workshops
    taken together, 0 for none. test_required: the test after of each workshop that has one, passed with the pass mark.
    evaluation_invited: asked for an evaluation of a workshop, never whether an answer came.
    """

    modules_needed: int | None = None
    threshold: int = 80
    test_required: bool = False
    pass_mark: int = 75
    evaluation_invited: bool = False


RULE_FIELDS = frozenset(each.name for each in fields(Rule))


@dataclass(frozen=True)
class Facts:
    """What is known about somebody in a programme.

    Minutes are those of workshops whose registers are signed (credited) and of all (planned). unplanned: workshops
    without a required session yet, so that nobody can say what the whole is. marks: (mark, highest mark) of the best
    test after of each workshop that has a test, None where none was marked.
    """

    modules_done: int = 0
    modules: int = 0
    credited: int = 0
    planned: int = 0
    workshops: int = 0
    unplanned: int = 0
    marks: tuple[tuple[int, int] | None, ...] = ()
    invited: bool = False


@dataclass(frozen=True)
class Condition:
    """One thing that a rule asks for, and whether it is met."""

    name: str
    met: bool


def explain(facts: Facts, rule: Rule) -> dict[str, Any]:
    """Return what was counted, to be stored with the completion; what a rule does not name is left out.

    >>> explain(Facts(modules_done=3, modules=4, credited=500, planned=600, workshops=2), Rule(modules_needed=3))
    {'modules': [3, 3, 4], 'credited_minutes': 500, 'planned_minutes': 600, 'unplanned': 0, 'threshold': 80}
    """
    counted: dict[str, Any] = {}
    if facts.modules:
        needed = facts.modules if rule.modules_needed is None else min(rule.modules_needed, facts.modules)
        counted["modules"] = [facts.modules_done, needed, facts.modules]
    if facts.workshops and rule.threshold:
        counted |= {
            "credited_minutes": facts.credited,
            "planned_minutes": facts.planned,
            "unplanned": facts.unplanned,
            "threshold": rule.threshold,
        }
    if rule.test_required and facts.marks:
        passed = sum(mark is not None and reaches(*mark, rule.pass_mark) for mark in facts.marks)
        counted |= {"tests": [passed, len(facts.marks)], "pass_mark": rule.pass_mark}
    if rule.evaluation_invited and facts.workshops:
        counted["invited"] = facts.invited
    return counted


def conditions(counted: Mapping[str, Any]) -> list[Condition]:
    """Return what an explanation says of each thing that its rule asked for, in the order in which people read it.

    >>> conditions({"modules": [2, 3, 4], "tests": [1, 1], "pass_mark": 75})
    [Condition(name='modules', met=False), Condition(name='tests', met=True)]
    """
    found = []
    if "modules" in counted:
        done, needed, _all = counted["modules"]
        found.append(Condition(MODULES, done >= needed))
    if "threshold" in counted:
        enough = reaches(counted["credited_minutes"], counted["planned_minutes"], counted["threshold"])
        found.append(Condition(HOURS, enough and not counted["unplanned"]))
    if "tests" in counted:
        passed, tests = counted["tests"]
        found.append(Condition(TESTS, passed >= tests))
    if "invited" in counted:
        found.append(Condition(EVALUATION, counted["invited"]))
    return found


def is_met(counted: Mapping[str, Any]) -> bool:
    """Whether everything that was asked for is there; a programme that asks for nothing is never completed.

    >>> is_met({}), is_met({"modules": [3, 3, 4]})
    (False, True)
    """
    found = conditions(counted)
    return bool(found) and all(condition.met for condition in found)


def is_achievement(counted: Mapping[str, Any] | None) -> bool:
    """Whether tests had to be passed, so that the certificate says more than that somebody took part."""
    return bool(counted and counted.get("tests"))
