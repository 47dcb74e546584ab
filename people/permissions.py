"""Who may do what with persons and agencies, as small named questions."""

from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import Account, Agency, DataRequest, Person, Role, RoleGrant


def has_role(account: Account, *roles: str) -> bool:
    """Whether the account holds one of the roles today (administrators hold all)."""
    if not account.is_authenticated:
        return False
    return account.is_superuser or bool(account.active_roles & {*roles, Role.ADMINISTRATOR})


def can_coordinate(account: Account, agency: Agency) -> bool:
    """Whether the account coordinates this agency, directly or from above."""
    return account.is_authenticated and Agency.objects.coordinated_by(account).filter(pk=agency.pk).exists()


def can_read_agency(account: Account, agency: Agency) -> bool:
    """Whether the account may read the named people of this agency."""
    return Agency.objects.visible_to(account).filter(pk=agency.pk).exists()


def person_of(account: Account | Any) -> Person:
    """Return the person who is asking.

    Raises PermissionDenied (a page that says what to do) for an account that no person belongs to.
    """
    if account.is_authenticated and account.person is not None:
        return account.person
    raise PermissionDenied(_("This account is not linked to a person yet. Ask the coordinator of your agency."))


def can_help_with_sign_in(account: Account) -> bool:
    """Whether the account may take away the second factor that somebody else has lost."""
    return has_role(account, Role.ADMINISTRATOR)


def has_second_factor(account: Account) -> bool:
    """Whether signing in asks for more than one proof. Recovery codes alone are none: they stand for one."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user=account, type__in=kinds).exists()


def second_factor_due(account: Account | Any) -> date | None:
    """From which day on the account may do nothing before it has a second factor; None where none is missing.

    It is counted from the first role that asks for one, so that a role which ends and begins again opens no new time.
    """
    roles = set(settings.MFA_REQUIRED_ROLES) if settings.REQUIRE_MFA else set()
    if not roles or not account.is_authenticated:
        return None
    held = account.active_roles | ({Role.ADMINISTRATOR} if account.is_superuser else set())
    if not held & roles or has_second_factor(account):
        return None
    given = RoleGrant.objects.filter(account=account, role__in=roles).aggregate(first=Min("valid_from"))["first"]
    return (given or timezone.localdate(account.created_at)) + timedelta(days=settings.MFA_GRACE_DAYS)


def can_read_trail(account: Account) -> bool:
    """Whether the account reads the audit trail: managers and administrators."""
    return account.is_authenticated and account.sees_everybody


def can_read_data_requests(account: Account) -> bool:
    """Whether the account answers what people ask about their data: managers, and coordinators for their own people."""
    return account.is_authenticated and (account.sees_everybody or Role.COORDINATOR in account.active_roles)


def can_answer_data_request(account: Account, request: DataRequest) -> bool:
    """Whether the account answers this one: managers all, coordinators corrections of their people; never one's own."""
    if not account.is_authenticated or account.person_id == request.person_id:
        return False
    if account.sees_everybody:
        return True
    if request.kind != DataRequest.Kind.CORRECTION:
        return False
    return Agency.objects.coordinated_by(account).filter(memberships__person=request.person_id).exists()


def can_let_people_in(account: Account) -> bool:
    """Whether the account invites people into agencies and decides about those who ask: coordinators, managers."""
    return account.is_authenticated and (account.sees_everybody or Role.COORDINATOR in account.active_roles)


def can_invite_participants(account: Account) -> bool:
    """Whether the account may invite people of the workshops that it runs."""
    return account.is_authenticated and Role.FACILITATOR in account.active_roles
