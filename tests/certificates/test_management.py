import csv
import hashlib
import json

import pytest
from django.core.management import CommandError, call_command

from certificates.models import Certificate
from tests.factories.certificates import make_certificate, make_completed_enrolment, make_completed_registration
from tests.factories.people import make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, int]:
    capsys.readouterr()
    call_command(*map(str, arguments), "--json")
    return json.loads(capsys.readouterr().out)


def test_what_is_missing_is_issued_once(capsys):
    make_completed_enrolment()
    make_completed_registration()

    assert answer(capsys, "issue_certificates") == {"issued": 2, "sealed": 2, "pending": 0}
    assert answer(capsys, "issue_certificates") == {"issued": 0, "sealed": 0, "pending": 0}


def test_what_cannot_be_drawn_stays_pending_and_is_named(capsys):
    make_completed_enrolment(person=make_person(agency=make_agency(), family_name="王"))

    assert answer(capsys, "issue_certificates") == {"issued": 1, "sealed": 0, "pending": 1}
    call_command("issue_certificates")
    assert capsys.readouterr().err == (
        f"{Certificate.objects.get().code}: The typeface of the certificate cannot draw: 王 (U+738B).\n"
    )


def test_an_export_is_the_sealed_files_and_a_table(capsys, tmp_path):
    person = make_person(agency=make_agency(code="clinic"), family_name="=Evil", given_name="Name", patronymic="")
    certificate = make_certificate(person=person)

    assert answer(capsys, "certificates_export", "-o", tmp_path) == {"files": 1}

    data = (tmp_path / f"{certificate.code}.pdf").read_bytes()
    (line,) = csv.DictReader((tmp_path / "manifest.csv").read_text(encoding="utf-8-sig").splitlines())
    assert hashlib.sha256(data).hexdigest() == certificate.pdf_sha256
    assert line == {
        "code": certificate.code,
        "file": f"{certificate.code}.pdf",
        "sha256": certificate.pdf_sha256,
        "status": "valid",
        "kind": "achievement",
        "language": "en",
        "person": person.public_code,
        "name": "'=Evil Name",
        "agency": "clinic",
        "subject": "M1",
        "title": "M1",
        "academic_hours": "2.0",
        "from": "2026-03-09",
        "to": "2026-03-09",
        "issued": certificate.payload["dates"]["issued"],
        "expires": "",
    }


def test_an_export_of_an_agency_holds_its_subtree(capsys, tmp_path, agency_tree):
    mine = make_certificate(person=make_person(agency=agency_tree.clinic))
    make_certificate(person=make_person(agency=agency_tree.unrelated))

    assert answer(capsys, "certificates_export", "--agency", "ministry", "-o", tmp_path) == {"files": 1}
    assert {path.name for path in tmp_path.iterdir()} == {f"{mine.code}.pdf", "manifest.csv"}


def test_an_export_of_an_unknown_agency_is_refused(tmp_path):
    with pytest.raises(CommandError, match="There is no agency NOPE"):
        call_command("certificates_export", "--agency", "NOPE", "-o", str(tmp_path))


def test_an_export_to_a_place_that_cannot_be_written_is_refused(tmp_path):
    make_certificate()
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="could not be written"):
        call_command("certificates_export", "-o", str(tmp_path / "file" / "below"))
