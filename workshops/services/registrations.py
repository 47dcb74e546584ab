"""Seats and the people who take them. Every write holds the lock of the workshop, so that seats are counted once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from people.models import Account, Agency, Membership, Person, public_code_from
from people.services import PeopleError, create_person, open_account
from workshops.errors import SeatError
from workshops.models import Registration, SeatPool, Session, Workshop
from workshops.services.messages import plan_reminders
from workshops.services.records import drop_who_left, expect_person, expect_walk_in

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
    taken, the workshop takes nobody any more, or the person runs it.
    """
    locked = lock_workshop(workshop)
    existing = _active(locked, person)
    if existing is not None and existing.state == Registration.State.CONFIRMED:
        return existing
    if locked.status not in _TAKES_PEOPLE:
        raise SeatError(_("%(workshop)s takes no more registrations.") % {"workshop": locked})
    _check_takes_part(locked, person)
    registration = existing or Registration(
        workshop=locked, person=person, agency=agency, source=source, track=track, created_at=at or timezone.now()
    )
    registration.pool = _pool_with_a_seat(locked, registration.agency)
    _confirm(registration, at or timezone.now(), actor)
    expect_person(registration)
    return registration


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
    """Confirm somebody who came unconfirmed: expected from this session on, and never refused for want of a seat."""
    locked = lock_workshop(session.workshop)
    existing = _active(locked, person)
    if existing is not None and existing.state == Registration.State.CONFIRMED:
        # Confirmed for later only, and here already: expected from this session on.
        if existing.confirmed_at is None or existing.confirmed_at > session.starts_at:
            existing.confirmed_at = session.starts_at
            existing.save(update_fields=["confirmed_at"])
        expect_walk_in(existing, session)
        return existing
    _check_takes_part(locked, person)
    moment = at or timezone.now()
    registration = existing or Registration(
        workshop=locked, person=person, agency=agency, track=session.track, created_at=moment
    )
    registration.source, registration.pool = Registration.Source.WALK_IN, None
    _confirm(registration, min(moment, session.starts_at), actor)
    expect_walk_in(registration, session)
    return registration


@transaction.atomic
def withdraw_registration(
    *, registration: Registration, reason: str = "", actor: Account | None = None, at: datetime | None = None
) -> Registration:
    """Take a registration back and free its seat. What the person attended stays. A second time changes nothing.

    Registers that are open and not signed no longer name the person in sessions that had not begun by then.
    """
    sessions = _lock_open_registers(registration.workshop)
    lock_workshop(registration.workshop)
    locked = Registration.objects.select_related("workshop", "person").get(pk=registration.pk)
    if locked.state not in Registration.ACTIVE:
        return locked
    before, locked.state = locked.state, Registration.State.WITHDRAWN
    locked.ended_at, locked.reason = at or timezone.now(), reason
    locked.save(update_fields=["state", "ended_at", "reason"])
    for session in sessions:
        drop_who_left(session)
    plan_reminders(workshop=locked.workshop, person=locked.person)
    record(
        "workshops.registration_withdrawn",
        obj=locked,
        actor=actor,
        subject=locked.person,
        before={"state": before},
        reason=reason,
    )
    return locked


@transaction.atomic
def set_seats(*, workshop: Workshop, agency: Agency | None, seats: int | None, actor: Account | None = None) -> None:
    """Keep seats of a workshop for an agency and its subtree, or, without an agency, open ones; None removes the pool.

    People who were confirmed before the pool existed and belong to it take seats in it. Raises SeatError when fewer
    seats are wanted than are taken.
    """
    locked = lock_workshop(workshop)
    pool = SeatPool.objects.filter(workshop=locked, agency=agency).first()
    if seats is None:
        _remove_pool(pool)
    elif pool is None:
        pool = SeatPool.objects.create(workshop=locked, agency=agency, seats=seats)
        _seat_earlier_people(pool)
    else:
        pool.seats = seats
        pool.save(update_fields=["seats"])
    if seats is not None and pool is not None:
        _check_not_below(pool)
    after = {"agency": agency.code if agency else "", "seats": seats}
    record("workshops.seats_set", obj=locked, actor=actor, after=after)


