"""Who looks after an installation in the CMS."""

from typing import Any

from people.models import Role
from people.permissions import has_role


def can_operate(account: Any) -> bool:
    """Whether the account sees how the installation is and deals with jobs that were given up: administrators."""
    return has_role(account, Role.ADMINISTRATOR)
