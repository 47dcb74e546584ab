"""A ministry's hall full of people, made to be measured: rolled back afterwards, or in a database of its own."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from people.models import Account, Agency, Membership, Person
from people.services import create_agency
from workshops.models import Registration, Session
from workshops.services import add_session, open_check_in, publish_workshop, schedule_workshop

CODE = "MEASURED-HALL"
QUARTER = timedelta(minutes=15)
NAMES = ["Александрович", "Верасовіч", "Габрусь", "Данилевская", "Жук", "Красоўская", "Лукашэвіч"]


@dataclass(frozen=True)
class Hall:
    """A session that begins in a quarter of an hour, its check-in open, and those who are confirmed for it."""

    session: Session
    facilitator: Account
    people: list[Account]


@transaction.atomic
def fill_hall(people: int) -> Hall:
    """Make a published workshop, so many confirmed people with accounts, and a facilitator; open the check-in."""
    agency = create_agency(
        code=CODE, name_en="A ministry with a hall", kind=Agency.Kind.HEALTH_INSTITUTION, name_ru="Министерство с залом"
    )
    (lead, facilitator), *others = people_with_accounts(people + 1, agency)
    session = _session(lead)
    long_before = timezone.now() - timedelta(days=10)
    Registration.objects.bulk_create(
        Registration(
            workshop=session.workshop,
            person=person,
            agency=agency,
            state=Registration.State.CONFIRMED,
            source=Registration.Source.NOMINATION,
            created_at=long_before,
            confirmed_at=long_before,
        )
        for person, _account in others
    )
    opened = open_check_in(session=session, actor=facilitator)
    return Hall(opened, facilitator, [account for _person, account in others])


def people_with_accounts(count: int, agency: Agency) -> list[tuple[Person, Account]]:
    """People in bulk: each by the service would take a tenth of a second."""
    people = Person.objects.bulk_create(
        Person(
            family_name=NAMES[number % len(NAMES)],
            given_name=f"Настасся {number}",
            patronymic="Уладзіславаўна",
            sort_name=f"{NAMES[number % len(NAMES)]} {number:04d}",
        )
        for number in range(count)
    )
    since = timezone.localdate() - timedelta(days=365)
    Membership.objects.bulk_create(
        Membership(person=each, agency=agency, primary=True, valid_from=since) for each in people
    )
    nobodys = make_password(None)
    accounts = Account.objects.bulk_create(
        Account(person=each, email=f"{each.public_code}@hall.example".lower(), password=nobodys) for each in people
    )
    return list(zip(people, accounts, strict=True))


def _session(lead: Person) -> Session:
    now = timezone.now()
    here = timezone.localtime(now).replace(hour=9, minute=0, second=0, microsecond=0)
    workshop = schedule_workshop(
        code=CODE, title_en="A full hall", starts_on=here.date(), language="ru", facilitators=[lead]
    )
    session = add_session(
        workshop=workshop,
        title_en="Opening",
        day=here.date(),
        start_time=here.time(),
        end_time=(here + 4 * QUARTER).time(),
    )
    publish_workshop(workshop=workshop)
    # Whenever it is measured, people have just begun to come.
    Session.objects.filter(pk=session.pk).update(starts_at=now + QUARTER, ends_at=now + 5 * QUARTER)
    return Session.objects.select_related("workshop").get(pk=session.pk)
