"""The one door to a named report: scope, question, and the note that a manager read it."""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.models import Account
from reports import queries
from reports.columns import Report

REPORTS: dict[str, Callable[[queries.Question], Report]] = {
    "agency-attendance": queries.agency_attendance,
    "agency-results": queries.agency_results,
}


@transaction.atomic
def read_report(
    *,
    name: str,
    account: Account,
    agency: str = "",
    workshop: str = "",
    programme: str = "",
    first_day: date | None = None,
    last_day: date | None = None,
) -> Report:
    """Return a report as the account may read it; `agency`, `workshop` and `programme` are codes.

    Without an agency a coordinator gets the own ones with everything below them. Whoever reads names without being
    their coordinator is noted. Raises OutOfScopeError for what does not exist for the account.
    """
    if name not in REPORTS:
        raise queries.OutOfScopeError(_("There is no report with this name."))
    scope = queries.scope_of(account, agency)
    if not scope.agencies.exists():
        raise queries.OutOfScopeError(_("You coordinate no agency, so there is nothing to report about."))
    question = queries.Question(
        scope=scope,
        now=timezone.now(),
        # Of any agency of the account: a workshop in which the named agency had nobody is an empty report.
        workshop=queries.workshop_in(queries.scope_of(account), workshop) if workshop else None,
        programme=queries.programme_called(programme) if programme else None,
        first_day=first_day,
        last_day=last_day,
    )
    if account.sees_everybody:
        record("reports.read", actor=account, after={"report": name, **question.filters})
    return REPORTS[name](question)
