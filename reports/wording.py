"""Figures and findings as people read them, in the language that is active."""

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import numbers
from reports.columns import Column, Report, Row

Totals = dict[str, Any]
Definitions = Mapping[str, str]


def per_cent(share: float | None) -> str:
    """Return a share in whole per cent, rounded down so that 79.6 % never reads as 80 %; a dash when undefined.

    >>> per_cent(None)
    '–'
    """
    if share is None:
        return "–"
    # The small addition keeps 0.29 · 100 = 28.999… at 29.
    return _tied(_("%(number)s %%") % {"number": number_format(math.floor(share * 100 + 1e-9))})


def rounded(value: float | None, places: int = 0) -> str:
    """Return a number as `core.numbers` writes it; a dash when undefined."""
    return "–" if value is None else numbers.rounded(value, places)


def rounded_per_cent(value: float | None, places: int = 0) -> str:
    """Return a number of per cent, rounded to the nearest.

    >>> rounded_per_cent(61.5).replace("\N{NO-BREAK SPACE}", " ")
    '62 %'
    """
    return "–" if value is None else _tied(_("%(number)s %%") % {"number": rounded(value, places)})


def _tied(text: str) -> str:
    """Keep a number and its per cent sign on one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def told(report: Report, column: Column, row: Row) -> str:
    """Return a cell as people read it; a figure that is undefined is a dash."""
    value, type_ = row.get(column.key), column.type_in(row)
    if value is None or value == "":
        return "–" if type_ in NUMBERS else ""
    if type_ in _TOLD:
        return _TOLD[type_](value)
    return str(report.codes.get(column.key, {}).get(value, value))


def whole(count: int) -> str:
    """Return a whole number, grouped as the language does."""
    return number_format(count, use_l10n=True, force_grouping=True)


# Types of columns that stand at the right edge of their column.
NUMBERS = frozenset({"integer", "number", "share"})

_TOLD: Mapping[str, Callable[[Any], str]] = {
    "share": per_cent,
    "boolean": lambda value: _("yes") if value else _("no"),
    "date": lambda value: date_format(value, "SHORT_DATE_FORMAT"),
    "number": lambda value: rounded(value, 2),
    "integer": whole,
}


def findings(report: Report) -> list[str]:
    """Return what a report says first, in sentences; nothing about one that is empty."""
    say = _FINDINGS.get(report.name)
    return say(report) if say and report.rows else []


def _participation_findings(report: Report) -> list[str]:
    values = {**report.totals, "share": per_cent(_part(report.totals["started"], report.totals["confirmed"]))}
    return [
        _("%(started)d of %(confirmed)d confirmed took part (%(share)s), %(completed)d completed.") % values,
    ]


def _agencies_findings(report: Report) -> list[str]:
    totals = report.totals
    values = {
        "agencies": len(report.rows),
        "turn_up": per_cent(totals["turn_up"]),
        "rate": per_cent(totals["attendance_rate"]),
        "completed": per_cent(totals["completion_started"]),
    }
    words = ngettext(
        "%(agencies)d agency: %(turn_up)s of the confirmed took part, for %(rate)s of the hours; %(completed)s of "
        "them completed.",
        "%(agencies)d agencies: %(turn_up)s of the confirmed took part, for %(rate)s of the hours; %(completed)s of "
        "them completed.",
        len(report.rows),
    )
    return [words % values]


def _explained_findings(report: Report) -> list[str]:
    totals = report.totals
    words = _("%(credited)d of %(planned)d minutes of required sessions held are credited: %(share)s.")
    return [
        words
        % {
            "credited": totals["credited_minutes"],
            "planned": totals["planned_minutes"],
            "share": per_cent(totals["share"]),
        }
    ]


def _reach_findings(report: Report) -> list[str]:
    totals = report.totals
    if totals["started"] is None:
        return []
    words = ngettext("%(people)s person took part.", "%(people)s different people took part.", totals["started"])
    agencies = _("%(reached)s of %(agencies)s agencies were reached.")
    return [
        words % {"people": rounded(totals["started"])},
        agencies % {"reached": rounded(totals["agencies_reached"]), "agencies": rounded(totals["agencies"])},
    ]


def _matrix_findings(report: Report) -> list[str]:
    totals, hidden = report.totals, {place for place, key in report.hidden if key == "actual"}
    words = ngettext(
        "%(count)d of %(total)d target is reached.",
        "%(count)d of %(total)d targets are reached.",
        totals["indicators"],
    )
    said = [words % {"count": totals["indicators_reached"], "total": totals["indicators"]}]
    silent = sum(row["actual"] is None and place not in hidden for place, row in enumerate(report.rows))
    if silent:
        words = ngettext("%(count)d has no value yet.", "%(count)d have no value yet.", silent)
        said.append(words % {"count": silent})
    return said


def _part(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None


_FINDINGS: Mapping[str, Callable[[Report], list[str]]] = {
    "participation": _participation_findings,
    "agencies": _agencies_findings,
    "attendance-explained": _explained_findings,
    "results-matrix": _matrix_findings,
    "reach": _reach_findings,
}


def attendance_findings(totals: Totals, threshold: int, first_day: date) -> list[str]:
    """Return what R2 says about one workshop, in sentences: who took part, how much of it, who can still make it."""
    people = totals["participations"]
    if totals["share_so_far"] is None:
        words = ngettext(
            "%(count)d person is confirmed; the first day is %(day)s.",
            "%(count)d people are confirmed; the first day is %(day)s.",
            people,
        )
        return [words % {"count": people, "day": date_format(first_day, "DATE_FORMAT")}]
    values = {"started": totals["started"], "people": people, "share": per_cent(totals["share_so_far"])}
    return [
        _("%(started)d of %(people)d took part, %(share)s of the hours.") % values,
        _threshold_finding(totals["reached"], totals["can_still_reach"], threshold),
    ]


def _threshold_finding(reached: int, can_still_reach: int, threshold: int) -> str:
    if can_still_reach:
        words = ngettext(
            "%(count)d person can still reach %(threshold)d %%.",
            "%(count)d people can still reach %(threshold)d %%.",
            can_still_reach,
        )
        return _tied(words % {"count": can_still_reach, "threshold": threshold})
    words = ngettext(
        "%(count)d person has reached %(threshold)d %%.", "%(count)d people have reached %(threshold)d %%.", reached
    )
    return _tied(words % {"count": reached, "threshold": threshold})


def result_findings(totals: Totals) -> list[str]:
    """Return what R3 says, in sentences; modules and workshops only when there are some."""
    findings = []
    if totals["enrolments"]:
        findings.append(
            _("%(done)d of %(all)d enrolments in modules are completed, %(passed)d final tests are passed.")
            % {"done": totals["modules_completed"], "all": totals["enrolments"], "passed": totals["tests_passed"]}
        )
    if totals["participations"]:
        findings.append(
            _("%(done)d of %(all)d participations in workshops met the conditions.")
            % {"done": totals["workshops_completed"], "all": totals["participations"]}
        )
    if totals["certificates"]:
        words = ngettext(
            "%(count)d certificate is issued.", "%(count)d certificates are issued.", totals["certificates"]
        )
        findings.append(words % {"count": totals["certificates"]})
    return findings
