"""From a name on a coordinator's list to a confirmed seat: nominated, invited, answered, approved, replaced."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.models import Account, Agency, Person
from people.permissions import can_coordinate
from workshops.errors import SeatError
from workshops.models import Registration, Workshop
from workshops.permissions import can_manage
from workshops.services.records import drop_who_left
from workshops.services.registrations import make_person_once, own_agency, withdraw_registration
from workshops.services.states import (
    State,
    active_registration,
    check_takes_part,
    confirm,
    current,
    has_started,
    lock_open_registers,
    lock_workshop,
    move,
)
from workshops.services.waiting import check_seats_exist, has_run_out, offer_free_seats, take_free_seat

Status = Workshop.Status

# States in which a person has said yes: another yes changes nothing.
_ACCEPTED = {State.PENDING, State.CONFIRMED, State.WAITLISTED}
# States in which a person has no say in a seat yet, so that the person can still step in for somebody who has one.
_WITHOUT_SEAT = {State.NOMINATED, State.INVITED, State.WAITLISTED}


@transaction.atomic
def nominate_person(
    *, workshop: Workshop, person: Person, agency: Agency, actor: Account, post: str = "", language: str = ""
) -> Registration:
    """Put a person on the list of an agency, behind those who are on it. Whoever is on a list already stays as is.

    Raises SeatError when the workshop takes no nominations, and for somebody who runs it.
    """
    locked = lock_workshop(workshop)
    existing = active_registration(locked, person)
    if existing is not None:
        return existing
    _check_takes_nominations(locked, agency, actor)
    check_takes_part(locked, person)
    registration = Registration(
        workshop=locked,
        person=person,
        agency=agency,
        source=Registration.Source.NOMINATION,
        priority=_next_number(locked),
        post=post,
        language=language,
        nominated_by=actor,
        created_at=timezone.now(),
    )
    return move(registration, State.NOMINATED, actor=actor, after={"agency": agency.code})


@transaction.atomic
def nominate_new_person(
    *, workshop: Workshop, agency: Agency, actor: Account, token: str = "", **new_person: Any
) -> Registration:
    """Make a person as a member of an agency and put the person on its list: both or neither.

    `token` comes from the form, so that a second click, even at the same moment, is the same person.
    """
    lock_workshop(workshop)
    person = make_person_once(token=token, agency=agency, actor=actor, **new_person)
    post = new_person.get("post", "")
    return nominate_person(workshop=workshop, person=person, agency=agency, actor=actor, post=post)


@transaction.atomic
def move_nomination(*, registration: Registration, up: bool, agencies: Any, actor: Account) -> Registration:
    """Exchange the number of a nominee with that of the one before or after within `agencies`; at the end it stays.

    People of other agencies keep their numbers, so nobody is moved past them.
    """
    locked = lock_workshop(registration.workshop)
    listed = nominees(locked, agencies)
    keys = [each.pk for each in listed]
    if registration.pk not in keys:
        raise SeatError(_("Only people who have no seat yet stand in an order."))
    place = keys.index(registration.pk)
    other = place + (-1 if up else 1)
    if not 0 <= other < len(listed):
        return listed[place]
    first, second = listed[place], listed[other]
    first.priority, second.priority = second.priority, first.priority
    Registration.objects.bulk_update([first, second], ["priority"])
    record("workshops.nomination_moved", obj=first, actor=actor, subject=first.person, after={"up": up})
    return first


def nominees(workshop: Workshop, agencies: Any) -> list[Registration]:
    """People of `agencies` who have a number and no seat yet, in their order."""
    waiting = Registration.objects.filter(
        workshop=workshop, agency__in=agencies, priority__gt=0, state__in=[*_WITHOUT_SEAT, State.PENDING]
    )
    return list(waiting.select_related("person", "agency").order_by("priority", "created_at", "pk"))


@transaction.atomic
def invite(*, registration: Registration, actor: Account | None = None) -> Registration:
    """Ask a nominee to come. Whoever was asked already stays as is. Raises SeatError before publication."""
    locked = lock_workshop(registration.workshop)
    found = current(registration, locked)
    if found.state == State.INVITED:
        return found
    _check_invites(locked)
    return move(found, State.INVITED, actor=actor)


@transaction.atomic
def invite_all(*, workshop: Workshop, actor: Account | None = None) -> int:
    """Ask all nominees to come, in their order. Returns how many."""
    locked = lock_workshop(workshop)
    nominated = Registration.objects.filter(workshop=locked, state=State.NOMINATED)
    people = list(nominated.select_related("person", "agency").order_by("priority", "created_at", "pk"))
    if people:
        _check_invites(locked)
    for each in people:
        each.workshop = locked
        move(each, State.INVITED, actor=actor)
    return len(people)


@transaction.atomic
def answer_invitation(
    *, registration: Registration, accepts: bool, reason: str = "", actor: Account | None = None
) -> Registration:
    """Take a person's answer to an invitation or to an offered place. The same answer twice is one.

    Yes to an invitation leads to approval where the workshop asks for it, else to a seat, else to the waiting list; yes
    to an offer to the seat, or, too late, to its end. No withdraws, whatever was said before.
    """
    if not accepts:
        return withdraw_registration(registration=registration, reason=reason, actor=actor)
    locked, now = lock_workshop(registration.workshop), timezone.now()
    found = current(registration, locked)
    if found.state in _ACCEPTED:
        return found
    if found.state == State.OFFERED and has_run_out(found, now):
        move(found, State.LAPSED, actor=actor)
        offer_free_seats(locked, now)
        return found
    _check_answers(locked, now)
    if found.state == State.OFFERED:
        return confirm(found, moment=now, actor=actor)
    if found.state != State.INVITED:
        raise SeatError(_("There is no invitation to answer. Ask the coordinator of your agency."))
    return _take_in(found, now, actor)


@transaction.atomic
def register_oneself(*, workshop: Workshop, person: Person, actor: Account) -> Registration:
    """Register a person who asks for it, for the own agency: to be approved, confirmed, or put on the waiting list.

    A nomination or invitation is accepted by it; whoever has said yes already stays as is. Raises SeatError when the
    workshop does not offer it, or not any more, or has no seats for the agency.
    """
    locked, now = lock_workshop(workshop), timezone.now()
    existing = active_registration(locked, person)
    if existing is not None and existing.state not in {State.NOMINATED, State.INVITED}:
        return existing
    if not locked.self_registration:
        raise SeatError(_("People are registered for this workshop by the coordinators of their agencies."))
    _check_answers(locked, now)
    _check_in_time(locked)
    check_takes_part(locked, person)
    agency = existing.agency if existing is not None else own_agency(person)
    _check_for_agency(locked, agency)
    registration = existing or Registration(
        workshop=locked, person=person, agency=agency, source=Registration.Source.SELF, created_at=now
    )
    return _take_in(registration, now, actor)


@transaction.atomic
def approve_registration(*, registration: Registration, actor: Account) -> Registration:
    """Agree to somebody who accepted: a seat if one is free, else the waiting list. A second time changes nothing."""
    locked, now = lock_workshop(registration.workshop), timezone.now()
    found = current(registration, locked)
    if found.approved_at is not None and found.state in Registration.ACTIVE:
        return found
    if found.state != State.PENDING:
        raise SeatError(_("%(person)s does not wait for an approval.") % {"person": found.person})
    found.approved_by, found.approved_at = actor, now
    return _seat_or_wait(found, now, actor)


@transaction.atomic
def reject_registration(*, registration: Registration, reason: str, actor: Account) -> Registration:
    """Say no to somebody who has no seat yet, with a reason. A second time changes nothing."""
    found = current(registration, lock_workshop(registration.workshop))
    if found.state == State.REJECTED:
        return found
    return move(found, State.REJECTED, actor=actor, reason=reason)


@transaction.atomic
def replace_person(
    *, registration: Registration, by: Person, actor: Account, agency: Agency | None = None, reason: str = ""
) -> Registration:
    """Send another person instead, until the workshop begins: the same seat, or the same place in the order.

    The first registration stays with everything that was recorded with it, and names the second. `agency` is for
    somebody who belongs to none. Somebody who is on a list without a seat can step in for somebody who has one.
    Returns the second; the same replacement twice is one.
    """
    sessions = lock_open_registers(registration.workshop)
    locked, now = lock_workshop(registration.workshop), timezone.now()
    old = current(registration, locked)
    if old.state == State.REPLACED and old.replaced_by is not None and old.replaced_by.person_id == by.pk:
        return old.replaced_by
    state, seat, until = old.state, old.pool, old.offered_until
    new = _successor(old, by, own_agency(by, agency), now, actor)
    _check_replaces(locked, old, new, now)
    move(old, State.REPLACED, actor=actor, reason=reason, after={"by": by.public_code})
    new.pool, new.offered_until = seat, until
    if state == State.CONFIRMED:
        confirm(new, moment=now, actor=actor)
    else:
        # The other one has not said yes to anything that waits for an approval.
        move(new, State.INVITED if state == State.PENDING else state, actor=actor)
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    for session in sessions:
        drop_who_left(session)
    return new


@transaction.atomic
def replace_by_new_person(
    *, registration: Registration, agency: Agency, actor: Account, token: str = "", **new_person: Any
) -> Registration:
    """Make a person as a member of an agency and send the person instead: both or neither. See `replace_person`."""
    lock_open_registers(registration.workshop)
    lock_workshop(registration.workshop)
    person = make_person_once(token=token, agency=agency, actor=actor, **new_person)
    return replace_person(registration=registration, by=person, agency=agency, actor=actor)


def _successor(old: Registration, by: Person, agency: Agency, now: datetime, actor: Account) -> Registration:
    """The registration of the person who comes instead: the one that stands without a seat, or a new one."""
    existing = active_registration(old.workshop, by)
    if existing is not None and (old.state not in Registration.SEATED or existing.state not in _WITHOUT_SEAT):
        raise SeatError(_("%(person)s is registered for this workshop already.") % {"person": by})
    return existing or Registration(
        workshop=old.workshop,
        person=by,
        agency=agency,
        source=Registration.Source.NOMINATION,
        track=old.track,
        priority=old.priority,
        nominated_by=actor,
        created_at=now if old.state in Registration.SEATED else old.created_at,
    )


def _check_replaces(locked: Workshop, old: Registration, new: Registration, now: datetime) -> None:
    if old.state not in Registration.ACTIVE:
        raise SeatError(_("%(person)s is not registered any more.") % {"person": old.person})
    if has_started(locked, now) or locked.status == Status.CANCELLED:
        raise SeatError(_("A person can be replaced until the workshop begins."))
    check_takes_part(locked, new.person)
    if old.pool is not None and not old.pool.serves(new.agency):
        raise SeatError(
            _("The seat is kept for %(agency)s, to which %(person)s does not belong.")
            % {"agency": old.pool.agency, "person": new.person}
        )


def _take_in(registration: Registration, now: datetime, actor: Account | None) -> Registration:
    """What a yes leads to."""
    if _needs_approval(registration):
        return move(registration, State.PENDING, actor=actor)
    return _seat_or_wait(registration, now, actor)


def _seat_or_wait(registration: Registration, now: datetime, actor: Account | None) -> Registration:
    if take_free_seat(registration):
        return confirm(registration, moment=now, actor=actor)
    return move(registration, State.WAITLISTED, actor=actor)


def _needs_approval(registration: Registration) -> bool:
    """Whether somebody must still agree. A coordinator's nomination is the word of the agency."""
    approval, nominated_by = registration.workshop.approval, registration.nominated_by
    if registration.approved_at is not None or approval == Workshop.Approval.NONE:
        return False
    if approval == Workshop.Approval.AGENCY and nominated_by is not None:
        return not can_coordinate(nominated_by, registration.agency)
    return True


