"""Persons, their accounts, agencies, dated membership and roles."""

from people.models.accounts import Account, AccountManager, Role, RoleGrant, RoleGrantQuerySet
from people.models.agencies import Agency, AgencyQuerySet
from people.models.memberships import Membership, MembershipQuerySet
from people.models.persons import (
    CODE_CHARACTERS,
    Language,
    Person,
    PersonQuerySet,
    new_public_code,
    public_code_from,
)

__all__ = [
    "CODE_CHARACTERS", "Account", "AccountManager", "Agency", "AgencyQuerySet", "Language", "Membership",
    "MembershipQuerySet", "Person", "PersonQuerySet", "Role", "RoleGrant", "RoleGrantQuerySet", "new_public_code",
    "public_code_from",
]  # fmt: skip
