"""`manage.py certificate_verify`: the answer, and the exit code that a script goes by."""

import json

import pytest
from django.core.management import CommandError, call_command

from certificates.models import Certificate
from certificates.services import revoke
from tests.factories.certificates import make_certificate
from tests.factories.people import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def certificate() -> Certificate:
    return make_certificate()


@pytest.fixture
def path(certificate, tmp_path):
    with certificate.pdf.open("rb") as file:
        (tmp_path / "certificate.pdf").write_bytes(file.read())
    return tmp_path / "certificate.pdf"


def answer(capsys, path) -> tuple[dict, int]:
    capsys.readouterr()
    code = 0
    try:
        call_command("certificate_verify", str(path), "--json")
    except SystemExit as exit_:
        code = exit_.code
    return json.loads(capsys.readouterr().out), code


def test_a_valid_one(capsys, certificate, path):
    said, code = answer(capsys, path)

    assert code == 0
    assert said == {
        "status": "valid",
        "code": certificate.code,
        "signature": {"intact": True, "trusted": True, "covers_whole_file": True, "key_given_up": None},
        "credential": {"proofs": {"eddsa-rdfc-2022": True, "eddsa-jcs-2022": True}, "status_bit": False},
        "fields": {
            **{
                name: certificate.payload[name] for name in ("issuer", "holder", "agency", "subject", "dates", "result")
            },
            "academic_hours": 2.0,
        },
    }


def test_a_revoked_one(capsys, certificate, path):
    revoke(certificate=certificate, reason="Why", actor=make_account("manager"))

    said, code = answer(capsys, path)

    assert (code, said["status"], said["credential"]["status_bit"]) == (1, "revoked", True)


def test_an_edited_one(capsys, certificate, path):
    path.write_bytes(path.read_bytes() + b"8 0 obj\n<<>>\nendobj\n%%EOF\n")

    said, code = answer(capsys, path)

    assert (code, said["status"], said["signature"]["covers_whole_file"]) == (1, "altered", False)
    assert said["signature"]["intact"]


def test_a_flipped_byte(capsys, certificate, path):
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)

    said, code = answer(capsys, path)

    assert (code, said["status"], said["signature"]["intact"]) == (1, "altered", False)


def test_somebody_elses(capsys, tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")

    said, code = answer(capsys, tmp_path / "x.pdf")

    assert (code, said) == (
        1,
        {
            "status": "foreign",
            "code": "",
            "signature": {"intact": False, "trusted": False, "covers_whole_file": False, "key_given_up": None},
            "credential": {"proofs": {}, "status_bit": False},
            "fields": {},
        },
    )


def test_a_line_for_people(capsys, certificate, path):
    call_command("certificate_verify", str(path))

    assert capsys.readouterr().out == f"{path}: valid {certificate.code}\n"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="could not be read"):
        call_command("certificate_verify", str(tmp_path / "nothing.pdf"))


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    with (tmp_path / "large.pdf").open("wb") as file:
        file.truncate(200 * 1024 * 1024)

    with pytest.raises(CommandError, match="larger than 50 MB"):
        call_command("certificate_verify", str(tmp_path / "large.pdf"))
