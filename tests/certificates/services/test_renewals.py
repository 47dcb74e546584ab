"""Reminders before a certificate expires, and renewing it by passing the final test once more."""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from assessments.models import Attempt
from certificates.models import Certificate
from certificates.services import (
    award_missing,
    lift_suspension,
    plan_reminders,
    reissue,
    renew_missing,
    revoke,
    seal,
    suspend,
)
from certificates.services.reminders import LADDER
from certificates.tasks import plan_reminders as job
from courses.models import Enrolment
from courses.services import CourseError, start_final_test
from mail.models import Message
from people.models import Person
from tests.factories.certificates import make_certificate
from tests.factories.courses import give_final_test, make_enrolment, make_module, mark_attempt
from tests.factories.people import make_account, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]

START = datetime(2026, 3, 9, 9, tzinfo=UTC)
END = datetime(2027, 3, 9, 20, 59, 59, tzinfo=UTC)


@pytest.fixture
def person() -> Person:
    return make_person(agency=make_agency(), language="ru", email="ina@example.org")


@pytest.fixture
def enrolment(person: Person, time_machine: Any) -> Enrolment:
    """A module with a final test whose certificate is valid for 12 months, from 9 March 2026 on."""
    time_machine.move_to(START, tick=False)
    module = make_module(lessons=1)
    give_final_test(module, attempts_limit=1)
    module.certificate_months = 12
    module.save()
    enrolment = make_enrolment(person, module, read=1)
    mark_attempt(start_final_test(enrolment=enrolment, language="en"), 80)
    enrolment.refresh_from_db()
    return enrolment


@pytest.fixture
def certificate(enrolment: Enrolment) -> Certificate:
    return seal(certificate=enrolment.certificates.get())


def pass_again(enrolment: Enrolment) -> None:
    enrolment.refresh_from_db()
    mark_attempt(start_final_test(enrolment=enrolment, language="en"), 100)


def passed_elsewhere(attempt: Attempt, failed: list[OperationalError]) -> None:
    """Pass a final test in another process; what breaks is kept."""
    try:
        mark_attempt(attempt, 100)
    except OperationalError as error:
        failed.append(error)
    finally:
        connection.close()


class TestTheRefresher:
    def test_opens_90_days_before_the_end(self, enrolment, certificate, time_machine):
        time_machine.move_to(END - timedelta(days=91))
        enrolment.refresh_from_db()
        with pytest.raises(CourseError):
            start_final_test(enrolment=enrolment, language="en")

        time_machine.move_to(END - timedelta(days=89))
        assert start_final_test(enrolment=enrolment, language="en").number == 2

    def test_passing_issues_a_new_one_valid_from_that_day_and_linked_to_the_old(
        self, enrolment, certificate, time_machine
    ):
        time_machine.move_to(END - timedelta(days=30), tick=False)

        pass_again(enrolment)

        old, new = Certificate.objects.order_by("issued_at")
        assert (old.status, new.supersedes, new.status) == ("superseded", old, "pending")
        assert new.expires_at == datetime(2028, 2, 7, 20, 59, 59, tzinfo=UTC)
        assert (new.payload["result"]["mark"], new.kind) == (new.payload["result"]["max_mark"], "achievement")
        assert old.status_reason
        enrolment.refresh_from_db()
        assert enrolment.refresher_at == new.expires_at - timedelta(days=90)
        assert (award_missing(), renew_missing(), Certificate.objects.count()) == (0, 0, 2)

    def test_an_expired_one_can_still_be_renewed(self, enrolment, certificate, time_machine):
        time_machine.move_to(END + timedelta(days=200))

        pass_again(enrolment)

        assert [each.status for each in Certificate.objects.order_by("issued_at")] == ["superseded", "pending"]

    def test_what_was_revoked_is_not_given_back_by_a_test(self, enrolment, certificate, time_machine):
        revoke(certificate=certificate, reason="Somebody else sat the test", actor=make_account("manager"))
        time_machine.move_to(END - timedelta(days=30), tick=False)

        pass_again(enrolment)

        assert (renew_missing(), Certificate.objects.count()) == (0, 1)

    def test_of_a_short_validity_opens_at_its_middle_and_renews_once(self, enrolment, certificate, time_machine):
        """A month is shorter than the 90 days; whoever passed again would be renewed by every run of the job."""
        enrolment.module.certificate_months = 1
        enrolment.module.save()
        time_machine.move_to(END - timedelta(days=30), tick=False)
        pass_again(enrolment)

        assert (renew_missing(), renew_missing(), Certificate.objects.count()) == (0, 0, 2)
        enrolment.refresh_from_db()
        assert not enrolment.may_refresh
        assert timezone.localdate(enrolment.refresher_at) == date(2027, 2, 21)

        time_machine.move_to(datetime(2027, 2, 22, 9, tzinfo=UTC), tick=False)
        pass_again(enrolment)
        assert (renew_missing(), Certificate.objects.count()) == (0, 3)

    def test_stays_open_when_the_certificate_is_issued_anew(self, enrolment, certificate, time_machine):
        enrolment.refresh_from_db()
        opened = enrolment.refresher_at
        time_machine.move_to(END - timedelta(days=30), tick=False)

        reissue(certificate=certificate, name_latin="Ina K", reason="A name", actor=make_account("manager"))

        enrolment.refresh_from_db()
        assert (enrolment.refresher_at, enrolment.may_refresh) == (opened, True)

    @pytest.mark.django_db(transaction=True)
    def test_passing_and_issuing_anew_at_the_same_time_do_not_wait_for_each_other(
        self, enrolment, certificate, time_machine
    ):
        time_machine.move_to(END - timedelta(days=30), tick=False)
        manager = make_account("manager")
        enrolment.refresh_from_db()
        attempt = start_final_test(enrolment=enrolment, language="en")
        failed: list[OperationalError] = []
        passing = threading.Thread(target=lambda: passed_elsewhere(attempt, failed))

        def while_issuing(execute, sql, params, many, context):
            if not passing.ident and sql.startswith('INSERT INTO "certificates_certificate"'):
                passing.start()
                time.sleep(0.5)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(while_issuing):
            reissue(certificate=certificate, name_latin="Ina K", reason="A name", actor=manager)
        passing.join()

        assert failed == []
        replaced = [each.superseded_at is not None for each in Certificate.objects.order_by("pk")]
        assert replaced == [True, True, False]

    def test_ends_when_what_is_issued_anew_does_not_run_out_any_more(self, enrolment, certificate, time_machine):
        enrolment.module.certificate_months = None
        enrolment.module.save()
        time_machine.move_to(END + timedelta(days=9), tick=False)

        new = reissue(certificate=certificate, name_latin="Ina K", reason="A name", actor=make_account("manager"))

        enrolment.refresh_from_db()
        assert (new.expires_at, enrolment.refresher_at) == (None, None)

    def test_a_suspended_one_is_renewed_when_the_suspension_is_lifted(self, enrolment, certificate, time_machine):
        manager = make_account("manager")
        suspend(certificate=certificate, reason="Looked into", actor=manager)
        time_machine.move_to(END - timedelta(days=30), tick=False)
        pass_again(enrolment)
        assert (renew_missing(), Certificate.objects.count()) == (0, 1)

        lift_suspension(certificate=certificate, reason="Nothing found", actor=manager)

        assert (renew_missing(), renew_missing(), Certificate.objects.count()) == (1, 0, 2)

    def test_one_without_limit_has_no_refresher(self):
        assert make_certificate().enrolment.refresher_at is None


