"""How people come into the workshops that are still to be held: named, invited, answering, waiting, stepping in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from operations.demo.clock import at
from operations.demo.history import deliver
from operations.demo.people import World
from people.models import Account, Membership, Person
from people.permissions import person_of
from people.services import agency_of
from workshops.models import Registration, Workshop
from workshops.services import (
    answer_invitation,
    approve_registration,
    change_workshop,
    invite,
    lapse_offers,
    nominate_person,
    register_oneself,
    reject_registration,
    replace_person,
    withdraw_registration,
)


class Step(StrEnum):
    """How far somebody has come whom the coordinator named."""

    NAMED = "named"
    ASKED = "asked"
    COMES = "comes"
    DECLINES = "declines"
    WITHDRAWS = "withdraws"
    SENDS_ANOTHER = "sends another"


Who = tuple[str, int]


@dataclass(frozen=True)
class Nominee:
    """Somebody by agency and number in its list, with the reason and whoever comes instead."""

    who: Who
    step: Step
    reason: str = ""
    another: Who | None = None


# In the order of the coordinator. In RW-08 one seat is left for them: whoever says yes after the first one waits.
NOMINEES = {
    "IW-03": (
        Nominee(("GOV-11-BR", 3), Step.COMES),
        Nominee(("HLT-01-BR", 20), Step.COMES),
        Nominee(("GOV-11-BR", 4), Step.DECLINES, "В эти дни аккредитация отделения."),
        Nominee(("HLT-04-BR", 5), Step.SENDS_ANOTHER, "Уходит в отпуск, поедет коллега.", ("HLT-04-BR", 6)),
        Nominee(("HLT-01-BR", 21), Step.WITHDRAWS, "Больничный лист."),
        Nominee(("GOV-11-BR", 5), Step.ASKED),
        Nominee(("HLT-01-BR", 22), Step.ASKED),
        Nominee(("HLT-01-BR", 23), Step.NAMED),
        Nominee(("GOV-11-BR", 6), Step.NAMED),
    ),
    "RW-08": (
        Nominee(("GOV-11-BR", 8), Step.COMES),
        Nominee(("HLT-01-BR", 24), Step.COMES),
        Nominee(("GOV-11-BR", 9), Step.COMES),
        Nominee(("HLT-01-BR", 25), Step.COMES),
        Nominee(("HLT-04-BR", 8), Step.COMES),
        # The learner of the demonstration has not answered yet.
        Nominee(("HLT-01-BR", 0), Step.ASKED),
        Nominee(("HLT-04-BR", 9), Step.NAMED),
    ),
}
# In this one the agencies approve those who ask for a place themselves: so many people, by agency.
APPROVED_BY_AGENCIES = "RW-08"
ASK_THEMSELVES = {"HLT-01-BR": 3, "GOV-11-BR": 1, "GOV-02": 1}
REJECTION = "От отделения уже едут двое. Предложим вас на следующий семинар."
CANNOT_COME = "Направление в командировку в эти же дни."
# Whoever is offered a seat has four days; people are named until five days before the first one.
OFFER_HOURS, NAMED_UNTIL = 96, timedelta(days=5)
# How many days ago each step was taken. The first offer has lapsed by then, the second one still stands.
NAMED, ASKED, ANSWERED, DECIDED, LEFT, LAPSED = 8.4, 8.2, 7.4, 7.2, 6.5, 2.4


def load_nominations(world: World, workshop: Workshop, now: datetime) -> None:
    """Tell how people come into a workshop that is to be held."""
    story = _Story(world, workshop, now)
    nominees = NOMINEES[workshop.code]
    story.set_rules()
    registrations = story.name(nominees)
    story.ask(nominees, registrations)
    story.answer(nominees, registrations)
    if workshop.code == APPROVED_BY_AGENCIES:
        story.let_people_ask()
        story.free_a_seat()
    story.leave(nominees, registrations)


@dataclass(frozen=True)
class _Story:
    """A workshop to come, told day by day."""

    world: World
    workshop: Workshop
    now: datetime

    @contextmanager
    def days_ago(self, days: float) -> Iterator[None]:
        """Let it be so many days ago; what was to be mailed by then has gone."""
        moment = self.now - timedelta(days=days)
        deliver(moment)
        with at(moment):
            yield

    def person(self, who: Who) -> Person:
        code, number = who
        return self.world.people[code][number]

    def set_rules(self) -> None:
        """Until when people are named; in one workshop the agencies approve those who ask themselves."""
        rules = {"registration_until": self.workshop.starts_on - NAMED_UNTIL, "offer_hours": OFFER_HOURS}
        if self.workshop.code == APPROVED_BY_AGENCIES:
            rules |= {"approval": Workshop.Approval.AGENCY, "self_registration": True}
        with self.days_ago(NAMED):
            change_workshop(workshop=self.workshop, actor=self.world.accounts["facilitator"], **rules)

    def name(self, nominees: tuple[Nominee, ...]) -> list[Registration]:
        """The coordinator names people in the order in which they should get seats."""
        coordinator = self.world.accounts["coordinator"]
        with self.days_ago(NAMED):
            people = [self.person(each.who) for each in nominees]
            return [
                nominate_person(
                    workshop=self.workshop,
                    person=person,
                    agency=agency_of(person),
                    post=_post(person),
                    language=person.language,
                    actor=coordinator,
                )
                for person in people
            ]

    def ask(self, nominees: tuple[Nominee, ...], registrations: list[Registration]) -> None:
        with self.days_ago(ASKED):
            for nominee, registration in zip(nominees, registrations, strict=True):
                if nominee.step != Step.NAMED:
                    invite(registration=registration, actor=self.world.accounts["facilitator"])

    def answer(self, nominees: tuple[Nominee, ...], registrations: list[Registration]) -> None:
        with self.days_ago(ANSWERED):
            for nominee, registration in zip(nominees, registrations, strict=True):
                if nominee.step not in {Step.NAMED, Step.ASKED}:
                    accepts = nominee.step != Step.DECLINES
                    reason = "" if accepts else nominee.reason
                    answer_invitation(registration=registration, accepts=accepts, reason=reason)

    def leave(self, nominees: tuple[Nominee, ...], registrations: list[Registration]) -> None:
        """One withdraws, another sends a colleague."""
        coordinator = self.world.accounts["coordinator"]
        with self.days_ago(LEFT):
            for nominee, registration in zip(nominees, registrations, strict=True):
                if nominee.step == Step.WITHDRAWS:
                    withdraw_registration(registration=registration, reason=nominee.reason, actor=coordinator)
                elif nominee.another is not None:
                    another = self.person(nominee.another)
                    replace_person(registration=registration, by=another, reason=nominee.reason, actor=coordinator)

    def let_people_ask(self) -> None:
        """Some ask for a place themselves; of the first two the coordinator approves one and rejects the other."""
        coordinator = self.world.accounts["coordinator"]
        accounts = [each for code, count in ASK_THEMSELVES.items() for each in self._others(code)[:count]]
        with self.days_ago(ANSWERED):
            first, second, *_waiting = [
                register_oneself(workshop=self.workshop, person=person_of(each), actor=each) for each in accounts
            ]
        with self.days_ago(DECIDED):
            approve_registration(registration=first, actor=coordinator)
            reject_registration(registration=second, reason=REJECTION, actor=coordinator)

    def _others(self, code: str) -> QuerySet[Account]:
        """Accounts of people of an agency who are on no list of the workshop and have no role."""
        people = [each.pk for each in self.world.people[code]]
        listed = self.workshop.registrations.values("person")
        found = Account.objects.filter(person__in=people, role_grants__isnull=True).exclude(person__in=listed)
        return found.select_related("person").order_by("person")

    def free_a_seat(self) -> None:
        """Somebody cannot come; the first who waits lets the offer lapse, and the second one is offered the seat."""
        agency = self.world.agencies["GOV-11-BR"]
        seated = self.workshop.registrations.filter(pool__agency=agency, state=Registration.State.CONFIRMED)
        with self.days_ago(LEFT):
            withdraw_registration(registration=seated.earliest("pk"), reason=CANNOT_COME)
        with self.days_ago(LAPSED):
            lapse_offers(workshop=self.workshop)


def _post(person: Person) -> str:
    return Membership.objects.current().filter(person=person, primary=True).values_list("post", flat=True).get()
