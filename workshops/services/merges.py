"""What follows for workshops when two records of one person become one."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.utils import timezone

from mail.models import Message
from people.models import Person
from people.services import Journal
from workshops.models import AttendanceEvent, AttendanceRecord, Registration, Session, Workshop
from workshops.services.completion import complete_if_earned
from workshops.services.message_log import topic_of
from workshops.services.messages import plan_messages
from workshops.services.records import decide_anew, lock_session, note_attendance, note_repeated
from workshops.services.states import lock_workshop
from workshops.services.waiting import offer_free_seats


def follow_merge(kept: Person, merged: Person, journal: Journal) -> None:
    """Count registers anew in which both stood, signed ones too; complete, give away seats and write as follows."""
    joined = AttendanceRecord.objects.filter(pk__in=journal.joined["workshops.AttendanceRecord"])
    own = Registration.objects.filter(person=kept)
    sessions = Session.objects.filter(pk__in=joined.values("session")).order_by("pk").values_list("pk", flat=True)
    locked = [lock_session(pk) for pk in sessions]
    places = own.values("workshop").annotate(places=Count("pk"))
    both = set(places.filter(places__gt=1).values_list("workshop", flat=True))
    together = own.filter(pk__in=journal.joined["workshops.Registration"]).order_by("pk")
    # It stays when the merge is taken back: whoever registered in between is not to be missed.
    note_repeated(both, [kept.pk])
    both |= set(together.values_list("workshop", flat=True))
    with journal.watching(joined, own):
        for session in locked:
            events = AttendanceEvent.objects.filter(session=session, person=kept).order_by()
            decide_anew(session, joined.filter(session=session).order_by(), events)
        note_attendance(both, [kept.pk])
    for registration in own.filter(workshop__in=both).select_related("workshop").order_by("pk"):
        journal.final |= complete_if_earned(registration=registration)
    for workshop in Workshop.objects.filter(pk__in=together.values("workshop")).order_by("pk"):
        # Who waits gets the second seat of somebody who needs one.
        journal.final |= offer_free_seats(lock_workshop(workshop), timezone.now()) > 0
    _follow_messages(kept, merged, journal)


def _follow_messages(kept: Person, merged: Person, journal: Journal) -> None:
    """What one of the two was told the person was told; what is to come is planned for one."""
    coming = Workshop.objects.upcoming(timezone.localdate()).filter(registrations__person=kept).order_by("pk")
    for workshop in coming.distinct():
        _rename(Message.objects.about(topic_of(workshop)).filter(recipient=kept), kept, merged, journal)
        plan_messages(workshop=workshop, person=kept)


def _rename(messages: Iterable[Any], kept: Person, merged: Person, journal: Journal) -> None:
    """Let messages to the record that went be known as messages to the one that stays, where it had none itself."""
    for message in messages:
        topic, number, kind, person, *mark = message.key.split(":", 4)
        key = ":".join([topic, number, kind, str(kept.pk), *mark])
        if person == str(merged.pk) and not Message.objects.filter(key=key).exists():
            journal.change(message, key=key)
