"""Files that editors put into the CMS."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.documents.models import Document
from wagtail.images import get_image_model

from tests.factories.people import make_account

pytestmark = pytest.mark.django_db
NOT_WHAT_IT_SAYS = "The content of this file is not what its name says. Save it again in the right format."


@pytest.fixture
def editor(client_of):
    return client_of(make_account("editor"))


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("a.pdf", b"%PDF-1.7", True),
        ("a.pdf", b"<html><script>1</script>", False),
        ("a.docx", b"PK\x03\x04 nothing", False),
        ("a.txt", b"MZ\x90\x00", False),
        ("a.csv", "імя;узрост\n".encode(), True),
        ("a.html", b"<html>", False),
    ],
)
def test_a_document_is_what_its_name_says(editor, name, content, taken):
    page = editor.post("/cms/documents/add/", {"title": "A", "file": SimpleUploadedFile(name, content)})

    assert (page.status_code, Document.objects.count()) == ((302, 1) if taken else (200, 0))
    assert (NOT_WHAT_IT_SAYS in page.content.decode()) is not taken


def test_many_documents_at_once_are_looked_into_one_by_one(editor):
    answer = editor.post(
        "/cms/documents/multiple/add/", {"title": "A", "files[]": SimpleUploadedFile("a.pdf", b"<html>")}
    )

    assert (answer.json()["success"], NOT_WHAT_IT_SAYS in answer.json()["error_message"]) == (False, True)
    assert Document.objects.count() == 0


def test_another_file_in_place_of_one_is_looked_into_and_the_title_alone_may_change(editor):
    editor.post("/cms/documents/add/", {"title": "A", "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    path = f"/cms/documents/edit/{Document.objects.get().pk}/"

    editor.post(path, {"title": "B", "file": SimpleUploadedFile("a.pdf", b"<html>")})
    refused = Document.objects.get()
    editor.post(path, {"title": "B"})

    assert (refused.title, Document.objects.get().title) == ("A", "B")


@pytest.mark.parametrize(
    "name", ["../../evil.pdf", "..\\..\\evil.pdf", "/etc/evil.pdf", "C:\\evil.pdf", "a/../../e.pdf"]
)
def test_a_path_for_a_name_leads_nowhere(editor, name, settings):
    editor.post("/cms/documents/add/", {"title": "A", "file": SimpleUploadedFile(name, b"%PDF-1.7")})

    [document] = Document.objects.all()
    assert document.file.name.rpartition("/")[0] == "documents"
    assert not {"..", "\\", ":"} & set(document.file.name.partition("/")[2].split("."))
    assert document.file.path.startswith(str(settings.MEDIA_ROOT / "documents"))


# --- Pictures ---------------------------------------------------------------------------------------------------------
def test_a_picture_of_the_cms_is_kept_without_the_place_where_it_was_taken(editor):
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x010E] = "Ivan Sidorov at home"
    Image.new("RGB", (8, 4)).save(file, "JPEG", exif=exif)
    sent = SimpleUploadedFile("photo.jpg", file.getvalue() + b"<script>1</script>", "image/jpeg")

    editor.post("/cms/images/add/", {"title": "A photo", "file": sent, "description": "A room"})

    kept = get_image_model().objects.get()
    with kept.file.open("rb") as opened:
        content = opened.read()
    assert (kept.width, kept.height, kept.file_size) == (8, 4, len(content))
    assert [word for word in (b"Sidorov", b"script") if word in content] == []


def test_a_picture_that_is_none_is_refused(editor):
    sent = SimpleUploadedFile("photo.jpg", b"<script>1</script>", "image/jpeg")

    editor.post("/cms/images/add/", {"title": "A photo", "file": sent})

    assert not get_image_model().objects.exists()
