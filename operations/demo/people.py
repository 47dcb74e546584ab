"""Fictional officials of the demonstration, in agencies that form a tree."""

from dataclasses import dataclass
from datetime import date
from random import Random

from operations.demo import read
from people.models import Account, Agency, Membership, Person, Role
from people.services import create_agency, grant_role, open_account

PASSWORD = "migration-health"  # noqa: S105
DOMAIN = "demo.example"
# Shares of people who say whether they are a woman or a man, and who have a work e-mail.
SEX_DISCLOSED = 0.94
HAS_EMAIL = 0.88


@dataclass(frozen=True)
class World:
    """Who is there: agencies by code, the people of each, and the demo accounts by their first word."""

    agencies: dict[str, Agency]
    people: dict[str, list[Person]]
    accounts: dict[str, Account]


def load_people(today: date) -> World:
    """Make agencies, people, memberships and the six demo accounts."""
    agencies: dict[str, Agency] = {}
    rows = read("agencies.yaml")["agencies"]
    for row in rows:
        agencies[row["code"]] = create_agency(
            code=row["code"],
            kind=row["kind"],
            region=row["region"],
            parent=agencies.get(row["parent"]),
            **{f"name_{code}": name for code, name in row["name"].items()},
        )
    people = _make_people(rows, agencies, today)
    return World(agencies, people, _make_accounts(agencies, people))


def _make_people(rows: list[dict], agencies: dict[str, Agency], today: date) -> dict[str, list[Person]]:
    random = Random(20260101)  # noqa: S311
    names, posts = read("names.yaml"), read("posts.yaml")["posts"]
    everybody: list[Person] = []
    memberships: list[tuple[Person, Agency, str]] = []
    for row in rows:
        agency = agencies[row["code"]]
        for _number in range(row["people"]):
            person = _invent(random, names, row["code"], len(everybody) + 1)
            post = random.choice([post for post in posts if agency.kind in post["kinds"]] or posts)
            everybody.append(person)
            memberships.append((person, agency, post[person.language]))
    Person.objects.bulk_create(everybody)
    since = date(today.year - 2, 1, 15)
    Membership.objects.bulk_create(
        Membership(person=person, agency=agency, valid_from=since, post=post) for person, agency, post in memberships
    )
    by_agency: dict[str, list[Person]] = {code: [] for code in agencies}
    for person, agency, _post in memberships:
        by_agency[agency.code].append(person)
    return by_agency


def _invent(random: Random, names: dict, agency_code: str, number: int) -> Person:
    sex = random.choices(["female", "male"], [0.64, 0.36])[0]
    form = "f" if sex == "female" else "m"
    given = random.choice(names[f"{sex}_given"])
    patronymic = random.choice(names[f"{sex}_patronymic"])
    family = random.choice(names["surnames"])
    language = random.choices(["ru", "be", "en"], [0.72, 0.24, 0.04])[0]
    script = "be" if language == "be" else "ru"
    latin = f"{given['latin']} {family['latin'][form]}"
    local = f"{given['latin'][0]}.{family['latin'][form]}{number}".lower().replace("’", "").replace("'", "")
    person = Person(
        public_code=f"demo{number:04d}",
        family_name=family[script][form],
        given_name=given[script],
        patronymic=patronymic[script],
        name_latin=latin,
        sex=sex if random.random() < SEX_DISCLOSED else "undisclosed",
        email=f"{local}@{agency_code.lower()}.example.org" if random.random() < HAS_EMAIL else "",
        language=language,
    )
    person.fold_names()
    return person


def _make_accounts(agencies: dict[str, Agency], people: dict[str, list[Person]]) -> dict[str, Account]:
    places = {
        "learner": "HLT-01-BR",
        "facilitator": "INT-01",
        "coordinator": "GOV-11-BR",
        "manager": "GOV-01",
        "editor": "HLT-07",
        "admin": "GOV-01",
    }
    accounts: dict[str, Account] = {}
    for word, code in places.items():
        taken = {account.person_id for account in accounts.values()}
        person = next(person for person in people[code] if person.pk not in taken)
        person.email = f"{word}@{DOMAIN}"
        person.save()
        account = open_account(person=person)
        account.set_password(PASSWORD)
        account.save()
        accounts[word] = account
    grant_role(account=accounts["facilitator"], role=Role.FACILITATOR)
    grant_role(account=accounts["coordinator"], role=Role.COORDINATOR, agency=agencies["GOV-11-BR"])
    grant_role(account=accounts["manager"], role=Role.MANAGER)
    grant_role(account=accounts["editor"], role=Role.EDITOR)
    grant_role(account=accounts["admin"], role=Role.ADMINISTRATOR)
    return accounts
