"""Roles given and ended by people: who may, since when, until when, and why. `roles` does it; here are the rules."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people import emails
from people.errors import PeopleError
from people.models import Account, Agency, Role, RoleGrant
from people.permissions import can_delegate, can_end_grant, can_grant
from people.services.roles import GROUPS, end_roles, grant_role
from people.services.vacancies import warn_of_vacancies

# Roles that bring rights in the CMS, which are given on the day and not before it.
_AT_ONCE = frozenset({Role.ADMINISTRATOR, *GROUPS})


@transaction.atomic
def give_role(
    *,
    account: Account,
    role: str,
    agency: Agency | None = None,
    since: date | None = None,
    until: date | None = None,
    reason: str = "",
    actor: Account,
) -> RoleGrant:
    """Give a role from a day on (default: today) to its last day (default: until it is ended), and tell the person.

    Raises PeopleError for what the actor may not give, and where the account has the role in that time already.
    """
    today = timezone.localdate()
    begins = since or today
    _check_giver(account, role, agency, actor)
    _check_time(role, begins, until, today)
    held = RoleGrant.objects.filter(account=account, role=role, agency=agency)
    during = held.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=begins))
    if until is not None:
        during = during.filter(valid_from__lte=until)
    if during.select_for_update().exists():
        raise PeopleError(_("%(person)s has this role already in that time.") % {"person": account.get_full_name()})
    grant = grant_role(account=account, role=role, agency=agency, granted_by=actor, reason=reason)
    grant.valid_from, grant.valid_to = begins, until
    grant.save(update_fields=["valid_from", "valid_to"])
    emails.role_given(grant)
    return grant


@transaction.atomic
def end_grant(*, grant: RoleGrant, reason: str, actor: Account, last_day: date | None = None) -> RoleGrant:
    """End a role at once or after a last day, with a reason. Managers hear of an agency that is left alone.

    Raises PeopleError for what the actor may not end, for the last administrator, and where it has ended already.
    """
    locked = RoleGrant.objects.select_for_update(of=("self",)).select_related("account__person", "agency", "granted_by")
    found, today = locked.get(pk=grant.pk), timezone.localdate()
    if not can_end_grant(actor, found):
        raise PeopleError(_("You may not end this role."))
    if found.valid_to is not None and found.valid_to < today:
        raise PeopleError(_("This role has ended already."))
    if not reason.strip():
        raise PeopleError(_("Say why."))
    until = last_day or today - timedelta(days=1)
    if last_day is not None and last_day < today:
        raise PeopleError(_("The last day is today or later."))
    if found.role == Role.ADMINISTRATOR and not _others_administer(found):
        raise PeopleError(_("This is the last administrator. Give the role to somebody else before you end it."))
    before, found.valid_to = {"role": found.role, "until": str(found.valid_to or "")}, until
    found.save(update_fields=["valid_to"])
    record(
        "people.role_revoked",
        obj=found,
        actor=actor,
        subject=found.account.person,
        before=before,
        after={"until": str(until)},
        reason=reason.strip(),
    )
    end_roles(account=found.account)
    emails.role_ended(found)
    if found.agency is not None:
        warn_of_vacancies(agencies=[found.agency], day=until + timedelta(days=1))
    return found


def _check_giver(account: Account, role: str, agency: Agency | None, actor: Account) -> None:
    if account.pk == actor.pk:
        raise PeopleError(_("Nobody gives a role to oneself."))
    delegated = role == Role.COORDINATOR and agency is not None and can_delegate(actor, agency)
    if not delegated and not can_grant(actor, role):
        raise PeopleError(_("You may not give this role."))
    if agency is not None and agency.is_over:
        raise PeopleError(_("%(agency)s is closed.") % {"agency": agency})


def _check_time(role: str, begins: date, until: date | None, today: date) -> None:
    if begins < today:
        raise PeopleError(_("A role begins today or later."))
    if begins > today and role in _AT_ONCE:
        raise PeopleError(_("This role brings rights in the CMS and begins on the day on which it is given."))
    if until is not None and until < begins:
        raise PeopleError(_("The last day is before the first one."))


def _others_administer(grant: RoleGrant) -> bool:
    """Whether another account that can sign in is an administrator without an end."""
    others = RoleGrant.objects.active().filter(role=Role.ADMINISTRATOR, valid_to__isnull=True)
    return others.filter(account__is_active=True).exclude(account=grant.account_id).exists()
