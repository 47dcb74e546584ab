"""Designs in the CMS: made by parameters, shown before they are saved, kept by version."""

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from certificates.designs import Logo, Parameters
from certificates.models import Certificate, Design, DesignPicture
from certificates.services import save_design
from people.models import Account
from tests.factories.certificates import make_certificate

pytestmark = pytest.mark.django_db

FIELDS = {
    "name": "Ministry",
    "orientation": "portrait",
    "languages": "own",
    "accent": "#0b5f66",
    "pattern": "50",
    "result": "on",
    "preview_language": "be",
    "preview_name": "long",
}
ALTERNATIVES = {"logo1_alternative_en": "Ministry", "logo1_alternative_ru": "Министерство"}


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


@pytest.fixture
def design(roles: SimpleNamespace) -> Design:
    return save_design(design=None, name="Ours", is_default=True, parameters=Parameters(pattern=25), actor=roles.editor)


def a_png(size: tuple[int, int] = (300, 100)) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", size, "#0055aa").save(buffer, "PNG")
    return SimpleUploadedFile("logo.png", buffer.getvalue(), "image/png")


def test_an_editor_makes_a_design_with_a_logo(editor):
    sent = {
        **FIELDS,
        **ALTERNATIVES,
        "logo1_alternative_be": "Міністэрства",
        "logo1_width": "30",
        "logo1_file": a_png(),
    }

    response = editor.post(reverse("certificate-designs:add"), sent)

    design = Design.objects.get()
    parameters = Parameters.from_json(design.versions.get().parameters)
    assert response.url == reverse("certificate-designs:edit", args=[design.pk])
    assert (parameters.accent, parameters.orientation, parameters.pattern) == ("#0B5F66", "portrait", 50)
    assert [logo.sha256 for logo in parameters.logos] == [DesignPicture.objects.get().sha256]


def test_the_preview_is_the_pdf_with_what_stands_in_the_form_and_keeps_nothing(editor):
    sent = {
        **FIELDS,
        **ALTERNATIVES,
        "logo1_alternative_be": "Міністэрства",
        "logo1_width": "30",
        "logo1_file": a_png(),
    }

    response = editor.post(reverse("certificate-designs:preview"), sent)

    page = PdfReader(io.BytesIO(response.content)).pages[0]
    assert (response["Content-Type"], response["X-Frame-Options"]) == ("application/pdf", "SAMEORIGIN")
    assert "Ёўчанка" in page.extract_text()
    assert page.mediabox.height > page.mediabox.width
    assert (Design.objects.count(), DesignPicture.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"accent": "#C9AE6B"}, "The contrast to the paper is 2.0:1"),
        ({"accent": "gold"}, "Write the colour as #"),
        ({"logo1_width": "30", **ALTERNATIVES}, "A logo has no picture."),
        ({"signatory1_name": "Maria Kowalczyk"}, "Write the post of whoever signs in each language."),
        ({"signatory1_file": SimpleUploadedFile("x.png", b"<svg/>")}, "This is no PNG or JPEG picture"),
        ({"extra_ru": "王"}, "cannot draw: 王"),
    ],
)
def test_the_preview_says_what_has_to_be_changed(editor, changes, sentence):
    response = editor.post(reverse("certificate-designs:preview"), {**FIELDS, **changes})

    assert response["Content-Type"].startswith("text/html")
    assert sentence in response.content.decode()


def test_what_is_wrong_is_not_saved_and_the_picture_need_not_be_sent_again(editor):
    response = editor.post(reverse("certificate-designs:add"), {**FIELDS, **ALTERNATIVES, "logo1_file": a_png()})

    picture = DesignPicture.objects.get()
    assert (response.status_code, Design.objects.count()) == (422, 0)
    assert f'value="{picture.sha256}"' in response.content.decode()


def test_a_change_is_a_new_version_and_what_was_issued_stays(editor, design):
    certificate = make_certificate()
    address = reverse("certificate-designs:edit", args=[design.pk])

    editor.post(address, {**FIELDS, "name": "Ours", "is_default": "on"})
    editor.post(address, {**FIELDS, "name": "Ours again", "is_default": "on"})

    kept = Certificate.objects.get()
    page = editor.get(address).content.decode()
    assert [version.number for version in design.versions.all()] == [2, 1]
    assert (kept.pdf_sha256, kept.design.number) == (certificate.pdf_sha256, 1)
    assert "1 certificate<" in page
    assert "0 certificates<" in page


def test_a_name_is_given_once(editor, design):
    response = editor.post(reverse("certificate-designs:add"), {**FIELDS, "name": "Ours"})

    assert "Another design has this name." in response.content.decode()


def test_a_module_has_one_design_of_its_own(editor, design):
    certificate: Any = make_certificate()
    design.modules.add(certificate.enrolment.module)

    sent = {**FIELDS, "modules": [certificate.enrolment.module.pk]}
    response = editor.post(reverse("certificate-designs:add"), sent)

    assert "The design Ours is for one of these already." in response.content.decode()


@pytest.mark.parametrize(("language", "word"), [("en", "Certificate"), ("ru", "Сертификат"), ("be", "Сертыфікат")])
def test_a_version_can_be_looked_at_in_each_language(editor, design, language, word):
    response = editor.get(reverse("certificate-designs:version", args=[design.pk, 1, language, "short"]))

    assert word in PdfReader(io.BytesIO(response.content)).pages[0].extract_text()


def test_a_version_whose_picture_is_gone_says_so(editor, design):
    lost = Parameters(logos=(Logo("0" * 64, 30, {"en": "a", "ru": "b", "be": "c"}),))
    design.versions.create(number=2, parameters=lost.to_json())

    response = editor.get(reverse("certificate-designs:version", args=[design.pk, 2, "en", "short"]))

    assert "A picture of the design is gone." in response.content.decode()


@pytest.mark.parametrize(("language", "sample"), [("de", "short"), ("en", "other")])
def test_there_are_no_other_samples(editor, design, language, sample):
    address = reverse("certificate-designs:version", args=[design.pk, 1, language, sample])

    assert editor.get(address).status_code == 404


def test_the_list_says_what_each_design_is_for(editor, design, roles):
    save_design(design=None, name="Ministry", is_default=False, parameters=Parameters(), actor=roles.editor)
    address = reverse("certificate-designs:index")

    with CaptureQueriesContext(connection) as two:
        page = editor.get(address).content.decode()
    for number in range(5):
        save_design(design=None, name=f"D{number}", is_default=False, parameters=Parameters(), actor=roles.editor)
    with CaptureQueriesContext(connection) as seven:
        editor.get(address)

    assert "everything else" in page
    assert len(seven) == len(two)
