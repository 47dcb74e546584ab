"""R4: agencies compared."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from people.models import Agency
from reports.columns import Column, Report, Row, Table
from reports.queries import facts
from reports.queries.facts import Funnel, Minutes
from reports.queries.participation import (
    completeness_definition,
    funnel_columns,
    funnel_definitions,
    provisional_definition,
    unsigned,
)
from reports.queries.scope import Question
from reports.queries.small_cells import Shape, Spot, protected


def agencies_compared(question: Question) -> Report:
    """Agencies side by side: how far their people got in workshops, and the share of hours. A row is the agency alone;
    the table of subtotals takes those below it along."""
    counted = facts.funnels_with_people(question, "agency_id")
    funnels = {agency: funnel for (agency,), (funnel, _people) in counted.items()}
    minutes = {agency: sums for (agency,), sums in facts.minutes(question, "agency").items()}
    concerned = Agency.objects.filter(pk__in={*funnels, *minutes}).order_by("path")
    agencies = list(concerned)
    total = sum(funnels.values(), Funnel())
    total_minutes = sum(minutes.values(), Minutes())
    columns = _columns()
    report = Report(
        name="agencies",
        title=_("Agencies compared"),
        columns=columns,
        rows=[_row(each, funnels.get(each.pk, Funnel()), minutes.get(each.pk, Minutes())) for each in agencies],
        totals=_figures(total, total_minutes),
        definitions=_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        provisional=total_minutes.provisional,
        audience=question.audience,
        unsigned=unsigned(question, total_minutes),
    )
    k = question.audience.smallest
    people = {agency: funnel for (agency,), (_participations, funnel) in counted.items()}
    report = protected(report, _SHAPE, k, _of_few_people(agencies, people, k))
    hidden = {(agencies[place].pk, key) for place, key in report.hidden}
    subtotals = Table("subtotals", _("With agencies below"), columns, _subtotals(question, funnels, minutes, hidden))
    return replace(report, tables=[subtotals])


# A rate tells something about the people whose minutes or steps it is made of.
_RATES = {
    "turn_up": ("confirmed", "started"),
    "attendance_rate": ("confirmed", "started"),
    "completion_started": ("started", "completed"),
    "completion_confirmed": ("confirmed", "completed"),
    "register_completeness": ("confirmed",),
}
_SHAPE = Shape(lists=(("confirmed", "started", "completed"), ("nominated",)), rates=_RATES)


def _of_few_people(agencies: Sequence[Agency], people: Mapping[int, Funnel], k: int) -> set[Spot]:
    """Counts of participations by fewer than k people."""
    counts = [key for keys in _SHAPE.lists for key in keys]
    return {
        (place, key)
        for place, agency in enumerate(agencies)
        for key in counts
        if 0 < getattr(people.get(agency.pk, Funnel()), key) < k
    }


def _columns() -> list[Column]:
    return [
        Column("agency", _("Agency"), "text"),
        Column("name", _("Name"), "text"),
        *(column for column in funnel_columns() if column.key not in {"registered", "certified"}),
        Column("turn_up", _("Turn-up"), "share"),
        Column("attendance_rate", _("Attendance rate"), "share"),
        Column("completion_started", _("Completed of those who took part"), "share"),
        Column("completion_confirmed", _("Completed of the confirmed"), "share"),
        Column("register_completeness", _("Registers complete"), "share"),
        Column("provisional", _("Provisional"), "boolean"),
    ]


def _row(agency: Agency, funnel: Funnel, minutes: Minutes) -> Row:
    return {"agency": agency.code, "name": agency.name, **_figures(funnel, minutes)}


def _figures(funnel: Funnel, minutes: Minutes) -> Row:
    return {
        "nominated": funnel.nominated,
        "confirmed": funnel.confirmed,
        "started": funnel.started,
        "completed": funnel.completed,
        "turn_up": _share(funnel.started, funnel.confirmed),
        "attendance_rate": minutes.rate,
        "completion_started": _share(funnel.completed, funnel.started),
        "completion_confirmed": _share(funnel.completed, funnel.confirmed),
        "register_completeness": minutes.completeness,
        "provisional": minutes.provisional,
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _subtotals(
    question: Question,
    funnels: Mapping[int, Funnel],
    minutes: Mapping[int, Minutes],
    hidden: Collection[tuple[int, str]],
) -> list[Row]:
    """Agencies above others, each with everything below it.

    A subtotal over something hidden is hidden as well: so none tells more than the rows do.
    """
    everything = list(question.scope.agencies.order_by("path"))
    by_path = {each.path or "": each for each in everything}
    sums: dict[str, tuple[Funnel, Minutes]] = {}
    below: dict[str, int] = defaultdict(int)
    over: dict[str, set[str]] = defaultdict(set)
    for each in everything:
        own = funnels.get(each.pk, Funnel()), minutes.get(each.pk, Minutes())
        if own == (Funnel(), Minutes()):
            continue
        for path in _lineage(each.path or ""):
            if path in by_path:
                funnel, minute = sums.get(path, (Funnel(), Minutes()))
                sums[path] = funnel + own[0], minute + own[1]
                below[path] += path != each.path
                over[path] |= {key for agency, key in hidden if agency == each.pk}
    return [_shown(_row(by_path[path], *sums[path]), over[path]) for path in by_path if below.get(path)]


def _shown(row: Row, hidden: Collection[str]) -> Row:
    return {key: None if key in hidden else value for key, value in row.items()}


def _lineage(path: str) -> Iterable[str]:
    """The paths of an agency and of all above it.

    >>> list(_lineage("/3/17/"))
    ['/3/', '/3/17/']
    """
    parts = path.strip("/").split("/")
    return ("/" + "/".join(parts[: depth + 1]) + "/" for depth in range(len(parts)))


def _definitions() -> dict[str, str]:
    stages = funnel_definitions()
    return {
        "rows": _(
            "A row per agency with participations or minutes; people of agencies below it are not in it but in the "
            "table of subtotals. Counts are participations: somebody in two workshops counts twice."
        ),
        **{key: stages[key] for key in ("nominated", "confirmed", "started", "completed")},
        "turn_up": _("Took part ÷ confirmed."),
        "attendance_rate": _(
            "Minutes credited ÷ minutes planned, summed over people and required sessions held. Minutes count for the "
            "agency of the session's day; excused and not recorded count as nothing credited."
        ),
        "completion_started": _("Completed ÷ took part."),
        "completion_confirmed": _("Completed ÷ confirmed."),
        "register_completeness": completeness_definition(),
        "provisional": provisional_definition(),
        "period": _("Counts by the first day of the workshop, minutes by the day of the session, both ends included."),
    }
