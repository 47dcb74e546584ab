"""Persons, accounts and agencies for tests, made by the services: the same names in the same order every time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from people.models import Account, Agency, Membership, Person, Role, RoleGrant
from people.services import create_agency, grant_role, join_agency, open_account

SINCE = date(2020, 1, 1)

NAMES = [
    ("Кавалёва", "Ганна", "Ігараўна", Person.Sex.FEMALE),
    ("Иванов", "Пётр", "Сергеевич", Person.Sex.MALE),
    ("Аўдзеенка", "Марыя", "Пятроўна", Person.Sex.FEMALE),
    ("Щербакова", "Юлия", "Андреевна", Person.Sex.FEMALE),
    ("Нікіцін", "Яўген", "Міхайлавіч", Person.Sex.MALE),
    ("Лис", "Ольга", "", Person.Sex.FEMALE),
    ("Дар'ін", "Алесь", "Уладзіміравіч", Person.Sex.MALE),
    ("Müller", "Anna", "", Person.Sex.FEMALE),
]


def make_agency(
    *, code: str = "", parent: Agency | None = None, kind: str = Agency.Kind.HEALTH_INSTITUTION, **fields: Any
) -> Agency:
    """Create an agency; the code says where it stands ("agency1", "agency2" … when none is given)."""
    code = code or f"agency{Agency.objects.count() + 1}"
    return create_agency(code=code, parent=parent, kind=kind, **{"name_en": f"Agency {code}", **fields})


def join(person: Person, agency: Agency, since: date = SINCE) -> Membership:
    """Make the agency the person's primary one since a day (default: long ago)."""
    return join_agency(person=person, agency=agency, since=since)


def make_person(*, agency: Agency | None = None, **fields: Any) -> Person:
    """Create a person with the next name of the list, a member of `agency` if one is given."""
    number = Person.objects.count()
    family_name, given_name, patronymic, sex = NAMES[number % len(NAMES)]
    values = {
        "public_code": f"person{number + 1}",
        "family_name": family_name,
        "given_name": given_name,
        "patronymic": patronymic,
        "sex": sex,
        "email": f"person{number + 1}@example.org",
        "language": "en",
    }
    person = Person.objects.create(**{**values, **fields})
    if agency is not None:
        join(person, agency)
    return person


def make_account(*roles: str, person: Person | None = None, agency: Agency | None = None, **fields: Any) -> Account:
    """Create an account with roles; without a person a new one, in `agency` or else in a new agency.

    A coordinator coordinates `agency` (or the person's own). `fields` are those of the person.
    """
    if person is None:
        agency = agency or make_agency()
        person = make_person(agency=agency, **fields)
    account = open_account(person=person)
    for role in roles:
        coordinated = (agency or person.memberships.current().get().agency) if role == Role.COORDINATOR else None
        give_role(account, role, coordinated)
    return account


def give_role(account: Account, role: str, agency: Agency | None = None) -> RoleGrant:
    """Give a role that has been in force since long ago, and forget what the instance remembered about its roles."""
    grant = grant_role(account=account, role=role, agency=agency)
    RoleGrant.objects.filter(pk=grant.pk).update(valid_from=SINCE)
    account.__dict__.pop("active_roles", None)
    return grant


@dataclass(frozen=True)
class AgencyTree:
    """Three levels, and an agency beside them: what scope by agency is about."""

    ministry: Agency
    department: Agency
    clinic: Agency
    unrelated: Agency


def make_agency_tree() -> AgencyTree:
    """Ministry > regional department > clinic, and one agency that has nothing to do with them."""
    ministry = make_agency(code="ministry", kind=Agency.Kind.STATE_AUTHORITY)
    department = make_agency(code="department", kind=Agency.Kind.REGIONAL_AUTHORITY, parent=ministry)
    clinic = make_agency(code="clinic", parent=department)
    return AgencyTree(ministry, department, clinic, make_agency(code="unrelated", kind=Agency.Kind.NGO))


def make_role_holders(tree: AgencyTree) -> SimpleNamespace:
    """One account per role, all at the clinic except the coordinators, who stand where their agency is."""
    return SimpleNamespace(
        learner=make_account(agency=tree.clinic),
        facilitator=make_account("facilitator", agency=tree.clinic),
        coordinator=make_account("coordinator", agency=tree.clinic),
        coordinator_above=make_account("coordinator", agency=tree.ministry),
        coordinator_elsewhere=make_account("coordinator", agency=tree.unrelated),
        manager=make_account("manager", agency=tree.clinic),
        editor=make_account("editor", agency=tree.clinic),
        administrator=make_account("administrator", agency=tree.clinic),
    )


def make_standing(**made: Callable[[AgencyTree], Any]) -> SimpleNamespace:
    """What stands for a module: agencies, people with roles, and what is made among them."""
    tree = make_agency_tree()
    roles = make_role_holders(tree)
    return SimpleNamespace(tree=tree, roles=roles, **{name: make(tree) for name, make in made.items()})
