"""Requests about records: to be excused in advance, to have a record corrected, and what is answered to them."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.models import Account
from workshops.errors import RegisterError
from workshops.models import AttendanceRecord, AttendanceRequest, AttendanceStatus, Registration, Session
from workshops.permissions import can_decide_change, is_locked
from workshops.services.records import lock_session
from workshops.services.registers import Captured, correct_record, record_events

State = AttendanceRequest.State


@transaction.atomic
def ask_to_be_excused(
    *, registration: Registration, session: Session, reason: str, actor: Account
) -> AttendanceRequest:
    """Ask that a person be excused from a session. Raises RegisterError for a session that is over or not the person's,
    without a reason, and while another request waits for an answer."""
    locked = lock_session(session.pk)
    if registration.state != Registration.State.CONFIRMED or not _concerns(registration, locked):
        raise RegisterError(_("Only confirmed participants of the session can be excused from it."))
    if locked.ends_at <= timezone.now():
        raise RegisterError(_("The session is over. Ask for a correction of the record instead."))
    return _ask(
        AttendanceRequest(
            session=locked,
            registration=registration,
            status=AttendanceStatus.EXCUSED,
            reason=reason.strip(),
            asked_by=actor,
            asked_at=timezone.now(),
        )
    )


@transaction.atomic
def ask_for_correction(
    *,
    registration: Registration,
    session: Session,
    status: str,
    reason: str,
    actor: Account,
    minutes: int | None = None,
) -> AttendanceRequest:
    """Ask that a record say something else. After the lock date only a coordinator can ask.

    Raises RegisterError before the session is over, for somebody who is not on the register, for what the record says
    already, without a reason, and while another request waits for an answer.
    """
    locked = lock_session(session.pk)
    if locked.ends_at > timezone.now():
        raise RegisterError(_("A record can be corrected when the session is over."))
    if status not in AttendanceStatus.values or status == AttendanceStatus.NOT_RECORDED:
        raise RegisterError(_("Say what the record should say."))
    if is_locked(locked.workshop) and registration.person_id == actor.person_id:
        raise RegisterError(_("The register is locked. Ask the coordinator of your agency to write."))
    _check_differs(registration, locked, status, minutes)
    return _ask(
        AttendanceRequest(
            session=locked,
            registration=registration,
            status=status,
            minutes=minutes,
            reason=reason.strip(),
            asked_by=actor,
            asked_at=timezone.now(),
        )
    )


@transaction.atomic
def grant_record_change(*, request: AttendanceRequest, actor: Account, answer: str = "") -> AttendanceRequest:
    """Do what was asked: in an open register as a mark, in a signed one as a correction, with the reason of whoever
    asked. An excuse for a session whose register is still to be opened is noted there when it opens.

    Raises RegisterError for a request that was answered already, and for actors who may not answer it.
    """
    locked, session = _lock_request(request, actor)
    _settle(locked, State.GRANTED, answer, actor)
    _apply(locked, session, actor)
    return locked


@transaction.atomic
def refuse_record_change(*, request: AttendanceRequest, answer: str, actor: Account) -> AttendanceRequest:
    """Leave the record as it is, and say why. Raises RegisterError without an answer, and as `grant_record_change`."""
    if not answer.strip():
        raise RegisterError(_("Say why the record stays as it is."))
    locked, _session = _lock_request(request, actor)
    _settle(locked, State.REFUSED, answer, actor)
    return locked


@transaction.atomic
def take_back_record_change(*, request: AttendanceRequest, actor: Account) -> AttendanceRequest:
    """Take back a request that nobody has answered, or an excuse for a session whose register is still to be opened.

    A second time changes nothing. Raises RegisterError when the record has changed because of it.
    """
    session = lock_session(request.session_id)
    locked = _select().get(pk=request.pk)
    if locked.state == State.TAKEN_BACK:
        return locked
    if not locked.can_be_taken_back(session):
        raise RegisterError(_("This request was answered already."))
    locked.state = State.TAKEN_BACK
    locked.save(update_fields=["state"])
    _audit("taken_back", locked, actor, "")
    return locked


def _ask(asked: AttendanceRequest) -> AttendanceRequest:
    if not asked.reason:
        raise RegisterError(_("Say why."))
    waiting = AttendanceRequest.objects.waiting()
    if waiting.filter(session=asked.session, registration=asked.registration).exists():
        raise RegisterError(_("A request about this session waits for an answer already."))
    asked.save()
    _audit("asked", asked, asked.asked_by, asked.reason)
    return asked


def _concerns(registration: Registration, session: Session) -> bool:
    """Whether the register of the session names the person, or will."""
    if registration.workshop_id != session.workshop_id:
        return False
    known = AttendanceRecord.objects.filter(session=session, person=registration.person_id)
    return registration.could_come_to(session) or known.exists()


def _check_differs(registration: Registration, session: Session, status: str, minutes: int | None) -> None:
    found = AttendanceRecord.objects.filter(session=session, person=registration.person_id).first()
    if found is None:
        raise RegisterError(_("This person is not on the register of the session. Ask the facilitator."))
    if found.status == status and minutes in {None, found.credited_minutes}:
        raise RegisterError(_("The record says this already."))


def _settle(locked: AttendanceRequest, state: str, answer: str, actor: Account) -> None:
    """Note who answered a request, and what."""
    locked.state, locked.answer = state, answer.strip()
    locked.answered_by, locked.answered_at = actor, timezone.now()
    locked.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    _audit(state, locked, actor, locked.answer)


def _apply(request: AttendanceRequest, session: Session, actor: Account) -> None:
    """Bring into the register what was granted."""
    person = request.registration.person_id
    if session.is_signed:
        found = AttendanceRecord.objects.filter(session=session, person=person).first()
        if found is None:
            raise RegisterError(_("This person is not on the register of the session. Ask the facilitator."))
        reason = _("Asked for by %(person)s: %(reason)s") % {
            "person": request.asked_by.get_full_name(),
            "reason": request.reason,
        }
        correct_record(record=found, status=request.status, minutes=request.minutes, reason=reason, actor=actor)
    elif session.opened_at is not None or request.status != AttendanceStatus.EXCUSED:
        event = request.event
        captured = Captured(
            id=event.pk,
            person_id=person,
            status=event.status,
            source=event.source,
            minutes=event.minutes,
            note=event.note,
        )
        outcome = record_events(session=session, events=[captured], actor=actor)[0]
        if outcome.refusal:
            raise RegisterError(outcome.refusal)


def _lock_request(request: AttendanceRequest, actor: Account) -> tuple[AttendanceRequest, Session]:
    """The request as it is now, with its session, both locked, if the actor may answer it and nobody has."""
    session = lock_session(request.session_id)
    locked = _select().get(pk=request.pk)
    if locked.state != State.OPEN:
        raise RegisterError(_("This request was answered already."))
    if locked.registration.person_id == actor.person_id:
        raise RegisterError(_("Somebody else must answer a request about yourself."))
    if not can_decide_change(actor, locked):
        raise RegisterError(_("The register is locked. A programme manager can still correct it."))
    return locked, session


def _select() -> QuerySet[AttendanceRequest]:
    wanted = AttendanceRequest.objects.select_for_update(of=("self",), no_key=True)
    return wanted.select_related("session__workshop", "registration__person", "asked_by__person")


def _audit(step: str, request: AttendanceRequest, actor: Account, reason: str) -> None:
    record(
        f"workshops.record_change_{step}",
        obj=request,
        actor=actor,
        subject=request.registration.person,
        after={"session": request.session.number, "status": request.status, "minutes": request.minutes},
        reason=reason,
    )
