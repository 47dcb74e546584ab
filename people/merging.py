"""What a merge of two persons does where both have something of which one person may have one: each app tells.

`people.holdings` says for every model whether its rows go over at all. Where a row that goes over meets one of the
person who stays, and the database allows one of the two, the rule of its model decides which of them stays, what it
takes over from the other one, and what becomes of the rows that hang on that. The other one is set aside: its values
are kept with the merge. Followers bring what is derived up to date afterwards.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise
ONE_COUNTS = _("A person has one of these: what the record that stays has is what counts.")


def _nothing(stays: Any, goes: Any) -> Mapping[str, Any]:
    return {}


def _equally_good(row: Any) -> Any:
    return 0


def _in_its_own_words(row: Any) -> str:
    return str(row)


@dataclass(frozen=True)
class MergeRule:
    """What becomes of two rows of a model of which a person may have one.

    better: of two rows the one with the higher value stays; of equal ones that of the person who stays. combine:
    (stays, goes) → what the one that stays takes over. drops: rows that hang on the other one are set aside with it,
    and do not go over. numbered: the field of a number that simply goes on counting. arrives: values with which every
    row goes over. refuses: (one, other) → why there is no merge at all. says: what happens, for whoever decides; named:
    which row is meant.
    """

    model: str
    better: Callable[[Any], Any] = _equally_good
    combine: Callable[[Any, Any], Mapping[str, Any]] = _nothing
    drops: bool = False
    numbered: str = ""
    arrives: Mapping[str, Any] = field(default_factory=dict)
    refuses: Callable[[Any, Any], str] | None = None
    says: Sentence = ONE_COUNTS
    named: Callable[[Any], str] = _in_its_own_words


# Called with (person who stays, person who goes, journal) when all rows have gone over.
Follower = Callable[[Any, Any, Any], None]

_rules: dict[str, MergeRule] = {}
_followers: list[Follower] = []


def register(*rules: MergeRule) -> None:
    """Add rules (in `AppConfig.ready`)."""
    _rules.update({rule.model: rule for rule in rules})


def rule_of(model: str) -> MergeRule:
    """Return the rule of a model ("courses.Enrolment"); without one, what the person who stays has is what counts."""
    return _rules.get(model) or MergeRule(model)


def register_follower(follower: Follower) -> Follower:
    """Add what an app does when the rows of two persons have come together (in `AppConfig.ready`)."""
    if follower not in _followers:
        _followers.append(follower)
    return follower


def followers() -> tuple[Follower, ...]:
    """Return all followers, in the order in which the apps were loaded."""
    return tuple(_followers)
