"""R14: certificates by agency and what they are for: how many were issued, and what they are worth now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from certificates.models import Certificate
from people.models import Agency
from reports.columns import Column, Report, Row, Table
from reports.queries import facts
from reports.queries.counting import rows_and_people
from reports.queries.scope import Question
from reports.queries.small_cells import Shape, Spot, protected
from reports.suppression.lists import list_hidden

# Valid certificates that end within so many days are to be renewed soon.
SOON_DAYS = 90

Status = Certificate.Status
# What became of those that were issued and are not valid any more.
OUT_OF_FORCE = (Status.EXPIRED.value, Status.SUSPENDED.value, Status.REVOKED.value, Status.SUPERSEDED.value)
_STATES = (Status.VALID.value, *OUT_OF_FORCE)
_COUNTS = ("issued", "valid", "to_expire", "pending")

_SHAPE = Shape(lists=(("issued", "valid", "to_expire"), ("pending",)), rates={})

_Group = tuple[int, str, str]


def certificates(question: Question) -> Report:
    """Certificates by agency at that time, what for and kind.

    A reader who must not learn about few people gets what became of them only for all agencies together: one agency
    has a handful that were revoked or replaced at most, and would show nothing but hidden cells.
    """
    k = question.audience.smallest
    counted = _groups(question)
    groups = {group: counts for group, (counts, _people) in counted.items()}
    people = {group: of_people for group, (_counts, of_people) in counted.items()}
    agencies = Agency.objects.in_bulk({agency for agency, *_group in groups})
    order = sorted(groups, key=lambda group: (agencies[group[0]].path, group[1:]))
    states = OUT_OF_FORCE if not k else ()
    rows = [
        {
            "agency": agencies[agency].code,
            "name": agencies[agency].name,
            "subject": subject,
            "kind": kind,
            **{key: groups[agency, subject, kind][key] for key in ("issued", "valid", *states, "to_expire", "pending")},
        }
        for agency, subject, kind in order
    ]
    report = Report(
        name="certificates",
        title=_("Certificates"),
        columns=[column for column in _columns() if not k or column.key not in OUT_OF_FORCE],
        of_totals=[column for column in _columns() if k and column.key in OUT_OF_FORCE],
        rows=rows,
        totals={key: sum(counts[key] for counts in groups.values()) for key in (*_COUNTS, *OUT_OF_FORCE)},
        definitions=_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        codes=_codes(),
    )
    found = protected(report, _SHAPE, k, _of_few_people(order, people, k))
    months = [] if found.totals["issued"] is None else [_months(question, k)]
    return replace(_totals_protected(found, k), tables=months)


def _issued(question: Question) -> QuerySet[Any]:
    """Certificates that were earned in the period, with what they are for."""
    subject = Case(
        When(registration__isnull=False, then=Value("workshop")),
        When(enrolment__isnull=False, then=Value("module")),
        When(programme__isnull=False, then=Value("programme")),
        default=Value("paper"),
    )
    found = Certificate.objects.annotate(subject=subject)
    if question.workshop is not None:
        found = found.filter(registration__workshop=question.workshop)
    if question.module is not None:
        found = found.filter(enrolment__module=question.module)
    if question.programme is not None:
        found = found.filter(_within(question.programme.pk))
    if not question.scope.everywhere:
        found = found.filter(agency__in=question.scope.agencies.values("pk"))
    return facts.within_period(found, question, "issued_at__date")


def _standings(question: Question) -> dict[str, Q]:
    """Each state that a certificate can have at the moment of the question, the gravest first, and what it asks.

    Written out: a word for each of hundreds of thousands, compared with every state, takes three times as long.
    """
    found, so_far = {}, Q()
    for state, moment in (
        (Status.REVOKED, "revoked_at"), (Status.SUPERSEDED, "superseded_at"), (Status.SUSPENDED, "suspended_at"),
    ):  # fmt: skip
        found[state.value] = so_far & Q(**{f"{moment}__isnull": False})
        so_far &= Q(**{f"{moment}__isnull": True})
    sealed = so_far & Q(sealed_at__isnull=False)
    over = Q(expires_at__isnull=False, expires_at__lte=question.now)
    return found | {
        Status.PENDING.value: so_far & Q(sealed_at__isnull=True),
        Status.EXPIRED.value: sealed & over,
        Status.VALID.value: sealed & ~over,
    }


def _within(programme: int) -> Q:
    """Certificates of a programme itself, of its workshops and of its modules."""
    through = Q(registration__workshop__programmes=programme) | Q(enrolment__module__programmes=programme)
    return Q(pk__in=Certificate.objects.filter(Q(programme=programme) | through).values("pk"))


def _groups(question: Question) -> Mapping[_Group, tuple[Row, Row]]:
    """Counts by (agency, what for, kind), and how many different people they are of, in one query."""
    standings = _standings(question)
    conditions = {
        "issued": ~standings[Status.PENDING],
        **{state: standings[state] for state in _STATES},
        "to_expire": standings[Status.VALID] & Q(expires_at__lte=question.now + timedelta(days=SOON_DAYS)),
        "pending": standings[Status.PENDING],
    }
    found = rows_and_people(_issued(question), conditions, "agency_id", "subject", "kind")
    return {
        (agency, subject, kind): (
            dict(zip(conditions, counted.rows, strict=True)),
            dict(zip(conditions, counted.people, strict=True)),
        )
        for (agency, subject, kind), counted in found.items()
    }


def _of_few_people(order: Sequence[_Group], people: Mapping[_Group, Row], k: int) -> set[Spot]:
    """Counts of certificates of fewer than k people."""
    return {(place, key) for place, group in enumerate(order) for key in _COUNTS if 0 < people[group][key] < k}


def _totals_protected(report: Report, k: int) -> Report:
    """Hide what became of few people in the totals, and what gives it away beside issued and valid ones."""
    values = [report.totals[state] for state in OUT_OF_FORCE]
    small = {place for place, value in enumerate(values) if 0 < value < k}
    if not small:
        return report
    hidden = list_hidden(values, k, small, without_total=False)
    places = range(len(values)) if hidden is None else hidden
    emptied = {OUT_OF_FORCE[place]: None for place in places}
    return replace(report, totals={**report.totals, **emptied})


def _months(question: Question, k: int) -> Table:
    """How many were issued by the end of each month, in all.

    Months are left empty until k more people have one: between two figures that are shown lie none or k and more.
    """
    pending = _standings(question)[Status.PENDING]
    issued = _issued(question).exclude(pending).annotate(month=TruncMonth("issued_at")).order_by()
    counts = issued.values_list("month").annotate(certificates=Count("pk"), people=Count("person_id", distinct=True))
    found = {month.date(): (number, people) for month, number, people in counts}
    months = _months_between(min(found), max(found)) if found else []
    totals = _running([found.get(month, (0, 0)) for month in months], k)
    return Table(
        "months",
        _("Issued by the end of each month"),
        [
            Column("month", pgettext("chart", "Month"), "month"),
            Column("total", _("Certificates issued in all"), "integer"),
        ],
        [{"month": f"{month:%Y-%m}", "total": total} for month, total in zip(months, totals, strict=True)],
    )


def _months_between(first: date, last: date) -> list[date]:
    """Return the first days of all months from one to another."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _running(months: Sequence[tuple[int, int]], k: int) -> list[int | None]:
    """Return running totals of (certificates, people); None where fewer than k people came since the last one shown.

    The people of a month are taken for those of the months before as well, for they may be the same.

    What is left over at the end goes together with the last one shown, for the whole is known.

    >>> months = [(2, 2), (7, 6), (3, 3), (9, 9), (1, 1)]
    >>> _running(months, 0), _running(months, 5)
    ([2, 9, 12, 21, 22], [None, 9, None, None, 22])
    """
    shown: list[int | None] = []
    total, most = 0, 0
    for count, people in months:
        total += count
        most = max(most, people)
        shown.append(total if most >= k else None)
        most = 0 if most >= k else most
    known = [place for place, value in enumerate(shown) if value is not None]
    if most and known:
        shown[known[-1]], shown[-1] = None, total
    return shown


