"""Every kind of tampering is found: the log, the register and the files vouch for each other."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates import chain
from certificates.models import Certificate, LogEntry, PublicKey
from certificates.services import audit, award_enrolment, erase, lift_suspension, reissue, revoke, seal, suspend
from certificates.services.log import note_extended, note_sealed
from tests.factories.certificates import make_certificate, make_completed_enrolment
from tests.factories.people import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.db]

EXPIRES = datetime(2027, 3, 9, 9, tzinfo=UTC)


@pytest.fixture
def register() -> list[Certificate]:
    """Three that were sealed; the second was revoked, the third was suspended for a while."""
    manager = make_account("manager")
    certificates = [make_certificate() for _ in range(3)]
    revoke(certificate=certificates[1], reason="Mistake", actor=manager)
    suspend(certificate=certificates[2], reason="Review", actor=manager)
    lift_suspension(certificate=certificates[2], reason="Review done", actor=manager)
    return [Certificate.objects.get(pk=certificate.pk) for certificate in certificates]


def tamper(statement: str, *values: object) -> None:
    """Change the tables behind the back of the product, which refuses to."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def answer(capsys, *arguments: str) -> tuple[int, dict]:
    capsys.readouterr()
    code = 0
    try:
        call_command("certificates_audit", "--json", *arguments)
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return code, json.loads(capsys.readouterr().out)


def test_a_register_that_nobody_tampered_with(register, capsys):
    award_enrolment(enrolment=make_completed_enrolment())
    reissue(certificate=register[0], name_latin="Anna", reason="A name", actor=make_account("manager"))

    assert answer(capsys) == (
        0,
        {"certificates": 5, "chain": "intact", "files_missing": 0, "files_changed": 0, "problems": []},
    )


def test_an_empty_register(capsys):
    code, said = answer(capsys)

    assert (code, said["certificates"], said["chain"]) == (0, 0, "intact")


def test_changed_words(register, capsys):
    payload = {**register[0].payload, "holder": {"native": "Somebody Else", "latin": ""}}
    Certificate.objects.filter(pk=register[0].pk).update(payload=payload)

    code, said = answer(capsys)

    assert (code, said["chain"]) == (1, "intact")
    assert said["problems"] == [f"Certificate {register[0].code}: its words were changed."]


def test_changed_words_with_a_new_hash(register):
    payload = {**register[0].payload, "holder": {"native": "Somebody Else", "latin": ""}}
    forged = chain.payload_hash(payload, register[0].salt)
    Certificate.objects.filter(pk=register[0].pk).update(payload=payload, payload_hash=forged)

    assert audit().problems == [f"Certificate {register[0].code}: payload_hash is not the one that was sealed."]


def test_a_missing_file(register, capsys):
    register[0].pdf.storage.delete(register[0].pdf.name)

    code, said = answer(capsys)

    assert (code, said["files_missing"], said["files_changed"], len(said["problems"])) == (1, 1, 0, 1)


