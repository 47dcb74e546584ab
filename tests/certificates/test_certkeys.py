import json

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command
from django.test import Client

from certificates.models import PublicKey
from certificates.services.keys import DOCUMENT

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DEMO = False
    settings.CERTIFICATE_KEYS = tmp_path / "keys"
    return settings.CERTIFICATE_KEYS


def answer(capsys, *arguments: object) -> dict:
    capsys.readouterr()
    call_command("certkeys", *map(str, arguments), "--json")
    return json.loads(capsys.readouterr().out)


def test_keys_are_made_rotated_and_shown(capsys):
    made = answer(capsys, "init")

    assert (made["usable"], made["problem"]) == (True, "")
    assert {key["kind"] for key in made["keys"]} == {"root", "document", "credential"}
    rotated = answer(capsys, "rotate")
    assert [key["kind"] for key in rotated["keys"] if key["retired_at"]] == ["credential", "document"]
    assert answer(capsys, "status") == rotated


def test_a_second_authority_is_refused_with_a_sentence():
    call_command("certkeys", "init")

    with pytest.raises(CommandError, match="There are keys already"):
        call_command("certkeys", "init")


def test_the_state_is_an_exit_code_and_lines_to_read(capsys, folder):
    call_command("certkeys", "init")
    assert [line.split()[:3] for line in capsys.readouterr().out.splitlines()] == [
        [key.kind, "in", "use"] for key in PublicKey.objects.order_by("-created_at", "-pk")
    ]
    (folder / DOCUMENT).unlink()

    with pytest.raises(SystemExit) as stopped:
        call_command("certkeys", "status")

    assert stopped.value.code == 1
    assert capsys.readouterr().err.startswith("The key document.p12 is missing.")


def test_a_key_is_given_up_since_a_moment(capsys):
    old = answer(capsys, "init")["keys"]
    credential = next(key["key_id"] for key in old if key["kind"] == "credential")
    call_command("certkeys", "rotate")

    given = answer(capsys, "give-up", credential, "--since", "2026-03-31")

    moments = {key["key_id"]: key["compromised_at"] for key in given["keys"] if key["compromised_at"]}
    assert moments == {credential: "2026-03-30T21:00:00+00:00"}
    with pytest.raises(CommandError, match="There is no key"):
        call_command("certkeys", "give-up")
    with pytest.raises(CommandError, match="since"):
        call_command("certkeys", "give-up", credential, "--since", "yesterday")


def test_what_is_public_is_written_out(capsys, tmp_path):
    call_command("certkeys", "init")

    exported = answer(capsys, "export", "-o", tmp_path / "public")

    assert (tmp_path / "public" / "ca.pem").read_text() == exported["roots"]
    assert (tmp_path / "public" / "ca.crl").read_bytes().hex() == exported["revocations"]
    assert json.loads((tmp_path / "public" / "keys.json").read_text()) == exported["keys"]
    root = PublicKey.objects.get(kind="root").key_id
    assert (tmp_path / "public" / f"{root}.crl").read_bytes() == (tmp_path / "public" / "ca.crl").read_bytes()
    assert "PRIVATE" not in json.dumps(exported)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    call_command("certkeys", "init")
    (tmp_path / "public").write_text("a file")

    with pytest.raises(CommandError, match="could not be written"):
        call_command("certkeys", "export", "-o", str(tmp_path / "public"))


def test_everybody_reads_the_roots_and_the_revoked_signers():
    client = Client()
    assert [client.get(f"/pki/{name}").status_code for name in ("ca.pem", "ca.crl")] == [404, 404]
    call_command("certkeys", "init")

    roots, revoked = client.get("/pki/ca.pem"), client.get("/pki/ca.crl")
    own = client.get(f"/pki/{PublicKey.objects.get(kind='root').key_id}.crl")

    (root,) = x509.load_pem_x509_certificates(roots.content)
    crl = x509.load_der_x509_crl(revoked.content)
    assert (own.content, own["Content-Type"]) == (revoked.content, revoked["Content-Type"])
    assert client.get("/pki/another.crl").status_code == 404
    assert crl.is_signature_valid(root.public_key())
    assert (roots["Content-Type"], revoked["Content-Type"]) == ("application/x-pem-file", "application/pkix-crl")
    assert roots["Cache-Control"] == revoked["Cache-Control"] == "public, max-age=3600"
