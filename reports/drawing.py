"""Which pictures a report has. Reports in, charts out, in the language that is active."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from reports.charts import BarRow, Chart, FunnelStep, TargetRow, bars, bullet, funnel
from reports.columns import Report, Row


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
        f"{row['number']} {row['title']}",
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


_DRAWN: Mapping[str, Callable[[Report], list[Chart]]] = {
    "participation": _participation,
    "agencies": _agencies,
    "results-matrix": _results_matrix,
    "reach": _reach,
}
