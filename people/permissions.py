"""Who may do what with persons and agencies, as small named questions."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from people.models import Account, Agency, Person, Role


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
