import pytest

from certificates import tasks
from certificates.models import Certificate
from certificates.services import award_enrolment
from tests.factories.certificates import make_completed_enrolment, make_completed_registration

pytestmark = pytest.mark.django_db


def test_one_certificate_is_sealed_by_its_key():
    certificate = award_enrolment(enrolment=make_completed_enrolment())

    tasks.seal(certificate.pk)
    tasks.seal(certificate.pk)

    certificate.refresh_from_db()
    assert certificate.status == "valid"


def test_what_was_missed_is_awarded_and_sealed():
    make_completed_enrolment()
    make_completed_registration()

    tasks.seal_pending()

    assert [certificate.status for certificate in Certificate.objects.all()] == ["valid", "valid"]
