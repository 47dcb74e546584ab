"""Who may do what with content in several languages."""

from typing import Any


def may_translate(user: Any) -> bool:
    """Whether somebody sees how far translations are, and says that one is right."""
    return user.has_perm("library.change_term")
