"""With whom somebody takes a module. Values, and what an app above tells about groups of people.

A cohort is the people of one workshop whose programme has the module. Whoever has a place in several workshops belongs
to that of the latest, whoever has none to all who enrolled in the same half of a year. It is known by its key:
"workshop 12" (written by the app that knows workshops), or "2026-1" for the first half of 2026.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

_WINDOW = re.compile(r"(\d{4})-([12])")
_MONTHS_OF_HALF = 6


@dataclass(frozen=True)
class Groups:
    """What an app tells about groups of people who take modules together, each by its key.

    of_person: (person id) → in which group the person takes each module, by the id of the module. run_by: (account) →
    the groups that the account runs. named: (keys) → what each is called in the active language. runners: (keys) →
    the people who run each.
    """

    of_person: Callable[[int], Mapping[int, str]]
    run_by: Callable[[Any], Collection[str]]
    named: Callable[[Collection[str]], Mapping[str, str]]
    runners: Callable[[Collection[str]], Mapping[str, Collection[Any]]]


_known: list[Groups] = []


def register(groups: Groups) -> Groups:
    """Add what an app knows (in `AppConfig.ready`)."""
    if groups not in _known:
        _known.append(groups)
    return groups


def window_of(day: date) -> str:
    """Return the key of the half of a year in which somebody enrolled.

    >>> window_of(date(2026, 6, 30)), window_of(date(2026, 7, 1))
    ('2026-1', '2026-2')
    """
    return f"{day.year}-{1 if day.month <= _MONTHS_OF_HALF else 2}"


def is_window(key: str) -> bool:
    """Whether a cohort is a half of a year, and nobody runs it.

    >>> is_window("2026-1"), is_window("workshop 12")
    (True, False)
    """
    return _WINDOW.fullmatch(key) is not None


def own_cohorts(person_id: int, enrolled: Mapping[int, date]) -> dict[int, str]:
    """Return the cohort in which a person takes each module; `enrolled` says which, and since when."""
    groups = {module: key for each in _known for module, key in each.of_person(person_id).items()} if enrolled else {}
    return {module: groups.get(module) or window_of(day) for module, day in enrolled.items()}


def run_by(account: Any) -> frozenset[str]:
    """Return the cohorts that an account runs."""
    return frozenset(key for each in _known for key in each.run_by(account))


def runners(keys: Collection[str]) -> dict[str, list[Any]]:
    """Return the people who run each of some cohorts; a half of a year is run by nobody."""
    asked = [key for key in keys if not is_window(key)]
    found: dict[str, list[Any]] = {key: [] for key in keys}
    for each in _known if asked else ():
        for key, people in each.runners(asked).items():
            found[key].extend(people)
    return found


def named(keys: Collection[str]) -> dict[str, str]:
    """Return what each of some cohorts is called in the active language."""
    asked = [key for key in keys if not is_window(key)]
    groups = {key: name for each in _known for key, name in each.named(asked).items()} if asked else {}
    return {key: groups.get(key) or _name_of_window(key) for key in keys}


def _name_of_window(key: str) -> str:
    found = _WINDOW.fullmatch(key)
    if found is None:
        return key
    year, half = found.groups()
    name = _("Began in the first half of %(year)s") if half == "1" else _("Began in the second half of %(year)s")
    return name % {"year": year}