def _next_number(locked: Workshop) -> int:
    last = Registration.objects.filter(workshop=locked).aggregate(last=Max("priority"))["last"]
    return (last or 0) + 1


def _check_takes_nominations(locked: Workshop, agency: Agency, actor: Account) -> None:
    if locked.status not in {Status.DRAFT, Status.PUBLISHED} or has_started(locked, timezone.now()):
        raise SeatError(_("%(workshop)s takes no more nominations.") % {"workshop": locked})
    if not can_manage(actor, locked):
        _check_in_time(locked)
    _check_for_agency(locked, agency)


def _check_for_agency(locked: Workshop, agency: Agency) -> None:
    if locked.for_kinds and agency.kind not in locked.for_kinds:
        raise SeatError(_("This workshop is for agencies of another kind than %(agency)s.") % {"agency": agency})
    check_seats_exist(locked, agency)


def _check_in_time(locked: Workshop) -> None:
    until = locked.registration_until
    if until is not None and timezone.localdate() > until:
        raise SeatError(_("The time for nomination and registration is over."))


def _check_invites(locked: Workshop) -> None:
    if locked.status in {Status.DRAFT, Status.POSTPONED}:
        raise SeatError(_("Publish the workshop before you invite people."))
    if locked.status != Status.PUBLISHED or has_started(locked, timezone.now()):
        raise SeatError(_("The workshop has begun or will not be held, so nobody is invited any more."))


def _check_answers(locked: Workshop, now: datetime) -> None:
    if locked.is_stopped or locked.status == Status.DRAFT:
        raise SeatError(_("This workshop does not take place as planned, so nobody is registered now."))
    if has_started(locked, now):
        raise SeatError(_("The workshop has begun. Whoever comes now is taken in by the facilitator."))
