"""Sessions in calendars: what a mail tells the calendar of one person, private feeds, one session to take home."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from audit.services import record
from people.models import Account, Person
from workshops.calendar import Entry, Event, Guest, Mailbox, Method, State, feed, invitation, published, withdrawal
from workshops.models import CalendarFeed, Facilitation, Registration, Session, Workshop
from workshops.models.calendars import hash_of_token

# How long what is over stays in a feed.
KEPT = timedelta(days=365)
_TOKEN_BYTES = 32


@dataclass(frozen=True)
class Diary:
    """The sessions of a workshop in the calendar of one person: those that belong there, and what it was told of them.

    What is over stays as it is, whatever becomes of the person or the workshop.
    """

    person: Person
    sessions: Sequence[Session]  # those to come that belong there
    told: Mapping[str, Entry]
    now: datetime
    over: Collection[Session] = ()
    accepted: bool = True
    runs: bool = False

    @property
    def outdated(self) -> list[Entry]:
        """What the calendar has and is to have no longer, in the order of time."""
        kept = {_uid(session) for session in (*self.sessions, *self.over)}
        found = [
            entry for uid, entry in self.told.items() if entry.stands and uid not in kept and entry.ends_at > self.now
        ]
        return sorted(found, key=lambda entry: entry.starts)


def calendar_part(*, diary: Diary) -> tuple[str, str]:
    """Return what a mail tells the calendar of one person, and what it is mostly for: to take in, or to take out.

    A calendar for each session that is new there or has changed, and one for each that belongs there no longer; of
    the others nothing, as mail programs act by themselves only on a mail with one. All is empty when nothing is to be
    told, or the person has no address.
    """
    if not diary.person.email:
        return "", ""
    now = timezone.now()
    with override(diary.person.language):
        taken_in = [found for each in diary.sessions if (found := _taken_in(each, diary, now))]
    taken_out = [withdrawal(entry, stamp=now) for entry in diary.outdated]
    body = b"".join([*taken_in, *taken_out]).decode()
    return body, str(Method.REQUEST if taken_in else Method.CANCEL) if body else ""


def session_file(*, session: Session) -> bytes:
    """Return one session for anybody to take home, in the language of the page. The way in to it online is not told."""
    event = _event(session, session.workshop, stamp=session.workshop.status_at, more=session.workshop.sequence)
    return published([event], organizer=_academy())


def own_feed(*, calendar: CalendarFeed) -> bytes:
    """Return what a private address answers: the sessions of its person, in the person's language."""
    person, now = calendar.person, timezone.now()
    sessions = _sessions_of(person, calendar.kind).filter(ends_at__gt=now - KEPT)
    with override(person.language):
        return feed(
            [
                _event(each, each.workshop, stamp=each.workshop.status_at, more=each.workshop.sequence, own=True)
                for each in sessions
            ],
            organizer=_academy(),
            name=_name_of(calendar.kind),
            zone=person.time_zone,
            year=now.year,
        )


@transaction.atomic
def make_feed(*, person: Person, kind: str, actor: Account | None = None) -> str:
    """Make a private address for a person's sessions and return its secret part, which nobody can read again.

    One that was in force before stops to answer.
    """
    revoke_feed(person=person, kind=kind, actor=actor)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    made = CalendarFeed.objects.create(
        person=person, kind=kind, token_hash=hash_of_token(token), made_at=timezone.now()
    )
    record("workshops.calendar_feed_made", obj=made, actor=actor, subject=person, after={"kind": kind})
    return token


@transaction.atomic
def revoke_feed(*, person: Person, kind: str, actor: Account | None = None) -> None:
    """Let a private address answer no more. Where there is none this changes nothing."""
    # Two clicks at one moment make two addresses one after the other, of which the second counts.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    for calendar in CalendarFeed.objects.filter(person=person, kind=kind, revoked_at__isnull=True):
        calendar.revoked_at = timezone.now()
        calendar.save(update_fields=["revoked_at"])
        record("workshops.calendar_feed_revoked", obj=calendar, actor=actor, subject=person, before={"kind": kind})


