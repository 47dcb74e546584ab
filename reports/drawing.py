"""Which pictures a report has. Reports in, charts out, in the language that is active."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.statistics.findings import TOO_EASY, TOO_HARD, WEAK
from reports.charts import (
    AnswerRow,
    BarRow,
    ChangeRow,
    Chart,
    FunnelStep,
    ItemPoint,
    Limits,
    Series,
    StripCell,
    StripRow,
    TargetRow,
    bars,
    bullet,
    diverging,
    dumbbell,
    funnel,
    heat_strip,
    histogram,
    scatter,
    step,
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
    cells: dict[tuple[str, str], dict[str, StripCell]] = {}
    for place, row in enumerate(report.rows):
        strip = cells.setdefault((row["module"], row["title"]), {})
        strip[row["month"]] = StripCell(row["share_90"], hidden=(place, "share_90") in hidden)
    strips = [
        StripRow(title, [strip.get(each, StripCell(None)) for each in months])
        for (_module, title), strip in cells.items()
    ]
    rows = [row for row in strips if any(cell.hidden or cell.share is not None for cell in row.cells)]
    if not rows:
        return []
    columns = [date_format(first_of(each), "m.y") for each in months]
    title = _("Completed within 90 days, by month of start")
    month = pgettext("chart", "Month")
    named = {"name": "cohorts", "title": title, "heading": _("Module"), "across": month}
    return [heat_strip(columns, rows, **named, side_by_side=COHORTS // 2)]


# As many months of start as one picture shows, in two panels.
COHORTS = 12


def _certificates(report: Report) -> list[Chart]:
    if not report.tables:
        return []
    rows = report.tables[0].rows
    months = [first_of(row["month"]) for row in rows]
    hidden = frozenset(place for place, row in enumerate(rows) if row["total"] is None)
    series = Series(pgettext("certificates", "Issued"), [row["total"] for row in rows], hidden)
    return [step(months, [series], name="months", title=_("Certificates issued by the end of each month"))]


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
    known = report.outline or report.rows
    first = max(0, len(known) - MOST)
    hidden = {place for place, key in report.hidden if key == "n"}
    rows = [_change_row(row, hidden=first + place in hidden) for place, row in enumerate(known[first:])]
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


# Of a question with five steps the words are those of both ends, and numbers between.
_FIVE = ("1", "2", "3", "4", "5")


def _evaluation(report: Report) -> list[Chart]:
    return [*_statements(report), *_questions(report)]


def _follow_up(report: Report) -> list[Chart]:
    hidden = {place for place, key in report.hidden if key == "applied"}
    rows = [
        BarRow(_asked(report, row), row["applied"], row["n"], hidden=place in hidden)
        for place, row in enumerate(report.rows)
        if row["applied"] is not None
    ]
    applied = [
        bars(rows, name="applied", title=_("From what people meant to apply to what they did"), heading=_("Question"))
    ]
    return [*(applied if rows else []), *_evaluation(report)]


def _statements(report: Report) -> list[Chart]:
    """Scales of five steps, those whose ends mean the same in one picture."""
    alike: dict[tuple[str, ...], list[AnswerRow]] = defaultdict(list)
    for row in report.rows:
        words = _words(report, row)
        if not _has_five_steps(row, words):
            continue
        counts = (row["answers"] or dict.fromkeys(_FIVE, 0)).values()
        first, second, third, fourth, fifth = counts
        steps = tuple(_step(code, words) for code in _FIVE)
        alike[steps].append(
            AnswerRow(
                _asked(report, row),
                (first, second, third, fourth, fifth),
                row["delivered"] or 0,
                hidden=row["answers"] is None,
            )
        )
    return [
        diverging(rows, steps, name=f"statements-{number}", title=_("How answers spread"), heading=_("Question"))
        for number, (steps, rows) in enumerate(alike.items())
    ]


def _questions(report: Report) -> Iterator[Chart]:
    """Every other question in a picture of its own."""
    for place, row in enumerate(report.rows):
        words = _words(report, row)
        if _has_five_steps(row, words) or not row["n"]:
            continue
        rows = [BarRow(_step(code, words), count / row["n"], row["n"]) for code, count in row["answers"].items()]
        yield bars(rows, name=f"question-{place}", title=_asked(report, row), heading=_("Answer"))


def _words(report: Report, row: Row) -> Mapping[str, str]:
    return report.codes[f"{row['form']} {row['question']}"]


def _has_five_steps(row: Row, words: Mapping[str, str]) -> bool:
    """Whether a question is a scale from 1 to 5; of one that is empty the words of both ends say it."""
    if row["kind"] != "scale":
        return False
    return tuple(row["answers"]) == _FIVE if row["answers"] else {_FIVE[0], _FIVE[-1]} <= set(words)


def _step(code: str, words: Mapping[str, str]) -> str:
    """Return an answer in words; a number of a scale stands before what it means."""
    if not code.isdigit():
        return words[code]
    return f"{code} – {words[code]}" if code in words else code


def _asked(report: Report, row: Row) -> str:
    """Return the question, with the time at which it was asked where there are several."""
    if "wave" not in row:
        return str(row["text"])
    wave = capfirst(report.codes["wave"][row["wave"]])
    return _("%(wave)s: %(question)s") % {"wave": wave, "question": row["text"]}


def _item_analysis(report: Report) -> list[Chart]:
    standing_out = {place for place, _sentence in report.attention}
    points = [
        ItemPoint(row["number"], row["facility"], row["discrimination"], place in standing_out)
        for place, row in enumerate(report.rows)
        if row["facility"] is not None and row["discrimination"] is not None
    ]
    limits = Limits(hard=TOO_HARD / 100, easy=TOO_EASY / 100, weak=WEAK / 100)
    results = next(table for table in report.tables if table.key == "results")
    counts = [row["attempts"] for row in results.rows]
    return [
        scatter(points, limits, len(report.rows), name="questions", title=_("How hard, and how well it tells apart")),
        histogram(counts, report.totals["pass_mark"], name="results", title=_("How results are spread")),
    ]


_DRAWN: Mapping[str, Callable[[Report], list[Chart]]] = {
    "participation": _participation,
    "agencies": _agencies,
    "results-matrix": _results_matrix,
    "learning-effect": _learning_effect,
    "objectives": _objectives,
    "evaluation": _evaluation,
    "follow-up": _follow_up,
    "reach": _reach,
    "certificates": _certificates,
    "self-paced": _self_paced,
    "item-analysis": _item_analysis,
}
