"""Check-in: a code on a screen, a tap on one's own phone, a code from a badge, a badge that the facilitator scans.

What is scanned are attendance events as any others: the register decides what they amount to.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.context import current
from audit.services import record
from core.codes import normalised
from people.models import Account, Person
from workshops import checkin
from workshops.errors import RegisterError
from workshops.models import AttendanceEvent, AttendanceRecord, Registration, Session
from workshops.services.records import lock_session
from workshops.services.registers import Captured, open_register, record_events

Kind, Source = AttendanceEvent.Kind, AttendanceEvent.Source
SCANS = (Source.QR, Source.CODE, Source.BADGE)

# A whole hall may mistype from one address; a script may not try one code after the other. Right ones cost nothing.
WRONG_CODES_AT_MOST = 300
TEN_MINUTES = 10 * 60
# So long somebody may look for the badge, or sign in, after the code was read.
PLACE_SECONDS = 15 * 60
_SALT = "workshops.check_in"
_NAMESPACE = uuid.UUID("2d6f2f0e-6a0b-4a77-8d1a-3a2f0f4c9b55")


@dataclass(frozen=True)
class CheckInPlace:
    """What a code of the screen led to: the session, and whether it was scanned or typed."""

    session: Session
    source: str


@dataclass(frozen=True)
class CheckedIn:
    """What became of a scan: the person's record, when the scan was made, or a sentence that says why it was refused.

    `decided`: whether the record says what it says because of a scan.
    """

    record: AttendanceRecord | None
    at: datetime
    refusal: str = ""

    @property
    def decided(self) -> bool:
        return self.record is not None and self.record.reason in SCANS


@transaction.atomic
def open_check_in(*, session: Session, actor: Account, at: datetime | None = None) -> Session:
    """Let people check in by the codes on the screen, and open the register. Open already, nothing changes.

    Raises RegisterError long before the session, after it, and for a signed register; WorkshopError as open_register.
    """
    now = at or timezone.now()
    locked = lock_session(session.pk)
    phase = checkin.phase(starts_at=locked.starts_at, ends_at=locked.ends_at, now=now)
    if phase == checkin.Phase.TOO_EARLY:
        raise RegisterError(_("Check-in can be opened half an hour before the session begins."))
    if phase == checkin.Phase.OVER:
        raise RegisterError(_("The session is over. Use the register to note who was there."))
    if locked.is_signed:
        raise RegisterError(_("The register is signed already."))
    if locked.takes_check_in:
        return locked
    locked = open_register(session=locked, actor=actor)
    locked.check_in_secret = locked.check_in_secret or checkin.new_secret()
    locked.check_in_opened_at, locked.check_in_closed_at = now, None
    locked.save(update_fields=["check_in_secret", "check_in_opened_at", "check_in_closed_at"])
    record("workshops.check_in_opened", obj=locked, actor=actor)
    return locked


@transaction.atomic
def close_check_in(*, session: Session, actor: Account, at: datetime | None = None) -> Session:
    """Take no more codes for a session. A second time changes nothing."""
    locked = lock_session(session.pk)
    if locked.takes_check_in:
        locked.check_in_closed_at = at or timezone.now()
        locked.save(update_fields=["check_in_closed_at"])
        record("workshops.check_in_closed", obj=locked, actor=actor)
    return locked


def session_showing(*, typed: str) -> Session:
    """Return the session on whose screen a code stands now, or stood half a minute ago.

    Raises RegisterError for any other code, and for all of them when too many wrong ones came from one network.
    """
    key = _counter("screen")
    _check_patience(key)
    now = timezone.now()
    for session in Session.objects.taking_check_in(now).select_related("workshop"):
        if checkin.accepts(session.check_in_secret, typed, now):
            return session
    _count_wrong(key)
    raise RegisterError(_("This code is not shown on any screen now. It changes every half minute: read it again."))


def registration_with(*, session: Session, pass_code: str) -> Registration:
    """Return the registration of a personal code, as it stands on badges and in confirmations.

    Raises RegisterError when it is nobody's of this workshop, which is logged, and when too many wrong ones came.
    """
    key = _counter(f"person:{session.pk}")
    _check_patience(key)
    registrations = Registration.objects.select_related("person").filter(workshop=session.workshop_id)
    found = registrations.filter(pass_code=normalised(pass_code)).first()
    if found is None:
        _count_wrong(key)
        record("workshops.check_in_refused", obj=session, reason="unknown personal code")
        raise RegisterError(_("Nobody on the list of this workshop has this code. Ask the facilitator at the door."))
    return found


def check_in(
    *,
    session: Session,
    person: Person,
    source: str,
    kind: str = Kind.IN,
    actor: Account | None = None,
) -> CheckedIn:
    """Record that somebody came (or went: `kind`) now.

    Coming again without having gone is the same coming, from however many devices. After the end a scan is kept as
    evidence and decides nothing. People who are not on the register are refused, which is logged.
    """
    last = last_scan_of(session, person)
    repeated = last is not None and last.kind == kind
    now = timezone.now()
    scan = Captured(
        id=last.pk if last is not None and repeated else _id_of(session, person, kind, last),
        person_id=person.pk,
        kind=kind,
        source=source,
        device_time=now,
    )
    outcome = record_events(session=session, events=[scan], actor=actor)[0]
    at = last.device_time if last is not None and repeated else now
    return CheckedIn(outcome.record, at, _refusal(session, person, now) if outcome.refusal else "")


def check_in_token(place: CheckInPlace) -> str:
    """What stands in the address of a page for checking in."""
    return signing.dumps([place.session.pk, str(place.source)], salt=_SALT)


def check_in_place(token: str) -> CheckInPlace:
    """Return where a token leads. Raises RegisterError for an old one, for one that is not ours, and when check-in was
    closed meanwhile."""
    try:
        key, source = signing.loads(token, salt=_SALT, max_age=PLACE_SECONDS)
    except signing.BadSignature as error:
        raise RegisterError(_("This page is too old. Scan or type the code on the screen again.")) from error
    session = Session.objects.select_related("workshop").filter(pk=key).first()
    if session is None:
        raise RegisterError(_("This session is no longer planned."))
    if session.check_in_closed_at is not None:
        raise RegisterError(_("Check-in is closed. Ask the facilitator at the door."))
    return CheckInPlace(session, source)


def last_scan_of(session: Session, person: Person) -> AttendanceEvent | None:
    """How somebody was last seen in a session: coming or going, by a scan or a typed code."""
    scans = AttendanceEvent.objects.filter(session=session, person=person, kind__in=[Kind.IN, Kind.OUT])
    return scans.filter(source__in=SCANS).order_by("device_time", "server_time").last()


def sessions_for_badge(registration: Registration) -> list[Session]:
    """Sessions into which somebody may come now, for whoever scans a badge: those of the own track first."""
    now = timezone.now()
    sessions = registration.workshop.sessions.select_related("workshop").order_by("starts_at", "number")
    around = sessions.filter(starts_at__lte=now + checkin.EARLY, ends_at__gte=now - checkin.AFTERWARDS)
    return sorted(around, key=lambda each: (not registration.could_come_to(each), each.ends_at < now))


def _id_of(session: Session, person: Person, kind: str, last: AttendanceEvent | None) -> uuid.UUID:
    """The same for every device on which somebody does the same thing after the same scan."""
    return uuid.uuid5(_NAMESPACE, f"{session.pk}:{person.pk}:{kind}:{last.pk if last else ''}")


def _refusal(session: Session, person: Person, now: datetime) -> str:
    """Why somebody cannot be checked in, in words for that person."""
    if now < session.starts_at - checkin.EARLY:
        return _("Check-in begins half an hour before the session.")
    if Session.objects.filter(pk=session.pk, sign_off__isnull=False, records__person=person).exists():
        return _("The register of this session is signed already. Speak to the facilitator.")
    return _("%(person)s is not on the register of this session. Ask the facilitator at the door.") % {"person": person}


def _counter(what: str) -> str:
    return f"check-in:{what}:{current().address_hash}"


def _check_patience(key: str) -> None:
    if int(cache.get(key, 0)) >= WRONG_CODES_AT_MOST:
        raise RegisterError(
            _("Many wrong codes came from your network just now. Ask the facilitator at the door to check you in.")
        )


def _count_wrong(key: str) -> None:
    # The first wrong code starts the ten minutes, and none of the others makes them longer.
    if not cache.add(key, 1, TEN_MINUTES):
        cache.incr(key)
