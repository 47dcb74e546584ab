"""Pages about people, accounts and agencies."""

from people.views.invitations import (
    invitation_list,
    invitation_new,
    invitation_participants,
    invitation_resend,
    invitation_withdraw,
    invitations,
    join_invitation,
)
from people.views.joining import join, join_code, join_request, join_requests, join_who, join_withdraw
from people.views.sign_ins import person_sign_in, session_end, sign_in_search

__all__ = [
    "invitation_list", "invitation_new", "invitation_participants", "invitation_resend", "invitation_withdraw",
    "invitations", "join", "join_code", "join_invitation", "join_request", "join_requests", "join_who",
    "join_withdraw", "person_sign_in", "session_end", "sign_in_search",
]  # fmt: skip
