"""R13: self-paced modules by month of start: how many of those who began together completed, and how soon."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from courses.models import Enrolment, Module
from reports.columns import Column, Report, Row
from reports.queries import facts
from reports.queries.scope import Question
from reports.queries.small_cells import Shape, protected

# Within so many days of the own start.
SPANS = (30, 60, 90)

_COMPLETED = tuple(f"completed_{days}" for days in reversed(SPANS))
# Totals of what was completed in time are those of the cohorts that are old enough for all spans, so that they can be
# compared. Younger ones are lists of their own.
_SHAPE = Shape(
    lists=(
        ("started", "completed"),
        *(("started", "completed", *_COMPLETED[place:]) for place in range(len(SPANS))),
    ),
    rates={
        "share": ("started", "completed"),
        **{f"share_{days}": ("started", f"completed_{days}") for days in SPANS},
    },
)


def self_paced(question: Question) -> Report:
    """Modules and months with those who began then, and how many of them completed within 30, 60, 90 days and ever."""
    cohorts = _cohorts(question)
    titles = Module.objects.with_title(get_language() or "en").in_bulk({module for module, *_cohort in cohorts})
    today = timezone.localdate(question.now)
    rows = [_row(titles[module], month, counts, today) for module, month, counts in cohorts]
    rows.sort(key=lambda row: (row["module"], row["month"]))
    report = Report(
        name="self-paced",
        title=_("Self-paced modules by month of start"),
        columns=_columns(),
        rows=rows,
        totals=_totals(rows),
        definitions=_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        codes={"too_young": {str(days): _("%(days)d days") % {"days": days} for days in SPANS}},
    )
    return protected(report, _SHAPE, question.audience.smallest)


def _cohorts(question: Question) -> list[tuple[int, date, Row]]:
    """(module, first day of the month, counts) of the enrolments that were started in the period. One query."""
    within = {
        f"completed_{days}": Count("pk", filter=Q(completed_at__lte=F("started_at") + timedelta(days=days)))
        for days in SPANS
    }
    counts = {"started": Count("pk"), "completed": Count("completed_at"), **within}
    found = (
        _enrolments(question)
        .annotate(month=TruncMonth("started_at"))
        .order_by()
        .values_list("module_id", "month")
        .annotate(**counts)
    )
    return [(module, month.date(), dict(zip(counts, numbers, strict=True))) for module, month, *numbers in found]


def _enrolments(question: Question) -> QuerySet[Enrolment]:
    found = Enrolment.objects.filter(started_at__isnull=False)
    if question.module is not None:
        found = found.filter(module=question.module)
    if question.programme is not None:
        found = found.filter(module__programmes=question.programme)
    if question.aspect:
        found = found.filter(module__aspect_links__aspect=question.aspect)
    if question.language:
        found = found.filter(person__language=question.language)
    if not question.scope.everywhere:
        found = found.filter(agency__in=question.scope.agencies.values("pk"))
    return facts.within_period(found, question, "started_at__date")


def _row(module: Module, month: date, counts: Row, today: date) -> Row:
    last_day = month.replace(day=monthrange(month.year, month.month)[1])
    young = [days for days in SPANS if last_day + timedelta(days=days) >= today]
    completed = {f"completed_{days}": None if days in young else counts[f"completed_{days}"] for days in SPANS}
    return {
        "module": module.code,
        "title": module.title,
        "month": f"{month:%Y-%m}",
        "too_young": str(young[0]) if young else "",
        **_figures(counts["started"], counts["completed"], completed),
    }


def _figures(started: int, completed: int, in_time: Mapping[str, int | None], of: int | None = None) -> Row:
    """The counts with their shares; `of` is what those completed in time are shares of, if not of all who started."""
    figures: Row = {"started": started}
    for days in SPANS:
        count = in_time[f"completed_{days}"]
        figures |= {f"completed_{days}": count, f"share_{days}": _share(count, started if of is None else of)}
    return figures | {"completed": completed, "share": _share(completed, started)}


def _share(part: int | None, whole: int) -> float | None:
    return part / whole if part is not None and whole else None


def _totals(rows: Sequence[Row]) -> Row:
    old = [row for row in rows if not row["too_young"]]
    in_time = {f"completed_{days}": _sum(old, f"completed_{days}") if old else None for days in SPANS}
    return _figures(_sum(rows, "started"), _sum(rows, "completed"), in_time, _sum(old, "started")) | {
        "started_in_time": _sum(old, "started")
    }


def _sum(rows: Iterable[Mapping[str, Any]], key: str) -> int:
    return sum(row[key] for row in rows)


def _columns() -> list[Column]:
    young = pgettext("cohort", "too young")
    columns = [
        Column("module", _("Module"), "text"),
        Column("title", _("Title"), "text"),
        Column("month", pgettext("cohort", "Month of start"), "month"),
        Column("started", pgettext("people", "Started"), "integer"),
    ]
    for days in SPANS:
        labels = {"days": days}
        columns += [
            Column(f"completed_{days}", _("Completed within %(days)d days") % labels, "integer", absent=young),
            Column(f"share_{days}", _("Share within %(days)d days") % labels, "share", absent=young),
        ]
    return [
        *columns,
        Column("completed", _("Completed so far"), "integer"),
        Column("share", _("Share so far"), "share"),
        Column("too_young", _("Too young for"), "code"),
    ]


def _definitions() -> dict[str, str]:
    return {
        "rows": _(
            "A row per module and month: people who opened their first lesson in that month, each once per module."
        ),
        "started": _(
            "People who opened a lesson, those who gave up later included, and those who run workshops: a module is "
            "taken for oneself."
        ),
        **{
            f"completed_{days}": _(
                "Of them those who completed the module within %(days)d days of their own start. In the total only "
                "cohorts that are old enough for 30, 60 and 90 days."
            )
            % {"days": days}
            for days in SPANS
        },
        **{f"share_{days}": _("Completed within %(days)d days ÷ started.") % {"days": days} for days in SPANS},
        "completed": _("Of those who started the ones who completed the module until today, however late."),
        "share": _("Completed so far ÷ started. Young cohorts still grow: do not compare them with old ones."),
        "started_in_time": _("Started in cohorts that are old enough for 30, 60 and 90 days."),
        "too_young": _(
            "From this span on nothing is said: not everybody who started in that month has had so many days yet."
        ),
        "language": _("The language that the person chose for the pages."),
        "period": _("The day of the start lies in the period, both ends included."),
    }
