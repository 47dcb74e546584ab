from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from certificates import codes
from certificates.forms import STEPS
from certificates.models import Certificate
from certificates.services import audit, award_enrolment, revoke, suspend
from tests.factories.certificates import make_certificate, make_completed_enrolment
from tests.factories.people import make_account

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


# --- The holder's pages ---------------------------------------------------------------------------------------------


def test_my_certificates_are_mine_alone(holder, certificate, client_of):
    other = make_certificate()

    page = page_of(client_of(holder).get(reverse("my_certificates")))

    assert reverse("certificate", args=[certificate.code]) in page
    assert reverse("certificate_pdf", args=[certificate.code]) in page
    assert other.code not in page


def test_without_certificates_the_page_says_how_one_comes(holder, client_of):
    page = page_of(client_of(holder).get(reverse("my_certificates")))

    assert "No certificate yet" in page
    assert reverse("catalogue") in page


def test_a_certificate_shows_what_is_printed_and_where_to_check_it(holder, certificate, client_of):
    page = page_of(client_of(holder).get(reverse("certificate", args=[certificate.code])))

    printed = certificate.payload["printed"]
    shown = [printed["name"], printed["other_name"], printed["agency"], codes.printed(certificate.code)]
    shown += [value for _label, value in printed["facts"]]
    assert [text for text in shown if text not in page] == []
    assert f'href="{certificate.payload["address"]}"' in page


def test_the_page_of_a_certificate_says_its_address_its_code_and_its_standing_once(holder, certificate, client_of):
    page = page_of(client_of(holder).get(reverse("certificate", args=[certificate.code])))

    main = page[page.index("<main") : page.index("</main>")]
    said = (f'value="{certificate.payload["address"]}"', f">{codes.printed(certificate.code)}<", "Valid without limit")
    assert [main.count(words) for words in said] == [1, 1, 1]
    assert f">{certificate.payload['address']}<" not in main


def test_a_certificate_that_is_being_prepared_says_so(holder, client_of):
    pending = award_enrolment(enrolment=make_completed_enrolment(person=holder.person))
    Certificate.objects.update(failure="The typeface of the certificate cannot draw: 王 (U+738B).")

    page = page_of(client_of(holder).get(reverse("certificate", args=[pending.code])))

    assert "The file is being prepared" in page
    assert "王 (U+738B)" in page
    assert "Download" not in page
    assert client_of(holder).get(reverse("certificate_pdf", args=[pending.code])).status_code == 404


def test_a_revoked_certificate_tells_its_holder_why(holder, certificate, client_of):
    revoke(certificate=certificate, reason="Two people share one account", actor=make_account("manager"))

    page = page_of(client_of(holder).get(reverse("certificate", args=[certificate.code])))

    assert "Two people share one account" in page


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("learner", 404),
        ("facilitator", 404),
        ("editor", 404),
        ("coordinator_elsewhere", 404),
        ("coordinator", 200),
        ("coordinator_above", 200),
        ("manager", 200),
        ("administrator", 200),
    ],
)
def test_whose_certificates_who_may_read(roles, certificate, client_of, role, status):
    client = client_of(getattr(roles, role))

    answers = [client.get(reverse(name, args=[certificate.code])) for name in ("certificate", "certificate_pdf")]

    assert [answer.status_code for answer in answers] == [status, status]


@pytest.mark.parametrize("name", ["my_certificates", "certificate", "certificate_pdf"])
def test_without_signing_in_there_is_the_door(client, certificate, name):
    arguments = [] if name == "my_certificates" else [certificate.code]

    response = client.get(reverse(name, args=arguments))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_the_file_is_the_sealed_one_byte_for_byte(holder, certificate, client_of):
    response = client_of(holder).get(reverse("certificate_pdf", args=[certificate.code]))

    with certificate.pdf.open("rb") as file:
        assert response.content == file.read()
    assert response["Content-Type"] == "application/pdf"
    assert response["ETag"] == f'"{certificate.pdf_sha256}"'
    assert {"private", "no-cache"} <= set(response["Cache-Control"].split(", "))


