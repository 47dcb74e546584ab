"""Cohorts and what their people write to each other, through the services."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from courses.models import Contribution, KeptAnswer, Module
from courses.services import Words, answer_question, ask_cohort, keep_answer
from people.models import Account
from programmes.models import Programme
from tests.factories.courses import make_enrolment, make_module
from tests.factories.people import make_account
from tests.factories.programmes import make_programme
from tests.factories.workshops import make_facilitator, make_workshop, register


def words(text: str = "Who pays for the interpreter?", **fields: Any) -> Words:
    """Words in English from a form of their own, unless `fields` say otherwise."""
    return Words(**{"text": text, "language": "en", "token": uuid4(), **fields})


def make_cohort(module: Module | None = None, *, learners: int = 2) -> SimpleNamespace:
    """A workshop of a programme with a module: its facilitator, and learners who have a place and take the module."""
    module = module or make_module(lessons=1)
    facilitator = make_facilitator()
    workshop = make_workshop(facilitator=facilitator)
    programme = make_programme(f"P{Programme.objects.count() + 1}")
    programme.modules.set([module])
    programme.workshops.set([workshop])
    cohort = SimpleNamespace(module=module, facilitator=facilitator, workshop=workshop, programme=programme)
    cohort.key = f"workshop {workshop.pk}"
    cohort.learners = [join(cohort) for _ in range(learners)]
    return cohort


def join(cohort: SimpleNamespace, account: Account | None = None) -> Account:
    """A place in the workshop of a cohort and an enrolment in its module, for a new account unless one is given."""
    account = account or make_account()
    register(cohort.workshop, account.person)
    make_enrolment(account.person, cohort.module)
    return account


def ask_in(cohort: SimpleNamespace, text: str = "Who pays for the interpreter?", **fields: Any) -> Contribution:
    """The first learner of a cohort asks."""
    return ask_cohort(module=cohort.module, words=words(text, **fields), actor=cohort.learners[0])


def answer_in(
    question: Contribution, actor: Account, text: str = "The health institution does.", **fields: Any
) -> Contribution:
    """Somebody answers a question."""
    return answer_question(question=question, words=words(text, **fields), actor=actor)


def keep(answer: Contribution, actor: Account, question: str = "Who pays?", text: str = "The hospital.") -> KeptAnswer:
    """An answer is kept in words of its own."""
    return keep_answer(answer=answer, question=question, text=text, actor=actor)