def _columns() -> list[Column]:
    return [
        Column("agency", _("Agency"), "text"),
        Column("name", _("Agency"), "text"),
        Column("subject", _("What for"), "code"),
        Column("kind", pgettext("certificate", "Kind"), "code"),
        Column("issued", pgettext("certificates", "Issued"), "integer", counts="certificates"),
        Column("valid", pgettext("certificates", "Valid"), "integer"),
        Column("expired", pgettext("certificates", "Expired"), "integer"),
        Column("suspended", pgettext("certificates", "Suspended"), "integer"),
        Column("revoked", pgettext("certificates", "Revoked"), "integer"),
        Column("superseded", pgettext("certificates", "Replaced"), "integer"),
        Column("to_expire", _("To expire within %(days)d days") % {"days": SOON_DAYS}, "integer"),
        Column("pending", pgettext("certificates", "Being prepared"), "integer"),
    ]


def _definitions() -> dict[str, str]:
    return {
        "rows": _(
            "A row per agency for which people earned certificates, what they are for, and what they certify. The "
            "agency is that at the time."
        ),
        "issued": _("Certificates that were sealed, whatever became of them since. Renewals count anew."),
        "valid": _("Of them those that hold today."),
        "expired": _("Of the issued those whose time has passed."),
        "suspended": _("Of the issued those that do not hold until somebody decides."),
        "revoked": _("Of the issued those that were taken back for good."),
        "superseded": _("Of the issued those that were replaced by a newer one, for instance under another name."),
        "to_expire": _("Of the valid those that expire within %(days)d days from today.") % {"days": SOON_DAYS},
        "pending": _("Earned, and not yet sealed; they are not among the issued."),
        "total": _("Certificates issued from the first month of the period to the end of this one."),
        "period": _("The day of issue lies in the period, both ends included."),
    }


def _codes() -> dict[str, dict[str, str]]:
    return {
        "subject": {
            "module": _("module"),
            "workshop": _("workshop"),
            "programme": _("programme"),
            "paper": _("issued on paper"),
        },
        "kind": {code: str(label) for code, label in Certificate.Kind.choices},
    }
