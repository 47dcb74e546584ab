"""Background jobs."""

from core.jobs import for_each
from people.services import end_roles as end_roles_of
from people.services import with_ended_roles


def end_roles() -> int:
    """Take the rights in the CMS from accounts whose role has ended. Idempotent; returns from how many."""
    return sum(for_each(with_ended_roles(), lambda account: end_roles_of(account=account)))
