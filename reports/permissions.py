"""Who reads reports."""

from enum import StrEnum

from people.models import Account, Role
from people.permissions import has_role


class Readers(StrEnum):
    """Who may read a report; the scope of an account narrows it further."""

    COORDINATORS = "coordinators of their agencies, managers of all"
    MANAGERS = "managers"
    EDITORS = "editors and managers, of figures about questions that name nobody"


_ROLES = {
    Readers.COORDINATORS: (Role.COORDINATOR, Role.MANAGER),
    Readers.MANAGERS: (Role.MANAGER,),
    Readers.EDITORS: (Role.EDITOR, Role.MANAGER),
}


def can_read_reports(account: Account) -> bool:
    """Coordinators read about their own agencies, managers and administrators about all."""
    return can_read(account, Readers.COORDINATORS)


def can_read_some_report(account: Account) -> bool:
    """Whether there is any report for the account: besides those about agencies, editors read about questions."""
    return any(can_read(account, readers) for readers in Readers)


def can_read(account: Account, readers: Readers) -> bool:
    """Whether the account is one of those who read a report."""
    return has_role(account, *_ROLES[readers])


def can_freeze(account: Account, readers: Readers, *, named: bool) -> bool:
    """Whether the account puts its name to a report: managers to any, coordinators to those that name their people."""
    return can_read(account, readers) and (has_role(account, Role.MANAGER) or named)
