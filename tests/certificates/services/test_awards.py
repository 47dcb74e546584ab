from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings

from certificates.designs import Parameters
from certificates.models import Certificate
from certificates.services import (
    CertificateError,
    award_enrolment,
    award_missing,
    award_registration,
    revoke,
    seal,
)
from courses.models import Enrolment
from courses.signals import enrolment_completed
from tests.factories.certificates import (
    MODULE_RESULT,
    WORKSHOP_RESULT,
    make_certificate,
    make_completed_enrolment,
    make_completed_registration,
)
from tests.factories.people import make_account, make_agency, make_person
from workshops.models import Registration
from workshops.signals import registration_completed

pytestmark = [pytest.mark.django_db, pytest.mark.db]

NOW = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)


@pytest.fixture
def holder():
    agency = make_agency(name_en="City polyclinic", name_be="Гарадская паліклініка")
    return make_person(
        agency=agency,
        family_name="Лук’яновіч",
        given_name="Ўладзіслаў",
        patronymic="Іванавіч",
        name_latin="Uladzislau Lukianovich",
        language="be",
    )


@time_machine.travel(NOW, tick=False)
def test_a_completed_module_earns_a_pending_certificate_with_everything_frozen(holder):
    enrolment = make_completed_enrolment(person=holder, certificate_months=11)

    certificate = award_enrolment(enrolment=enrolment)

    payload = dict(certificate.payload)
    printed = payload.pop("printed")
    assert payload == {
        "design": {"name": "", "number": 0, "parameters": Parameters().to_json()},
        "content": "M1 1, rule 1",
        "code": certificate.code,
        "holder": {"native": "Лук’яновіч Ўладзіслаў Іванавіч", "latin": "Uladzislau Lukianovich"},
        "agency": {"en": "City polyclinic", "be": "Гарадская паліклініка"},
        "subject": {
            "kind": "module",
            "code": "M1",
            "titles": {"en": "M1", "ru": "M1", "be": "M1"},
            "proves": "achievement",
        },
        "minutes": 105,
        "dates": {"from": "2026-03-09", "to": "2026-03-09", "issued": "2026-03-31", "expires": "2027-02-28"},
        "result": MODULE_RESULT,
        "issuer": {
            "en": "Migration Health Academy",
            "ru": "Академия «Миграция и здоровье»",
            "be": "Акадэмія «Міграцыя і здароўе»",
        },
        "site": settings.SITE_ADDRESS.partition("://")[2],
        "address": f"{settings.SITE_ADDRESS}/v/{certificate.code}",
    }
    assert (printed["language"], printed["name"], printed["agency"]) == (
        "be",
        "Лук’яновіч Ўладзіслаў Іванавіч",
        "Гарадская паліклініка",
    )
    assert (certificate.status, certificate.kind, certificate.language) == ("pending", "achievement", "be")
    assert (certificate.person, certificate.agency) == (holder, enrolment.agency)
    assert (certificate.issued_at, certificate.expires_at) == (NOW, datetime(2027, 2, 28, 20, 59, 59, tzinfo=UTC))


def test_a_completed_workshop_earns_a_certificate_for_its_required_minutes(holder):
    registration = make_completed_registration(person=holder)

    certificate = award_registration(registration=registration)

    payload = certificate.payload
    assert (certificate.kind, certificate.registration, certificate.expires_at) == ("participation", registration, None)
    assert (payload["minutes"], payload["result"]) == (170, WORKSHOP_RESULT)
    assert (payload["dates"]["from"], payload["dates"]["to"]) == ("2026-03-09", "2026-03-10")
    assert payload["subject"]["titles"] == {
        "en": "Migration and health together",
        "ru": "Миграция и здоровье вместе",
        "be": "Міграцыя і здароўе разам",
    }


def test_minutes_are_those_that_were_counted_when_the_rule_was_met(holder):
    registration = make_completed_registration(person=holder)
    registration.records.update(credited_minutes=0)

    assert award_registration(registration=registration).payload["minutes"] == 170


def test_a_second_award_returns_the_certificate_that_exists():
    enrolment, registration = make_completed_enrolment(), make_completed_registration()

    first = [award_enrolment(enrolment=enrolment), award_registration(registration=registration)]
    second = [award_enrolment(enrolment=enrolment), award_registration(registration=registration)]

    assert second == first
    assert Certificate.objects.count() == 2


def test_what_was_revoked_is_not_issued_again():
    certificate = make_certificate()
    revoke(certificate=certificate, reason="Issued by mistake", actor=make_account())

    award_enrolment(enrolment=certificate.enrolment)

    assert (award_missing(), Certificate.objects.get()) == (0, certificate)


def test_what_is_not_completed_earns_nothing():
    enrolment, registration = make_completed_enrolment(), make_completed_registration()
    Enrolment.objects.update(completed_at=None)
    Registration.objects.update(completed_at=None)

    with pytest.raises(CertificateError, match="not completed yet"):
        award_enrolment(enrolment=enrolment)
    with pytest.raises(CertificateError, match="not met yet"):
        award_registration(registration=registration)


def test_a_name_typed_with_combining_accents_is_composed(holder):
    holder.given_name = "Сяргеи\u0306"
    holder.save()

    certificate = award_enrolment(enrolment=make_completed_enrolment(person=holder))

    assert certificate.payload["holder"]["native"] == "Лук’яновіч Сяргей Іванавіч"


def test_the_announcements_award_in_the_same_transaction():
    enrolment, registration = make_completed_enrolment(), make_completed_registration()

    enrolment_completed.send(sender=Enrolment, enrolment=enrolment)
    registration_completed.send(sender=Registration, registration=registration)

    assert set(Certificate.objects.values_list("enrolment", "registration")) == {
        (enrolment.pk, None),
        (None, registration.pk),
    }


def test_what_was_missed_is_awarded_once():
    make_completed_enrolment()
    make_completed_registration()

    assert [award_missing(), award_missing()] == [2, 0]


def test_the_award_plans_the_sealing(django_capture_on_commit_callbacks):
    enrolment = make_completed_enrolment()

    with django_capture_on_commit_callbacks(execute=True):
        certificate = award_enrolment(enrolment=enrolment)

    certificate.refresh_from_db()
    assert certificate.status == "valid"


@pytest.mark.parametrize(
    ("moment", "months", "issued", "expires"),
    [
        # Half past one in Minsk, where it is the 31st already.
        ("2026-03-30 22:30", 6, "2026-03-31", "2026-09-30"),
        ("2026-01-30 22:30", 1, "2026-01-31", "2026-02-28"),
        ("2028-02-29 09:00", 12, "2028-02-29", "2029-02-28"),
        ("2026-12-31 21:30", 12, "2027-01-01", "2028-01-01"),
    ],
)
def test_it_is_valid_until_the_end_of_the_day_that_is_printed(moment, months, issued, expires):
    with time_machine.travel(f"{moment}+00:00", tick=False):
        certificate = seal(certificate=award_enrolment(enrolment=make_completed_enrolment(certificate_months=months)))
    last = datetime.fromisoformat(f"{expires}T23:59:58+03:00")

    states = []
    for seconds in (0, 1):
        with time_machine.travel(last + timedelta(seconds=seconds), tick=False):
            states.append(certificate.status)

    dates = certificate.payload["dates"]
    assert (dates["issued"], dates["expires"], states) == (issued, expires, ["valid", "expired"])
