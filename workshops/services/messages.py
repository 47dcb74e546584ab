"""What participants are told by mail: reminders before the first session, and that a workshop will not be held.

Reminders follow from the plans: whatever changes a time, a place or who is confirmed asks for them anew, and what no
longer fits is cancelled. A message that has gone is never sent again, one that somebody stopped never comes back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.services import record
from core.jobs import for_each
from mail.models import Message, MessageQuerySet
from mail.services import cancel_messages, stop_message
from people.models import Account, Person
from workshops.emails import plan_notice, plan_reminder
from workshops.models import Registration, Session, Workshop
from workshops.zones import to_utc

# How many days before the first session somebody is reminded, and when on that day, as clocks at the place show it.
DAYS_BEFORE = (3, 1)
HOUR = time(9, 0)

# Those who know that they are on the list: whoever is only nominated was told nothing yet.
_TOLD = (
    Registration.State.INVITED,
    Registration.State.PENDING,
    Registration.State.CONFIRMED,
    Registration.State.WAITLISTED,
    Registration.State.OFFERED,
)
_HELD = {Workshop.Status.PUBLISHED, Workshop.Status.RUNNING}


@dataclass(frozen=True)
class _Occasion:
    """A reason to remind somebody: some days before the day on which the workshop begins for the person."""

    person: Person
    session: Session
    days: int

    @property
    def key(self) -> str:
        return f"{_reminders(self.session.workshop, self.person)}:{self.session.day}:{self.days}"

    @property
    def moment(self) -> datetime:
        return to_utc(self.session.day - timedelta(days=self.days), HOUR, self.session.zone)


def messages_about(workshop: Workshop) -> MessageQuerySet:
    """All messages about a workshop, of every state."""
    return Message.objects.about(f"workshop:{workshop.pk}")


@transaction.atomic
def plan_reminders(*, workshop: Workshop, person: Person | None = None) -> None:
    """Make the planned reminders of a workshop (or of one person in it) what its plans ask for. Idempotent.

    Confirmed people are reminded three days and one day before their first session; a moment that has passed is left
    out, and so is a workshop that has begun, is over, postponed or cancelled.
    """
    # As everybody who changes plans does, so that two changes at one moment plan a reminder once.
    workshop = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
    registrations = Registration.objects.filter(workshop=workshop, state=Registration.State.CONFIRMED)
    planned = Message.objects.about(_reminders(workshop, person))
    if person is not None:
        registrations = registrations.filter(person=person)
    now = timezone.now()
    wanted = list(_occasions(workshop, registrations)) if workshop.status in _HELD else []
    wanted = [each for each in wanted if each.session.starts_at > now]
    cancel_messages(planned.exclude(key__in=[each.key for each in wanted]))
    for each in wanted:
        if each.moment > now:
            plan_reminder(key=each.key, person=each.person, session=each.session, send_after=each.moment)


def plan_all_reminders() -> int:
    """Plan the reminders of every workshop that is not over, in case a change was missed. Returns how many."""
    workshops = Workshop.objects.upcoming(_yesterday())
    return len(for_each(list(workshops), lambda workshop: plan_reminders(workshop=workshop)))


@transaction.atomic
def tell_participants(*, workshop: Workshop) -> None:
    """Tell everybody who knows of the workshop that it is postponed or cancelled, once for each time it happens."""
    told = Registration.objects.filter(workshop=workshop, state__in=_TOLD).select_related("person").order_by("pk")
    for registration in told:
        occasion = f"workshop:{workshop.pk}:{workshop.status}:{workshop.status_at:%Y%m%dT%H%M%S}"
        plan_notice(key=f"{occasion}:{registration.person_id}", person=registration.person, workshop=workshop)


@transaction.atomic
def stop_planned_message(*, workshop: Workshop, message: Message, actor: Account) -> Message:
    """Stop a planned message about a workshop; a second time changes nothing. Raises MailError when it has gone."""
    if message.stopped_at is not None:
        return message
    stopped = stop_message(message=message)
    record(
        "workshops.message_stopped",
        obj=workshop,
        actor=actor,
        subject=message.recipient,
        after={"key": message.key, "subject": message.subject},
    )
    return stopped


def _reminders(workshop: Workshop, person: Person | None = None) -> str:
    topic = f"workshop:{workshop.pk}:reminder"
    return topic if person is None else f"{topic}:{person.pk}"


def _occasions(workshop: Workshop, registrations: QuerySet[Registration]) -> Iterator[_Occasion]:
    sessions = list(workshop.sessions.select_related("workshop", "room").order_by("starts_at", "number"))
    for registration in registrations.select_related("person").order_by("pk"):
        first = next((each for each in sessions if each.track in {"", registration.track}), None)
        if first is not None:
            yield from (_Occasion(registration.person, first, days) for days in DAYS_BEFORE)


def _yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)
