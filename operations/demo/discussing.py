"""What cohorts of the demonstration ask and answer about modules M1 and M4, what was kept, hidden, and what waits."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from courses.models import Contribution, Enrolment, Module, reach_of
from courses.services import Words, answer_question, ask_cohort, complain, hide, keep_answer
from operations.demo import read
from operations.demo.clock import at
from operations.demo.people import World
from operations.demo.tree import fixed_id
from people.models import Account
from programmes.services import cohort_of_workshop
from workshops.models import Workshop

# Questions come in the morning, answers later on the day, what is done about them in the evening.
ASKED, ANSWERED, DECIDED = timedelta(hours=9), timedelta(hours=14), timedelta(hours=18)


def load_discussing(world: World, now: datetime) -> None:
    """Let cohorts ask and those who run them answer."""
    for number, thread in enumerate(read("discussions.yaml")["threads"]):
        _Thread(world, now, thread, number).tell()


class _Thread:
    """A question with its answers."""

    def __init__(self, world: World, now: datetime, thread: dict[str, Any], number: int) -> None:
        self.world, self.now, self.thread, self.number = world, now, thread, number
        self.module = Module.objects.get(code=thread["module"])
        self.cohort = cohort_of_workshop(Workshop.objects.get(code=thread["cohort"]).pk)
        self.people = self._people(self._moment(thread["asked"]))

    def _moment(self, days: int, time: timedelta = ASKED) -> datetime:
        return self.now - timedelta(days=days) + time

    def _people(self, asked: datetime) -> list[Account]:
        """Those of the cohort who took the module when it was asked, can sign in, and have no story of their own."""
        taking = Enrolment.objects.active().filter(module=self.module, enrolled_at__lt=asked).values("person")
        accounts = Account.objects.filter(person__in=taking, is_active=True).order_by("pk")
        known = {account.pk for account in self.world.accounts.values()}
        return [each for each in accounts if each.pk not in known and self._belongs(each)]

    def _belongs(self, account: Account) -> bool:
        return reach_of(account).cohorts.get(self.module.pk) == self.cohort

    def _account(self, by: int | str) -> Account:
        return self.world.accounts[by] if isinstance(by, str) else self.people[by]

    def _words(self, said: dict[str, Any], *place: int) -> Words:
        token = UUID(fixed_id("discussion", self.number, *place))
        return Words(said["text"], said["language"], token, unnamed=said.get("unnamed", False))

    def tell(self) -> None:
        with at(self._moment(self.thread["asked"])):
            question = ask_cohort(
                module=self.module, words=self._words(self.thread), actor=self._account(self.thread["by"])
            )
        self._decide(question, self.thread, self.thread["asked"])
        for place, said in enumerate(self.thread["answers"]):
            with at(self._moment(said["on"], ANSWERED)):
                words, actor = self._words(said, place), self._account(said["by"])
                answer = answer_question(question=question, words=words, actor=actor)
            self._decide(answer, said, said["on"])

    def _decide(self, contribution: Contribution, said: dict[str, Any], days: int) -> None:
        facilitator = self.world.accounts["facilitator"]
        with at(self._moment(days, DECIDED)):
            if complained := said.get("complained"):
                actor = self._account(complained["by"])
                complain(contribution=contribution, reason=complained["reason"], actor=actor)
            if reason := said.get("hidden"):
                hide(contribution=contribution, reason=reason, actor=facilitator)
            if kept := said.get("kept"):
                keep_answer(answer=contribution, question=kept["question"], text=kept["text"], actor=facilitator)
