"""Persons, their accounts, agencies, dated membership and roles."""

from people.models.accounts import Account, AccountManager, Role, RoleGrant, RoleGrantQuerySet, TextSize
from people.models.agencies import Agency, AgencyQuerySet
from people.models.duplicates import Merge, MergeQuerySet, NotTheSame, NotTheSameQuerySet, looked_after_by
from people.models.imports import PeopleImport, PeopleImportQuerySet, PeopleImportRow
from people.models.joining import (
    AgencyDomain,
    Invitation,
    InvitationQuerySet,
    JoinRequest,
    JoinRequestQuerySet,
)
from people.models.memberships import Membership, MembershipQuerySet
from people.models.persons import (
    CODE_CHARACTERS,
    Language,
    Person,
    PersonQuerySet,
    in_full,
    new_public_code,
    public_code_from,
)
from people.models.privacy import Consent, DataRequest, DataRequestQuerySet, Erasure
from people.models.transfers import Transfer, TransferQuerySet

__all__ = [
    "CODE_CHARACTERS", "Account", "AccountManager", "Agency", "AgencyDomain", "AgencyQuerySet", "Consent",
    "DataRequest", "DataRequestQuerySet", "Erasure", "Invitation", "InvitationQuerySet", "JoinRequest",
    "JoinRequestQuerySet", "Language", "Membership", "MembershipQuerySet", "Merge", "MergeQuerySet", "NotTheSame",
    "NotTheSameQuerySet", "PeopleImport", "PeopleImportQuerySet", "PeopleImportRow", "Person", "PersonQuerySet", "Role",
    "RoleGrant", "RoleGrantQuerySet", "TextSize", "Transfer", "TransferQuerySet", "in_full", "looked_after_by",
    "new_public_code", "public_code_from",
]  # fmt: skip
