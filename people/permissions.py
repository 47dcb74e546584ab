"""Who may do what with persons and agencies, as small named questions."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, cast

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Min
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import (
    Account,
    Agency,
    DataRequest,
    PeopleImport,
    Person,
    Role,
    RoleGrant,
    Transfer,
    looked_after_by,
)


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


def reader_of(request: HttpRequest) -> Account:
    """Return who reads a page: the administrator who looks as somebody else, or whoever is signed in."""
    viewing: Any = getattr(request, "viewing", None)
    return cast("Account", viewing.viewer if viewing is not None else request.user)


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


def can_view_as(account: Account) -> bool:
    """Whether the account may look at the Academy as somebody else."""
    return has_role(account, Role.ADMINISTRATOR)


def can_be_viewed(account: Account) -> bool:
    """Whether administrators may look at the Academy as this account: never as one of themselves."""
    return account.is_active and account.person_id is not None and not has_role(account, Role.ADMINISTRATOR)


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


def can_bring_lists(account: Account) -> bool:
    """Whether the account brings lists of people in and takes them out: coordinators theirs, managers all."""
    return can_let_people_in(account)


def can_undo_list(account: Account, source: PeopleImport) -> bool:
    """Whether the account undoes a list: whoever sent it, as long as lists are theirs to bring, and managers."""
    if not can_bring_lists(account):
        return False
    return account.sees_everybody or source.uploaded_by_id == account.pk


def can_invite_participants(account: Account) -> bool:
    """Whether the account may invite people of the workshops that it runs."""
    return account.is_authenticated and Role.FACILITATOR in account.active_roles


def can_keep_agencies(account: Account) -> bool:
    """Whether the account adds and changes agencies: managers and administrators."""
    return account.is_authenticated and account.sees_everybody


def can_read_agencies(account: Account) -> bool:
    """Whether there are agencies that the account looks after: all for managers, the own ones for coordinators."""
    return can_keep_agencies(account) or (account.is_authenticated and Role.COORDINATOR in account.active_roles)


def can_answer_transfer(account: Account, transfer: Transfer) -> bool:
    """Whether the account speaks for the side that was asked: never whoever asked, unless a manager."""
    if not account.is_authenticated:
        return False
    if account.sees_everybody:
        return True
    if account.pk == transfer.asked_by_id:
        return False
    own = _sides_of_whoever_asked(transfer)
    asked = [side for side in (transfer.losing, transfer.gaining) if side not in own]
    return any(can_coordinate(account, side) for side in asked)


def can_withdraw_transfer(account: Account, transfer: Transfer) -> bool:
    """Whether the account takes back a transfer: whoever asked, colleagues who coordinate the same side, managers."""
    if not account.is_authenticated:
        return False
    if account.sees_everybody or account.pk == transfer.asked_by_id:
        return True
    return any(can_coordinate(account, side) for side in _sides_of_whoever_asked(transfer))


def _sides_of_whoever_asked(transfer: Transfer) -> list[Agency]:
    """For which of the two agencies it was asked. A role that has ended since counts: the other side still answers."""
    held = RoleGrant.objects.filter(account=transfer.asked_by_id, role=Role.COORDINATOR)
    paths = [path for path in held.values_list("agency__path", flat=True) if path]
    return [side for side in (transfer.losing, transfer.gaining) if (side.path or "").startswith(tuple(paths))]


# Roles that reach over everybody: given by administrators alone, so that nobody lifts up oneself or a friend.
HIGH_ROLES = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


def can_grant(account: Account, role: str) -> bool:
    """Whether the account gives and ends this role anywhere: managers the roles below their own, administrators all."""
    if not account.is_authenticated or not account.sees_everybody:
        return False
    return role not in HIGH_ROLES or has_role(account, Role.ADMINISTRATOR)


def can_delegate(account: Account, agency: Agency) -> bool:
    """Whether the account lets somebody coordinate an agency: managers, and coordinators within the own subtree."""
    return can_keep_agencies(account) or can_coordinate(account, agency)


def can_end_grant(account: Account, grant: RoleGrant) -> bool:
    """Whether the account ends a role: who may give it, and a coordinator what was delegated in the own subtree.

    What a manager gave at the own agency is a manager's to take away; colleagues do not end each other's role.
    """
    return grant.pk in grants_to_end(account, [grant])


def grants_to_end(account: Account, grants: Sequence[RoleGrant]) -> set[int]:
    """Which of some roles the account ends, by id; as many queries however many they are."""
    free = {grant.pk for grant in grants if can_grant(account, grant.role)}
    rest = [grant for grant in grants if grant.pk not in free and grant.agency is not None]
    if not rest or not account.is_authenticated:
        return free
    active = RoleGrant.objects.active()
    paths = active.filter(account=account, role=Role.COORDINATOR).values_list("agency__path", flat=True)
    own = {path for path in paths if path}
    high = set(active.filter(role__in=HIGH_ROLES).values_list("account", flat=True))
    return free | {grant.pk for grant in rest if _was_delegated(account, grant, own, high)}


def _was_delegated(account: Account, grant: RoleGrant, own: Collection[str], high: Collection[int]) -> bool:
    """Whether a coordinator's role lies in the own subtree and was given by the account, or below it by no manager."""
    path = (grant.agency.path if grant.agency else "") or ""
    above = [each for each in own if path.startswith(each)]
    if not above or grant.granted_by is None:
        return False
    given_by_manager = grant.granted_by.is_superuser or grant.granted_by_id in high
    return grant.granted_by_id == account.pk or (not given_by_manager and any(each != path for each in above))


def can_read_sights(account: Account, person: Person) -> bool:
    """Whether the account reads who sees a person: managers, and coordinators of the person's agencies."""
    if not account.is_authenticated:
        return False
    own = Agency.objects.coordinated_by(account).filter(memberships__person=person)
    return account.sees_everybody or own.exists()


def can_find_doubles(account: Account) -> bool:
    """Whether there are people whose records the account puts in order: managers, and coordinators for their own."""
    return can_read_agencies(account)


def can_compare(account: Account, one: Person, other: Person) -> bool:
    """Whether the account looks after both of two people, so that it says whether they are one."""
    people = {one.pk, other.pk}
    return one.pk != other.pk and looked_after_by(account).filter(pk__in=people).count() == len(people)
