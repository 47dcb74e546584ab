"""Completing a programme: by the event that completes its last part, once, and what a change of its rule touches."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Module
from people.models import Account, Person
from programmes.models import Programme, ProgrammeCompletion
from programmes.rules import Rule
from programmes.services import (
    complete_earned,
    complete_person,
    create_programme,
    explanation,
    set_rules,
    whom_a_rule_touches,
)
from programmes.signals import programme_completed
from tests.factories.courses import make_enrolment, make_module
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.programmes import take
from tests.factories.workshops import DAY, make_facilitator, make_workshop
from workshops.models import Workshop
from workshops.services import cancel_workshop

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def facilitator() -> Account:
    return make_facilitator()


@pytest.fixture
def person() -> Person:
    return make_person(agency=make_agency())


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(facilitator=facilitator, sessions=2)


@pytest.fixture
def module() -> Module:
    return make_module(lessons=1)


@pytest.fixture
def programme(module: Module, workshop: Workshop) -> Programme:
    """A module and a workshop of two hours, 50 per cent of which are asked for."""
    made = create_programme(
        code="P1", title_en="One", starts_on=DAY, ends_on=DAY, modules=[module], workshops=[workshop]
    )
    return set_rules(programme=made, certificate=True, rule=Rule(threshold=50), modules=[module], workshops=[workshop])


@pytest.fixture
def announced() -> Iterator[list[ProgrammeCompletion]]:
    heard: list[ProgrammeCompletion] = []

    def hear(completion: ProgrammeCompletion, **_: object) -> None:
        heard.append(completion)

    programme_completed.connect(hear)
    yield heard
    programme_completed.disconnect(hear)


@pytest.mark.usefixtures("programme")
def test_the_last_module_completes_it_once(person, workshop, module, facilitator, announced):
    take(workshop, person, facilitator)
    assert announced == []

    make_enrolment(person, module, read=1)

    [completion] = announced
    assert (completion.person, completion.programme) == (person, Programme.objects.get())
    assert completion.completion["modules"] == [1, 1, 1]
    assert (completion.completion["credited_minutes"], completion.completion["planned_minutes"]) == (120, 120)
    assert complete_person(person=person) == complete_earned() == 0
    assert len(announced) == 1


@pytest.mark.usefixtures("programme")
def test_the_last_workshop_completes_it(person, workshop, module, facilitator, announced):
    make_enrolment(person, module, read=1)

    take(workshop, person, facilitator)

    assert [each.person for each in announced] == [person]


@pytest.mark.usefixtures("programme")
def test_hours_of_a_workshop_that_was_not_completed_count(person, workshop, module, facilitator, announced):
    """Half of the hours is too little for the workshop and enough for the programme; the safety net finds it."""
    make_enrolment(person, module, read=1)
    take(workshop, person, facilitator, "absent")

    assert complete_earned() == 1
    assert announced[0].completion["credited_minutes"] == 60


def test_nothing_counts_before_the_registers_are_signed(person, programme, workshop, module, facilitator):
    make_enrolment(person, module, read=1)
    take(workshop, person, facilitator, sessions=1)

    assert complete_earned() == 0
    assert explanation(programme=programme, person=person)["credited_minutes"] == 0


def test_a_cancelled_workshop_is_not_asked_for(person, programme, workshop, module, facilitator):
    other = make_workshop(facilitator=facilitator, sessions=2)
    programme.workshops.add(other)
    set_rules(
        programme=programme,
        certificate=True,
        rule=Rule(threshold=80),
        modules=[module],
        workshops=[workshop, other],
    )
    make_enrolment(person, module, read=1)
    take(workshop, person, facilitator)
    assert complete_earned() == 0

    cancel_workshop(workshop=other, reason="No room", actor=facilitator)

    assert complete_earned() == 1


def test_a_programme_without_a_certificate_completes_nobody(person, programme, workshop, module, facilitator):
    Programme.objects.update(certificate=False)
    make_enrolment(person, module, read=1)
    take(workshop, person, facilitator)

    assert (complete_earned(), ProgrammeCompletion.objects.count()) == (0, 0)


def test_whoever_is_in_no_programme_costs_one_question(person, django_assert_num_queries):
    with django_assert_num_queries(3):  # with savepoint and release
        complete_person(person=person)


class TestChangeOfRule:
    def test_names_whom_it_touches_and_nobody_loses(self, person, programme, workshop, module, facilitator):
        other = make_person(agency=person.memberships.get().agency)
        take(workshop, person, facilitator)
        make_enrolment(other, module, read=1)
        make_enrolment(person, module, read=1)
        parts = {"certificate": True, "modules": [module], "workshops": [workshop]}

        easier = whom_a_rule_touches(programme=programme, rule=replace(programme.rule, threshold=0), **parts)
        harder = whom_a_rule_touches(programme=programme, rule=replace(programme.rule, test_required=True), **parts)

        assert ([each.pk for each in easier.gain], easier.lose, easier.kept) == ([other.pk], [], 1)
        assert not harder.touches
        set_rules(programme=programme, rule=replace(programme.rule, threshold=0), **parts)
        complete_earned()
        assert ProgrammeCompletion.objects.count() == 2

    def test_the_form_asks_once_more(self, person, programme, workshop, module):
        make_enrolment(person, module, read=1)
        editor = Client()
        editor.force_login(make_account("editor"))
        address = reverse("programme-rules:edit", args=[programme.pk])
        posted = {"certificate": "on", "modules": [module.pk], "threshold": "0", "pass_mark": "75"}

        asked = editor.post(address, posted).content.decode()
        programme.refresh_from_db()
        before = programme.threshold
        editor.post(address, {**posted, "accept_rule": "on"})

        programme.refresh_from_db()
        assert f"receive the certificate soon after you save: {person}" in asked
        assert (before, programme.threshold, programme.workshops.count()) == (50, 0, 0)

    def test_the_form_is_for_editors_and_makes_no_programmes(self, programme):
        for role, status in (("editor", 200), ("manager", 302)):
            client = Client()
            client.force_login(make_account(role))
            assert client.get(reverse("programme-rules:edit", args=[programme.pk])).status_code == status
            assert client.get(reverse("programme-rules:add")).status_code == 302
