"""Who runs a workshop: asked, accepted, declined, asked again."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.models import Account, Person
from workshops.errors import WorkshopError
from workshops.models import Facilitation, SignOff, Workshop
from workshops.services.messages import plan_messages
from workshops.services.registrations import lock_workshop

State = Facilitation.State


@transaction.atomic
def add_facilitator(
    *, workshop: Workshop, person: Person, lead: bool = False, actor: Account | None = None
) -> Facilitation:
    """Name a person as facilitator. Whoever names oneself has accepted; somebody else is invited to answer.

    Without an actor it is the system that names people who have agreed. Somebody who is named already stays as is;
    whoever declined is asked again.
    """
    accepted = actor is None or actor.person_id == person.pk
    asked = {
        "state": State.ACCEPTED if accepted else State.INVITED,
        "invited_at": None if accepted else timezone.now(),
        "answered_at": None,
    }
    facilitation, created = Facilitation.objects.get_or_create(
        workshop=workshop, person=person, defaults={"lead": lead, **asked}
    )
    if created:
        record("workshops.facilitator_added", obj=workshop, actor=actor, subject=person)
    elif facilitation.state == State.DECLINED:
        _store(facilitation, **asked)
        record("workshops.facilitator_asked_again", obj=workshop, actor=actor, subject=person)
    plan_messages(workshop=workshop, person=person)
    return facilitation


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
    others = locked.facilitations.standing().exclude(person=person)
    if locked.status != Workshop.Status.DRAFT and not others.exists():
        raise WorkshopError(_("Name another facilitator first: a published workshop needs one."))
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


def _store(facilitation: Facilitation, **fields: object) -> None:
    for name, value in fields.items():
        setattr(facilitation, name, value)
    facilitation.save(update_fields=list(fields))
