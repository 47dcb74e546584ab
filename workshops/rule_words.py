"""What a workshop asked of somebody and what there is, in the language that is active."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.explanations import Line, per_cent
from workshops import rules
from workshops.models import SessionKind
from workshops.rules import Condition

Counted = Mapping[str, Any]


def lines(counted: Counted) -> list[Line]:
    """Return an explanation (`workshops.rules.explain`) as people read it, a line for each thing that was asked for.

    The text suits everybody who may read it; the advice speaks to the person.
    """
    return [_WORDS[condition.name](counted, condition) for condition in rules.conditions(counted)]


def _hours(counted: Counted, condition: Condition) -> Line:
    attended, sessions = counted["sessions"]
    share = per_cent(counted["credited_minutes"], counted["planned_minutes"])
    values = {"attended": attended, "sessions": sessions, "share": share, "threshold": counted["threshold"]}
    text = _("%(attended)d of %(sessions)d sessions, %(share)d %% of the hours (%(threshold)d %% are asked for)")
    return Line(text % values, condition.met, "" if condition.met else _make_up())


def _days(_counted: Counted, condition: Condition) -> Line:
    if condition.met:
        return Line(_("present on each day"), True)
    days = ", ".join(date_format(date.fromisoformat(day), "MONTH_DAY_FORMAT") for day in condition.lacking)
    return Line(_("not present on %(days)s") % {"days": days}, False, _make_up())


def _kinds(_counted: Counted, condition: Condition) -> Line:
    if condition.met:
        return Line(_("present in each kind of session"), True)
    kinds = ", ".join(str(SessionKind(kind).label) for kind in condition.lacking)
    return Line(_("not present in any session of this kind: %(kinds)s") % {"kinds": kinds}, False, _make_up())


def _passed(counted: Counted, condition: Condition) -> Line:
    values = {"mark": per_cent(counted["mark"], counted["max_mark"]), "pass_mark": counted["pass_mark"]}
    if counted["mark"] is None:
        text = _("test after not taken (pass mark %(pass_mark)d %%)") % values
    else:
        text = _("test after %(mark)d %% (pass mark %(pass_mark)d %%)") % values
    return Line(text, condition.met, "" if condition.met else _take_the_test())


def _taken(counted: Counted, condition: Condition) -> Line:
    if not condition.met:
        return Line(_("test after not taken"), False, _take_the_test())
    return Line(_("test after taken: %(mark)d %%") % {"mark": per_cent(counted["mark"], counted["max_mark"])}, True)


def _evaluation(_counted: Counted, condition: Condition) -> Line:
    if condition.met:
        return Line(_("asked for an evaluation"), True)
    text, advice = _("not yet asked for an evaluation"), _("You are asked when the workshop is over.")
    return Line(text, False, advice)


def _make_up() -> str:
    return _("Ask the facilitator whether a session can be made up.")


def _take_the_test() -> str:
    return _("Take the test after on the page of the workshop.")


_WORDS: dict[str, Callable[[Counted, Condition], Line]] = {
    rules.HOURS: _hours,
    rules.DAYS: _days,
    rules.KINDS: _kinds,
    rules.TEST_PASSED: _passed,
    rules.TEST_TAKEN: _taken,
    rules.EVALUATION: _evaluation,
}
