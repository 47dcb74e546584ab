"""Who runs a workshop: asked, accepted, declined, asked again."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.models import Account, Person
from workshops.errors import WorkshopError
from workshops.models import Facilitation, SignOff, Workshop
from workshops.permissions import can_let_approve
from workshops.services.messages import plan_messages
from workshops.services.states import active_registration, lock_workshop

State = Facilitation.State
Right = Facilitation.Right


@transaction.atomic
def add_facilitator(
    *,
    workshop: Workshop,
    person: Person,
    lead: bool = False,
    right: str = Right.EVERYTHING,
    actor: Account | None = None,
) -> Facilitation:
    """Name a person as facilitator, or as a helper with one narrow right; whoever names oneself has accepted.

    Somebody else is invited to answer. Without an actor it is the system that names people who have agreed. Somebody
    who is named already stays as is; whoever declined is asked again. Raises WorkshopError for a right that the actor
    may not hand on, and for a helper who takes part.
    """
    if right != Right.EVERYTHING:
        locked = lock_workshop(workshop)
        _may_hand_on(locked, right, actor)
        _takes_no_part(locked, person)
    accepted = actor is None or actor.person_id == person.pk
    asked = {
        "state": State.ACCEPTED if accepted else State.INVITED,
        "invited_at": None if accepted else timezone.now(),
        "answered_at": None,
    }
    facilitation, created = Facilitation.objects.get_or_create(
        workshop=workshop, person=person, defaults={"lead": lead, "right": right, **asked}
    )
    after = {"right": right}
    if created:
        record("workshops.facilitator_added", obj=workshop, actor=actor, subject=person, after=after)
    elif facilitation.state == State.DECLINED:
        _store(facilitation, right=right, **asked)
        record("workshops.facilitator_asked_again", obj=workshop, actor=actor, subject=person, after=after)
    plan_messages(workshop=workshop, person=person)
    return facilitation


@transaction.atomic
def set_right(*, workshop: Workshop, person: Person, right: str, actor: Account) -> Facilitation:
    """Let somebody who is named do more or less in a workshop; the same right twice is one.

    Raises WorkshopError where nobody would run a published workshop any more, and for a right that the actor may not
    hand on.
    """
    locked = lock_workshop(workshop)
    named = Facilitation.objects.select_for_update(of=("self",)).get(workshop=locked, person=person)
    before = named.right
    if before == right:
        return named
    _may_hand_on(locked, right, actor)
    if before == Right.EVERYTHING:
        _keep_one_who_runs_it(locked, without=person)
    _store(named, right=right)
    record(
        "workshops.facilitator_right_set",
        obj=locked,
        actor=actor,
        subject=person,
        before={"right": before},
        after={"right": right},
    )
    plan_messages(workshop=locked, person=person)
    return named


@transaction.atomic
def answer_facilitation(*, facilitation: Facilitation, accepts: bool, actor: Account | None = None) -> Facilitation:
    """Accept or decline to run a workshop; the same answer twice is one.

    Raises WorkshopError for another answer afterwards: those who run the workshop rely on the first one.
    """
    workshop = lock_workshop(facilitation.workshop)
    locked = Facilitation.objects.select_for_update(of=("self",)).select_related("workshop").get(pk=facilitation.pk)
    answer = State.ACCEPTED if accepts else State.DECLINED
    if locked.state == answer:
        return locked
    if locked.state != State.INVITED:
        raise WorkshopError(_("You have answered already. Ask those who run the workshop to change it."))
    _store(locked, state=answer, answered_at=timezone.now())
    record(f"workshops.facilitation_{answer}", obj=locked.workshop, actor=actor, subject=locked.person)
    plan_messages(workshop=workshop, person=locked.person)
    return locked


@transaction.atomic
def remove_facilitator(*, workshop: Workshop, person: Person, actor: Account | None = None) -> None:
    """Take a facilitator off. A workshop that is not a draft keeps at least one, and whoever signed a register stays.

    Raises WorkshopError that says which registers were signed.
    """
    locked = lock_workshop(workshop)
    _keep_one_who_runs_it(locked, without=person)
    signed = SignOff.objects.filter(session__workshop=locked, signed_by__person=person)
    numbers = sorted(signed.values_list("session__number", flat=True))
    if numbers:
        raise WorkshopError(
            _("%(person)s signed registers here (sessions %(numbers)s) and stays on the list of those who ran them.")
            % {"person": person, "numbers": ", ".join(map(str, numbers))}
        )
    deleted, _rows = Facilitation.objects.filter(workshop=locked, person=person).delete()
    if deleted:
        record("workshops.facilitator_removed", obj=locked, actor=actor, subject=person)
        plan_messages(workshop=locked, person=person)


def _may_hand_on(workshop: Workshop, right: str, actor: Account | None) -> None:
    if right == Right.APPROVE and actor is not None and not can_let_approve(actor, workshop):
        raise WorkshopError(_("Here programme managers approve, and only they let somebody else do it."))


def _takes_no_part(locked: Workshop, person: Person) -> None:
    """Whoever helps takes no part, and would lose the own place without having given it back."""
    if active_registration(locked, person) is not None:
        raise WorkshopError(
            _("%(person)s takes part in this workshop. Withdraw the registration first.") % {"person": person}
        )


def _keep_one_who_runs_it(workshop: Workshop, *, without: Person) -> None:
    others = workshop.facilitations.running().exclude(person=without)
    if workshop.status != Workshop.Status.DRAFT and not others.exists():
        raise WorkshopError(_("Name another facilitator first: a published workshop needs one."))


def _store(facilitation: Facilitation, **fields: object) -> None:
    for name, value in fields.items():
        setattr(facilitation, name, value)
    facilitation.save(update_fields=list(fields))
