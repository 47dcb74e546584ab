"""What somebody has to look at again: found, said to be right, and told to the editors once a week."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from core.errors import DomainError
from core.jobs import for_each
from library import emails
from library.translatables import Due, kind_named, kinds
from people.models import Account, Language, Role, RoleGrant

# The list of a week tells of this many days ahead.
AHEAD = timedelta(days=30)
# It goes on the first days of a week, whenever the scheduler was started, and not at night.
LAST_WEEKDAY = 2
MORNING = time(8)
# Nobody can say today that a text is right for longer.
LONGEST = timedelta(days=5 * 366)


class UpkeepError(DomainError):
    """It cannot be said of this text until when it is right."""


def due_until(day: date, language: str) -> list[Due]:
    """Return what somebody has to look at again until a day, the most overdue first; one query for each kind."""
    found = [each for kind in kinds() if kind.due is not None for each in kind.due(day, language)]
    return sorted(found, key=lambda each: (each.review_on, each.kind, each.title))


@transaction.atomic
def look_at(*, kind: str, key: str, until: date, note: str, actor: Account) -> date:
    """Somebody has looked at a text: it is still right, until another day. Who, when and why is in the audit trail.

    A second time changes nothing. Raises UpkeepError for a day that does not lie ahead, and for what is gone.
    """
    today = timezone.localdate()
    if not today < until <= today + LONGEST:
        raise UpkeepError(_("Choose a day that lies ahead, and not more than five years."))
    found = kind_named(kind)
    renewed = found.renew(key, until, actor) if found is not None and found.renew is not None else None
    if renewed is None:
        raise UpkeepError(_("The text is gone."))
    instance, before = renewed
    if before != until:
        days = [{"review_on": day.isoformat() if day else None} for day in (before, until)]
        record("library.looked_at", obj=instance, actor=actor, before=days[0], after=days[1], reason=note)
    return until


def plan_review_lists(*, today: date) -> int:
    """Plan the list of the week for each editor: what is overdue, and what is due in the next thirty days.

    From Monday to Wednesday; the same week makes no second list, and a week without anything none. Returns how many.
    """
    if today.weekday() > LAST_WEEKDAY:
        return 0
    lists = {language: due_until(today + AHEAD, language) for language in Language.values}
    if not any(lists.values()):
        return 0
    year, number, _day = today.isocalendar()
    planned = for_each(_editors(), lambda one: _list(one, lists, f"{year}-W{number:02d}", today))
    return sum(planned)


def _editors() -> Iterator[Account]:
    grants = RoleGrant.objects.active().filter(role=Role.EDITOR).values("account")
    accounts = Account.objects.filter(pk__in=grants, is_active=True, person__isnull=False).select_related("person")
    return accounts.order_by("pk").iterator()


def _list(account: Account, lists: dict[str, list[Due]], week: str, today: date) -> bool:
    person = account.person
    assert person is not None  # noqa: S101 - the query asks for it
    due: Sequence[Due] = lists[person.language]
    late = [each for each in due if each.review_on < today]
    soon = [each for each in due if each.review_on >= today]
    morning = timezone.make_aware(datetime.combine(today, MORNING))
    return emails.plan_review_list(person, week, late, soon, morning) is not None
