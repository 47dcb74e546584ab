"""A thousand certificates are issued; then all around them changes and everything runs again: nothing happens."""

import hashlib
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.utils.module_loading import import_string

from certificates.designs import Parameters
from certificates.models import Certificate, Design, LogEntry
from certificates.services import award_missing, judge_file, reissue, revoke, save_design, suspend
from courses.models import Enrolment, Module, ModulePage
from mail.models import Message
from operations.demo.people import DOMAIN
from operations.timetable import TIMETABLE
from people.models import Account, Agency, Person
from programmes.models import Programme, ProgrammeCompletion
from programmes.services import create_programme
from tests.factories.certificates import COMPLETED, MODULE_RESULT, WORKSHOP_RESULT, make_completed_registration
from tests.factories.courses import make_module
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import DAY
from tests.jobs import DATABASE_QUEUE, work_off
from workshops.models import Registration, Workshop

pytestmark = [pytest.mark.deep, pytest.mark.db, pytest.mark.django_db(transaction=True)]

# Earned by modules, workshops and a programme; so many are revoked, suspended and issued anew: a thousand in all.
BY_MODULE, BY_WORKSHOP, BY_PROGRAMME, OF_EACH = 570, 300, 100, 30
COUNTED = {"modules": [3, 3, 4], "credited_minutes": 500, "planned_minutes": 600, "unplanned": 0, "threshold": 80}


@pytest.fixture
def manager(settings) -> Account:
    settings.TASKS = DATABASE_QUEUE
    # With this account the demonstration counts as loaded.
    make_account(email=f"learner@{DOMAIN}")
    return make_account("manager")


def people_of(agency: Agency, count: int) -> list[Person]:
    return [
        make_person(agency=agency, language=("en", "ru", "be")[number % 3], name_latin="Hanna Kavaliova")
        for number in range(count)
    ]


def complete_modules(agency: Agency, count: int) -> None:
    modules = [make_module(f"M{number}", lessons=1) for number in range(3)]
    Enrolment.objects.bulk_create(
        Enrolment(
            module=modules[number % 3],
            person=person,
            agency=agency,
            enrolled_at=COMPLETED - timedelta(days=9),
            started_at=COMPLETED - timedelta(days=9),
            completed_at=COMPLETED,
            rule_version=1,
            completion=MODULE_RESULT,
        )
        for number, person in enumerate(people_of(agency, count))
    )


def complete_workshops(agency: Agency, count: int) -> None:
    first, *others = people_of(agency, count)
    workshop = make_completed_registration(person=first).workshop
    Registration.objects.bulk_create(
        Registration(
            workshop=workshop,
            person=person,
            agency=agency,
            state=Registration.State.CONFIRMED,
            source=Registration.Source.NOMINATION,
            created_at=COMPLETED - timedelta(days=20),
            confirmed_at=COMPLETED - timedelta(days=10),
            completed_at=COMPLETED + timedelta(days=1),
            completion=WORKSHOP_RESULT,
        )
        for person in others
    )


def complete_programme(agency: Agency, count: int) -> None:
    programme = create_programme(code="P1", title_en="Health of migrants", starts_on=DAY, ends_on=DAY)
    ProgrammeCompletion.objects.bulk_create(
        ProgrammeCompletion(
            programme=programme,
            person=person,
            agency=agency,
            completed_at=COMPLETED,
            completion=COUNTED,
            minutes=450,
        )
        for person in people_of(agency, count)
    )


