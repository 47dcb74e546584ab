"""Fictional officials of the demonstration, in agencies that form a tree."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random

from operations.demo import read
from operations.demo.clock import at
from operations.demo.moves import load_moves
from people.models import Account, Agency, Membership, Person, Role
from people.services import create_agency, grant_role, open_account

PASSWORD = "migration-health"  # noqa: S105
DOMAIN = "demo.example"
# Shares of people who say whether they are a woman or a man, and who have a work e-mail.
SEX_DISCLOSED = 0.94
HAS_EMAIL = 0.88
# Whose name has letters that no typeface of the certificate holds, so that the certificate waits for somebody.
RARE_NAME = 239
# Who is called like somebody else of the agency (`operations.demo.doubles`): family and given name, patronymic, Latin.
ALIKE = {
    80: ("Жданович", "Константин", "Дмитриевич", "Kanstantsin Zhdanovich"),
    166: ("Шпак", "Барыс", "Дзмітрыевіч", "Barys Shpak"),
    183: ("Нефёдова", "Дарья", "Юрьевна", "Darya Niafiodava"),
}


@dataclass(frozen=True)
class World:
    """Who is there: agencies by code, the people of each at first, and the demo accounts by their first word."""

    agencies: dict[str, Agency]
    people: dict[str, list[Person]]
    accounts: dict[str, Account]

    def is_staff(self, person: Person) -> bool:
        """Whether somebody runs the academy: staff are not participants, their attendance is no figure."""
        staff = ("facilitator", "manager", "admin", "editor")
        return any(person.pk == self.accounts[word].person_id for word in staff)

    def has_rare_name(self, person: Person) -> bool:
        """Whether the certificate cannot draw somebody's name."""
        return person.public_code == public_code(RARE_NAME + 1)

    def has_story(self, person: Person) -> bool:
        """Whether somebody is one of the demo accounts, whose learning is told apart."""
        return any(person.pk == account.person_id for account in self.accounts.values())


def load_people(today: date) -> World:
    """Make agencies, people, memberships and the six demo accounts, who have been there from the beginning."""
    rows = read("agencies.yaml")["agencies"]
    since = date(today.year - 2, 1, 15)
    with at(datetime(since.year, since.month, since.day, tzinfo=UTC)):
        agencies = _make_agencies(rows)
        people = _make_people(rows, agencies, since)
        world = World(agencies, people, _make_accounts(agencies, people))
    load_moves(world, today)
    return world


def _make_agencies(rows: list[dict]) -> dict[str, Agency]:
    agencies: dict[str, Agency] = {}
    for row in rows:
        agencies[row["code"]] = create_agency(
            code=row["code"],
            kind=row["kind"],
            region=row["region"],
            parent=agencies.get(row["parent"]),
            **{f"name_{code}": name for code, name in row["name"].items()},
        )
    return agencies


def _make_people(rows: list[dict], agencies: dict[str, Agency], since: date) -> dict[str, list[Person]]:
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
    _give_a_rare_name(everybody[RARE_NAME])
    for number, names_alike in ALIKE.items():
        _call(everybody[number - 1], *names_alike)
    Person.objects.bulk_create(everybody)
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
        public_code=public_code(number),
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


def public_code(number: int) -> str:
    return f"demo{number:04d}"


def _give_a_rare_name(person: Person) -> None:
    person.family_name, person.given_name, person.patronymic = "Нгуен", "Тхи Лан", ""
    person.name_latin, person.sex, person.email = "Nguyễn Thị Lan", Person.Sex.FEMALE, "l.nguyen@gov-04.example.org"
    person.fold_names()


def _call(person: Person, family_name: str, given_name: str, patronymic: str, name_latin: str) -> None:
    person.family_name, person.given_name, person.patronymic = family_name, given_name, patronymic
    person.name_latin = name_latin
    person.fold_names()


def _make_accounts(agencies: dict[str, Agency], people: dict[str, list[Person]]) -> dict[str, Account]:
    places = {
        "learner": "HLT-01-BR",
        "facilitator": "INT-01",
        "coordinator": "GOV-11-BR",
        "manager": "GOV-01",
        "editor": "HLT-07",
        "admin": "GOV-01",
        "lawyer": "INT-01",
        "doctor": "HLT-07",
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
    grant_role(account=accounts["lawyer"], role=Role.LAWYER)
    grant_role(account=accounts["doctor"], role=Role.DOCTOR)
    return accounts
