"""What people are told by mail about a workshop: what follows from its plans, and what somebody writes to a group.

Messages follow from the plans: whatever changes a time, a place, or who takes part asks for them anew, and what no
longer fits is cancelled. A message that has gone is never sent again, one that somebody stopped never comes back, and
one whose words somebody wrote anew keeps them; its time, its address and what calendars are told still follow.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from core.jobs import for_each
from mail.models import Message, MessageQuerySet
from mail.services import (
    Extras,
    cancel_messages,
    edit_message,
    plan_written,
    replan_message,
    send_message_now,
    stop_message,
)
from people.models import Account, Person
from workshops.emails import Kind
from workshops.errors import WorkshopError
from workshops.models import AttendanceStatus, Registration, Session, Workshop
from workshops.services.calendars import calendar_part
from workshops.services.message_log import is_settled, kind_of, topic_of
from workshops.services.occasions import DAYS_OF_ACTION, Occasion, Plans, occasions, plans_of

# After the last of what is asked afterwards: evaluation after half a year has three weeks.
ASKED_FOR_DAYS = 2 * DAYS_OF_ACTION + 30
EVERYBODY, ABSENT = "everybody", "absent"
# Whom one can write to as a group: those of a state, everybody on the list, or those whom a register misses.
GROUPS = (
    Registration.State.CONFIRMED,
    Registration.State.PENDING,
    Registration.State.INVITED,
    Registration.State.WAITLISTED,
    Registration.State.NOMINATED,
)


@dataclass(frozen=True)
class Group:
    """Some of the people of a workshop: those of a state, everybody on the list, or those absent from a session."""

    name: str
    session: Session | None = None

    def people(self, workshop: Workshop) -> QuerySet[Person]:
        """Who belongs to it now, in the order of names."""
        registrations = Registration.objects.active().filter(workshop=workshop)
        if self.name == ABSENT:
            missing = [AttendanceStatus.ABSENT, AttendanceStatus.NOT_RECORDED]
            registrations = registrations.filter(records__session=self.session, records__status__in=missing)
        elif self.name != EVERYBODY:
            registrations = registrations.filter(state=self.name)
        return Person.objects.filter(pk__in=registrations.values("person")).order_by("sort_name", "pk")


def messages_about(workshop: Workshop) -> MessageQuerySet:
    """All messages about a workshop, of every state."""
    return Message.objects.about(topic_of(workshop))


def not_reached(workshop: Workshop) -> set[int]:
    """Keys of the people to whom a message about the workshop did not get, at the address that they still have."""
    return set(messages_about(workshop).undelivered().order_by().values_list("recipient", flat=True))


@transaction.atomic
def plan_messages(*, workshop: Workshop, person: Person | None = None) -> None:
    """Make the planned messages about a workshop (to one person in it) what its plans ask for. Idempotent.

    What is planned and has no occasion any more is cancelled; what somebody wrote by hand is left alone. A moment that
    has passed is left out, unless the message is still worth something.
    """
    # As everybody who changes plans does, so that two changes at one moment plan a message once.
    workshop = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
    plans = plans_of(workshop, person)
    wanted = {each.key(plans.log.topic): each for each in occasions(plans)}
    gone = [each.pk for each in plans.log.messages if each.is_planned and not _is_wanted(each, wanted)]
    if gone:
        cancel_messages(Message.objects.filter(pk__in=gone))
    for key, occasion in wanted.items():
        if _leads_to_message(occasion, plans.log.by_key.get(key), plans):
            _plan(key, occasion, plans)


def plan_all_messages() -> int:
    """Plan the messages about all workshops that people may be written to about, in case a change was missed.

    Returns how many workshops. About those that came from files of earlier years nobody is written to.
    """
    since = timezone.localdate() - timedelta(days=ASKED_FOR_DAYS)
    workshops = Workshop.objects.upcoming(since).filter(taken_over__isnull=True)
    return len(for_each(list(workshops), lambda workshop: plan_messages(workshop=workshop)))


@transaction.atomic
def stop_planned_message(*, workshop: Workshop, message: Message, actor: Account) -> Message:
    """Stop a planned message about a workshop; a second time changes nothing. Raises MailError when it has gone."""
    if message.stopped_at is not None:
        return message
    stopped = stop_message(message=message)
    _note("workshops.message_stopped", workshop, stopped, actor)
    return stopped


@transaction.atomic
def edit_planned_message(*, workshop: Workshop, message: Message, subject: str, text: str, actor: Account) -> Message:
    """Write the words of a planned message anew; they stay, whatever changes. Raises MailError when it has gone."""
    if (message.subject, message.text) == (subject, text):
        return message
    edited = edit_message(message=message, subject=subject, text=text)
    _note("workshops.message_edited", workshop, edited, actor)
    return edited


@transaction.atomic
def send_planned_message(*, workshop: Workshop, message: Message, actor: Account) -> Message:
    """Let a planned message go now and not at its time. Raises MailError when it has gone or was cancelled."""
    sent = send_message_now(message=message)
    _note("workshops.message_hurried", workshop, sent, actor)
    return sent


@transaction.atomic
def write_to_group(
    *, workshop: Workshop, group: Group, subject: str, text: str, language: str, token: str, actor: Account
) -> int:
    """Send a message to those of a group who have an e-mail, as it was written. Returns to how many.

    `token` comes from the form, so that a second click, even at the same moment, is the same message. Raises
    WorkshopError for a draft, of which nobody has heard, and when nobody of the group can be written to.
    """
    workshop = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
    if workshop.status == Workshop.Status.DRAFT:
        raise WorkshopError(_("This is a draft of which nobody has heard. Publish it before you write to people."))
    sent_before = messages_about(workshop).filter(key__startswith=_written(workshop), key__endswith=f":{token}")
    if count := sent_before.count():
        return count
    people = [each for each in group.people(workshop) if each.email]
    if not people:
        raise WorkshopError(_("Nobody of this group has an e-mail address."))
    for person in people:
        key = f"{_written(workshop)}{person.pk}:{token}"
        plan_written(key=key, recipient=person, subject=subject, text=text, language=language)
    after = {"group": group.name, "people": len(people), "subject": subject}
    record("workshops.message_written", obj=workshop, actor=actor, after=after)
    return len(people)


def _written(workshop: Workshop) -> str:
    return f"{topic_of(workshop)}:{Kind.WRITTEN}:"


def _note(action: str, workshop: Workshop, message: Message, actor: Account) -> None:
    after = {"key": message.key, "subject": message.subject}
    record(action, obj=workshop, actor=actor, subject=message.recipient, after=after)


def _is_wanted(message: Message, wanted: dict[str, Occasion]) -> bool:
    return message.key in wanted or kind_of(message) == Kind.WRITTEN


def _leads_to_message(occasion: Occasion, message: Message | None, plans: Plans) -> bool:
    """Whether a message is to be made, brought back or brought up to date for an occasion."""
    if message is None and not occasion.person.email:
        return False
    if message is not None and is_settled(message):
        return False
    waits = message is not None and message.is_planned
    in_time = occasion.moment is None or occasion.moment > plans.now
    return waits or in_time or (occasion.late and message is None)


def _plan(key: str, occasion: Occasion, plans: Plans) -> None:
    letter = occasion.write()
    calendar, method = calendar_part(diary=occasion.diary) if occasion.diary else ("", "")
    replan_message(
        key=key,
        recipient=occasion.person,
        template=occasion.template,
        context=dict(letter.context),
        send_after=occasion.moment or plans.now + occasion.delay,
        # A time that has passed was put off by the mail server.
        moves=occasion.moment is not None and occasion.moment > plans.now,
        extras=Extras(
            links=letter.links,
            calendar=calendar,
            calendar_method=method,
            digest=occasion.digest,
            kind=occasion.choice,
            tells=occasion.tells,
        ),
    )