def _sessions_of(person: Person, kind: str) -> QuerySet[Session]:
    if kind == CalendarFeed.Kind.FACILITATING:
        standing = [Facilitation.State.INVITED, Facilitation.State.ACCEPTED]
        mine = Session.objects.filter(
            workshop__facilitations__person=person, workshop__facilitations__state__in=standing
        )
    else:
        mine = Session.objects.filter(
            Q(track="") | Q(track=F("workshop__registrations__track")),
            workshop__registrations__person=person,
            workshop__registrations__state=Registration.State.CONFIRMED,
        ).exclude(workshop__status=Workshop.Status.DRAFT)
    return mine.select_related("workshop", "room").order_by("starts_at", "pk")


def _taken_in(session: Session, diary: Diary, now: datetime) -> bytes | None:
    """A session for the calendar of a person; None when it has the session already, as it is."""
    person, told = diary.person, diary.told.get(_uid(session))
    event = _event(session, session.workshop, stamp=now, more=session.workshop.sequence, own=True)
    guest = Guest(person.email, person.full_name, accepted=diary.accepted, needed=diary.runs or session.required)
    if told is not None:
        if told.says(invitation(replace(event, sequence=told.sequence), organizer=_academy(), guest=guest)):
            return None
        # Whatever the calendar was told in between, this is a later word (RFC 5546).
        event = replace(event, sequence=max(event.sequence, told.sequence + 1))
    return invitation(event, organizer=_academy(), guest=guest)


def _uid(session: Session) -> str:
    """The name of a session in every calendar: no host stands in it, so that the site may move (RFC 7986, 5.3)."""
    return str(session.uid)


def _academy() -> Mailbox:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return Mailbox(address, name)


def _event(session: Session, workshop: Workshop, *, stamp: datetime, more: int, own: bool = False) -> Event:
    """A session in the active language. `own`: for somebody who takes part or runs it."""
    words = {"session": session.title, "workshop": workshop.title}
    page = settings.SITE_ADDRESS + reverse("workshop", args=[workshop.code])
    return Event(
        uid=_uid(session),
        sequence=session.sequence + more,
        stamp=stamp,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        summary=pgettext("calendar", "%(session)s · %(workshop)s") % words,
        location=_location(session, workshop),
        description="\n".join(_said(session, workshop, page, own)),
        url=page,
        state=_state(workshop),
    )


def _state(workshop: Workshop) -> State:
    if workshop.is_stopped:
        return State.CANCELLED
    return State.TENTATIVE if workshop.status == Workshop.Status.DRAFT else State.CONFIRMED


def _location(session: Session, workshop: Workshop) -> str:
    if session.mode == Session.Mode.ONLINE:
        return capfirst(session.get_mode_display())
    if session.room is None:
        return workshop.place
    return ", ".join(part for part in (session.room.name, session.room.address) if part)


def _said(session: Session, workshop: Workshop, page: str, own: bool) -> Iterable[str]:
    """What stands in the notes of an event, line by line."""
    if workshop.status == Workshop.Status.CANCELLED:
        yield _("This workshop is cancelled.")
    if workshop.status == Workshop.Status.POSTPONED:
        yield _("This workshop is postponed.")
    if workshop.is_stopped and workshop.status_reason:
        yield workshop.status_reason
    if not session.required:
        yield _("This session is not required for the certificate.")
    if own and session.join_link and not workshop.is_stopped:
        yield _("Take part online: %(address)s") % {"address": session.join_link}
    yield _("About the workshop: %(address)s") % {"address": page}


def _name_of(kind: str) -> str:
    if kind == CalendarFeed.Kind.FACILITATING:
        return _("Migration Health Academy: sessions I run")
    return _("Migration Health Academy: sessions I take part in")
