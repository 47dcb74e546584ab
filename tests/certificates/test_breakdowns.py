"""Keys and storage that fail in the middle of a batch: it waits with an alarm and is made up for, once and signed."""

import hashlib
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as project
from django.core.management import call_command
from django.utils import timezone

from certificates.models import Certificate, Run
from certificates.services import (
    audit,
    award_enrolment,
    causes_of,
    current_keys,
    keys_alarm,
    prepare,
    prepare_pending,
    retry_run,
    start_run,
    why_waiting,
    work_on,
)
from certificates.services.keys import DOCUMENT, init, rotate
from mail.models import Message
from people.models import Account
from tests.factories.certificates import make_completed_enrolment
from tests.factories.people import make_account, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.DEMO = False
    settings.CERTIFICATE_KEYS = tmp_path / "keys"
    init()
    return settings.CERTIFICATE_KEYS


@pytest.fixture
def manager(db) -> Account:
    return make_account("manager")


def earned(count: int) -> list[Certificate]:
    agency = make_agency()
    return [
        award_enrolment(enrolment=make_completed_enrolment(person=make_person(agency=agency))) for _ in range(count)
    ]


def ready() -> int:
    return Message.objects.filter(key__endswith=":ready").count()


def states() -> list[str]:
    return [each.status for each in Certificate.objects.order_by("pk")]


def missing(settings) -> Callable[[], object]:
    folder = settings.CERTIFICATE_KEYS
    (folder / DOCUMENT).rename(folder / "elsewhere")
    return lambda: (folder / "elsewhere").rename(folder / DOCUMENT)


def wrong_passphrase(settings) -> Callable[[], object]:
    right, settings.CERTIFICATE_KEYS_PASSPHRASE = settings.CERTIFICATE_KEYS_PASSPHRASE, "wrong"
    return lambda: setattr(settings, "CERTIFICATE_KEYS_PASSPHRASE", right)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("harm", "sentence"),
    [(missing, "The key document.p12 is missing"), (wrong_passphrase, "The key document.p12 cannot be opened")],
)
def test_a_key_that_is_lost_in_the_middle_of_a_batch_stops_it_and_alarms(settings, manager, capsys, harm, sentence):
    waiting = earned(3)
    run = start_run(work=Run.Work.SEAL, certificates=Certificate.objects.all(), actor=manager)
    work_on(run=run, at_most=1)
    heal = harm(settings)

    work_on(run=run)
    call_command("issue_certificates", "--json")

    assert states() == ["valid", "pending", "pending"]
    assert [(cause.startswith(sentence), count) for cause, count in causes_of(run)] == [(True, 2)]
    assert keys_alarm().startswith(sentence)
    assert [each.pdf.name for each in Certificate.objects.order_by("pk")[1:]] == ["", ""]
    assert capsys.readouterr().out == '{"issued": 0, "sealed": 0, "pending": 2}\n'
    assert sentence in Message.objects.get(key__contains="waiting", recipient=manager.person).text
    assert ready() == 1

    heal()
    retry_run(run=run, actor=manager)
    work_on(run=run)

    assert (states(), ready()) == (["valid"] * 3, 3)
    assert [each.code for each in waiting] == list(Certificate.objects.order_by("pk").values_list("code", flat=True))
    assert audit().problems == []


def test_a_key_that_expires_between_two_certificates_signs_the_second_no_more(folder, manager):
    first, second = earned(2)
    prepare(certificate=first)

    with time_machine.travel(current_keys().document.valid_until + timedelta(seconds=1), tick=False):
        assert prepare_pending() == 0
        assert states() == ["valid", "pending"]
        assert Message.objects.filter(key__contains="waiting", recipient=manager.person).count() == 1

        rotate()

        assert (prepare_pending(), ready()) == (1, 2)
    second.refresh_from_db()
    assert second.signed_by.key_id == current_keys().document.key_id
    assert second.issued_at < timezone.now()


@pytest.fixture
def little_room() -> Iterator[Callable[[int], None]]:
    """The folder of certificates with so little room that one file fits, and a way to give it more (kB)."""
    folder = Path(project.PRIVATE_ROOT) / "certificates"
    folder.mkdir(parents=True, exist_ok=True)

    def mount(options: str, kilobytes: int) -> int:
        command = ["mount", "-t", "tmpfs", "-o", f"{options}size={kilobytes}k", "tmpfs", str(folder)]
        return subprocess.run(command, check=False, capture_output=True).returncode

    try:
        refused = mount("", 100) != 0
    except FileNotFoundError:
        refused = True
    if refused:
        pytest.skip("only whoever may mount a file system can fill one")
    yield lambda kilobytes: mount("remount,", kilobytes)
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_storage_keeps_what_waits_until_there_is_room(little_room, manager):
    waiting = earned(3)

    assert prepare_pending() == 1
    assert prepare_pending() == 0

    assert states() == ["valid", "pending", "pending"]
    reasons = {why_waiting(each) for each in Certificate.objects.filter(sealed_at__isnull=True)}
    assert reasons == {"The file could not be stored (No space left on device). It is tried again by itself."}
    assert (ready(), audit().problems) == (1, [])

    little_room(1000)

    assert prepare_pending() == 2
    assert (states(), ready(), audit().problems) == (["valid"] * 3, 3, [])
    assert [each.code for each in waiting] == list(Certificate.objects.order_by("pk").values_list("code", flat=True))
    for each in Certificate.objects.all():
        assert hashlib.sha256(Path(each.pdf.path).read_bytes()).hexdigest() == each.pdf_sha256
