"""What holders see of their own certificates, and how they give them away."""

from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import time_machine
from django.urls import reverse

from certificates import codes, file_names
from certificates.models import Certificate
from certificates.services import award_enrolment, reissue, revoke, set_privacy, suspend
from tests.factories.certificates import make_certificate, make_completed_enrolment

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)


@pytest.fixture
def holder(roles):
    return roles.learner


@pytest.fixture
def certificate(holder) -> Certificate:
    return make_certificate(person=holder.person)


def page_of(response: Any) -> str:
    return unescape(response.content.decode())


def page_about(certificate: Certificate, client: Any) -> str:
    return page_of(client.get(reverse("certificate", args=[certificate.code])))


# --- The list ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("step", "words"),
    [
        (None, "Valid without limit"),
        ("expires", "Valid until 31 March 2027"),
        ("expired", "Genuine, but only valid until 30 March 2026"),
        ("suspend", "Not in force for the time being, since 31 March 2026"),
        ("revoke", "Out of force for good, since 31 March 2026"),
    ],
)
def test_the_list_says_where_a_certificate_stands(holder, roles, client_of, step, words):
    with time_machine.travel(NOW, tick=False):
        certificate = make_certificate(person=holder.person)
        if step in {"suspend", "revoke"}:
            {"suspend": suspend, "revoke": revoke}[step](certificate=certificate, reason="Why", actor=roles.manager)
        elif step:
            expires = NOW.replace(year=2027) if step == "expires" else NOW.replace(day=30)
            Certificate.objects.update(expires_at=expires)

        assert words in page_of(client_of(holder).get(reverse("my_certificates")))


def test_the_list_leads_from_one_that_was_replaced_to_the_newer(holder, certificate, roles, client_of):
    newer = reissue(certificate=certificate, name_latin="Anna Nova", reason="A new passport", actor=roles.manager)

    page = page_of(client_of(holder).get(reverse("my_certificates")))

    assert "Replaced by a newer certificate on " in page
    assert page.count(reverse("certificate", args=[newer.code])) == 2


def test_the_list_says_why_one_waits_in_the_language_of_the_page(holder, client_of):
    pending = award_enrolment(enrolment=make_completed_enrolment(person=holder.person))
    Certificate.objects.filter(pk=pending.pk).update(sealed_at=None, failure="The keys are missing.")

    page = page_of(client_of(holder).get(reverse("my_certificates")))

    assert "Earned; the file is being prepared" in page
    assert "The keys are missing." in page


def test_coordinators_find_the_certificates_of_their_people_beside_their_own(roles, client_of):
    address = reverse("agency_certificates")

    assert address in page_of(client_of(roles.coordinator).get(reverse("my_certificates")))
    assert address in page_of(client_of(roles.coordinator).get(reverse("reports")))
    assert address not in page_of(client_of(roles.learner).get(reverse("my_certificates")))


# --- Giving it away ---------------------------------------------------------------------------------------------------
def test_the_link_to_give_away_stands_in_a_field_without_javascript(holder, certificate, client_of):
    page = page_about(certificate, client_of(holder))

    assert f'<input id="share" value="{certificate.payload["address"]}" readonly' in page


def test_the_link_of_a_private_certificate_carries_the_key_for_its_holder_alone(holder, certificate, roles, client_of):
    set_privacy(certificate=certificate, privacy="link", actor=holder)
    certificate.refresh_from_db()
    key = f"?key={certificate.secret}"

    assert f'value="{certificate.payload["address"]}{key}"' in page_about(certificate, client_of(holder))
    assert certificate.secret not in page_about(certificate, client_of(roles.manager))


def linkedin(page: str) -> dict[str, str]:
    (start,) = [part for part in page.split('href="') if part.startswith("https://www.linkedin.com/")]
    address, _quote, rest = start.partition('"')
    assert 'rel="noopener noreferrer"' in rest[:60]
    return {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}


def test_linkedin_is_handed_everything_that_its_form_asks_for(holder, client_of):
    with time_machine.travel(NOW, tick=False):
        certificate = make_certificate(person=holder.person, expires_at=NOW.replace(year=2028, month=5))
        said = linkedin(page_about(certificate, client_of(holder)))

    assert said == {
        "startTask": "CERTIFICATION_NAME",
        "name": "Certificate of achievement: M1",
        "organizationName": "Migration Health Academy",
        "issueYear": "2026",
        "issueMonth": "3",
        "expirationYear": "2028",
        "expirationMonth": "5",
        "certUrl": certificate.payload["address"],
        "certId": codes.printed(certificate.code),
    }


def test_nobody_else_and_nothing_out_of_force_is_offered_to_linkedin(holder, certificate, roles, client_of):
    assert "linkedin" not in page_about(certificate, client_of(roles.manager))
    revoke(certificate=certificate, reason="An error", actor=roles.manager)
    assert "linkedin" not in page_about(certificate, client_of(holder))


def test_the_file_opens_in_the_browser_to_be_printed(holder, certificate, client_of):
    address = reverse("certificate_pdf", args=[certificate.code])

    assert client_of(holder).get(address)["Content-Disposition"].startswith("attachment; ")
    assert client_of(holder).get(f"{address}?print")["Content-Disposition"].startswith("inline; ")


# --- Names of files ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("native", "latin", "plain"),
    [
        ("Лук’яновіч Ўладзіслаў", "Uladzislaŭ Lukianovič", "certificate-M1-Uladzislau-Lukianovic-CODE.pdf"),
        ("Щербакова Юлия", "", "certificate-M1-Shcherbakova-Iuliia-CODE.pdf"),
        ("Дзям'янаў Ян", "", "certificate-M1-Dziamianau-Ian-CODE.pdf"),
        ("Łukasz Müller", "", "certificate-M1-Lukasz-Muller-CODE.pdf"),
        ("王 伟", "", "certificate-M1-CODE.pdf"),
        ('../a"b\r\n', "", "certificate-M1-..ab-CODE.pdf"),
    ],
)
def test_files_are_named_in_latin_letters_after_the_holder(native, latin, plain):
    payload = {"holder": {"native": native, "latin": latin}, "subject": {"code": "M1"}, "printed": {"title": "T"}}

    assert file_names.plain(payload, "CODE") == plain
    named, _semicolon, extended = file_names.disposition(payload, "CODE").partition("; filename*=UTF-8''")
    assert named == f'attachment; filename="{plain}"'
    assert "/" not in unquote(extended)
    assert "\n" not in extended


def test_a_long_name_keeps_the_code():
    payload = {"holder": {"native": "Я" * 300, "latin": ""}, "subject": {"code": "M1"}}

    name = file_names.plain(payload, "CODE")
    assert len(name) < 140
    assert name.endswith("-CODE.pdf")


def test_what_was_erased_is_named_by_its_code_alone():
    assert file_names.disposition({}, "CODE") == 'attachment; filename="certificate-CODE.pdf"'