def test_a_changed_file(register, capsys):
    storage, name = register[0].pdf.storage, register[0].pdf.name
    with storage.open(name, "rb") as file:
        data = bytearray(file.read())
    data[len(data) // 2] ^= 1
    storage.delete(name)
    storage.save(name, ContentFile(bytes(data)))

    code, said = answer(capsys)

    assert (code, said["files_missing"], said["files_changed"]) == (1, 0, 1)
    assert said["problems"] == [f"Certificate {register[0].code}: the file {name} was changed."]


def test_a_changed_file_with_a_new_hash(register):
    Certificate.objects.filter(pk=register[0].pk).update(pdf_sha256="0" * 64)

    findings = audit()

    assert findings.files_changed == 1
    assert f"Certificate {register[0].code}: pdf_sha256 is not the one that was sealed." in findings.problems


def test_a_file_that_the_register_does_not_name_any_more(register):
    Certificate.objects.filter(pk=register[0].pk).update(pdf="")

    assert audit().files_missing == 1


@pytest.mark.parametrize("fields", [{"action": "lifted"}, {"facts": "{}"}, {"at": "2020-01-01 00:00:00"}])
def test_a_changed_entry(register, capsys, fields):
    ((column, value),) = fields.items()
    tamper(f"UPDATE certificates_logentry SET {column} = %s WHERE number = 2", value)

    code, said = answer(capsys)

    assert (code, said["chain"]) == (1, "broken")
    assert any("Entry 2 of the log" in problem and "was changed" in problem for problem in said["problems"])


def test_an_entry_that_now_speaks_of_another_certificate(register):
    tamper("UPDATE certificates_logentry SET certificate_id = %s WHERE number = 4", register[0].pk)

    findings = audit()

    assert findings.chain_is_broken
    assert f"Certificate {register[0].code}: the log says revoked, and the register does not." in findings.problems


def test_a_dropped_entry(register, capsys):
    tamper("DELETE FROM certificates_logentry WHERE number = 3")

    code, said = answer(capsys)

    assert (code, said["chain"]) == (1, "broken")


def test_entries_that_were_dropped_from_the_end(register):
    tamper("DELETE FROM certificates_logentry WHERE number >= 4")

    findings = audit()

    assert findings.chain_is_broken
    assert findings.problems == [
        f"Certificate {register[1].code}: the register says revoked, and the log has no entry of it."
    ]


def test_a_log_that_was_written_anew_is_found_by_a_digest_that_somebody_kept(register, capsys):
    kept = LogEntry.objects.get(number=6).digest
    assert answer(capsys, "--kept", kept)[0] == 0

    tamper("DELETE FROM certificates_logentry WHERE number >= 5")
    code, said = answer(capsys, "--kept", kept)

    assert (code, said["chain"]) == (1, "broken")
    assert said["problems"] == [f"The log holds no entry with the digest {kept}."]


def test_an_inserted_entry(register):
    last = LogEntry.objects.get(number=6)
    LogEntry.objects.create(
        number=7, certificate=register[0], action="revoked", at=timezone.now(), previous=last.digest, digest="0" * 64
    )

    findings = audit()

    assert findings.chain_is_broken
    assert "Entry 7 of the log (revoked" in findings.problems[0]


def test_entries_that_changed_places(register):
    tamper("UPDATE certificates_logentry SET number = 1000 WHERE number = 1")
    tamper("UPDATE certificates_logentry SET number = 1 WHERE number = 2")
    tamper("UPDATE certificates_logentry SET number = 2 WHERE number = 1000")

    assert audit().chain_is_broken


@pytest.mark.parametrize(
    ("at", "fields", "word"),
    [
        (1, {"revoked_at": None}, "revoked"),
        (2, {"suspended_at": timezone.now(), "status_reason": "Because"}, "suspended"),
        (0, {"superseded_at": timezone.now(), "status_reason": "Because"}, "superseded"),
        (0, {"erased_at": timezone.now()}, "erased"),
    ],
)
def test_a_state_that_the_log_does_not_know(register, at, fields, word):
    Certificate.objects.filter(pk=register[at].pk).update(**fields)

    problems = audit().problems

    assert any(register[at].code in problem and word in problem for problem in problems)


def test_a_certificate_that_was_put_into_the_register_past_the_log(register):
    forged = award_enrolment(enrolment=make_completed_enrolment())
    Certificate.objects.filter(pk=forged.pk).update(
        sealed_at=timezone.now(), pdf=register[0].pdf.name, pdf_sha256=register[0].pdf_sha256
    )

    findings = audit()

    assert findings.chain_is_broken
    assert f"Certificate {forged.code}: the register says sealed, and the log has no entry of it." in findings.problems
    assert f"Certificate {forged.code}: it was sealed without a hash of its words." in findings.problems


def test_another_successor_than_the_log_names(register):
    manager = make_account("manager")
    new = reissue(certificate=register[0], name_latin="Anna", reason="A name", actor=manager)
    Certificate.objects.filter(pk=new.pk).update(supersedes=None)

    assert audit().problems == [f"Certificate {register[0].code}: the register names another successor than the log."]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"expires_at": None}, "the register names another day than its words (expires)."),
        ({"expires_at": EXPIRES + timedelta(days=400)}, "the register names another day than its words (expires)."),
        ({"issued_at": EXPIRES - timedelta(days=900)}, "the register names another day than its words (issued)."),
        ({"kind": "participation"}, "the register names another kind than its words."),
        ({"status_index": 7}, "the register names another place in the status list than its credential."),
        ({"status_list": 2}, "the register names another place in the status list than its credential."),
    ],
)
def test_what_decides_beside_the_words_agrees_with_them(fields, sentence):
    with time_machine.travel(EXPIRES - timedelta(days=365), tick=False):
        certificate = seal(certificate=award_enrolment(enrolment=make_completed_enrolment(certificate_months=12)))
    assert audit().problems == []

    Certificate.objects.filter(pk=certificate.pk).update(**fields)

    assert audit().problems == [f"Certificate {certificate.code}: {sentence}"]


@pytest.mark.django_db(transaction=True)
def test_what_is_changed_while_the_audit_runs_is_no_problem():
    certificate, manager = make_certificate(), make_account("manager")
    done: list[bool] = []

    def revoke_elsewhere() -> None:
        revoke(certificate=certificate, reason="Mistake", actor=manager)
        connection.close()

    def between(execute, sql, params, many, context):
        """The certificates are read, their entries of the log not yet."""
        if not done and "certificates_logentry" in sql and " IN (" in sql:
            done.append(True)
            elsewhere = threading.Thread(target=revoke_elsewhere)
            elsewhere.start()
            elsewhere.join()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(between):
        findings = audit()

    assert (done, findings.problems) == ([True], [])
    assert Certificate.objects.get().status == "revoked"


