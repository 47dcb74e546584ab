"""Registers on paper: sheets to sign, what was written on them, their scans, and the register as it was signed."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from audit.services import record
from core.contents import PICTURES, kind_by_name, kind_of
from core.pdf.document import About
from core.pdf.tables import draw
from people.models import Account
from workshops import badges, printing
from workshops.errors import RegisterError
from workshops.models import (
    AttendanceEvent,
    AttendanceRecord,
    AttendanceStatus,
    RegisterScan,
    Registration,
    Session,
    Workshop,
)
from workshops.services.records import expected_people
from workshops.services.registers import Captured, Outcome, count_records, record_events
from workshops.zones import local, offset

SCAN_BYTES = 10 * 1024 * 1024
_KINDS = PICTURES | {"pdf"}


def sign_in_sheet(*, session: Session, language: str) -> bytes:
    """Return the blank sheet of a session as PDF (R7): everybody expected by name, and lines for others."""
    with override(language):
        paper = printing.sign_in_sheet(_heading(session), _listed(session), printed_at=timezone.now())
        return draw(paper)


def signed_register(*, session: Session, language: str) -> bytes:
    """Return the register of a session as PDF (R6), with its signature and every correction since."""
    with override(language):
        counts = count_records(session)
        paper = printing.signed_register(
            _heading(session),
            _recorded(session),
            totals=[(str(label), counts[value]) for value, label in AttendanceStatus.choices],
            signed=_signature(session),
            corrections=_corrections(session),
            printed_at=timezone.now(),
            local=lambda moment: local(moment, session.zone),
        )
        return draw(paper)


def badges_of(*, workshop: Workshop, language: str) -> bytes:
    """Return the badges of everybody who is confirmed as PDF, by name."""
    confirmed = workshop.registrations.filter(state=Registration.State.CONFIRMED).select_related(
        "person", "agency", "workshop"
    )
    with override(language):
        about = About(
            title=_("Badges"),
            subject=workshop.title,
            author=printing.ISSUER,
            language=language,
            identifier=settings.SITE_ADDRESS + reverse("workshop", args=[workshop.code]),
            moment=timezone.now(),
        )
        return badges.draw([_badge(each) for each in confirmed.order_by("person__sort_name", "pk")], about)


def record_paper(
    *, session: Session, statuses: Mapping[int, str], minutes: Mapping[int, int], token: str, actor: Account
) -> list[Outcome]:
    """Record what a signed sheet says, by person: all rows, or none when one is refused.

    `token` comes from the form, so that a sheet that is sent twice is recorded once. Raises RegisterError with what the
    first refusal says.
    """
    namespace = uuid.uuid5(uuid.NAMESPACE_OID, f"paper:{session.pk}:{token}")
    said = [
        Captured(
            id=uuid.uuid5(namespace, f"{person}:{status}:{minutes.get(person)}"),
            person_id=person,
            status=status,
            kind=AttendanceEvent.Kind.MARK,
            source=AttendanceEvent.Source.PAPER,
            minutes=minutes.get(person),
        )
        for person, status in statuses.items()
    ]
    with transaction.atomic():
        outcomes = record_events(session=session, events=said, actor=actor)
        refused = next((each for each in outcomes if each.refusal), None)
        if refused is not None:
            raise RegisterError(refused.refusal)
    return outcomes


@transaction.atomic
def keep_scan(*, session: Session, content: bytes, name: str, actor: Account) -> RegisterScan:
    """Keep a scan or photograph of the signed paper with the register. The same file again is the one that is kept.

    Raises RegisterError for a file that is too large or is no PDF or picture.
    """
    if objection := objection_to_scan(content, name):
        raise RegisterError(objection)
    kind = kind_of(content)
    scan, created = RegisterScan.objects.get_or_create(
        session=session,
        sha256=_digest(content),
        defaults={
            # The name on disk says nothing and cannot be guessed.
            "file": ContentFile(content, name=f"{uuid.uuid4()}.{kind}"),
            "name": name[-200:],
            "added_by": actor,
            "added_at": timezone.now(),
        },
    )
    if created:
        record("workshops.scan_kept", obj=session, actor=actor, after={"name": scan.name, "sha256": scan.sha256})
    return scan


def objection_to_scan(content: bytes, name: str) -> str:
    """Why a file is not taken as a scan of a register; empty when it is."""
    if len(content) > SCAN_BYTES:
        return _("The file is larger than 10 MB. Photograph the page again with fewer details, or page by page.")
    if kind_by_name(name) not in _KINDS:
        return _("Scans can be PDF, JPEG, PNG or WebP.")
    if kind_of(content) != kind_by_name(name):
        return _("The content of this file is not what its name says. Save it again in the right format.")
    return ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _heading(session: Session) -> printing.Heading:
    workshop = session.workshop
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    runs = workshop.facilitations.standing().select_related("person").order_by("-lead", "person__sort_name")
    address = settings.SITE_ADDRESS + reverse("register", args=[workshop.code, session.number])
    return printing.Heading(
        language=language,
        code=f"{workshop.code} · {session.number}",
        address=address,
        workshop=workshop.title,
        session=str(session),
        day=session.day,
        start_time=session.start_time,
        end_time=session.end_time,
        clocks=offset(session.starts_at, session.zone),
        place=session.room.name if session.room else workshop.place,
        facilitators=[str(each.person) for each in runs],
    )


def _listed(session: Session) -> list[printing.Listed]:
    """Whom the sheet names: the register if it is open, else those whom it will name."""
    if session.opened_at is not None:
        records = _records(session).select_related("registration")
        return [_line(each.registration.post, each) for each in records]
    expected = sorted(expected_people(session), key=lambda each: each.person.sort_name)
    return [_line(each.post, each) for each in expected]


def _badge(registration: Registration) -> badges.Badge:
    return badges.Badge(
        name=str(registration.person),
        agency=registration.agency.name,
        workshop=registration.workshop.title,
        address=settings.SITE_ADDRESS + reverse("badge_door", args=[registration.pass_code]),
        code=registration.printed_pass_code,
        code_label=_("Personal code"),
        qr_description=_("Code to scan at the door"),
    )


def _line(post: str, entry: Any) -> printing.Listed:
    return printing.Listed(str(entry.person), entry.agency.name, post)


def _records(session: Session) -> models.QuerySet[AttendanceRecord]:
    return session.records.select_related("person", "agency").order_by("person__sort_name", "pk")


def _recorded(session: Session) -> list[printing.Recorded]:
    return [
        printing.Recorded(
            name=str(each.person),
            agency=each.agency.name,
            status=each.get_status_display(),
            credited_minutes=each.credited_minutes,
            planned_minutes=each.planned_minutes,
            reason=str(each.reason_label),
        )
        for each in _records(session)
    ]


def _signature(session: Session) -> tuple[str, datetime] | None:
    if not session.is_signed:
        return None
    signed = session.sign_off
    name = signed.signed_by.get_full_name() if signed.signed_by else _("Taken over from files of earlier years")
    return name, signed.signed_at


def _corrections(session: Session) -> list[printing.Correction]:
    events = session.attendance_events.filter(correction=True).select_related("person", "actor__person")
    return [
        printing.Correction(
            name=str(each.person),
            status=each.get_status_display(),
            who=each.actor.get_full_name() if each.actor else "",
            at=each.server_time,
            why=each.note,
        )
        for each in events.order_by("server_time")
    ]
