import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from certificates import tasks
from certificates.causes import Cause, kept
from certificates.models import Certificate
from certificates.services import (
    award_enrolment,
    prepare,
    prepare_pending,
    tell_of_waiting,
    waiting_by_cause,
    why_waiting,
)
from mail.models import Message
from people.models import Person
from tests.factories.certificates import make_completed_enrolment
from tests.factories.people import make_person
from tests.jobs import DATABASE_QUEUE, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture(autouse=True)
def _real_queue(settings):
    settings.TASKS = DATABASE_QUEUE


@pytest.fixture
def in_chinese(agency_tree) -> Certificate:
    person = make_person(agency=agency_tree.clinic, family_name="王", email="")
    return award_enrolment(enrolment=make_completed_enrolment(person=person))


@pytest.fixture
def pending(agency_tree) -> Certificate:
    return award_enrolment(enrolment=make_completed_enrolment(person=make_person(agency=agency_tree.clinic)))


@pytest.fixture
def folder(settings) -> Iterator[Path]:
    """Where the files of certificates lie, put aside, so that a test can break it."""
    folder = Path(settings.PRIVATE_ROOT) / "certificates"
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name("certificates-aside")
    if folder.exists():
        folder.rename(aside)
    yield folder
    shutil.rmtree(folder) if folder.is_dir() else folder.unlink(missing_ok=True)
    if aside.exists():
        aside.rename(folder)


def told() -> list[tuple[str, str]]:
    return sorted(Message.objects.filter(key__contains="letter").values_list("recipient__public_code", "subject"))


# --- A letter that no face has ----------------------------------------------------------------------------------------
def test_a_letter_leaves_the_completion_and_is_told_once_to_those_who_can_help(in_chinese, roles):
    for _time in range(2):
        prepare(certificate=in_chinese)

    in_chinese.refresh_from_db()
    assert (in_chinese.status, in_chinese.enrolment.completed_at is not None) == ("pending", True)
    who = sorted(each.person.public_code for each in (roles.coordinator, roles.coordinator_above, roles.manager))
    assert told() == [(code, "A certificate waits for a letter") for code in who]
    message = Message.objects.get(recipient=roles.coordinator.person, key__contains="letter")
    assert "王 (U+738B)" in message.text
    assert in_chinese.person.full_name in message.text
    assert reverse("certificate", args=[in_chinese.code]) in message.text


@pytest.mark.django_db(transaction=True)
def test_the_operator_is_told_of_a_letter_once(in_chinese, roles, settings):
    tasks.seal_pending()
    tasks.seal_pending()
    work_off()

    (letter,) = [each for each in mail.outbox if each.to == [settings.SUPPORT_EMAIL]]
    assert letter.subject == "A certificate waits for a letter"
    assert "王 (U+738B)" in letter.body


def test_what_waits_for_a_letter_is_said_in_the_language_of_whoever_reads(in_chinese):
    prepare(certificate=in_chinese)

    with translation.override("ru"):
        assert waiting_by_cause() == [("В шрифте сертификата нет знаков: 王 (U+738B).", 1)]


def test_keys_and_storage_are_named_in_the_language_of_whoever_reads(pending, roles):
    Person.objects.filter(pk=roles.manager.person_id).update(language="ru")
    Certificate.objects.update(failure=kept(Cause("key_expired", {"date": "2029-03-01"})))

    assert tell_of_waiting() == 1

    assert "истёк 1 марта 2029" in Message.objects.get(key__contains="waiting").text
    assert why_waiting(Certificate.objects.get()).startswith("The key that signs certificates expired on 1 March 2029.")
    with translation.override("be"):
        assert "1 сакавіка 2029" in waiting_by_cause()[0][0]


def test_a_letter_is_no_alarm_about_keys(in_chinese, roles):
    prepare_pending()

    assert tell_of_waiting() == 0
    assert not Message.objects.filter(key__contains="waiting").exists()


# --- Keys -------------------------------------------------------------------------------------------------------------
def test_what_waits_for_keys_alarms_the_managers_once_a_day(pending, roles):
    Certificate.objects.update(failure="The keys are missing.")

    assert [tell_of_waiting(), tell_of_waiting()] == [1, 1]

    message = Message.objects.get(key__contains="waiting")
    assert message.recipient == roles.manager.person
    assert "The keys are missing." in message.text
    assert waiting_by_cause() == [("The keys are missing.", 1)]


# --- Storage ----------------------------------------------------------------------------------------------------------
def test_a_broken_storage_leaves_one_number_that_is_tried_again(pending, folder, roles):
    # Where the folder should be, there is a file.
    folder.write_text("")

    after = prepare(certificate=pending)

    assert (after.status, after.pdf.name, after.pdf_sha256) == ("pending", "", "")
    assert why_waiting(after).startswith("The file could not be stored (")
    assert not Message.objects.filter(key__endswith="ready").exists()

    folder.unlink()
    assert prepare_pending() == 1
    pending.refresh_from_db()
    assert (pending.status, pending.failure) == ("valid", "")
    assert Certificate.objects.count() == 1
    assert [path.name for path in folder.rglob("*.pdf")] == [f"{pending.code}.pdf"]


def test_the_command_says_what_waits_when_the_storage_is_broken(pending, folder, roles, capsys):
    folder.write_text("")

    call_command("issue_certificates", "--json")

    assert capsys.readouterr().out == '{"issued": 0, "sealed": 0, "pending": 1}\n'
    assert Message.objects.filter(recipient=roles.manager.person, key__contains="waiting").count() == 1
