"""How people of the demonstration come in: letters that wait, ended or were accepted, and requests to join."""

from datetime import datetime, timedelta
from typing import Any

from operations.demo.clock import at
from operations.demo.people import World
from people.models import AgencyDomain, Invitation, Person
from people.services import (
    accept_invitation,
    ask_to_join,
    invite_person,
    prove_address,
    refuse_request,
    withdraw_invitation,
)

OWN, BELOW = "GOV-11-BR", "HLT-01-BR"
# Who asks to join which agency how many hours ago. Nobody of them is on record before somebody approves.
REQUESTS: list[dict[str, Any]] = [
    {
        "email": "v.sauchuk@hlt-01-br.example.org",
        "agency": BELOW,
        "hours": 30,
        "language": "be",
        "family_name": "Саўчук",
        "given_name": "Вольга",
        "patronymic": "Мікалаеўна",
        "post": "участковая медыцынская сястра",
    },
    {
        "email": "a.melnik@mail.example.net",
        "agency": OWN,
        "hours": 5,
        "language": "ru",
        "family_name": "Мельник",
        "given_name": "Андрей",
        "patronymic": "Игоревич",
        "post": "главный специалист",
    },
    {
        "email": "i.volkov@mail.example.net",
        "agency": OWN,
        "hours": 24 * 9,
        "language": "ru",
        "family_name": "Волков",
        "given_name": "Илья",
        "patronymic": "",
        "post": "",
        "refused": "В отделе кадров такого сотрудника нет. Напишите с рабочего адреса.",
    },
]


def load_joining(world: World, now: datetime) -> None:
    """Approve a mail domain; send letters in every state; ask to join, with two requests that wait."""
    with at(now - timedelta(days=200)):
        AgencyDomain.objects.create(
            agency=world.agencies[OWN],
            domain=f"{OWN.lower()}.example.org",
            approved_by=world.accounts["manager"],
            approved_at=now - timedelta(days=200),
        )
    _send_letters(world, now)
    for each in REQUESTS:
        _ask(world, now, each)


def _send_letters(world: World, now: datetime) -> None:
    """To four people of the coordinator who have no account yet: accepted, waiting, expired, withdrawn."""
    people = Person.objects.filter(
        memberships__agency=world.agencies[BELOW], memberships__valid_to__isnull=True, account__isnull=True
    ).exclude(email="")
    accepted, waiting, expired, withdrawn = people.order_by("pk")[:4]
    letter = _invite(world, accepted, now - timedelta(days=8))
    with at(now - timedelta(days=7)):
        accept_invitation(invitation=letter)
    _invite(world, waiting, now - timedelta(days=2))
    _invite(world, expired, now - timedelta(days=40))
    letter = _invite(world, withdrawn, now - timedelta(days=3))
    with at(now - timedelta(days=3) + timedelta(hours=2)):
        withdraw_invitation(invitation=letter, actor=world.accounts["coordinator"])


def _invite(world: World, person: Person, moment: datetime) -> Invitation:
    with at(moment):
        return invite_person(
            agency=world.agencies[BELOW],
            person=person,
            actor=world.accounts["coordinator"],
            since=moment.date(),
        )


def _ask(world: World, now: datetime, said: dict[str, Any]) -> None:
    moment = now - timedelta(hours=said["hours"])
    words = {name: said[name] for name in ("language", "family_name", "given_name", "patronymic", "post")}
    with at(moment):
        account = prove_address(email=said["email"])
        request = ask_to_join(
            account=account, agency=world.agencies[said["agency"]], since=moment.date() - timedelta(days=60), **words
        )
    if "refused" in said:
        with at(moment + timedelta(days=1)):
            refuse_request(request=request, reason=said["refused"], actor=world.accounts["coordinator"])
