"""Agencies in trees and the people in them, some of whom move; two accounts to look at reports with."""

from datetime import date, timedelta

from core.folding import fold
from operations.scale import rows
from operations.scale.shape import DOMAIN, PREFIX, Rows, Shape, at
from people.likeness import name_key

# A tree: an authority of the state, its six regional ones, three agencies below each of these.
TREE, REGIONAL = 25, 6
KINDS = ("health_institution", "education", "ngo", "health_institution", "international_organisation")
REGIONS = ("Brest", "Vitebsk", "Gomel", "Grodno", "Minsk", "Mogilev")
FAMILIES = ("Ivanova", "Kowalska", "Novik", "Zhuk", "Moroz", "Savitskaya", "Kozlov", "Pavlov", "Rusak", "Lis")
NAMES = ("Anna", "Olga", "Pavel", "Ivan", "Maria", "Nadzeya", "Siarhei", "Alena", "Viktar", "Yulia", "Dzmitry")
SEXES, LANGUAGES = ("female", "male", "undisclosed"), ("ru", "be", "en")
# Shares of people.
MOVE, HAVE_EMAIL = 0.03, 0.9
YEARS = 5


def load(shape: Shape) -> Rows:
    """Agencies, people with their memberships, and the accounts of a manager and of a coordinator of the first tree."""
    agencies: list[rows.Agency] = []
    for number in range(shape.size.agencies):
        agency = _agency(shape, number, agencies)
        agencies.append(agency)
        shape.kinds[agency.id] = agency.kind
        yield agency
    since = shape.today - timedelta(days=365 * (YEARS + 1))
    for number in range(shape.size.people):
        yield from _person(shape, number, agencies, since)
    yield from _accounts(shape, agencies[0].id, since)


def _agency(shape: Shape, number: int, before: list[rows.Agency]) -> rows.Agency:
    root, place = number - number % TREE, number % TREE
    above = None
    if place > REGIONAL:
        above = before[root + 1 + (place - 1) % REGIONAL]
    elif place:
        above = before[root]
    key = shape.key(rows.Agency)
    kind = KINDS[place % len(KINDS)] if place > REGIONAL else ("regional_authority" if place else "state_authority")
    return rows.Agency(
        id=key,
        code=f"{PREFIX}-{number + 1:04d}",
        name_en=f"Agency {number + 1} of {kind.replace('_', ' ')}",
        kind=kind,
        region=REGIONS[(place - 1) % REGIONAL] if place else "",
        parent_id=above.id if above else None,
        path=f"{above.path if above else '/'}{key}/",
    )


def _person(shape: Shape, number: int, agencies: list[rows.Agency], since: date) -> Rows:
    random = shape.random
    key = shape.key(rows.Person)
    family, given = random.choice(FAMILIES), f"{random.choice(NAMES)} {number + 1}"
    email = f"p{number + 1}@{DOMAIN}" if shape.chance(HAVE_EMAIL) else ""
    language = random.choices(LANGUAGES, (72, 24, 4))[0]
    yield rows.Person(
        id=key,
        public_code=f"{PREFIX.lower()}{number + 1:06d}",
        family_name=family,
        given_name=given,
        sex=random.choices(SEXES, (60, 34, 6))[0],
        email=email,
        language=language,
        search_text=fold(family, given, email),
        sort_name=fold(family, given),
        name_key=name_key(family, given),
        created_at=at(since, 9),
    )
    shape.people.append(key)
    shape.languages[key] = language
    first = shape.agency_of[key] = agencies[number % len(agencies)].id
    if not shape.chance(MOVE):
        yield _membership(shape, key, first, since, None)
        return
    moved = shape.today - timedelta(days=random.randrange(30, 365 * YEARS))
    other = random.choice(agencies).id
    shape.moves[key] = moved, other
    yield _membership(shape, key, first, since, moved - timedelta(days=1))
    yield _membership(shape, key, other, moved, None)


def _membership(shape: Shape, person: int, agency: int, since: date, until: date | None) -> rows.Membership:
    return rows.Membership(
        id=shape.key(rows.Membership),
        person_id=person,
        agency_id=agency,
        valid_from=since,
        valid_to=until,
        post="specialist",
    )


def _accounts(shape: Shape, top: int, since: date) -> Rows:
    for person, role, agency in zip(shape.people, ("manager", "coordinator"), (None, top), strict=False):
        key = shape.key(rows.Account)
        # "!" is how a password is stored that nobody can have.
        yield rows.Account(key, f"{role}@{DOMAIN}", person, "!", at(since, 9))
        yield rows.RoleGrant(shape.key(rows.RoleGrant), key, role, agency, since)
        shape.manager = shape.manager or key