@pytest.fixture
def signed() -> tuple[Certificate, PublicKey]:
    """A certificate of which the log says that it was signed."""
    key = PublicKey.objects.create(kind="document", key_id="ab" * 32, created_at=timezone.now())
    certificate = award_enrolment(enrolment=make_completed_enrolment())
    certificate.pdf.save(f"{certificate.code}.pdf", ContentFile(b"a file"), save=False)
    certificate.pdf_sha256 = "c5b3d4dbd7bdb39ca05e4fed5ab25a4f9c0e9ffb6ea0a8da0d3c7bb0b1c0f8a7"
    certificate.sealed_at, certificate.signed_by = timezone.now(), key
    certificate.payload_hash = chain.payload_hash(certificate.payload, certificate.salt)
    certificate.save()
    note_sealed(certificate)
    return certificate, key


def test_a_key_that_did_not_sign(signed):
    certificate, _key = signed
    Certificate.objects.filter(pk=certificate.pk).update(signed_by=None)

    assert f"Certificate {certificate.code}: the register names another key than the one that signed." in (
        audit().problems
    )


def test_a_key_that_nobody_knows(signed):
    certificate, key = signed
    PublicKey.objects.filter(pk=key.pk).update(key_id="cd" * 32)

    assert f"Certificate {certificate.code}: the key {'ab' * 32} that signed it is not known." in audit().problems


def test_a_key_that_was_stolen_before_it_signed(signed):
    certificate, key = signed
    PublicKey.objects.filter(pk=key.pk).update(
        created_at=certificate.issued_at, retired_at=timezone.now(), compromised_at=certificate.issued_at
    )
    sentence = f"Certificate {certificate.code}: it was signed with a key that somebody else may have had."

    assert any(problem.startswith(sentence) for problem in audit().problems)


def test_the_longer_file_is_looked_at_too(register):
    certificate = register[0]
    certificate.extended_pdf.save(f"{certificate.code}-long.pdf", ContentFile(b"longer"), save=False)
    certificate.extended_sha256 = chain.hashlib.sha256(b"longer").hexdigest()
    certificate.extended_at = timezone.now()
    certificate.save()
    note_extended(certificate)
    assert audit().problems == []

    Certificate.objects.filter(pk=certificate.pk).update(extended_sha256="0" * 64)

    findings = audit()
    assert findings.files_changed == 1
    assert f"Certificate {certificate.code}: extended_sha256 is not the one that was extended." in findings.problems


def test_words_that_came_back_after_they_were_erased(register):
    erase(certificate=register[0], reason="Asked", actor=make_account("administrator"))
    Certificate.objects.filter(pk=register[0].pk).update(payload=register[0].payload)

    assert f"Certificate {register[0].code}: it was erased, and some of what it says is still there." in (
        audit().problems
    )


def test_a_line_to_read_for_those_who_do_not_want_json(register, capsys):
    call_command("certificates_audit")
    said = capsys.readouterr().out
    assert "3 certificates, 6 entries of the log, 0 problems." in said
    assert LogEntry.objects.get(number=6).digest in said


def test_the_number_of_queries_does_not_grow(register):
    with CaptureQueriesContext(
        connection,
    ) as few:
        audit()
    for _more in range(4):
        make_certificate()
    with CaptureQueriesContext(connection) as many:
        audit()

    assert len(many) == len(few)


def test_of_a_thousand_certificates_each_is_looked_at(register):
    """They share a file: what counts here is rows, hashes and files that are read."""
    entry, previous = register[0].log.get(), LogEntry.objects.get(number=6).digest
    copies, entries = [], []
    for number in range(1000):
        # Revoked, because only one certificate of an enrolment stands.
        copy = Certificate.objects.get(pk=register[0].pk)
        copy.pk, copy.code, copy.credential = None, f"{number:013d}", ""
        copy.status_list, copy.status_index = None, None
        copy.revoked_at, copy.status_reason = copy.sealed_at, "Copied"
        copies.append(copy)
        for action, facts in (("sealed", entry.facts), ("revoked", {})):
            said = {"number": 7 + len(entries), "action": action, "at": copy.sealed_at, "facts": facts}
            digest = chain.digest_of(chain.Entry(code=copy.code, previous=previous, **said))
            entries.append(LogEntry(certificate=copy, previous=previous, digest=digest, **said))
            previous = digest
    Certificate.objects.bulk_create(copies)
    LogEntry.objects.bulk_create(entries)

    findings = audit()

    assert (findings.certificates, findings.problems) == (1003, [])
