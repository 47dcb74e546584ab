"""Figures and findings as people read them, in the language that is active."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import takewhile
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessments.statistics.wording import consistency_sentence
from core import numbers
from core.periods import period
from reports.columns import Column, Report, Row
from workshops.surveys import RATE_WANTED

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


def points(change: float | None) -> str:
    """Return a change of a share in whole points of per cent with its sign; a dash when there is none.

    >>> points(0.244), points(-0.08), points(0.001), points(None)
    ('+24', '−8', '0', '–')
    """
    if change is None:
        return "–"
    written = rounded(100 * change)
    return f"+{written}" if round(100 * change) > 0 else written


def probability(value: float | None) -> str:
    """Return a p-value with three places; one that these cannot tell from 0 as smaller than the smallest.

    >>> probability(0.0312), probability(0.00004).replace("\N{NO-BREAK SPACE}", " ")
    ('0.031', '< 0.001')
    """
    if value is None:
        return "–"
    smallest = 0.001
    return rounded(value, 3) if value >= smallest else f"<\N{NO-BREAK SPACE}{rounded(smallest, 3)}"


def interval(low: str, high: str) -> str:
    """Return from where to where, of two figures in words."""
    return pgettext("interval", "%(low)s to %(high)s") % {"low": low, "high": high}


def _tied(text: str) -> str:
    """Keep a number and its per cent sign on one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def told(report: Report, column: Column, row: Row) -> str:
    """Return a cell as people read it; a figure that is undefined is a dash."""
    value, type_ = row.get(column.key), column.type_in(row)
    if value is None or value == "":
        return column.absent or ("–" if type_ in NUMBERS else "")
    if type_ == "reasons":
        return " ".join(dict.fromkeys(report.codes[column.key][reason] for reason in value.values()))
    if type_ == "share" and column.nearest:
        return rounded_per_cent(100 * value)
    if type_ in _TOLD:
        text, ends = _TOLD[type_](value), row.get(column.within)
        return text if ends is None else _with_interval(text, map(_ENDS.get(type_, _TOLD[type_]), ends))
    return str(report.codes.get(column.key, {}).get(value, value))


def _with_interval(figure: str, ends: Iterable[str]) -> str:
    return _("%(figure)s (%(interval)s)") % {"figure": figure, "interval": interval(*ends)}


def whole(count: int) -> str:
    """Return a whole number, grouped as the language does."""
    return number_format(count, use_l10n=True, force_grouping=True)


def first_of(month: str) -> date:
    """Return the first day of a month.

    >>> first_of("2026-03")
    datetime.date(2026, 3, 1)
    """
    return date.fromisoformat(f"{month}-01")


# Types of columns that stand at the right edge of their column.
NUMBERS = frozenset({"integer", "number", "probability", "share", "points"})

_TOLD: Mapping[str, Callable[[Any], str]] = {
    "share": per_cent,
    "boolean": lambda value: _("yes") if value else _("no"),
    "date": lambda value: date_format(value, "SHORT_DATE_FORMAT"),
    "month": lambda value: date_format(first_of(value), "YEAR_MONTH_FORMAT"),
    "number": lambda value: rounded(value, 2),
    "points": points,
    "probability": probability,
    "integer": whole,
    "address": lambda _value: pgettext("link", "Open"),
}

# Ends of an interval are rounded to the nearest, as charts do; nothing is reached there.
_ENDS: Mapping[str, Callable[[Any], str]] = {"share": lambda share: rounded_per_cent(100 * share)}


def period_of(report: Report) -> str:
    """Return the days that a report is about; empty for all of them."""
    first, last = report.period
    if first and last:
        return period(first, last)
    if first:
        return _("from %(day)s on") % {"day": date_format(first, "DATE_FORMAT")}
    return _("up to %(day)s") % {"day": date_format(last, "DATE_FORMAT")} if last else ""


def asked_of(report: Report) -> str:
    """Return what was asked for besides the days, each with its name and code."""
    names = {
        "agency": _("Agency"),
        "workshop": _("Workshop"),
        "module": _("Module"),
        "programme": _("Programme"),
        "test": _("Test"),
        "form": _("Form"),
        "attempts": _("Attempts"),
        "subtree": _("With the agencies below it"),
        "aspect": _("Aspect"),
        "language": _("Language"),
        "figure": _("Figure"),
        "person": _("Person"),
    }
    told = {"subtree": {"no": _("no")}, **report.codes}
    asked = {name: told.get(name, {}).get(code, code) for name, code in report.filters.items()}
    return ", ".join(f"{names.get(name, name)}: {code}" for name, code in asked.items())


def hidden_sentence() -> str:
    """Say why cells are empty."""
    return _("Hatched cells are empty on purpose: they would tell something about fewer people than may be reported.")


def findings(report: Report) -> list[str]:
    """Return what a report says first, in sentences; nothing about one that is empty."""
    say = _FINDINGS.get(report.name)
    return say(report) if say and report.rows else []


def _participation_findings(report: Report) -> list[str]:
    if any(report.totals[key] is None for key in ("started", "confirmed", "completed")):
        return []
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


def _self_paced_findings(report: Report) -> list[str]:
    totals = report.totals
    said = []
    if totals["started"] is not None and totals["completed"] is not None:
        words = ngettext(
            "Of %(started)s start of a module %(completed)s is completed so far (%(share)s).",
            "Of %(started)s starts of modules %(completed)s are completed so far (%(share)s).",
            totals["started"],
        )
        counts = {key: rounded(totals[key]) for key in ("started", "completed")}
        said.append(words % {**counts, "share": per_cent(totals["share"])})
    if totals["share_90"] is not None:
        words = _("Of those who began long enough ago, %(share)s completed within 90 days.")
        said.append(words % {"share": per_cent(totals["share_90"])})
    return said


