"""The credential out of the PDF, before the eyes of verifiers by other people."""

import copy
import io
import json

import pytest
from pypdf import PdfReader

from certificates.services import revoke
from certificates.services.credentials import did_document, status_list, transcript
from certificates.services.keys import current_keys
from tests.certificates.verifiers.programs import by_javascript, by_python
from tests.factories.certificates import make_certificate
from tests.factories.people import make_account, make_agency, make_person

pytestmark = pytest.mark.django_db


def out_of_the_pdf(certificate):
    with certificate.pdf.open("rb") as file:
        (data,) = PdfReader(io.BytesIO(file.read())).attachments["credential.json"]
    return json.loads(data)


def published(certificate):
    """What a verifier would fetch from the site."""
    issuer = did_document()
    listed = status_list(number=certificate.status_list, key=current_keys().credential)
    return {issuer["id"]: issuer, listed["id"]: listed}


def tampered(credential):
    changed = copy.deepcopy(credential)
    changed["credentialSubject"]["achievement"]["name"] += " with distinction"
    return changed


def test_javascript_accepts_the_credential_and_refuses_a_tampered_one():
    certificate = make_certificate()
    credential, documents = out_of_the_pdf(certificate), published(certificate)

    (answer,) = by_javascript([credential], documents)

    assert (answer["verified"], answer["error"], answer["status"]) == (True, "", [False])
    assert answer["safe"] > 40
    assert not by_javascript([tampered(credential)], documents)[0]["verified"]


@pytest.mark.deep
@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_javascript_and_python_agree_in_every_language_and_read_the_bit(language):
    holder = make_person(agency=make_agency(), language=language, family_name="Ўладзіслаўская-Лук’яновіч")
    certificate = make_certificate(person=holder)
    credential, documents = out_of_the_pdf(certificate), published(certificate)
    holds = {"eddsa-rdfc-2022": "", "eddsa-jcs-2022": ""}

    (answer,) = by_javascript([credential], documents)
    assert (answer["verified"], answer["error"], answer["status"]) == (True, "", [False])
    assert by_python([credential], documents) == [{"proofs": holds, "out_of_force": False}]

    assert not by_javascript([tampered(credential)], documents)[0]["verified"]
    assert all(by_python([tampered(credential)], documents)[0]["proofs"].values())

    revoke(certificate=certificate, reason="Two people share one account", actor=make_account("manager"))
    documents = published(certificate)
    assert by_javascript([credential], documents)[0]["status"] == [True]
    assert by_python([credential], documents) == [{"proofs": holds, "out_of_force": True}]


@pytest.mark.deep
def test_javascript_accepts_the_status_list_and_the_transcript():
    holder = make_person(agency=make_agency())
    certificate = make_certificate(person=holder)
    make_certificate(person=holder)
    documents = published(certificate)
    listed = next(document for document in documents.values() if "credentialSubject" in document)

    answers = by_javascript([listed, transcript(person=holder, key=current_keys().credential)], documents)

    assert [(answer["verified"], answer["error"]) for answer in answers] == [(True, "")] * 2
    assert all(answer["safe"] for answer in answers)


@pytest.mark.deep
def test_a_key_that_the_issuer_no_longer_names_is_refused_by_both():
    certificate = make_certificate()
    credential, documents = out_of_the_pdf(certificate), published(certificate)
    issuer = documents[credential["issuer"]["id"]]
    # Still listed, but not to assert anything.
    issuer["assertionMethod"] = []

    assert not by_javascript([credential], documents)[0]["verified"]
    assert all(by_python([credential], documents)[0]["proofs"].values())
