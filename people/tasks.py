"""Background jobs."""

from django.utils.translation import override

from core.jobs import for_each
from people import emails
from people.models import Invitation, JoinRequest, PeopleImport
from people.services import apply_retention, people_lists, with_ended_roles
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


def read_people_list(pk: int, language: str) -> None:
    """Read a list of people; what is said about its rows is said in the language of whoever sent it."""
    with override(language):
        people_lists.read_people_list(source=PeopleImport.objects.select_related("agency", "uploaded_by").get(pk=pk))


def take_people_list(pk: int, language: str) -> None:
    """Take all rows of a list of people, or none."""
    with override(language):
        people_lists.take_people_list(source=PeopleImport.objects.get(pk=pk))


def undo_people_list(pk: int, language: str) -> None:
    """Undo a list of people, or say what is in the way."""
    with override(language):
        people_lists.undo_people_list(source=PeopleImport.objects.get(pk=pk))
