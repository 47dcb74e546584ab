"""Background jobs."""

from core.jobs import for_each
from people import emails
from people.models import Invitation, JoinRequest
from people.services import apply_retention, with_ended_roles
from people.services import end_roles as end_roles_of
from people.services import send_invitation as send_invitation_of


def end_roles() -> int:
    """Take the rights in the CMS from accounts whose role has ended. Idempotent; returns from how many."""
    return sum(for_each(with_ended_roles(), lambda account: end_roles_of(account=account)))


def tell_erased(address: str, language: str) -> None:
    """Tell whoever had an address that everything about them was erased."""
    emails.erased(address, language)


def keep_to_retention() -> int:
    """Erase data whose time is over. Idempotent; returns how many people and rows were touched."""
    return sum(apply_retention().values())


def send_invitation(pk: int) -> None:
    """Send the letter of an invitation, with a link that no earlier letter held."""
    send_invitation_of(invitation=Invitation.objects.select_related("agency", "invited_by__person").get(pk=pk))


def send_refusal(pk: int) -> None:
    """Tell somebody why a request to join was refused."""
    emails.send_refusal(JoinRequest.objects.select_related("agency", "account").get(pk=pk))
