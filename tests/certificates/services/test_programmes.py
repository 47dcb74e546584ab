"""Certificates of programmes, and which kind a certificate is."""

from typing import Any

import pytest
from django.utils.translation import override

from certificates import wording
from certificates.models import Certificate
from certificates.pdf import missing_letters
from certificates.services import award_missing, award_programme, award_registration, reissue, revoke, words_of
from people.models import Person
from programmes.models import Programme, ProgrammeCompletion
from programmes.rules import Rule
from programmes.services import create_programme, set_rules
from tests.factories.certificates import COMPLETED, WORKSHOP_RESULT, make_completed_registration
from tests.factories.courses import make_enrolment, make_module
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.programmes import take
from tests.factories.workshops import DAY, make_facilitator, make_workshop

pytestmark = [pytest.mark.django_db, pytest.mark.db]

COUNTED = {"modules": [3, 3, 4], "credited_minutes": 500, "planned_minutes": 600, "unplanned": 0, "threshold": 80}


@pytest.fixture
def person() -> Person:
    return make_person(agency=make_agency(), language="en")


def make_programme(**fields: Any) -> Programme:
    programme = create_programme(
        code="P1", title_en="Health of migrants", title_ru="Здоровье мигрантов", starts_on=DAY, ends_on=DAY
    )
    Programme.objects.update(**fields)
    programme.refresh_from_db()
    return programme


def completed(person: Person, counted: dict[str, Any] = COUNTED, **fields: Any) -> ProgrammeCompletion:
    return ProgrammeCompletion.objects.create(
        programme=make_programme(**fields),
        person=person,
        agency=person.memberships.get().agency,
        completed_at=COMPLETED,
        completion=counted,
        minutes=450,
    )


def test_the_event_that_completes_the_last_part_earns_it(person):
    facilitator, module = make_facilitator(), make_module(lessons=1)
    workshop = make_workshop(facilitator=facilitator, sessions=2)
    parts = {"modules": [module], "workshops": [workshop]}
    programme = make_programme()
    set_rules(programme=programme, certificate=True, rule=Rule(), certificate_months=24, **parts)
    take(workshop, person, facilitator)
    assert not Certificate.objects.filter(programme=programme).exists()

    make_enrolment(person, module, read=1)

    certificate = Certificate.objects.get(programme=programme)
    assert (certificate.person, certificate.kind, certificate.status) == (person, "completion", "pending")
    assert certificate.expires_at is not None
    assert certificate.payload["subject"]["kind"] == "programme"
    assert award_missing() == 0


def test_everything_is_frozen_and_reads_in_three_languages(person):
    certificate = award_programme(completion=completed(person))

    said = {}
    for language in ("en", "ru", "be"):
        with override(language):
            said[language] = (wording.title(certificate.payload), wording.facts(certificate.payload))
    assert said["en"][0] == "Certificate of completion"
    assert dict(said["en"][1])["Result"].replace("\N{NO-BREAK SPACE}", " ") == (
        "3 of 4 modules, 83 % of the hours of the workshops"
    )
    assert dict(said["en"][1])["Duration"] == "10 academic hours"
    assert certificate.payload["printed"]["statement"] == "has completed the programme"
    assert not missing_letters(words_of(certificate))


def test_tests_that_had_to_be_passed_make_an_achievement_and_hours_may_be_left_out(person):
    certificate = award_programme(
        completion=completed(person, {**COUNTED, "tests": [2, 2], "pass_mark": 75}, hours_printed=False)
    )

    assert certificate.kind == "achievement"
    assert certificate.payload["printed"]["title"] == "Certificate of achievement"
    assert "academic" not in str(certificate.payload["printed"]["facts"])


def test_is_issued_once_and_stays_revoked(person):
    completion = completed(person)
    first = award_programme(completion=completion)
    revoke(certificate=first, reason="By mistake", actor=make_account("manager"))

    assert award_programme(completion=completion) == first
    assert award_missing() == 0
    again = reissue(certificate=first, name_latin="Ina Novak", reason="Corrected", actor=make_account("manager"))
    assert (again.programme, again.supersedes) == (completion.programme, first)


def test_the_safety_net_awards_what_was_not_announced(person):
    completed(person)

    assert (award_missing(), award_missing(), Certificate.objects.count()) == (1, 0, 1)


@pytest.mark.parametrize(
    ("result", "title", "statement"),
    [
        ({}, "Certificate of participation", "took part in the workshop"),
        (
            {"test_required": True, "mark": 90, "max_mark": 100},
            "Certificate of achievement",
            "took part in the workshop and passed its test",
        ),
    ],
)
def test_the_rule_of_a_workshop_says_the_kind(person, result, title, statement):
    registration = make_completed_registration(person=person, result={**WORKSHOP_RESULT, **result})
    registration.workshop.certificate_months = 12
    registration.workshop.save()

    certificate = award_registration(registration=registration)

    assert certificate.expires_at is not None
    printed = certificate.payload["printed"]
    assert (printed["title"], printed["statement"]) == (title, statement)


def test_hours_of_a_workshop_may_be_left_out(person):
    registration = make_completed_registration(person=person)
    registration.workshop.hours_printed = False
    registration.workshop.save()

    printed = award_registration(registration=registration).payload["printed"]

    assert "academic" not in str(printed["facts"]) + printed["note"]
