"""The monthly mail: links to the reports of the month before, never the figures or names themselves."""

from datetime import date, timedelta

from core.jobs import for_each
from courses.models import Enrolment
from mail.kinds import MONTHLY, wanted
from people.models import Account, Agency, Role, RoleGrant
from reports import emails, queries
from reports.models import Snapshot
from reports.permissions import can_read_reports
from reports.services.snapshots import freeze_for_everybody

COMPARED = "agencies"
# So long after its day the mail still goes when the scheduler stood still; later nobody waits for it any more.
LATE = timedelta(days=7)
SATURDAY = 5


def plan_monthly(*, today: date) -> int:
    """Plan the mail about the month before, from the first working day of a month on. Returns how many messages.

    A second run plans nothing again. R4 of the month is frozen before, so that managers read the same in a year.
    Whoever has nothing to read about, and whoever does not want it, is mailed nothing.
    """
    due = first_working_day(today)
    if not due <= today <= due + LATE:
        return 0
    last = today.replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    frozen = _compared(first, last)
    return len([each for each in for_each(_readers(), lambda one: _plan(one, first, last, frozen)) if each])


def first_working_day(day: date) -> date:
    """Return the first day of a month that is neither Saturday nor Sunday.

    >>> first_working_day(date(2026, 11, 29))
    datetime.date(2026, 11, 2)
    """
    first = day.replace(day=1)
    return first + timedelta(days=max(0, 7 - first.weekday()) if first.weekday() >= SATURDAY else 0)


def is_mailed_monthly(*, account: Account) -> bool:
    """Whether the account gets the monthly mail: everybody who reads reports and did not say no."""
    return can_read_reports(account) and wanted(MONTHLY, account.muted_messages)


def _readers() -> list[Account]:
    roles = RoleGrant.objects.active().filter(role__in=[Role.COORDINATOR, Role.MANAGER]).values("account")
    found = Account.objects.filter(pk__in=roles, is_active=True, person__isnull=False).select_related("person")
    return [each for each in found.order_by("pk") if wanted(MONTHLY, each.muted_messages)]


def _compared(first: date, last: date) -> Snapshot | None:
    """R4 of the month, frozen; none for a month without workshops."""
    if not _held(queries.Scope(Agency.objects.all()), first, last):
        return None
    return freeze_for_everybody(name=COMPARED, first_day=first, last_day=last)


def _held(scope: queries.Scope, first: date, last: date) -> bool:
    return queries.workshops_in(scope).filter(starts_on__lte=last, ends_on__gte=first).exists()


def _plan(account: Account, first: date, last: date, frozen: Snapshot | None) -> bool:
    if account.sees_everybody:
        return emails.plan_for_manager(account, first, frozen) is not None
    scope = queries.scope_of(account)
    learned = Enrolment.objects.filter(
        agency__in=scope.agencies.values("pk"), completed_at__date__range=(first, last)
    ).exists()
    return (_held(scope, first, last) or learned) and emails.plan_for_coordinator(account, first, last) is not None
