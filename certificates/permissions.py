"""Who may do what with certificates, as small named questions."""

from django.contrib.auth.models import AnonymousUser

from certificates.models import Certificate
from people.models import Account, Role
from people.permissions import has_role


def can_change_standing(account: Account, certificate: Certificate) -> bool:
    """Managers and administrators suspend, revoke and issue anew; nobody does so with the own certificate."""
    return account.is_authenticated and account.sees_everybody and account.person_id != certificate.person_id


def can_erase(account: Account, certificate: Certificate) -> bool:
    """Administrators erase what a certificate says, because nobody can take it back; never their own."""
    return can_change_standing(account, certificate) and has_role(account, Role.ADMINISTRATOR)


def can_enter_papers(account: Account) -> bool:
    """Managers and administrators enter certificates that were issued on paper in earlier years."""
    return account.is_authenticated and account.sees_everybody


def can_read_certificates_of_agencies(account: Account) -> bool:
    """Coordinators read about the people of their own agencies, managers and administrators about all."""
    return has_role(account, Role.COORDINATOR, Role.MANAGER)


def can_start_runs(account: Account) -> bool:
    """Managers and administrators issue many certificates at once."""
    return account.is_authenticated and account.sees_everybody


def can_change_designs(account: Account | AnonymousUser) -> bool:
    """Editors decide what certificates look like."""
    return isinstance(account, Account) and has_role(account, Role.EDITOR)
