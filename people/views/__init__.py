"""Pages about people, accounts and agencies."""

from people.views.sign_ins import person_sign_in, session_end, sign_in_search

__all__ = ["person_sign_in", "session_end", "sign_in_search"]
