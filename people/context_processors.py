"""What every page knows about whoever reads it, and about people who wait for a word."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from people.middleware import display_of
from people.permissions import can_invite_participants, can_let_people_in
from people.time_zones import named


def joining(request: HttpRequest) -> dict[str, Any]:
    """The entry of the menu about people who come in: its page, and how many requests wait. Asked when shown."""
    return {"joining": SimpleLazyObject(lambda: _entry(request))}


def display(request: HttpRequest) -> dict[str, Any]:
    """The classes of `<html>`, and the place by whose clock times are shown where it is not that of the Academy."""
    return {
        "display": SimpleLazyObject(lambda: display_of(request)),
        "clock": SimpleLazyObject(lambda: _clock_elsewhere(request)),
    }


def _clock_elsewhere(request: HttpRequest) -> str:
    account: Any = getattr(request, "user", None)
    person = account.person if account is not None and account.is_authenticated else None
    return "" if person is None or person.time_zone == settings.TIME_ZONE else named(person.time_zone)


def _entry(request: HttpRequest) -> dict[str, Any]:
    account: Any = getattr(request, "user", None)
    if account is None or not account.is_authenticated:
        return {}
    if can_let_people_in(account):
        # Counted with the account itself (`backends`); one that was made in this request has no number yet.
        return {"page": "join_requests", "waiting": getattr(account, "requests_waiting", 0)}
    return {"page": "people_invitations"} if can_invite_participants(account) else {}
