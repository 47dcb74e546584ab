"""The people who take seats. Every write holds the lock of the workshop, so that seats are counted once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import Account, Agency, Membership, Person, public_code_from
from people.services import create_person
from workshops.errors import SeatError
from workshops.models import Registration, Session, Workshop
from workshops.services.records import drop_who_left, expect_walk_in
from workshops.services.states import (
    State,
    active_registration,
    check_takes_part,
    confirm,
    current,
    lock_open_registers,
    lock_workshop,
    move,
)
from workshops.services.waiting import full_sentence, offer_free_seats, take_free_seat

_TAKES_PEOPLE = {Workshop.Status.DRAFT, Workshop.Status.PUBLISHED, Workshop.Status.RUNNING}


@transaction.atomic
def register_person(
    *,
    workshop: Workshop,
    person: Person,
    agency: Agency,
    source: str,
    track: str = "",
    actor: Account | None = None,
    at: datetime | None = None,
) -> Registration:
    """Confirm a person for a workshop, for an agency, if a seat is free. A confirmed person stays as is.

    A nomination, invitation or place on the waiting list becomes the confirmation. Raises SeatError when all seats are
    taken, the workshop takes nobody any more, or the person runs it, and for a facilitator where others approve.
    """
    locked = lock_workshop(workshop)
    existing = active_registration(locked, person)
    if existing is not None and existing.state == State.CONFIRMED:
        return existing
    if locked.status not in _TAKES_PEOPLE:
        raise SeatError(_("%(workshop)s takes no more registrations.") % {"workshop": locked})
    if locked.approval != Workshop.Approval.NONE and actor is not None and not actor.sees_everybody:
        raise SeatError(_("Participants of this workshop are approved by others: invite the person instead."))
    check_takes_part(locked, person)
    moment = at or timezone.now()
    registration = existing or Registration(
        workshop=locked, person=person, agency=agency, source=source, track=track, created_at=moment
    )
    # A place that was offered is the person's own already.
    if registration.state != State.OFFERED and not take_free_seat(registration):
        raise SeatError(full_sentence(locked, registration.agency))
    return confirm(registration, moment=moment, actor=actor)


@transaction.atomic
def register_new_person(
    *, workshop: Workshop, agency: Agency, actor: Account | None = None, token: str = "", **new_person: Any
) -> Registration:
    """Make a person as a member of an agency and confirm the person for a workshop: both or neither.

    `token` comes from the form, so that a second click, even at the same moment, is the same person.
    """
    lock_workshop(workshop)
    person = make_person_once(token=token, agency=agency, actor=actor, **new_person)
    return register_person(
        workshop=workshop, person=person, agency=agency, source=Registration.Source.NOMINATION, actor=actor
    )


def person_made(*, token: str, agency: Agency, **new_person: Any) -> Person | None:
    """The person whom a form with this token and these words has made already."""
    if not token:
        return None
    return Person.objects.filter(public_code=_code_of(token, agency, new_person)).first()


def make_person_once(*, token: str, agency: Agency, actor: Account | None, **new_person: Any) -> Person:
    """The person of a form, made unless it was sent before. The caller holds the lock of the workshop."""
    if not token:
        return create_person(agency=agency, actor=actor, **new_person)
    made = person_made(token=token, agency=agency, **new_person)
    code = _code_of(token, agency, new_person)
    return made or create_person(agency=agency, actor=actor, public_code=code, **new_person)


def _code_of(token: str, agency: Agency, new_person: Mapping[str, Any]) -> str:
    # The words belong to it: whoever goes back in the browser and writes another name means another person.
    words = [f"{name}={value}" for name, value in sorted(new_person.items())]
    return public_code_from(token, agency.code, *words)


@transaction.atomic
def confirm_walk_in(
    *, session: Session, person: Person, agency: Agency, actor: Account | None = None, at: datetime | None = None
) -> Registration:
    """Confirm somebody who came unconfirmed: expected from this session on, and never refused for want of a seat.

    Whoever was nominated or had registered stays so: reports count where a registration began. The person has no seat
    of a pool.
    """
    locked = lock_workshop(session.workshop)
    existing = active_registration(locked, person)
    if existing is not None and existing.state == State.CONFIRMED:
        # Confirmed for later only, and here already: expected from this session on.
        if existing.confirmed_at is None or existing.confirmed_at > session.starts_at:
            existing.confirmed_at = session.starts_at
            existing.save(update_fields=["confirmed_at"])
        expect_walk_in(existing, session)
        return existing
    check_takes_part(locked, person)
    moment = at or timezone.now()
    registration = existing or Registration(
        workshop=locked,
        person=person,
        agency=agency,
        source=Registration.Source.WALK_IN,
        track=session.track,
        created_at=moment,
    )
    registration.pool = None
    confirm(registration, moment=min(moment, session.starts_at), actor=actor)
    expect_walk_in(registration, session)
    return registration


@transaction.atomic
def withdraw_registration(
    *, registration: Registration, reason: str = "", actor: Account | None = None, at: datetime | None = None
) -> Registration:
    """Take a registration back; whoever waits for its seat is offered it. A second time changes nothing.

    What the person attended stays. Registers that are open and not signed no longer name the person in sessions that
    had not begun by then. Raises SeatError once all registers are signed.
    """
    sessions = lock_open_registers(registration.workshop)
    locked = lock_workshop(registration.workshop)
    found = current(registration, locked)
    if found.state not in Registration.ACTIVE:
        return found
    if locked.status in {Workshop.Status.RECONCILED, Workshop.Status.CLOSED}:
        raise SeatError(_("All registers of this workshop are signed: who took part in it stays on the list."))
    move(found, State.WITHDRAWN, actor=actor, at=at, reason=reason)
    for session in sessions:
        drop_who_left(session)
    offer_free_seats(locked, timezone.now())
    return found


def own_agency(person: Person, otherwise: Agency | None = None) -> Agency:
    """The agency for which somebody known is registered: the person's primary one today, else the one that was named.

    Raises SeatError when there is neither.
    """
    own = Membership.objects.current().filter(person=person, primary=True).select_related("agency").first()
    agency = own.agency if own is not None else otherwise
    if agency is None:
        raise SeatError(_("%(person)s belongs to no agency today. Name one.") % {"person": person})
    return agency