def own_agency(person: Person, otherwise: Agency | None = None) -> Agency:
    """The agency for which somebody known is registered: the person's primary one today, else the one that was named.

    Raises SeatError when there is neither.
    """
    own = Membership.objects.current().filter(person=person, primary=True).select_related("agency").first()
    agency = own.agency if own is not None else otherwise
    if agency is None:
        raise SeatError(_("%(person)s belongs to no agency today. Name one.") % {"person": person})
    return agency


def lock_workshop(workshop: Workshop) -> Workshop:
    """Wait for everybody who counts seats of this workshop, and return it as it is now."""
    return Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)


def _lock_open_registers(workshop: Workshop) -> list[Session]:
    """Wait for whoever marks in a register that is not signed. Sessions are locked before their workshop, always."""
    opened = Session.objects.filter(workshop=workshop, opened_at__isnull=False, sign_off__isnull=True)
    return list(opened.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _check_takes_part(workshop: Workshop, person: Person) -> None:
    if workshop.facilitations.standing().filter(person=person).exists():
        raise SeatError(_("%(person)s runs this workshop, so cannot take part in it.") % {"person": person})


def _active(workshop: Workshop, person: Person) -> Registration | None:
    found = Registration.objects.active().filter(workshop=workshop, person=person)
    return found.select_related("person", "agency", "workshop").first()


def _confirm(registration: Registration, moment: datetime, actor: Account | None) -> None:
    before = registration.state
    registration.state, registration.confirmed_at = Registration.State.CONFIRMED, moment
    registration.offered_until = None
    registration.save()
    record(
        "workshops.registered",
        obj=registration,
        actor=actor,
        subject=registration.person,
        before={"state": before} if before else None,
        after={"source": registration.source, "agency": registration.agency.code},
    )
    _let_sign_in(registration.person)
    plan_reminders(workshop=registration.workshop, person=registration.person)


def _let_sign_in(person: Person) -> None:
    """Open an account for somebody with an e-mail. Without one, or when it is taken, people still take part."""
    if not person.email:
        return
    try:
        open_account(person=person)
    except PeopleError as error:
        record("people.account_not_opened", obj=person, subject=person, reason=str(error))


def _pool_with_a_seat(workshop: Workshop, agency: Agency) -> SeatPool | None:
    """The pool whose seat the person takes: of the agency, of one above it, or the open one. None: no limits at all."""
    pools = list(SeatPool.objects.filter(workshop=workshop).select_related("agency").with_taken())
    if not pools:
        return None
    fitting = sorted((pool for pool in pools if pool.serves(agency)), key=lambda pool: pool.reach, reverse=True)
    free = next((pool for pool in fitting if pool.taken < pool.seats), None)
    if free is None:
        raise SeatError(_full_sentence(workshop, agency, sum(pool.seats for pool in fitting)))
    return free


def _full_sentence(workshop: Workshop, agency: Agency, seats: int) -> str:
    if not seats:
        return _("%(workshop)s has no seats for %(agency)s.") % {"workshop": workshop, "agency": agency}
    return ngettext(
        "The only seat for %(agency)s is taken.", "All %(seats)d seats for %(agency)s are taken.", seats
    ) % {"agency": agency, "seats": seats}


def _remove_pool(pool: SeatPool | None) -> None:
    if pool is None:
        return
    if pool.registrations.exists():
        raise SeatError(_("People have seats of this kind. Set the number of seats instead of removing them."))
    pool.delete()


def _seat_earlier_people(pool: SeatPool) -> None:
    unseated = Registration.objects.filter(workshop=pool.workshop, pool__isnull=True, state__in=Registration.SEATED)
    unseated = unseated.exclude(source=Registration.Source.WALK_IN)
    if pool.agency is not None:
        unseated = unseated.filter(agency__in=Agency.objects.within(pool.agency))
    unseated.update(pool=pool)


def _check_not_below(pool: SeatPool) -> None:
    taken = SeatPool.objects.with_taken().get(pk=pool.pk).taken
    if pool.seats < taken:
        raise SeatError(
            ngettext("%(count)d seat is taken already.", "%(count)d seats are taken already.", taken) % {"count": taken}
        )
