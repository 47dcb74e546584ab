"""R4: agencies compared, R5: disaggregation, R17: reach by region."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Count
from django.utils.translation import gettext as _

from people.models import Agency, Person
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


def agencies_compared(question: Question) -> Report:
    """Agencies side by side: how far their people got in workshops, and the share of hours. A row is the agency alone;
    the table of subtotals takes those below it along."""
    funnels = {agency: funnel for (agency,), funnel in facts.funnels(question, "agency_id").items()}
    minutes = facts.grouped(facts.minutes(question), lambda _workshop, agency: agency)
    concerned = Agency.objects.filter(pk__in={*funnels, *minutes}).order_by("path")
    agencies = list(concerned)
    total = sum(funnels.values(), Funnel())
    total_minutes = sum(minutes.values(), Minutes())
    columns = _columns()
    return Report(
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
        tables=[Table("subtotals", _("With agencies below"), columns, _subtotals(question, funnels, minutes))],
        unsigned=unsigned(question),
    )


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


def _subtotals(question: Question, funnels: Mapping[int, Funnel], minutes: Mapping[int, Minutes]) -> list[Row]:
    """Agencies above others, each with everything below it."""
    everything = list(question.scope.agencies.order_by("path"))
    by_path = {each.path or "": each for each in everything}
    sums: dict[str, tuple[Funnel, Minutes]] = {}
    below: dict[str, int] = defaultdict(int)
    for each in everything:
        own = funnels.get(each.pk, Funnel()), minutes.get(each.pk, Minutes())
        if own == (Funnel(), Minutes()):
            continue
        for path in _lineage(each.path or ""):
            if path in by_path:
                funnel, minute = sums.get(path, (Funnel(), Minutes()))
                sums[path] = funnel + own[0], minute + own[1]
                below[path] += path != each.path
    return [_row(by_path[path], *sums[path]) for path in by_path if below.get(path)]


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


# --- R5 -------------------------------------------------------------------------------------------------------------

# The tables of R5: key, field of the rows, field of the columns.
DISAGGREGATIONS = (
    ("sex_by_kind", "sex", "kind"),
    ("sex_by_region", "sex", "region"),
    ("kind_by_region", "kind", "region"),
)


def disaggregation(question: Question) -> Report:
    """Participations of people who took part, by sex, kind and region of the agency, as three two-way tables."""
    counted = facts.started(facts.participations(question)).order_by()
    cells: dict[tuple[str, str, str], int] = {
        (sex, kind, region): number
        for sex, kind, region, number in counted.values_list("person__sex", "agency__kind", "agency__region").annotate(
            number=Count("pk")
        )
    }
    return Report(
        name="disaggregation",
        title=_("Participants by sex, kind of agency and region"),
        columns=[
            Column("table", _("Table"), "code"),
            Column("row", _("Row"), "code"),
            Column("column", _("Column"), "code"),
            Column("value", _("Participations"), "integer"),
        ],
        rows=[row for table, first, second in DISAGGREGATIONS for row in _two_way(table, first, second, cells)],
        totals={"value": sum(cells.values())},
        definitions={
            "rows": _("A row per cell of each table; a cell without a row has nobody in it."),
            "table": _("Sex by kind of agency, sex by region, kind of agency by region."),
            "value": _(
                "Participations of people who were present, late or left early in at least one session, by the agency "
                "of the registration."
            ),
            "sex": _("As people gave it themselves; it is voluntary, so that many are undisclosed."),
            "period": _("Workshops whose first day lies in the period, both ends included."),
        },
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        codes={
            "table": {
                "sex_by_kind": _("Sex by kind of agency"),
                "sex_by_region": _("Sex by region"),
                "kind_by_region": _("Kind of agency by region"),
            },
            "row": _words(),
            "column": _words(),
        },
        unsigned=unsigned(question),
    )


def _two_way(table: str, first: str, second: str, cells: Mapping[tuple[str, str, str], int]) -> list[Row]:
    places = ("sex", "kind", "region")
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for key, number in cells.items():
        found = dict(zip(places, key, strict=True))
        sums[found[first], found[second]] += number
    return [
        {"table": table, "row": row, "column": column, "value": number}
        for (row, column), number in sorted(sums.items())
    ]


def _words() -> dict[str, str]:
    choices = [*Person.Sex.choices, *Agency.Kind.choices]
    return {code: str(label) for code, label in choices}
