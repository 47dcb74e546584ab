"""The registers of a workshop for a device that may lose its line: what it takes along, and the keys that lock it."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from people.models import Account
from workshops.attendance import NOT_RECORDED
from workshops.errors import RegisterError
from workshops.models import AttendanceRecord, Registration, Session, Workshop
from workshops.services.records import expected_people

# How long names stay on a device after a workshop without a lock date.
DAYS_KEPT = 14
_HELD = {Workshop.Status.PUBLISHED, Workshop.Status.RUNNING, Workshop.Status.ENDED, Workshop.Status.RECONCILED}
_SALT = "workshops.services.offline"


class Keys(NamedTuple):
    """What a device needs to read what it keeps. It holds them as keys that no script can read, until sign-out.

    roster: locks the names, another one at each sign-in. notes: locks what the account wrote down and nobody entered
    yet, the same at every sign-in. owner: tells notes of two accounts on one device apart, and says nothing else.
    """

    roster: bytes
    notes: bytes
    owner: str


class _Row(NamedTuple):
    """A line of a register: whom it names, for which agency, and what it says."""

    code: str
    name: str
    agency: str
    status: str


def keys_of(*, account: Account, workshop: Workshop, sign_in: str) -> Keys:
    """Return the keys of an account for a workshop; `sign_in` is the key of the session in which it is signed in."""
    return Keys(
        roster=_derived("roster", account.pk, workshop.pk, sign_in),
        notes=_derived("notes", account.pk, workshop.pk),
        owner=_derived("owner", account.pk).hex()[:16],
    )


def kept_until(workshop: Workshop) -> date:
    """The last day on which a device may keep the names: that of the lock, else two weeks after the workshop."""
    return workshop.lock_on or workshop.ends_on + timedelta(days=DAYS_KEPT)


def roster_of(*, workshop: Workshop) -> dict[str, Any]:
    """Return all registers of a workshop as a document: sessions, and of each the people with what it says about them.

    Raises RegisterError for a workshop that is not held, and once its names may not be kept any more.
    """
    if workshop.status not in _HELD or timezone.localdate() > kept_until(workshop):
        raise RegisterError(_("Registers are kept on a phone only while their workshop is held."))
    sessions = list(workshop.sessions.select_related("sign_off").order_by("starts_at", "number"))
    recorded, expected = _recorded(workshop), _expected(workshop)
    registers = [(each, _rows(each, recorded, expected)) for each in sessions]
    people = {row.code: [row.name, row.agency] for _session, rows in registers for row in rows}
    return {
        "code": workshop.code,
        "title": workshop.title,
        "until": kept_until(workshop).isoformat(),
        "until_words": date_format(kept_until(workshop), "DATE_FORMAT"),
        "taken": timezone.now().isoformat(),
        "people": people,
        "sessions": [_session(each, rows) for each, rows in registers],
    }


def _derived(*parts: Any) -> bytes:
    return salted_hmac(_SALT, " ".join(str(part) for part in parts), algorithm="sha256").digest()


def _recorded(workshop: Workshop) -> dict[int, list[_Row]]:
    """The rows of the registers that are open, by session, in the order of the register."""
    records = AttendanceRecord.objects.filter(session__workshop=workshop).select_related("person", "agency")
    rows: dict[int, list[_Row]] = {}
    for record in records.order_by("person__sort_name", "pk"):
        row = _Row(record.person.public_code, str(record.person), record.agency.name, record.status)
        rows.setdefault(record.session_id, []).append(row)
    return rows


def _expected(workshop: Workshop) -> list[Registration]:
    confirmed = Registration.objects.ever_confirmed().filter(workshop=workshop)
    return list(confirmed.select_related("person", "agency").order_by("person__sort_name", "pk"))


def _rows(session: Session, recorded: dict[int, list[_Row]], expected: list[Registration]) -> list[_Row]:
    """Whom a register names, or will name when it is opened."""
    if session.opened_at is not None:
        return recorded.get(session.pk, [])
    if session.makes_up_for_id is not None:
        expected = sorted(expected_people(session), key=lambda each: (each.person.sort_name, each.pk))
    # The latest registration of a person is the one that counts.
    coming = {each.person.public_code: each for each in expected if each.could_come_to(session)}
    return [_Row(code, str(each.person), each.agency.name, NOT_RECORDED) for code, each in coming.items()]


def _session(session: Session, rows: list[_Row]) -> dict[str, Any]:
    return {
        "id": session.pk,
        "number": session.number,
        "title": str(session),
        "day": date_format(session.day, "DATE_FORMAT"),
        "hours": f"{time_format(session.start_time, 'TIME_FORMAT')}–{time_format(session.end_time, 'TIME_FORMAT')}",
        "starts": session.starts_at.isoformat(),
        "ends": session.ends_at.isoformat(),
        "signed": session.is_signed,
        "rows": [[row.code, row.status] for row in rows],
    }
