"""What every change of a registration does: under the lock of its workshop, along an allowed way, and never unseen."""

from datetime import datetime
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.models import Account, Person
from people.services import PeopleError, open_account
from workshops.errors import SeatError
from workshops.models import Registration, Session, Workshop
from workshops.seats import may_become
from workshops.services.messages import plan_messages
from workshops.services.records import expect_person, note_repeated

State = Registration.State

# What the log calls a change; a confirmation has had a name of its own from the beginning.
_ACTIONS = {State.CONFIRMED: "workshops.registered"}


def lock_workshop(workshop: Workshop) -> Workshop:
    """Wait for everybody who counts seats of this workshop, and return it as it is now."""
    return Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)


def lock_open_registers(workshop: Workshop) -> list[Session]:
    """Wait for whoever marks in a register that is not signed. Sessions are locked before their workshop, always."""
    opened = Session.objects.filter(workshop=workshop, opened_at__isnull=False, sign_off__isnull=True)
    return list(opened.select_for_update(of=("self",), no_key=True).order_by("pk"))


def begins_at(workshop: Workshop) -> datetime | None:
    """When the first session begins; None while no session is planned."""
    moment: datetime | None = Session.objects.filter(workshop=workshop).aggregate(first=Min("starts_at"))["first"]
    return moment


def has_started(workshop: Workshop, now: datetime) -> bool:
    """Whether the first session has begun by the clock, or a register was opened."""
    begins = begins_at(workshop)
    return workshop.has_begun or (begins is not None and begins <= now)


def current(registration: Registration, locked: Workshop) -> Registration:
    """The registration as it is now that its workshop is locked."""
    found = Registration.objects.select_related("person", "agency", "nominated_by").get(pk=registration.pk)
    found.workshop = locked
    return found


def active_registration(locked: Workshop, person: Person) -> Registration | None:
    """The one registration of a person that stands."""
    active = Registration.objects.active().filter(workshop=locked, person=person)
    found = active.select_related("person", "agency", "nominated_by").first()
    if found is not None:
        found.workshop = locked
    return found


def check_takes_part(workshop: Workshop, person: Person) -> None:
    """Raise SeatError for somebody who runs the workshop."""
    if workshop.facilitations.standing().filter(person=person).exists():
        raise SeatError(_("%(person)s runs this workshop, so cannot take part in it.") % {"person": person})


def move(
    registration: Registration,
    state: str,
    *,
    actor: Account | None = None,
    at: datetime | None = None,
    reason: str = "",
    after: dict[str, Any] | None = None,
) -> Registration:
    """Bring a registration, which may be new, to a state, log it and plan what the person is told.

    Raises SeatError when no way leads there from the present state.
    """
    before = registration.state
    if not may_become(before, state):
        raise SeatError(
            _("This is not possible any more: the registration of %(person)s is in the state “%(state)s”.")
            % {"person": registration.person, "state": registration.get_state_display()}
        )
    registration.state, registration.reason = state, reason
    if state not in Registration.ACTIVE:
        registration.ended_at = at or timezone.now()
    elif state != State.OFFERED:
        registration.offered_until = None
    is_new = registration.pk is None
    registration.save()
    if is_new:
        note_repeated([registration.workshop_id], [registration.person_id])
    record(
        _ACTIONS.get(State(state), f"workshops.registration_{state}"),
        obj=registration,
        actor=actor,
        subject=registration.person,
        before={"state": before} if before else None,
        after=after,
        reason=reason,
    )
    plan_messages(workshop=registration.workshop, person=registration.person)
    return registration


def confirm(registration: Registration, *, moment: datetime, actor: Account | None = None) -> Registration:
    """Confirm somebody whose seat is settled, and open the account that the person signs in with."""
    registration.confirmed_at = moment
    after = {"source": registration.source, "agency": registration.agency.code}
    move(registration, State.CONFIRMED, actor=actor, after=after)
    _let_sign_in(registration.person)
    expect_person(registration)
    return registration


def _let_sign_in(person: Person) -> None:
    """Open an account for somebody with an e-mail. Without one, or when it is taken, people still take part."""
    if not person.email:
        return
    try:
        open_account(person=person)
    except PeopleError as error:
        record("people.account_not_opened", obj=person, subject=person, reason=str(error))