def test_the_file_has_a_name_for_every_system(holder, certificate, client_of):
    response = client_of(holder).get(reverse("certificate_pdf", args=[certificate.code]))

    plain, _semicolon, native = response["Content-Disposition"].partition("; filename*=UTF-8''")
    assert plain == f'attachment; filename="certificate-M1-Uladzislau-Lukianovic-{certificate.code}.pdf"'
    assert unquote(native) == "Certificate of achievement – M1 – Лук’яновіч Ўладзіслаў.pdf"


def test_a_file_that_did_not_change_is_not_sent_again(holder, certificate, client_of):
    address = reverse("certificate_pdf", args=[certificate.code])

    response = client_of(holder).get(address, headers={"If-None-Match": f'"{certificate.pdf_sha256}"'})

    assert (response.status_code, response.content) == (304, b"")


@pytest.mark.parametrize("query", ["", "?print"])
def test_a_file_that_storage_has_lost_is_a_page_that_says_what_to_do(holder, certificate, client_of, caplog, query):
    certificate.pdf.storage.delete(certificate.pdf.name)

    response = client_of(holder).get(reverse("certificate_pdf", args=[certificate.code]) + query)

    page = page_of(response)
    assert response.status_code == 503
    assert "The file of this certificate cannot be read where it is kept." in page
    assert f'href="{reverse("certificate", args=[certificate.code])}"' in page
    assert f'href="{certificate.payload["address"]}"' in page
    assert f"The file of certificate {certificate.code} could not be read" in caplog.text
    assert "ETag" not in response
    (problem,) = audit().problems
    assert certificate.code in problem


def test_a_file_that_the_register_does_not_name_is_lost_too(roles, certificate, client_of):
    Certificate.objects.filter(pk=certificate.pk).update(pdf="")

    response = client_of(roles.manager).get(reverse("certificate_pdf", args=[certificate.code]))

    assert response.status_code == 503
    # Nothing was taken along.
    assert not Event.objects.filter(action="certificates.downloaded").exists()


def test_whoever_sees_everybody_is_noted_when_reading_somebody_elses_certificate(roles, certificate, client_of):
    own = make_certificate(person=roles.manager.person)

    for account in (roles.manager, roles.coordinator):
        assert client_of(account).get(reverse("certificate", args=[certificate.code])).status_code == 200
    client_of(roles.manager).get(reverse("certificate", args=[own.code]))

    event = Event.objects.get(action="certificates.read")
    assert (event.actor, event.subject, event.object_id) == (roles.manager, certificate.person, str(certificate.pk))


def test_somebody_elses_download_is_noted(roles, holder, certificate, client_of):
    client_of(holder).get(reverse("certificate_pdf", args=[certificate.code]))
    client_of(roles.coordinator).get(reverse("certificate_pdf", args=[certificate.code]))

    event = Event.objects.get(action="certificates.downloaded")
    assert (event.actor, event.subject) == (roles.coordinator, holder.person)


def test_the_list_costs_as_many_queries_with_one_certificate_as_with_three(holder, certificate, client_of):
    client = client_of(holder)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("my_certificates"))
        return len(queries)

    cost()
    few = cost()
    make_certificate(person=holder.person)
    make_certificate(person=holder.person)

    assert cost() == few


# --- Managers -------------------------------------------------------------------------------------------------------


def changing(certificate: Certificate, step: str) -> str:
    return reverse("certificate_change", args=[certificate.code, step])