class TestReminders:
    @pytest.mark.parametrize("days", LADDER)
    def test_go_on_their_day_and_once(self, certificate, time_machine, days):
        time_machine.move_to(END - timedelta(days=days, hours=5))

        job()
        job()

        message = Message.objects.get(key=f"certificate:{certificate.code}:expires:{days}")
        assert message.send_after == END - timedelta(days=days)
        assert "9 марта 2027" in message.text
        assert "/ru/modules/M9/test/" in message.text

    def test_nothing_of_the_past_is_mailed(self, certificate, time_machine):
        """The job runs for the first time between two rungs, and once more when the certificate has expired."""
        for moment in (END - timedelta(days=60), END + timedelta(days=1), END + timedelta(days=400)):
            time_machine.move_to(moment)
            assert plan_reminders() == 0
        assert not Message.objects.filter(key__contains=":expires:").exists()

    def test_a_certificate_that_lasts_a_month_is_not_reminded_of_three(self, certificate, time_machine):
        begun = END - timedelta(days=31)
        Certificate.objects.update(issued_at=begun, sealed_at=begun, expires_at=END)
        time_machine.move_to(END - timedelta(days=31))

        assert plan_reminders() == 1
        assert [each.key[-2:] for each in Message.objects.filter(key__contains=":expires:")] == ["30"]

    def test_are_cancelled_when_it_is_revoked_or_renewed(self, enrolment, certificate, time_machine):
        time_machine.move_to(END - timedelta(days=31))
        plan_reminders()
        [waiting] = Message.objects.filter(key__contains=":expires:")

        pass_again(enrolment)

        waiting.refresh_from_db()
        assert waiting.state == Message.State.CANCELLED
        assert plan_reminders() == 0

    def test_come_back_when_a_suspension_is_lifted(self, certificate, time_machine):
        time_machine.move_to(END - timedelta(days=31))
        manager = make_account("manager")
        plan_reminders()
        message = Message.objects.get(key__contains=":expires:")
        suspend(certificate=certificate, reason="Looked into", actor=manager)
        assert (plan_reminders(), Message.objects.get(pk=message.pk).state) == (0, Message.State.CANCELLED)

        lift_suspension(certificate=certificate, reason="Nothing found", actor=manager)

        assert (plan_reminders(), Message.objects.get(pk=message.pk).state) == (1, Message.State.PLANNED)

    def test_nobody_without_an_address_is_mailed(self, person, certificate, time_machine):
        Person.objects.filter(pk=person.pk).update(email="")
        time_machine.move_to(END - timedelta(days=30), tick=False)

        plan_reminders()

        assert not Message.objects.filter(key__contains=":expires:", created_at__lte=timezone.now()).exists()


class TestPages:
    @pytest.mark.parametrize("address", ["/en/my/certificates/", "/en/my/certificates/{code}/", "/en/my/"])
    def test_say_what_to_do_next_and_when(self, client, person, certificate, time_machine, address):
        client.force_login(make_account(person=person))
        page = address.format(code=certificate.code)
        early = client.get(page).content.decode()

        time_machine.move_to(END - timedelta(days=30), tick=False)
        client.force_login(person.account)
        soon = client.get(page).content.decode()

        assert "Renew your certificate" not in early
        assert '<a href="/en/modules/M9/test/"' in soon.replace('<a class="button" href', "<a href")

    def test_the_certificate_says_why_it_was_issued(self, client, person, certificate):
        client.force_login(make_account(person=person))

        page = client.get(f"/en/my/certificates/{certificate.code}/").content.decode()

        assert "Why it was issued" in page
        assert "1 of 1 lessons" in page
