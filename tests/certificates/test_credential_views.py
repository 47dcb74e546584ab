import hashlib
import json

import pytest
from django.test import override_settings
from django.urls import reverse

from audit.models import Event
from certificates.credentials import baking, contexts, status
from certificates.models import Certificate
from certificates.services import revoke
from certificates.services.credentials import checked, did_document
from tests.factories.certificates import make_certificate
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db

MIME = "application/vc+ld+json"


@pytest.fixture
def certificate():
    made = make_certificate()
    make_account(person=made.person)
    return made


@pytest.fixture
def holder(client, certificate):
    client.force_login(certificate.person.account)
    return client


def test_the_did_document_is_for_everybody_and_every_site(client, certificate):
    response = client.get("/.well-known/did.json")

    assert response.json() == did_document()
    assert response["Content-Type"] == "application/did+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    method = json.loads(certificate.credential)["proof"][0]["verificationMethod"]
    assert method in response.json()["assertionMethod"]


@pytest.mark.parametrize("name", contexts.FILES.values())
def test_contexts_are_served_letter_by_letter(client, name):
    response = client.get(f"/credentials/contexts/{name}")

    assert hashlib.sha256(response.content).digest() == hashlib.sha256(contexts.read(name)).digest()
    assert response["Content-Type"] == "application/ld+json"
    assert "public" in response["Cache-Control"]


@pytest.mark.parametrize("name", ["README.md", "__init__.py", "other.json"])
def test_nothing_else_is_served_as_a_context(client, name):
    assert client.get(f"/credentials/contexts/{name}").status_code == 404


def test_the_status_list_is_where_the_credential_says_and_turns(client, certificate, django_assert_max_num_queries):
    entry = json.loads(certificate.credential)["credentialStatus"]
    path = "/" + entry["statusListCredential"].split("/", 3)[3]

    with django_assert_max_num_queries(3):
        before = client.get(path)
    revoke(certificate=certificate, reason="Two people share one account", actor=make_account("manager"))
    after = client.get(path)

    assert before["Content-Type"] == MIME
    assert before["Cache-Control"] == "public, max-age=300"
    assert before["Access-Control-Allow-Origin"] == "*"
    assert not before.cookies
    bits = [
        status.is_set(each.json()["credentialSubject"]["encodedList"], int(entry["statusListIndex"]))
        for each in (before, after)
    ]
    assert bits == [False, True]
    assert all(checked(after.json()).values())
    assert client.get("/credentials/status/2").status_code == 404


def test_without_keys_the_status_list_says_so_instead_of_an_unsigned_answer(client, certificate, tmp_path):
    with override_settings(CERTIFICATE_KEYS=tmp_path, DEMO=False):
        response = client.get("/credentials/status/1")

    assert response.status_code == 503
    assert set(response.json()) == {"error"}
    assert response["Cache-Control"] == "no-store"


def test_json_png_and_svg_carry_the_same_letters(holder, certificate):
    plain, png, svg = (
        holder.get(reverse(name, args=[certificate.code]))
        for name in ("certificate_credential", "credential_png", "credential_svg")
    )

    assert plain.content.decode() == certificate.credential
    assert baking.from_png(png.content) == certificate.credential
    assert baking.from_svg(svg.content.decode()) == certificate.credential
    assert [each["Content-Type"] for each in (plain, png, svg)] == [MIME, "image/png", "image/svg+xml"]
    assert plain["Content-Disposition"] == f'attachment; filename="credential-{certificate.code}.json"'
    assert "private" in plain["Cache-Control"]
    again = holder.get(reverse("credential_png", args=[certificate.code]), headers={"If-None-Match": png["ETag"]})
    assert again.status_code == 304


def test_who_takes_somebody_elses_is_noted(client, certificate):
    manager = make_account("manager")
    client.force_login(manager)

    client.get(reverse("certificate_credential", args=[certificate.code]))

    event = Event.objects.get(action="certificates.downloaded")
    assert (event.actor, event.subject) == (manager, certificate.person)


def test_what_has_no_credential_is_not_there(holder, certificate):
    Certificate.objects.update(credential="")

    for name in ("certificate_credential", "credential_png", "credential_svg"):
        assert holder.get(reverse(name, args=[certificate.code])).status_code == 404


def test_the_transcript_is_the_holders_own(holder, certificate):
    make_certificate()

    response = holder.get(reverse("my_transcript"))

    assert response["Content-Type"] == MIME
    assert "no-store" in response["Cache-Control"]
    assert response.json()["credentialSubject"]["verifiableCredential"] == [json.loads(certificate.credential)]


def test_the_transcript_waits_for_keys(holder, tmp_path):
    with override_settings(CERTIFICATE_KEYS=tmp_path, DEMO=False):
        response = holder.get(reverse("my_transcript"))

    assert response.status_code == 503
    assert "try again later" in response.content.decode()