def _certificates_findings(report: Report) -> list[str]:
    totals = report.totals
    said = []
    if totals["issued"] is not None and totals["valid"] is not None:
        words = ngettext(
            "%(issued)s certificate is issued, valid: %(valid)s.",
            "%(issued)s certificates are issued, valid: %(valid)s.",
            totals["issued"],
        )
        said.append(words % {"issued": rounded(totals["issued"]), "valid": rounded(totals["valid"])})
    for key, words in (
        ("to_expire", _("To be renewed within 90 days: %(count)s.")),
        ("pending", _("Still being prepared: %(count)s.")),
    ):
        if totals[key]:
            said.append(words % {"count": rounded(totals[key])})
    return said


def _completeness_findings(report: Report) -> list[str]:
    worst = report.rows[0]["gap"]
    # Of one kind all stand together, and only these are looked at.
    count = sum(1 for _row in takewhile(lambda row: row["gap"] == worst, report.rows))
    words = ngettext("%(count)s gap in the records.", "%(count)s gaps in the records.", len(report.rows))
    first = _("The worst first: %(what)s (%(count)s).")
    return [
        words % {"count": rounded(len(report.rows))},
        first % {"what": report.codes["gap"][worst], "count": rounded(count)},
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


# From this share on a test has a ceiling: it cannot show what people learn (of those at the very highest mark: C. B.
# Terwee and others, Quality criteria for health status questionnaires, Journal of Clinical Epidemiology 60, 2007, 34).
_CEILING = 0.15


def _effect_findings(report: Report) -> list[str]:
    totals = report.totals
    if not totals["n"]:
        return []
    said = [_matched(totals)]
    if totals["change_ci95"] is not None:
        said.append(_mean_finding(totals))
    if totals["mastery_after"] is not None:
        shares = {"before": per_cent(totals["mastery_before"]), "after": per_cent(totals["mastery_after"])}
        said.append(_("%(before)s reached the pass mark before, %(after)s after.") % shares)
    if (totals["ceiling_share"] or 0) >= _CEILING:
        words = _("%(share)s had nearly everything before, so the test hides what they learned.")
        said.append(words % {"share": per_cent(totals["ceiling_share"])})
    return said


def _mean_finding(totals: Totals) -> str:
    ends = [rounded(end, 1) for end in totals["change_ci95"]]
    values = {
        "before": rounded(totals["mean_pre"], 1),
        "after": rounded(totals["mean_post"], 1),
        "change": rounded(totals["change"], 1),
        "interval": interval(*ends),
    }
    highest = totals["maximum"]
    if highest is None:
        words = _("The mean went from %(before)s to %(after)s per cent, by %(change)s points (%(interval)s).")
        return words % values
    words = _("The mean went from %(before)s to %(after)s of %(highest)s marks, by %(change)s (%(interval)s).")
    return words % (values | {"highest": rounded(highest, 0 if highest == int(highest) else 2)})


def _matched(totals: Totals) -> str:
    words = ngettext(
        "%(count)s person has a result both before and after, %(share)s of those who took part.",
        "%(count)s people have a result both before and after, %(share)s of those who took part.",
        totals["n"],
    )
    return words % {"count": rounded(totals["n"]), "share": per_cent(totals["matched_share"])}


def _evaluation_findings(report: Report) -> list[str]:
    totals = report.totals
    if totals["people_answered"] is None:
        return []
    words = _("%(answered)s of %(delivered)s people who were reached answered (%(share)s).")
    said = [words % _response(totals)]
    if totals["rate"] is not None and totals["rate"] < RATE_WANTED:
        said.append(
            _("Fewer than half have answered. Read the figures with care: those who are silent may think otherwise.")
        )
    return said


def _follow_up_findings(report: Report) -> list[str]:
    words = _("%(wave)s %(answered)s of %(delivered)s people who were reached answered (%(share)s).")
    return [
        words % ({"wave": capfirst(report.codes["wave"][row["wave"]])} | _response(row))
        for row in report.tables[0].rows
        if row["people_answered"] is not None
    ]


def _response(row: Row) -> dict[str, str]:
    return {
        "answered": rounded(row["people_answered"]),
        "delivered": rounded(row["people_reached"]),
        "share": per_cent(row["rate"]),
    }


def _items_findings(report: Report) -> list[str]:
    standing_out = len({place for place, _sentence in report.attention})
    if standing_out:
        words = ngettext(
            "%(out)d of %(all)d question needs a second look.",
            "%(out)d of %(all)d questions need a second look.",
            standing_out,
        )
        said = [words % {"out": standing_out, "all": len(report.rows)}]
    else:
        said = [_("Nothing stands out among the questions.")]
    alpha = report.totals["alpha"]
    if alpha is not None:
        said.append(_("Alpha %(value)s.") % {"value": rounded_per_cent(100 * alpha)})
        said.append(consistency_sentence(100 * alpha))
    return said


def _part(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None


_FINDINGS: Mapping[str, Callable[[Report], list[str]]] = {
    "participation": _participation_findings,
    "agencies": _agencies_findings,
    "attendance-explained": _explained_findings,
    "results-matrix": _matrix_findings,
    "learning-effect": _effect_findings,
    "evaluation": _evaluation_findings,
    "follow-up": _follow_up_findings,
    "reach": _reach_findings,
    "completeness": _completeness_findings,
    "certificates": _certificates_findings,
    "self-paced": _self_paced_findings,
    "item-analysis": _items_findings,
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
