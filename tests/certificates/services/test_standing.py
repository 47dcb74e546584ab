from datetime import UTC, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from audit.models import Event
from certificates.models import Certificate
from certificates.services import (
    CertificateError,
    lift_suspension,
    revoke,
    suspend,
)
from tests.factories.certificates import (
    COMPLETED,
    make_certificate,
)
from tests.factories.people import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.db]

NOW = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)


@time_machine.travel(NOW, tick=False)
def test_revoking_keeps_the_certificate_with_moment_reason_and_actor():
    certificate, manager = make_certificate(), make_account("manager")

    revoked = revoke(certificate=certificate, reason=" Two people share one account ", actor=manager)

    event = Event.objects.get(action="certificates.revoked")
    assert (revoked.status, revoked.revoked_at) == ("revoked", NOW)
    assert (revoked.status_reason, revoked.status_by) == ("Two people share one account", manager)
    assert (event.actor, event.subject, event.reason, event.after) == (
        manager,
        certificate.person,
        "Two people share one account",
        {"status": "revoked"},
    )


def test_suspending_and_lifting_brings_a_certificate_back():
    certificate, manager = make_certificate(), make_account("manager")

    suspended = suspend(certificate=certificate, reason="Under review", actor=manager)
    assert suspended.status == "suspended"
    assert lift_suspension(certificate=certificate, reason="Review done", actor=manager).status == "valid"
    assert Event.objects.get(action="certificates.suspension_lifted").reason == "Review done"


def test_lifting_nothing_changes_nothing():
    certificate = make_certificate()

    lift_suspension(certificate=certificate, reason="Review done", actor=make_account("manager"))

    assert not Event.objects.filter(action="certificates.suspension_lifted").exists()


def test_a_revoked_certificate_never_comes_back():
    certificate, manager = make_certificate(), make_account("manager")
    suspend(certificate=certificate, reason="Review", actor=manager)
    revoke(certificate=certificate, reason="Mistake", actor=manager)

    with pytest.raises(CertificateError, match="no longer in force"):
        suspend(certificate=certificate, reason="Review", actor=manager)
    with pytest.raises(CertificateError, match="does not come back"):
        lift_suspension(certificate=certificate, reason="It was right", actor=manager)
    certificate.refresh_from_db()
    assert certificate.status == "revoked"


@pytest.mark.parametrize("moment", ["suspended_at", "revoked_at", "superseded_at"])
def test_the_database_refuses_a_certificate_out_of_force_without_a_reason(moment):
    certificate = make_certificate()

    with pytest.raises(IntegrityError, match="certificate_out_of_force_has_reason"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**{moment: NOW})


@pytest.mark.parametrize("change", [suspend, revoke])
def test_a_change_of_standing_needs_a_reason(change):
    certificate = make_certificate()

    with pytest.raises(CertificateError, match="Give a reason"):
        change(certificate=certificate, reason="  ", actor=make_account("manager"))
    certificate.refresh_from_db()
    assert certificate.status == "valid"


def test_repeating_a_change_of_standing_changes_nothing():
    certificate, manager = make_certificate(), make_account("manager")
    first = revoke(certificate=certificate, reason="Mistake", actor=manager)

    second = revoke(certificate=certificate, reason="Another reason", actor=manager)

    assert (second.revoked_at, second.status_reason) == (first.revoked_at, "Mistake")
    assert Event.objects.filter(action="certificates.revoked").count() == 1


def test_a_certificate_whose_time_has_passed_is_expired():
    assert make_certificate(expires_at=COMPLETED).status == "expired"
