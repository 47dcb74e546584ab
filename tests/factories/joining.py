"""Letters and requests of people who come in, made by the services."""

import re
from datetime import date
from typing import Any

from django.core import mail

from people.models import Account, Agency, Invitation, JoinRequest
from people.services import ask_to_join, invite_person, prove_address, send_invitation

_LINK = re.compile(r"/account/invitation/([^/\s]+)/")


def make_invitation(*, agency: Agency, actor: Account, email: str = "olga@example.org", **fields: Any) -> Invitation:
    """Invite somebody since long ago; see `secret_of` for what the letter holds."""
    return invite_person(agency=agency, actor=actor, email=email, **{"since": date(2026, 3, 1), **fields})


def secret_of(invitation: Invitation) -> str:
    """Send the letter, and return the secret of its link: it stands nowhere else."""
    send_invitation(invitation=invitation)
    found = _LINK.search(str(mail.outbox[-1].body))
    assert found
    return found.group(1)


def make_join_request(*, agency: Agency, email: str = "newcomer@example.org", **fields: Any) -> JoinRequest:
    """Let somebody new prove an address and ask to join."""
    said = {"family_name": "Лис", "given_name": "Ольга", "since": date(2026, 2, 1), "language": "be"}
    return ask_to_join(account=prove_address(email=email), agency=agency, **{**said, **fields})
