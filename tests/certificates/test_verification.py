"""The pages by which anybody can check a certificate."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Event
from certificates import codes
from certificates.models import Certificate, PaperBatch, PublicKey
from certificates.services import award_enrolment, erase, reissue, revoke, seal, set_privacy, suspend, verify_code
from certificates.services.verification import WRONG_AT_MOST, WRONG_SURNAMES_AT_MOST
from tests.factories.certificates import make_certificate, make_completed_enrolment
from tests.factories.people import make_account, make_agency, make_person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)


@pytest.fixture
def holder(agency_tree):
    return make_account(
        agency=agency_tree.clinic,
        family_name="Лук’яновіч",
        given_name="Ўладзіслаў",
        patronymic="",
        name_latin="Uladzislaŭ Lukianovič",
    )


@pytest.fixture
def certificate(holder) -> Certificate:
    return make_certificate(person=holder.person)


def page_of(response: Any) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def verify(client: Client) -> Callable[..., Any]:
    def get(code: str, lang: str = "", **headers: str) -> Any:
        return client.get(f"/v/{code}" + (f"?lang={lang}" if lang else ""), headers=headers)

    return get


def heading(response: Any) -> str:
    page = page_of(response)
    return page.partition("<h1>")[2].partition("</h1>")[0]


def test_a_valid_certificate_says_so_first_and_then_everything_printed(certificate, verify):
    response = verify(certificate.code)

    page = page_of(response)
    printed = certificate.payload["printed"]
    claims = [printed["name"], printed["other_name"], printed["agency"], printed["subject"], printed["title"]]
    claims += [value for _label, value in printed["facts"]]
    assert (response.status_code, heading(response)) == (200, "This certificate is valid")
    assert [claim for claim in claims if claim not in page] == []


@pytest.mark.parametrize("written", [codes.printed, str.lower, lambda code: f" {code} "])
def test_a_code_can_be_written_as_people_write_it(certificate, verify, written):
    assert heading(verify(written(certificate.code))) == "This certificate is valid"


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("fields", "first_words", "explained"),
    [
        ({"expires_at": datetime(2026, 3, 30, tzinfo=UTC)}, "This certificate has expired", "30 March 2026"),
        (
            {"suspended_at": datetime(2026, 3, 20, tzinfo=UTC), "status_reason": "Under review"},
            "This certificate is suspended",
            "Under review",
        ),
        (
            {"revoked_at": datetime(2026, 3, 20, tzinfo=UTC), "status_reason": "Wrong person"},
            "This certificate was revoked",
            "Wrong person",
        ),
        (
            {"superseded_at": datetime(2026, 3, 20, tzinfo=UTC), "status_reason": "Name corrected"},
            "This certificate was replaced",
            "20 March 2026",
        ),
    ],
)
def test_every_other_state_says_since_when_and_why(verify, fields, first_words, explained):
    response = verify(make_certificate(**fields).code)

    assert (response.status_code, heading(response)) == (200, first_words)
    assert explained in page_of(response)


def corrected(certificate: Certificate, **fields: Any) -> Certificate:
    values = {"name_latin": "Uladzislau Lukjanovic", "reason": "Passport", "actor": make_account("manager"), **fields}
    return reissue(certificate=certificate, **values)


def test_a_replaced_certificate_leads_to_the_newer_one_as_soon_as_that_can_be_checked(certificate, verify):
    new = corrected(certificate)
    link = f'href="/v/{new.code}"'

    before = page_of(verify(certificate.code))
    seal(certificate=new)
    after = page_of(verify(certificate.code))

    assert (link in before, link in after) == (False, True)
    assert "This certificate was replaced" in before
    assert "It took the place of one that was issued on" in page_of(verify(new.code))


def test_a_revoked_certificate_leads_to_the_one_that_was_issued_instead(certificate, verify):
    revoke(certificate=certificate, reason="Wrong name", actor=make_account("manager"))
    new = seal(certificate=corrected(certificate))

    page = page_of(verify(certificate.code))

    assert "This certificate was revoked" in page
    assert f'href="/v/{new.code}"' in page


def test_only_who_may_read_it_inside_is_led_inside(holder, certificate, client_of, verify):
    inside = f'href="{reverse("certificate", args=[certificate.code])}"'

    assert inside in page_of(client_of(holder).get(f"/v/{certificate.code}"))
    assert inside not in page_of(client_of(make_account()).get(f"/v/{certificate.code}"))
    assert inside not in page_of(verify(certificate.code))


def test_a_mistyped_code_is_found_without_asking_the_database(certificate, verify):
    wrong = certificate.code[:-1] + ("0" if certificate.code[-1] != "0" else "1")

    with CaptureQueriesContext(connection) as queries:
        response = verify(wrong)

    assert (response.status_code, heading(response)) == (404, "This code was mistyped")
    assert [query["sql"] for query in queries if "certificates_" in query["sql"]] == []


def test_unknown_and_not_yet_sealed_get_the_same_answer(verify):
    pending = award_enrolment(enrolment=make_completed_enrolment()).code
    unknown = codes.new_code()

    answers = [verify(code) for code in (pending, unknown)]

    assert [(answer.status_code, heading(answer)) for answer in answers] == [(404, "We do not know this code")] * 2
    pages = [
        page_of(answer).replace(codes.printed(code), "")
        for answer, code in zip(answers, (pending, unknown), strict=True)
    ]
    assert pages[0].replace(pending, "") == pages[1].replace(unknown, "")


@pytest.mark.parametrize("known", [True, False])
def test_a_verification_is_neither_found_nor_kept_nor_told(certificate, verify, known):
    response = verify(certificate.code if known else codes.new_code())

    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page_of(response)


@pytest.mark.parametrize("language", ["ru", "be"])
def test_the_language_is_the_one_asked_for_or_that_of_the_browser(certificate, verify, language):
    asked = page_of(verify(certificate.code, lang=language))
    preferred = page_of(verify(certificate.code, **{"Accept-Language": language}))

    assert [f'<html lang="{language}"' in page for page in (asked, preferred)] == [True, True]
    assert f"/v/{certificate.code}?lang=en" in asked


def test_an_unknown_language_changes_nothing(certificate, verify):
    assert '<html lang="en"' in page_of(verify(certificate.code, lang="xx"))


def test_a_machine_gets_json(certificate, verify):
    payload = certificate.payload

    response = verify(certificate.code, accept="application/json")

    assert response.json() == {
        "status": "valid",
        "code": certificate.code,
        "since": None,
        "reason": "",
        "replaced_by": None,
        "replaces": None,
        "issued": payload["dates"]["issued"],
        "erased": None,
        "paper": None,
        "key_given_up": None,
        "sealed_before_key_was_given_up": True,
        "name_shown": "full",
        "issuer": payload["issuer"],
        "kind": certificate.kind,
        "holder": payload["holder"],
        "agency": payload["agency"],
        "subject": payload["subject"],
        "academic_hours": 2.0,
        "dates": payload["dates"],
        "result": payload["result"],
        "sha256": certificate.pdf_sha256,
    }
    assert "Accept" in response["Vary"]


def test_a_machine_gets_json_about_codes_that_are_not_there(verify):
    unknown, mistyped = codes.new_code(), "7K3M9QXT2FZAS"

    answers = [verify(code, accept="application/json") for code in (unknown, mistyped)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (404, {"status": "unknown", "code": unknown}),
        (404, {"status": "mistyped", "code": mistyped}),
    ]


@time_machine.travel(NOW, tick=False)
def test_a_machine_is_told_why_a_certificate_is_out_of_force(certificate, verify):
    suspend(certificate=certificate, reason="Under review", actor=make_account("manager"))

    answer = verify(certificate.code, accept="application/json").json()

    assert (answer["status"], answer["since"], answer["reason"]) == ("suspended", "2026-03-31", "Under review")


def test_nothing_private_is_shown(verify):
    person = make_person(agency=make_agency(), email="private@example.org")
    certificate = make_certificate(person=person)

    answers = page_of(verify(certificate.code)) + verify(certificate.code, accept="application/json").content.decode()

    assert [word for word in (person.email, person.public_code) if word in answers] == []


@pytest.mark.parametrize(
    "typed", ["7k3m 9qxt 2fza y", "7K3M-9QXT-2FZA-Y", "https://academy.example.org/v/7K3M9QXT2FZAY/"]
)
def test_a_typed_code_leads_to_its_page(client, typed):
    response = client.get("/v/", {"code": typed})

    assert (response.status_code, response["Location"]) == (302, "/v/7K3M9QXT2FZAY")


@pytest.mark.parametrize("typed", ["", "   "])
def test_without_a_code_there_is_the_field(client, typed):
    response = client.get("/v/", {"code": typed})

    assert heading(response) == "Check a certificate"
    assert '<form class="stack stack--tight" action="/v/"' in page_of(response)


@pytest.mark.parametrize("address", ["/v/", "/v/7K3M9QXT2FZAY"])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_is_written_through_these_addresses(client, address, method):
    assert getattr(client, method)(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["A／B", "℀", "../..", "%00", "?", "x" * 5000])
def test_whatever_is_typed_as_a_code_gets_an_answer(client, typed):
    response = client.get("/v/", {"code": typed}, follow=True)

    assert response.status_code in {200, 404}


# --- How much of the name is shown ----------------------------------------------------------------------------------


def test_initials_are_all_that_is_shown_until_the_surname_is_typed(holder, certificate, client, verify):
    set_privacy(certificate=certificate, privacy="initials", actor=holder)

    page = page_of(verify(certificate.code))
    data = verify(certificate.code, accept="application/json").json()

    assert ("Лук" in page, "Lukian" in page, "Л.\xa0Ў." in page) == (False, False, True)
    assert data["holder"] == {"native": "Л.\xa0Ў.", "latin": "U.\xa0L."}
    assert "Лук" not in str(data)
    wrong = client.post(f"/v/{certificate.code}", {"surname": "Янковіч"})
    assert "This is not the surname on the certificate" in page_of(wrong)
    assert "Лук" not in page_of(wrong)
    for typed in ("ЛУКЪЯНОВИЧ".replace("Ъ", ""), "лук’яновіч", "Lukianovic"):
        right = client.post(f"/v/{certificate.code}", {"surname": typed})
        assert (heading(right), "Лук’яновіч Ўладзіслаў" in page_of(right)) == ("This certificate is valid", True)


def test_surnames_are_not_tried_for_long(holder, certificate, client):
    set_privacy(certificate=certificate, privacy="initials", actor=holder)
    address = f"/v/{certificate.code}"

    answers = [client.post(address, {"surname": f"Wrong{n}"}).status_code for n in range(WRONG_SURNAMES_AT_MOST)]
    late = client.post(address, {"surname": "Лук’яновіч"})

    assert (set(answers), late.status_code) == ({200}, 429)
    assert client.get(address).status_code == 200


def test_one_that_only_a_link_opens_is_answered_as_an_unknown_one(holder, certificate, verify):
    set_privacy(certificate=certificate, privacy="link", actor=holder)
    certificate.refresh_from_db()
    unknown = codes.new_code()
    verify(unknown)

    def asked(code: str, **headers: str) -> tuple[int, str, int, str]:
        with CaptureQueriesContext(connection) as queries:
            response = verify(code, **headers)
        body = page_of(response).replace(codes.printed(code), "").replace(code, "")
        return response.status_code, body, len(queries), response["Content-Type"]

    assert asked(certificate.code) == asked(unknown)
    assert asked(certificate.code, accept="application/json") == asked(unknown, accept="application/json")
    assert asked(certificate.code, accept="application/vc+ld+json") == asked(unknown, accept="application/vc+ld+json")


def test_the_holders_link_opens_it_in_every_language(holder, certificate, client):
    set_privacy(certificate=certificate, privacy="link", actor=holder)
    certificate.refresh_from_db()
    address = f"/v/{certificate.code}?key={certificate.secret}"

    page = page_of(client.get(address))

    assert heading(client.get(address)) == "This certificate is valid"
    assert "Лук’яновіч Ўладзіслаў" in page
    assert f"/v/{certificate.code}?key={certificate.secret}&lang=ru" in page
    assert heading(client.get(f"/v/{certificate.code}?key=wrong")) == "We do not know this code"
    copied = client.get("/v/", {"code": f"https://academy.example.org{address}"})
    assert copied["Location"] == address


def test_the_holder_chooses_on_the_own_page_and_it_is_noted(holder, certificate, client_of):
    client = client_of(holder)
    address = reverse("certificate_privacy", args=[certificate.code])

    assert f'action="{address}"' in page_of(client.get(reverse("certificate", args=[certificate.code])))
    response = client.post(address, {"privacy": "link"})
    certificate.refresh_from_db()

    assert response["Location"] == reverse("certificate", args=[certificate.code])
    assert certificate.privacy == "link"
    page = page_of(client.get(reverse("certificate", args=[certificate.code])))
    assert f"/v/{certificate.code}?key={certificate.secret}" in page
    assert Event.objects.get(action="certificates.privacy_set").after == {"privacy": "link"}


@pytest.mark.parametrize("role", ["manager", "coordinator", "administrator"])
def test_nobody_else_chooses(roles, certificate, client_of, role):
    client = client_of(getattr(roles, role))

    response = client.post(reverse("certificate_privacy", args=[certificate.code]), {"privacy": "link"})

    certificate.refresh_from_db()
    assert (response.status_code, certificate.privacy) == (403, "full")
    page = page_of(client.get(reverse("certificate", args=[certificate.code])))
    assert reverse("certificate_privacy", args=[certificate.code]) not in page


def test_what_the_holder_chose_holds_for_the_certificate_that_takes_its_place(holder, certificate, verify):
    set_privacy(certificate=certificate, privacy="link", actor=holder)
    new = seal(certificate=corrected(certificate))

    assert new.privacy == "link"
    assert heading(verify(new.code)) == "We do not know this code"
    with_key = page_of(verify(f"{certificate.code}?key={new.secret}"))
    assert f'href="/v/{new.code}?key={new.secret}"' in with_key


def test_the_way_to_a_private_successor_is_not_shown(holder, certificate, verify):
    new = seal(certificate=corrected(certificate))
    set_privacy(certificate=new, privacy="link", actor=holder)

    assert new.code not in page_of(verify(certificate.code))
    assert new.code not in page_of(verify(f"{certificate.code}?key=anything"))
    assert verify(certificate.code, accept="application/json").json()["replaced_by"] is None


def test_the_holders_link_leads_from_the_earlier_certificate_to_the_newer_one_for_people_and_machines(
    holder, certificate, verify
):
    certificate = set_privacy(certificate=certificate, privacy="link", actor=holder)
    new = seal(certificate=corrected(certificate))
    invited = f"{certificate.code}?key={certificate.secret}"

    assert f'href="/v/{new.code}?key={new.secret}"' in page_of(verify(invited))
    assert verify(invited, accept="application/json").json()["replaced_by"] == new.code


def test_neither_words_nor_secret_of_a_private_one_are_read_for_whoever_has_no_link(holder, certificate):
    set_privacy(certificate=certificate, privacy="link", actor=holder)

    with CaptureQueriesContext(connection) as queries:
        verify_code(code=certificate.code)

    (query,) = [each["sql"] for each in queries if "certificates_certificate" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert cursor.fetchall() == []


# --- Patience -------------------------------------------------------------------------------------------------------


@time_machine.travel(datetime(2027, 3, 31, 9, 4, tzinfo=UTC), tick=False)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_network_that_guesses_is_asked_to_wait(certificate, verify, accept):
    for _try in range(WRONG_AT_MOST):
        verify(codes.new_code())

    response = verify(certificate.code, accept=accept)

    assert (response.status_code, response["Retry-After"]) == (429, "360")
    assert "Many wrong tries came from your network just now" in page_of(response)
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    with time_machine.travel(datetime(2027, 3, 31, 9, 10, 1, tzinfo=UTC)):
        assert verify(certificate.code).status_code == 200


def test_behind_a_proxy_who_guesses_locks_out_nobody_else(certificate, client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _try in range(WRONG_AT_MOST):
        client.get(f"/v/{codes.new_code()}", headers={"x-forwarded-for": "198.51.100.1, 192.0.2.7"})

    def status_from(forwarded: str) -> int:
        return client.get(f"/v/{certificate.code}", headers={"x-forwarded-for": forwarded}).status_code

    assert [status_from("192.0.2.7"), status_from("192.0.2.8"), status_from("192.0.2.8, 192.0.2.7")] == [429, 200, 429]


def test_right_codes_and_mistyped_ones_cost_nothing(certificate, verify):
    wrong = certificate.code[:-1] + ("0" if certificate.code[-1] != "0" else "1")

    for _try in range(WRONG_AT_MOST + 1):
        verify(wrong)
        verify(certificate.code)

    assert verify(certificate.code).status_code == 200


# --- Erased, on paper, by machines ----------------------------------------------------------------------------------


def test_one_whose_words_were_erased_says_so_and_nothing_else(certificate, roles, verify):
    erase(certificate=certificate, reason="The holder asked", actor=roles.administrator)

    page, data = page_of(verify(certificate.code)), verify(certificate.code, accept="application/json").json()

    assert "What this certificate said was erased on" in page
    assert "Лук" not in page + str(data)
    assert (data["status"], "holder" in data) == ("valid", False)
    assert data["erased"]


def test_one_on_paper_says_so_with_its_number(certificate, verify):
    batch = PaperBatch.objects.create(title="Workshop of 2019", file_name="list.csv")
    Certificate.objects.filter(pk=certificate.pk).update(paper=batch, number="19/042", enrolment=None)

    assert "It was issued on paper, with the number 19/042" in page_of(verify(certificate.code))
    answer = verify(certificate.code, accept="application/json").json()
    assert answer["paper"] == {"number": "19/042", "title": "Workshop of 2019"}


def test_a_machine_gets_the_credential_as_it_was_signed(certificate, holder, verify):
    text = '{"type": ["VerifiableCredential"], "name": "Лук’яновіч"}'
    Certificate.objects.filter(pk=certificate.pk).update(credential=text)

    response = verify(certificate.code, accept="application/vc+ld+json")
    set_privacy(certificate=certificate, privacy="initials", actor=holder)
    hidden = verify(certificate.code, accept="application/vc+ld+json")

    assert (response["Content-Type"], response.content.decode()) == ("application/vc+ld+json", text)
    assert (hidden.status_code, hidden.json()["code"]) == (403, certificate.code)


def test_a_machine_is_told_when_there_is_no_credential(certificate, verify):
    Certificate.objects.filter(pk=certificate.pk).update(credential="")

    assert verify(certificate.code, accept="application/vc+ld+json").status_code == 404


# --- Files ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def drop(client: Client) -> Callable[..., Any]:
    def post(data: bytes, **headers: str) -> Any:
        return client.post("/v/", {"file": SimpleUploadedFile("x.pdf", data, "application/pdf")}, headers=headers)

    return post


def bytes_of(certificate: Certificate) -> bytes:
    with certificate.pdf.open("rb") as file:
        return file.read()


def test_the_sealed_file_has_the_state_of_its_certificate(certificate, drop):
    response = drop(bytes_of(certificate))

    page = page_of(response)
    assert (response.status_code, heading(response)) == (200, "This certificate is valid")
    assert "not a letter in it was changed" in page
    assert certificate.payload["printed"]["name"] in page
    assert drop(bytes_of(certificate), accept="application/json").json()["status"] == "valid"


def test_the_sealed_file_of_a_revoked_certificate_says_why(certificate, drop):
    revoke(certificate=certificate, reason="Wrong person", actor=make_account("manager"))

    response = drop(bytes_of(certificate))

    assert (heading(response), "Wrong person" in page_of(response)) == ("This certificate was revoked", True)


def test_something_added_behind_the_sealed_file_is_seen(certificate, drop):
    response = drop(bytes_of(certificate) + b"\n9 0 obj\n<<>>\nendobj\n%%EOF\n")

    assert heading(response) == "This file was changed"
    assert "The certificate itself: valid." in page_of(response)
    assert certificate.payload["printed"]["name"] in page_of(response)


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [(1, "The file was sealed before, and the register vouches for it"), (-1, "The file was sealed afterwards")],
)
def test_a_key_that_was_given_up_is_named_with_what_was_first(certificate, drop, verify, hours, sentence):
    since = certificate.sealed_at + timedelta(hours=hours)
    PublicKey.objects.update(retired_at=since + timedelta(days=1), compromised_at=since)

    pages = [page_of(drop(bytes_of(certificate))), page_of(verify(certificate.code))]
    said = drop(bytes_of(certificate), accept="application/json").json()

    assert [sentence in page for page in pages] == [True, True]
    assert (said["status"], said["signature"]["trusted"], said["signature"]["key_given_up"]) == (
        "valid", False, since.isoformat(),
    )  # fmt: skip
    assert (said["key_given_up"], said["sealed_before_key_was_given_up"]) == (since.isoformat(), hours > 0)


def test_what_a_key_that_was_given_up_signed_and_nobody_registered_proves_nothing(certificate, drop):
    data, now = bytes_of(certificate), timezone.now()
    Certificate.objects.update(code=codes.new_code(), pdf_sha256="0" * 64)
    PublicKey.objects.update(retired_at=now, compromised_at=now)

    page = page_of(drop(data))

    assert "somebody else may have had since" in page
    assert "It carries the signature of the academy" not in page


def test_one_flipped_byte_of_a_private_certificate_is_seen_and_its_code_is_not_told(holder, certificate, drop):
    set_privacy(certificate=certificate, privacy="link", actor=holder)

    response = drop(bytes_of(certificate).replace(b"/Type /Page", b"/Type /Pagf", 1))

    assert (response.status_code, heading(response)) == (200, "This is not the file that was sealed")
    assert "a signature or a credential of the academy that does not hold" in page_of(response)
    assert certificate.code not in page_of(response)


def test_one_flipped_byte_is_seen(certificate, drop):
    data = bytearray(bytes_of(certificate))
    data[len(data) // 2] ^= 1

    response = drop(bytes(data))

    assert heading(response) == "This is not the file that was sealed"
    assert f'href="/v/{certificate.code}"' in page_of(response)
    assert "which does not fit what it shows" in page_of(response)
    assert drop(bytes(data), accept="application/json").json() == {
        "status": "altered",
        "code": certificate.code,
        "signature": {"intact": False, "trusted": True, "covers_whole_file": True, "key_given_up": None},
        "proofs": {"eddsa-rdfc-2022": True, "eddsa-jcs-2022": True},
    }


def test_a_forged_file_does_not_tell_whether_a_private_code_exists(holder, certificate, drop):
    set_privacy(certificate=certificate, privacy="link", actor=holder)

    answers = [
        drop(b"%PDF-1.7\n(https://academy.example.org/v/" + code.encode() + b")", accept="application/json").json()
        for code in (certificate.code, codes.new_code())
    ]

    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj <</S/JavaScript/JS(app.alert\\(1\\))>> endobj\n%%EOF",
        b"PK\x03\x04%PDF-1.4 polyglot",
        b"<html><script>alert(1)</script>",
        b"\x00" * 1000,
        b"%PDF-1.4",
    ],
)
def test_anybody_elses_file_is_answered_plainly(drop, data):
    assert heading(drop(data)) == "This file is not from here"
    answer = drop(data, accept="application/json").json()
    assert (answer["status"], answer["code"], answer["signature"]["trusted"]) == ("foreign", None, False)


@given(st.binary(min_size=1, max_size=3000))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_breaks_it(client, data):
    with time_machine.travel(NOW, tick=False):
        response = client.post("/v/", {"file": SimpleUploadedFile("x.pdf", data)})

    assert response.status_code in {200, 429}


def test_a_large_file_is_refused_before_it_is_read(client):
    class Unread:
        """A body that nobody may touch."""

        def read(self, *_size: int) -> bytes:
            raise AssertionError("The body was read.")

        readline = read

    response = client.generic(
        "POST",
        "/v/",
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(200 * 1024 * 1024),
        **{"wsgi.input": Unread()},
    )

    assert response.status_code == 413
    assert "larger than 5 MB" in page_of(response)


def test_a_file_a_little_too_large_is_refused_as_well(drop):
    assert drop(b"x" * (5 * 1024 * 1024 + 1)).status_code == 413


def test_no_file_is_said(client):
    response = client.post("/v/", {"file": ""})

    assert (response.status_code, "Choose a file first." in page_of(response)) == (400, True)


def test_a_checked_file_is_neither_found_nor_kept_nor_told(certificate, drop):
    response = drop(bytes_of(certificate))

    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert '<meta name="robots" content="noindex">' in page_of(response)


def test_the_script_knows_the_same_limit(client):
    assert 'data-largest="5242880"' in page_of(client.get("/v/"))


def test_the_language_that_was_asked_for_stays(client):
    page = page_of(client.get("/v/?lang=be"))

    assert '<input type="hidden" name="lang" value="be">' in page
    assert 'action="/v/?lang=be"' in page
    assert client.get("/v/", {"code": "7K3M9QXT2FZAY", "lang": "be"})["Location"] == "/v/7K3M9QXT2FZAY?lang=be"


# --- A thousand codes -----------------------------------------------------------------------------------------------


def test_every_single_error_of_a_thousand_codes_is_mistyped_without_a_look_up(django_assert_num_queries):
    made = [codes.new_code() for _ in range(1000)]
    with django_assert_num_queries(0):
        for code in made:
            wrong = [
                code[:place] + symbol + code[place + 1 :]
                for place in range(codes.LENGTH)
                for symbol in codes.ALPHABET
                if symbol != code[place]
            ]
            wrong += [
                code[:place] + code[place + 1] + code[place] + code[place + 2 :]
                for place in range(codes.LENGTH - 1)
                if code[place] != code[place + 1]
            ]
            assert {verify_code(code=each).state for each in wrong} == {"mistyped"}


# --- Without a network ----------------------------------------------------------------------------------------------


def test_a_page_to_take_along_is_a_file_without_requests(certificate, client):
    response = client.get("/v/offline?lang=ru")

    page = response.content.decode()
    assert response["Content-Disposition"].startswith('attachment; filename="check-certificates-')
    assert '<html lang="ru">' in page
    assert [word for word in ("src=", "href=", "fetch(", "import ") if word in page] == []
    assert certificate.signed_by is not None
    assert "$" + "known" not in page
    assert "#z6Mk" in page
