"""Who may do what with workshops, as small named questions."""

from uuid import UUID

from django.core import signing
from django.utils import timezone
from django.utils.translation import ngettext

from people.models import Account, Agency, Person, Role
from people.permissions import can_coordinate, has_role
from workshops.models import AttendanceRequest, EvaluationInvitation, Facilitation, Registration, Session, Workshop

Right = Facilitation.Right
_INVITATION_SALT = "workshops.invitation"


# So many workshops are named as a reason why something stays.
_NAMED = 3


def shown_codes(codes: list[str]) -> str:
    """The codes of some workshops, the first few by name."""
    return ", ".join(codes[:_NAMED]) + ("…" if len(codes) > _NAMED else "")


def can_schedule_workshops(account: Account) -> bool:
    """Facilitators and programme managers plan workshops."""
    return has_role(account, Role.FACILITATOR, Role.MANAGER)


def can_ask_for(account: Account, agency: Agency) -> bool:
    """Coordinators ask for workshops for the own agency or one below it, programme managers for any."""
    return can_answer_requests(account) or can_coordinate(account, agency)


def can_ask_for_workshops(account: Account) -> bool:
    """Whether the account can ask for a workshop at all."""
    return has_role(account, Role.COORDINATOR, Role.MANAGER)


def can_answer_requests(account: Account) -> bool:
    """Programme managers decide which requests become workshops."""
    return has_role(account, Role.MANAGER)


def can_manage(account: Account, workshop: Workshop) -> bool:
    """Whether the account works on this workshop: names people, sessions, takes attendance."""
    return Workshop.objects.managed_by(account).filter(pk=workshop.pk).exists()


def can_help(account: Account, workshop: Workshop, *rights: str) -> bool:
    """Whether the account helps in this workshop with one of some narrow rights, with any unless named."""
    return Workshop.objects.helped_by(account, *rights).filter(pk=workshop.pk).exists()


def rights_in(account: Account, workshop: Workshop) -> frozenset[str]:
    """Which rights the account has in this workshop: all of them for whoever manages it, one for a helper."""
    if can_manage(account, workshop):
        return frozenset(Right.values)
    named = Facilitation.objects.helping(timezone.localdate()).filter(workshop=workshop)
    return frozenset(named.filter(person=account.person_id).values_list("right", flat=True))


def can_let_approve(account: Account, workshop: Workshop) -> bool:
    """Whether the account lets helpers approve: where programme managers must agree, only they hand that on."""
    return workshop.approval != Workshop.Approval.PROGRAMME or account.sees_everybody


def can_correct_names(person: Person) -> bool:
    """Whether whoever runs a workshop may correct a name: whoever has signed in corrects the own one."""
    account = Account.objects.filter(person=person).first()
    return account is None or account.last_login is None


def can_record_attendance(account: Account, session: Session) -> bool:
    """Whether the account may open, mark and sign the register of a session."""
    return can_manage(account, session.workshop)


def can_correct(account: Account, session: Session) -> bool:
    """Whether the account may still correct a signed register: after the lock date only managers may."""
    if is_locked(session.workshop):
        return account.sees_everybody
    return can_record_attendance(account, session)


def can_nominate(account: Account) -> bool:
    """Coordinators name people of their agencies, programme managers those of any."""
    return has_role(account, Role.COORDINATOR, Role.MANAGER)


def can_approve(account: Account, registration: Registration) -> bool:
    """Whether the account may say yes or no to somebody who accepted; nobody does so about the own registration."""
    if account.person_id == registration.person_id:
        return False
    if account.sees_everybody:
        return True
    if registration.workshop.approval == Workshop.Approval.PROGRAMME:
        return can_help(account, registration.workshop, Right.APPROVE)
    asked = registration.workshop.approval == Workshop.Approval.AGENCY
    return asked and can_coordinate(account, registration.agency)


def can_replace(account: Account, registration: Registration) -> bool:
    """Whether the account may send another person instead: not past a programme manager who approves each of them."""
    if account.sees_everybody:
        return True
    asked = registration.workshop.approval == Workshop.Approval.PROGRAMME
    approved = asked and registration.state in Registration.SEATED
    return not approved and can_coordinate(account, registration.agency)


def invitation_token(registration: Registration) -> str:
    """What stands in the address under which somebody answers without signing in: always the same for one."""
    return signing.Signer(salt=_INVITATION_SALT).sign(str(registration.pk))


def registration_of(token: str) -> Registration | None:
    """The registration that a token is for; None for another word, and once the workshop is over."""
    try:
        key = signing.Signer(salt=_INVITATION_SALT).unsign(token)
    except signing.BadSignature:
        return None
    found = Registration.objects.select_related("workshop", "person", "agency", "nominated_by")
    return found.filter(pk=key, workshop__ends_on__gte=timezone.localdate()).first()


def is_locked(workshop: Workshop) -> bool:
    """Whether the lock date of the registers is over."""
    return workshop.lock_on is not None and timezone.localdate() > workshop.lock_on


def can_decide_change(account: Account, request: AttendanceRequest) -> bool:
    """Whether the account may grant or refuse a request about a record: those who may correct, never about oneself."""
    return request.registration.person_id != account.person_id and can_correct(account, request.session)


def objection_to_deletion(keys: frozenset[UUID]) -> str | None:
    """Why pages with these keys may not be deleted: workshops were scheduled from the outline."""
    scheduled = Workshop.objects.filter(outline__translation_key__in=keys).order_by("-starts_on", "code")
    codes = list(scheduled.values_list("code", flat=True))
    if not codes:
        return None
    return ngettext(
        "%(count)d workshop was scheduled from this outline (%(codes)s): unpublish it instead.",
        "%(count)d workshops were scheduled from this outline (%(codes)s): unpublish it instead.",
        len(codes),
    ) % {"count": len(codes), "codes": shown_codes(codes)}


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