def issue_all(manager: Account) -> None:
    """Issue what was earned, and change the standing of some of each kind."""
    agency = make_agency(code="clinic", name_en="City polyclinic")
    save_design(design=None, name="Ours", is_default=True, parameters=Parameters(), actor=manager)
    complete_modules(agency, BY_MODULE)
    complete_workshops(agency, BY_WORKSHOP)
    complete_programme(agency, BY_PROGRAMME)
    assert award_missing() == BY_MODULE + BY_WORKSHOP + BY_PROGRAMME
    work_off()
    chosen = list(Certificate.objects.order_by("?")[: 3 * OF_EACH])
    for certificate in chosen[:OF_EACH]:
        revoke(certificate=certificate, reason="A mistake", actor=manager)
    for certificate in chosen[OF_EACH : 2 * OF_EACH]:
        suspend(certificate=certificate, reason="A question", actor=manager)
    for certificate in chosen[2 * OF_EACH :]:
        reissue(certificate=certificate, name_latin="Anna Kovaleva", reason="Another spelling", actor=manager)
    work_off()


def change_everything(manager: Account) -> None:
    """Change whatever a certificate was made of, and take away what may go."""
    Person.objects.update(family_name="Іншая", name_latin="Inshaya", language="be")
    Agency.objects.update(name_en="Another name")
    Workshop.objects.update(title_en="Another title")
    Programme.objects.update(title_en="Another title")
    save_design(
        design=Design.objects.get(),
        name="Theirs",
        is_default=True,
        parameters=Parameters(orientation="portrait", pattern=75),
        actor=manager,
    )
    ModulePage.objects.get(module_code="M0").delete()


def run_everything(folder: Path) -> None:
    """Run every job of the timetable, every command of an update and every command of certificates."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("prepare", verbosity=0)
    call_command("load_demo")
    for job in TIMETABLE:
        import_string(job.name)()
    call_command("issue_certificates")
    call_command("certificates_export", "-o", str(folder / "certificates"))
    call_command("certkeys", "export", "-o", str(folder / "keys"))
    work_off()
    while Message.objects.due().exists():
        import_string("mail.tasks.send_due")()


def register() -> list[dict]:
    return list(Certificate.objects.order_by("pk").values())


def hashes_of_files() -> dict[str, str]:
    files = sorted((Path(settings.PRIVATE_ROOT) / "certificates").glob("*.pdf"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def judged(certificate: Certificate) -> tuple[str, bool, bool, bool]:
    """What `certificate_verify` finds: the state, and whether signature, its key and both proofs hold."""
    verdict = judge_file(data=Path(certificate.pdf.path).read_bytes())
    assert (verdict.code, verdict.state) == (certificate.code, certificate.status)
    proofs = len(verdict.proofs) == 2 and all(verdict.proofs.values())
    return verdict.state, verdict.signature.intact, verdict.signature.trusted, proofs


def test_a_thousand_certificates_outlive_whatever_changes_around_them(manager, tmp_path, capsys):
    issue_all(manager)
    run_everything(tmp_path / "before")
    while Certificate.objects.filter(extended_at__isnull=True, sealed_at__isnull=False).exists():
        import_string("certificates.tasks.extend_signatures")()
    before, files, entries = register(), hashes_of_files(), LogEntry.objects.count()
    sent = (Message.objects.count(), len(mail.outbox))

    change_everything(manager)
    run_everything(tmp_path / "after")
    call_command("certkeys", "rotate")
    run_everything(tmp_path / "after")

    assert len(before) == 1000
    assert register() == before
    assert hashes_of_files() == files
    assert (Message.objects.count(), len(mail.outbox)) == sent
    assert LogEntry.objects.count() == entries
    assert Module.objects.filter(code="M0").exists()
    found = Counter(judged(each) for each in Certificate.objects.all())
    assert found == {
        ("valid", True, True, True): 1000 - 3 * OF_EACH,
        ("revoked", True, True, True): OF_EACH,
        ("suspended", True, True, True): OF_EACH,
        ("superseded", True, True, True): OF_EACH,
    }
    capsys.readouterr()
    call_command("certificates_audit", "--json")
    assert json.loads(capsys.readouterr().out) == {
        "certificates": 1000,
        "chain": "intact",
        "files_missing": 0,
        "files_changed": 0,
        "problems": [],
    }
