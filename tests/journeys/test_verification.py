"""Somebody who was shown a certificate checks it: the code as it is read from paper, then the file itself."""

from base64 import b64encode
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from certificates import codes
from certificates.models import Certificate
from certificates.services import revoke, set_privacy
from tests.factories.certificates import make_certificate
from tests.factories.people import make_account, make_agency
from tests.journeys.axe import assert_everybody_can_use
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.steps import assert_fits, heading

CYRILLIC = str.maketrans("ABEKMHPCTYX", "АВЕКМНРСТУХ")
# What dragging a file from a folder does: a script cannot move real files.
DROP = """([selector, name, text]) => {
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  data.items.add(new File([bytes], name, { type: "application/pdf" }));
  document.querySelector(selector).dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
}"""


@pytest.fixture
def certificate(transactional_db: None) -> Certificate:
    holder = make_account(agency=make_agency(), family_name="Лук’яновіч", given_name="Ганна", patronymic="")
    return make_certificate(person=holder.person)


def data_of(certificate: Certificate) -> bytes:
    with certificate.pdf.open("rb") as file:
        return bytes(file.read())


def text_of(data: bytes) -> str:
    return b64encode(data).decode()


def upload(page: Page, data: bytes) -> None:
    page.get_by_label("File of the certificate").set_input_files(
        {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": data}
    )
    page.get_by_role("button", name="Check the file").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_code_with_cyrillic_letters_and_then_the_file(
    open_page: OpenPage, certificate: Certificate, javascript: bool
) -> None:
    page = open_page(viewport=PHONE, javascript=javascript)

    page.goto("/v/")
    assert_fits(page)
    page.get_by_label("Code of the certificate").fill(codes.printed(certificate.code).translate(CYRILLIC).lower())
    page.get_by_role("button", name="Check the certificate").click()
    expect(heading(page)).to_have_text("This certificate is valid")
    expect(page.get_by_text("Лук’яновіч Ганна")).to_be_visible()
    assert_fits(page)

    page.goto("/v/")
    upload(page, data_of(certificate))
    expect(heading(page)).to_have_text("This certificate is valid")
    expect(page.get_by_text("not a letter in it was changed")).to_be_visible()
    upload(page, data_of(certificate) + b"8 0 obj\n<<>>\nendobj\n%%EOF\n")
    expect(heading(page)).to_have_text("This file was changed")
    assert_fits(page)


def test_a_file_is_dropped_and_a_large_one_is_not_even_sent(open_page: OpenPage, certificate: Certificate) -> None:
    page = open_page(viewport=DESKTOP)
    page.goto("/v/")

    page.evaluate(DROP, ["form[data-drop]", "large.pdf", text_of(bytes(5 * 1024 * 1024 + 1))])
    expect(page.get_by_role("alert")).to_contain_text("The file is larger than 5 MB.")
    expect(heading(page)).to_have_text("Check a certificate")

    page.evaluate(DROP, ["form[data-drop]", "certificate.pdf", text_of(data_of(certificate))])
    expect(heading(page)).to_have_text("This certificate is valid")


def test_initials_and_the_surname_that_confirms_them(open_page: OpenPage, certificate: Certificate) -> None:
    set_privacy(certificate=certificate, privacy="initials", actor=certificate.person.account)
    page = open_page(viewport=PHONE, javascript=False)

    page.goto(f"/v/{certificate.code}")
    expect(page.get_by_text("Лук’яновіч")).to_have_count(0)
    assert_fits(page)
    page.get_by_label("Surname of the holder").fill("янковіч")
    page.get_by_role("button", name="Confirm the surname").click()
    expect(page.get_by_text("This is not the surname on the certificate.")).to_be_visible()
    page.get_by_label("Surname of the holder").fill("ЛУК'ЯНОВИЧ")
    page.get_by_role("button", name="Confirm the surname").click()
    expect(page.get_by_text("Лук’яновіч Ганна")).to_be_visible()


def test_the_page_to_take_along_checks_files_without_a_network(
    open_page: OpenPage, certificate: Certificate, client: Client, tmp_path: Path
) -> None:
    revoked = make_certificate()
    revoke(certificate=revoked, reason="Why", actor=make_account("manager"))
    kept = tmp_path / "check.html"
    kept.write_bytes(client.get("/v/offline").content)
    page = open_page()
    page.goto(kept.as_uri())

    def said(data: bytes) -> str:
        page.locator("#answer").evaluate("(answer) => answer.replaceChildren()")
        page.locator("#file").set_input_files({"name": "x.pdf", "mimeType": "application/pdf", "buffer": data})
        page.locator("#answer h2").wait_for()
        return page.locator("#answer").inner_text()

    assert "genuine and in force. Compare it with the page" in said(data_of(certificate))
    assert "This certificate is genuine and in force" in said(certificate.credential.encode())
    assert "Лук’яновіч Ганна" in said(certificate.credential.encode())
    assert "out of force" in said(data_of(revoked))
    assert "was changed" in said(certificate.credential.replace("Лук’яновіч", "Янковіч").encode())
    assert "no credential" in said(b"%PDF-1.7\n%%EOF\n")
    # Signed with the same key, and no certificate.
    assert "no credential" in said(client.get("/credentials/status/1").content)


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_everybody_can_use_every_answer(open_page: OpenPage, certificate: Certificate, language: str) -> None:
    page = open_page(language=language)

    page.goto(f"/v/?lang={language}")
    assert_everybody_can_use(page)
    for data in (data_of(certificate), data_of(certificate) + b"%%EOF\n", b"%PDF-1.7\n"):
        page.goto(f"/v/?lang={language}")
        page.locator("input[type=file]").set_input_files(
            {"name": "x.pdf", "mimeType": "application/pdf", "buffer": data}
        )
        page.locator("form[enctype] button").click()
        page.wait_for_url("**/v/**")
        assert_everybody_can_use(page)
    set_privacy(certificate=certificate, privacy="initials", actor=certificate.person.account)
    page.goto(f"/v/{certificate.code}?lang={language}")
    page.locator("[name=surname]").fill("x")
    page.locator("form[method=post] button").click()
    expect(page.locator("[aria-invalid=true]")).to_be_visible()
    assert_everybody_can_use(page)
