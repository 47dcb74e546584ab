"""Who may do what with workshops, as small named questions."""

from uuid import UUID

from django.core import signing
from django.utils import timezone
from django.utils.translation import ngettext

from people.models import Account, Role
from people.permissions import has_role
from workshops.models import EvaluationInvitation, Session, Workshop


def can_schedule_workshops(account: Account) -> bool:
    """Facilitators and programme managers plan workshops."""
    return has_role(account, Role.FACILITATOR, Role.MANAGER)


def can_manage(account: Account, workshop: Workshop) -> bool:
    """Whether the account works on this workshop: names people, sessions, takes attendance."""
    return Workshop.objects.managed_by(account).filter(pk=workshop.pk).exists()


def can_record_attendance(account: Account, session: Session) -> bool:
    """Whether the account may open, mark and sign the register of a session."""
    return can_manage(account, session.workshop)


def can_correct(account: Account, session: Session) -> bool:
    """Whether the account may still correct a signed register: after the lock date only managers may."""
    locked_on = session.workshop.lock_on
    if locked_on is not None and timezone.localdate() > locked_on:
        return account.sees_everybody
    return can_record_attendance(account, session)


def objection_to_deletion(keys: frozenset[UUID]) -> str | None:
    """Why pages with these keys may not be deleted: workshops were scheduled from the outline."""
    count = Workshop.objects.filter(outline__translation_key__in=keys).count()
    if not count:
        return None
    return ngettext(
        "%(count)d workshop was scheduled from this outline: unpublish it instead.",
        "%(count)d workshops were scheduled from this outline: unpublish it instead.",
        count,
    ) % {"count": count}


def evaluation_token(invitation: EvaluationInvitation) -> str:
    """What stands in the address of a mail: whoever has it answers for the person, without signing in."""
    return _evaluation_signer().sign(str(invitation.pk))


def invitation_of(token: str) -> EvaluationInvitation | None:
    """The invitation to an evaluation that a token stands for; None for a token that nobody made here."""
    try:
        number = _evaluation_signer().unsign(token)
    except signing.BadSignature:
        return None
    return EvaluationInvitation.objects.select_related("wave__workshop", "wave__form").filter(pk=number).first()


def _evaluation_signer() -> signing.Signer:
    # The same at every call, so that a mail planned again stays the same mail.
    return signing.Signer(salt="workshops.evaluation")
