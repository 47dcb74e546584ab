"""Who reads reports."""

from people.models import Account, Role
from people.permissions import has_role


def can_read_reports(account: Account) -> bool:
    """Coordinators read about their own agencies, managers and administrators about all."""
    return has_role(account, Role.COORDINATOR, Role.MANAGER)
