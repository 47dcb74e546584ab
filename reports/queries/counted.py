"""Whom a figure counts: the participations behind a number of another report."""

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.columns import Column, Report, Row, RowsInParts
from reports.queries import facts
from reports.queries.participation import funnel_definitions
from reports.queries.scope import OutOfScopeError, Question
from workshops.models import Registration


def counted(question: Question) -> Report:
    """Participations that a figure of the funnel counts, by name. Raises OutOfScopeError for another figure."""
    figure = question.figure or "registered"
    meaning = funnel_definitions().get(figure)
    if meaning is None:
        raise OutOfScopeError(_("There is no such figure."))
    found = facts.reached(facts.participations(question), figure)
    keys = list(found.order_by(*_ORDER).values_list("pk", flat=True))

    def rows_of(places: range) -> list[Row]:
        wanted = keys[places.start : places.stop]
        records = found.select_related("person", "agency", "workshop").in_bulk(wanted)
        return [_row(records[key]) for key in wanted]

    return Report(
        name="counted",
        title=_("Who is counted"),
        columns=[
            Column("person", _("Person code"), "text"),
            Column("name", _("Name"), "text"),
            Column("agency", _("Agency"), "text"),
            Column("workshop", _("Workshop"), "text"),
            Column("state", _("Registration"), "code"),
            Column("source", _("Came by"), "code"),
            Column("confirmed_on", _("Confirmed on"), "date"),
            Column("completed_on", _("Completed on"), "date"),
        ],
        rows=RowsInParts(len(keys), rows_of),
        totals={
            "participations": len(keys),
            "people": found.order_by().aggregate(people=Count("person", distinct=True))["people"],
        },
        of_totals=[
            Column("participations", _("Participations"), "integer"),
            Column("people", _("People"), "integer"),
        ],
        definitions={
            "rows": meaning,
            "people": _("People, each counted once."),
            "participations": _("Rows: a person in two workshops counts twice."),
            "period": _("Workshops whose first day lies in the period, both ends included."),
        },
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        codes={
            "state": {code: str(label) for code, label in Registration.State.choices},
            "source": {code: str(label) for code, label in Registration.Source.choices},
        },
    )


_ORDER = ("workshop__starts_on", "workshop__code", "person__sort_name", "pk")


def _row(registration: Registration) -> Row:
    return {
        "person": registration.person.public_code,
        "name": registration.person.full_name,
        "agency": registration.agency.code,
        "workshop": registration.workshop.code,
        "state": registration.state,
        "source": registration.source,
        "confirmed_on": timezone.localdate(registration.confirmed_at) if registration.confirmed_at else None,
        "completed_on": timezone.localdate(registration.completed_at) if registration.completed_at else None,
    }
