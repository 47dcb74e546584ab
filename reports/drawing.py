"""Which pictures a report has. Reports in, charts out, in the language that is active."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from reports.charts import BarRow, Chart, FunnelStep, bars, funnel
from reports.columns import Report


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


_DRAWN: Mapping[str, Callable[[Report], list[Chart]]] = {
    "participation": _participation,
    "agencies": _agencies,
}
