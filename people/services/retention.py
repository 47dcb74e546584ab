"""What may be kept no longer is erased, by itself. The settings say after how many months; 0 is never."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.services import record
from core.jobs import for_each
from mail.models import Message
from mail.services import erase_words
from people import holdings
from people.models import Erasure, Invitation, JoinRequest, PeopleImport, PeopleImportRow, Person
from people.services.erasure import erase_person
from people.services.people_lists.forgetting import forget_lists


@dataclass(frozen=True)
class _Step:
    """One thing that is kept for so many months: which rows are over at a moment, and what becomes of them."""

    name: str
    setting: str
    over: Callable[[datetime], QuerySet[Any]]
    act: Callable[[QuerySet[Any]], int]


def apply_retention(*, dry_run: bool = False) -> dict[str, int]:
    """Erase what is over and return {"people": …, "messages": …, …}: how many rows.

    With `dry_run` nothing changes, and the numbers are those that would be touched. Raises SomeFailedError when some
    people could not be erased, once everything else is done.
    """
    counts = {}
    for step in _STEPS:
        months = getattr(settings, step.setting)
        rows = step.over(_months_ago(months)) if months else None
        if rows is None:
            counts[step.name] = 0
        elif dry_run:
            counts[step.name] = rows.count()
        else:
            counts[step.name] = step.act(rows)
    if not dry_run and any(counts.values()):
        record("people.retention_applied", after=counts)
    return counts


def _months_ago(months: int) -> datetime:
    """Return the midnight so many months ago; of a day that its month does not have, the last one of the month.

    >>> _before(date(2026, 3, 31), 1)
    datetime.date(2026, 2, 28)
    """
    return timezone.make_aware(datetime.combine(_before(timezone.localdate(), months), time.min))


def _before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in range(day.day, 0, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def _people_over(moment: datetime) -> QuerySet[Person]:
    """People whom nothing needs since a moment: each app says whom it still needs (`people.holdings`)."""
    over = Person.objects.filter(created_at__lt=moment, merged_into__isnull=True, erasure__isnull=True)
    for needs in holdings.keepers():
        over = over.exclude(pk__in=needs(moment))
    return over.order_by("pk")


def _erase_people(people: QuerySet[Any]) -> int:
    return len(for_each(list(people), lambda person: erase_person(person=person, ground=Erasure.Ground.RETENTION)))


def _letters_over(moment: datetime) -> QuerySet[Message]:
    return Message.objects.filter(created_at__lt=moment, send_after__lt=moment).exclude(text="")


def _erase_letters(letters: QuerySet[Any]) -> int:
    return erase_words(Message.objects.filter(pk__in=letters.values("pk")))


def _lists_over(moment: datetime) -> QuerySet[PeopleImport]:
    """Lists that were dealt with and those that nobody went on with, as long as a file or a row says something."""
    says = PeopleImportRow.objects.filter(source=OuterRef("pk")).exclude(values={})
    return PeopleImport.objects.filter(~Q(file="") | Exists(says), uploaded_at__lt=moment)


@transaction.atomic
def _forget_lists(lists: QuerySet[Any]) -> int:
    found = list(lists.select_for_update(of=("self",)))
    forget_lists(lists=found)
    return len(found)


def _invitations_over(moment: datetime) -> QuerySet[Invitation]:
    """Letters that nobody answered, of people who are not known by them."""
    return Invitation.objects.filter(accepted_at__isnull=True, expires_at__lt=moment)


def _requests_over(moment: datetime) -> QuerySet[JoinRequest]:
    return JoinRequest.objects.filter(Q(decided_at__lt=moment) & ~Q(state=JoinRequest.State.APPROVED))


def _delete(rows: QuerySet[Any]) -> int:
    return rows.delete()[0]


_STEPS = (
    _Step("messages", "RETENTION_MESSAGE_MONTHS", _letters_over, _erase_letters),
    _Step("lists", "RETENTION_LIST_MONTHS", _lists_over, _forget_lists),
    _Step("invitations", "RETENTION_JOINING_MONTHS", _invitations_over, _delete),
    _Step("join_requests", "RETENTION_JOINING_MONTHS", _requests_over, _delete),
    _Step("people", "RETENTION_CONTACT_MONTHS", _people_over, _erase_people),
)
