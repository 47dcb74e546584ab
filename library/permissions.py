"""Who may do what with content in several languages."""

from typing import Any

from people.models import Account, Role
from people.permissions import has_role


def may_translate(user: Any) -> bool:
    """Whether somebody sees how far translations are, and says that one is right."""
    return user.has_perm("library.change_term")


def may_review(user: Any) -> bool:
    """Whether somebody is an expert to whom texts may be given."""
    return isinstance(user, Account) and has_role(user, Role.LAWYER, Role.DOCTOR)


def may_see_reviews(user: Any) -> bool:
    """Whether somebody sees reviews at all: experts those that were given to them, editors all."""
    return may_translate(user) or may_review(user)


def is_public(document: Any) -> bool:
    """Whether a document is for everybody: no collection around it asks who somebody is."""
    return not document.collection.get_view_restrictions().exists()