def test_a_manager_corrects_a_name_in_three_steps_and_everybody_reads_what_became_of_it(
    holder, certificate, roles, client_of
):
    client = client_of(roles.manager)
    words = {"name_latin": "Uladzislau Lukjanovic", "reason": "Spelt as in the passport"}

    asked = page_of(client.post(changing(certificate, "reissue"), words))
    assert Certificate.objects.count() == 1
    assert "Is this right?" in asked
    assert (
        '>Uladzislaŭ Lukianovič</td><td data-label="On the new one"><strong>Uladzislau Lukjanovic</strong></td>'
        in asked
    )

    again = page_of(client.post(changing(certificate, "reissue"), {**words, "again": "yes"}))
    assert 'value="Uladzislau Lukjanovic"' in again
    assert Certificate.objects.count() == 1

    done = client.post(changing(certificate, "reissue"), {**words, "confirmed": "yes"})
    new = Certificate.objects.get(supersedes=certificate)
    assert done["Location"] == reverse("certificate", args=[new.code])
    for reader in (holder, roles.coordinator, roles.manager):
        old_page = page_of(client_of(reader).get(reverse("certificate", args=[certificate.code])))
        assert (f"Decided by {roles.manager.person}" in old_page) == (reader == roles.manager)
        assert "Spelt as in the passport" in old_page
        assert f'href="{reverse("certificate", args=[new.code])}"' in old_page
        new_page = page_of(client_of(reader).get(reverse("certificate", args=[new.code])))
        assert f'href="{reverse("certificate", args=[certificate.code])}"' in new_page


@pytest.mark.parametrize(("step", "status"), [("suspend", "suspended"), ("revoke", "revoked")])
def test_a_manager_takes_a_certificate_out_of_force_after_one_more_question(
    certificate, roles, client_of, step, status
):
    client, address = client_of(roles.manager), changing(certificate, step)

    assert "This field is required." in page_of(client.post(address, {"reason": " ", "confirmed": "yes"}))
    assert "Is this right?" in page_of(client.post(address, {"reason": "Under review"}))
    certificate.refresh_from_db()
    assert certificate.status == "valid"
    client.post(address, {"reason": "Under review", "confirmed": "yes"})
    certificate.refresh_from_db()
    assert (certificate.status, certificate.status_by) == (status, roles.manager)


def test_a_manager_lifts_a_suspension(certificate, roles, client_of):
    suspend(certificate=certificate, reason="Under review", actor=roles.manager)

    client_of(roles.manager).post(changing(certificate, "lift"), {"reason": "Review done", "confirmed": "yes"})

    certificate.refresh_from_db()
    assert certificate.status == "valid"


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ({}, {"reissue", "suspend", "revoke"}),
        ({"expires_at": NOW}, {"reissue", "revoke"}),
        ({"suspended_at": NOW, "status_reason": "Why"}, {"lift", "revoke"}),
        ({"revoked_at": NOW, "status_reason": "Why"}, {"reissue"}),
        ({"superseded_at": NOW, "status_reason": "Why"}, set()),
    ],
)
def test_a_manager_is_offered_what_the_state_allows_and_nothing_else(roles, client_of, state, offered):
    certificate = make_certificate(**state)
    client = client_of(roles.manager)
    steps = ("reissue", "suspend", "lift", "revoke")

    page = page_of(client.get(reverse("certificate", args=[certificate.code])))

    links = {step: f'href="{changing(certificate, step)}">{STEPS[step].heading}</a>' for step in steps}
    assert {step for step, link in links.items() if link in page} == offered
    assert {step for step in steps if changing(certificate, step) in page} == offered
    answers = {step: client.get(changing(certificate, step)).status_code for step in steps}
    assert answers == {step: 200 if step in offered else 302 for step in steps}


def test_nobody_changes_the_own_certificate(roles, client_of):
    own = make_certificate(person=roles.manager.person)
    client = client_of(roles.manager)

    assert changing(own, "revoke") not in page_of(client.get(reverse("certificate", args=[own.code])))
    assert client.post(changing(own, "revoke"), {"reason": "Why", "confirmed": "yes"}).status_code == 403
    own.refresh_from_db()
    assert own.status == "valid"


def test_a_step_that_does_not_exist_is_not_found(certificate, roles, client_of):
    assert client_of(roles.manager).get(changing(certificate, "burn")).status_code == 404
