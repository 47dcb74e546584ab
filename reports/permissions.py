"""Who reads reports."""

from enum import StrEnum

from people.models import Account, Role
from people.permissions import has_role


class Readers(StrEnum):
    """Who may read a report; the scope of an account narrows it further."""

    COORDINATORS = "coordinators of their agencies, managers of all"
    MANAGERS = "managers"


def can_read_reports(account: Account) -> bool:
    """Coordinators read about their own agencies, managers and administrators about all."""
    return has_role(account, Role.COORDINATOR, Role.MANAGER)


def can_read(account: Account, readers: Readers) -> bool:
    """Whether the account is one of those who read a report."""
    roles = [Role.MANAGER, *([Role.COORDINATOR] if readers == Readers.COORDINATORS else [])]
    return has_role(account, *roles)


def can_read_item_analysis(account: Account) -> bool:
    """Managers and editors read how questions measure: figures without names."""
    return has_role(account, Role.MANAGER, Role.EDITOR)


def sees_agencies_of_tests(account: Account) -> bool:
    """Whether figures of a test are split by agency for the account, and shown for fewer than ten attempts as well."""
    return account.sees_everybody


def can_freeze(account: Account, readers: Readers, *, named: bool) -> bool:
    """Whether the account puts its name to a report: managers to any, coordinators to those that name their people."""
    return can_read(account, readers) and (has_role(account, Role.MANAGER) or named)
