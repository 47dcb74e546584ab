"""Which pictures a report has. Reports in, charts out, in the language that is active."""

from collections.abc import Callable, Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.charts import (
    BarRow,
    ChangeRow,
    Chart,
    FunnelStep,
    StripCell,
    StripRow,
    TargetRow,
    bars,
    bullet,
    dumbbell,
    funnel,
    heat_strip,
)
from reports.charts.layout import MOST
from reports.columns import Report, Row
from reports.wording import first_of


def charts(report: Report) -> list[Chart]:
    """Return the pictures of a report; none for one that is empty or says more in its table."""
    draw = _DRAWN.get(report.name)
    return draw(report) if draw and report.rows else []


def _participation(report: Report) -> list[Chart]:
    steps = [
        FunnelStep(column.label, report.totals[column.key])
        for column in report.columns
        if column.counts and column.counts != "nominated"
    ]
    return [funnel(steps, name="funnel", title=_("From registration to certificate"))]


def _agencies(report: Report) -> list[Chart]:
    hidden = set(report.hidden)
    rows = [
        BarRow(
            row["name"],
            row["attendance_rate"],
            row["confirmed"],
            provisional=row["provisional"],
            hidden=(place, "attendance_rate") in hidden,
        )
        for place, row in enumerate(report.rows)
    ]
    return [bars(rows, name="rates", title=_("Attendance rate of agencies"), heading=_("Agency"))]


def _self_paced(report: Report) -> list[Chart]:
    """The latest cohorts, a strip for each module."""
    hidden = set(report.hidden)
    months = sorted({row["month"] for row in report.rows})[-COHORTS:]
    cells: dict[str, dict[str, StripCell]] = {}
    for place, row in enumerate(report.rows):
        strip = cells.setdefault(row["title"], {})
        strip[row["month"]] = StripCell(row["share_90"], hidden=(place, "share_90") in hidden)
    rows = [StripRow(title, [strip.get(each, StripCell(None)) for each in months]) for title, strip in cells.items()]
    columns = [date_format(first_of(each), "m.y") for each in months]
    title = _("Completed within 90 days, by month of start")
    month = pgettext("chart", "Month")
    return [heat_strip(columns, rows, name="cohorts", title=title, heading=_("Module"), across=month)]


# As many months of start as one picture shows: two panels on a phone.
COHORTS = 16


def _results_matrix(report: Report) -> list[Chart]:
    hidden = {place for place, key in report.hidden if key == "actual"}
    rows = [_target_row(row, hidden=place in hidden) for place, row in enumerate(report.rows)]
    return [bullet(rows, name="targets", title=_("How far the indicators have come"))]


def _target_row(row: Row, *, hidden: bool) -> TargetRow:
    values = row["actual"], row["target"], row["baseline"]
    share = row["unit"] == "share"
    actual, target, baseline = (None if value is None else value * 100 if share else value for value in values)
    whole = all(value is None or value == int(value) for value in (actual, target, baseline))
    return TargetRow(
        row["indicator"],
        actual,
        target,
        baseline,
        unit="%" if share else "",
        places=0 if share or whole else 2,
        hidden=hidden,
        judged=row["reached"],
    )


def _reach(report: Report) -> list[Chart]:
    hidden, reached = set(report.hidden), report.totals["started"]
    if not reached:
        return []
    rows = [
        BarRow(
            report.codes["region"].get(row["region"], row["region"]),
            None if row["started"] is None else row["started"] / reached,
            row["started"],
            hidden=(place, "started") in hidden,
        )
        for place, row in enumerate(report.rows)
    ]
    return [bars(rows, name="regions", title=_("Where the people who took part come from"), heading=_("Region"))]


def _learning_effect(report: Report) -> list[Chart]:
    """The latest workshops: those before have their places in the table."""
    first = max(0, len(report.rows) - MOST)
    hidden = {place for place, key in report.hidden if key == "n"}
    rows = [_change_row(row, hidden=first + place in hidden) for place, row in enumerate(report.rows[first:])]
    return [dumbbell(rows, name="effect", title=_("Mean result before and after"), heading=_("Workshop"))]


def _change_row(row: Row, *, hidden: bool) -> ChangeRow:
    label = f"{row['title']}, {date_format(row['starts_on'], 'SHORT_DATE_FORMAT')}"
    if row["n"] is None or row["mean_pre"] is None:
        return ChangeRow(label, None, None, row["n"], hidden=hidden)
    highest = row["maximum"] or 100
    ends = row["change_ci95"]
    return ChangeRow(
        label,
        row["mean_pre"] / highest,
        row["mean_post"] / highest,
        row["n"],
        (ends[0] / highest, ends[1] / highest) if ends else None,
    )


def _objectives(report: Report) -> list[Chart]:
    hidden = {place for place, key in report.hidden if key == "n"}
    rows = [
        ChangeRow(row["text"], row["mean_pre"], row["mean_post"], row["n"], row["change_ci95"], hidden=place in hidden)
        for place, row in enumerate(report.rows)
    ]
    return [dumbbell(rows, name="objectives", title=_("Objectives before and after"), heading=_("Objective"))]


_DRAWN: Mapping[str, Callable[[Report], list[Chart]]] = {
    "participation": _participation,
    "agencies": _agencies,
    "results-matrix": _results_matrix,
    "learning-effect": _learning_effect,
    "objectives": _objectives,
    "reach": _reach,
    "self-paced": _self_paced,
}
