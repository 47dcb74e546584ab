"""Files of several machines lie in a store that speaks S3, and everything that a folder does is done there."""

import io
import zipfile

import PIL.Image
import pytest
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.storage import storages
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from certificates.models import names_in
from config.object_storage import BUFFER, ObjectStorage, options_of
from core.errors import StorageGoneError
from operations.services.backups import _walked
from tests import servers

FILM = bytes(range(256)) * 4096


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with servers.object_store(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture
def storage(server, request):
    """A storage of its own for each test."""
    options = options_of(servers.store_address(server, f"&prefix={request.node.name.split('[')[0]}"))
    return ObjectStorage(connection=options, folder="media", base_url="/media/")


@pytest.fixture
def shared(server, settings, request):
    """The storages of the settings, in the store."""
    connection = options_of(servers.store_address(server, f"&prefix={request.node.name.split('[')[0]}"))
    store = {"BACKEND": "config.object_storage.ObjectStorage"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**store, "OPTIONS": {"connection": connection, "folder": "media", "base_url": "/media/"}},
        "private": {**store, "OPTIONS": {"connection": connection, "folder": "private"}},
    }


# --- What STORAGE_URL says --------------------------------------------------------------------------------------------
def test_an_address_says_everything():
    assert options_of("s3://me%40home:a%2Fb@store.example:9000/files?region=by-1&prefix=/academy/") == {
        "endpoint": "https://store.example:9000",
        "bucket": "files",
        "key": "me@home",
        "secret": "a/b",
        "region": "by-1",
        "addressing": "path",
        "prefix": "academy",
    }


@pytest.mark.parametrize(
    "address",
    [
        "https://key:secret@store.example/files",
        "s3://key:secret@store.example",
        "s3://key:secret@store.example/files/below",
        "s3://store.example/files",
        "s3://key:secret@store.example/files?acl=public-read",
        "s3://key:secret@store.example/files?addressing=guess",
    ],
)
def test_what_is_no_address_stops_the_start(address):
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL"):
        options_of(address)


# --- As in a folder ---------------------------------------------------------------------------------------------------
def test_a_file_is_saved_read_listed_and_removed(storage):
    name = storage.save("pictures/Мінск 1.txt", ContentFile(b"words"))

    assert name == "pictures/Мінск 1.txt"
    assert (storage.exists(name), storage.size(name), storage.open(name).read()) == (True, 5, b"words")
    assert (storage.listdir(""), storage.listdir("pictures")) == ((["pictures"], []), ([], ["Мінск 1.txt"]))
    assert storage.url(name) == "/media/pictures/%D0%9C%D1%96%D0%BD%D1%81%D0%BA%201.txt"
    storage.delete(name)
    storage.delete(name)
    assert (storage.exists(name), storage.listdir("")) == (False, ([], []))


def test_words_are_saved_as_well_as_bytes(storage):
    storage.save("a.txt", ContentFile("Гомель"))

    assert storage.open("a.txt").read().decode() == "Гомель"


def test_no_file_is_ever_written_over(storage):
    names = {storage.save("a.txt", ContentFile(each)) for each in (b"1", b"2")}

    assert {storage.open(name).read() for name in names} == {b"1", b"2"}
    assert len(names) == 2


def test_what_is_not_there_is_no_file(storage):
    for ask in (storage.open, storage.size, storage.get_modified_time):
        with pytest.raises(FileNotFoundError):
            ask("none.txt")


@pytest.mark.parametrize("name", ["../private/1.pdf", "a/../../b", "..\\b"])
def test_no_name_leads_out_of_it(storage, name):
    with pytest.raises(SuspiciousFileOperation):
        storage.open(name)


def test_a_part_is_read_from_anywhere(storage):
    storage.save("film.mp4", ContentFile(FILM))

    with storage.open("film.mp4") as film:
        film.seek(-10, io.SEEK_END)
        end = film.read()
        film.seek(BUFFER + 3)
        middle = film.read(5)
        film.seek(0)
        everything = film.read()

    assert (end, middle, everything) == (FILM[-10:], FILM[BUFFER + 3 : BUFFER + 8], FILM)


def test_a_zip_file_is_read_where_it_lies(storage):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("a.txt", "inside")
    storage.save("a.zip", ContentFile(content.getvalue()))

    with storage.open("a.zip") as file, zipfile.ZipFile(file) as opened:
        assert opened.read("a.txt") == b"inside"


def test_more_names_than_one_answer_holds_are_all_listed(storage, monkeypatch):
    for number in range(5):
        storage.save(f"many/{number}.txt", ContentFile(b""))
    ask = storage.ask
    monkeypatch.setattr(
        storage,
        "ask",
        lambda operation, **words: ask(operation, **words | ({"MaxKeys": 2} if "list" in operation else {})),
    )

    assert storage.listdir("many") == ([], [f"{number}.txt" for number in range(5)])
    assert list(_walked(storage)) == [f"many/{number}.txt" for number in range(5)]


# --- Who may see it ---------------------------------------------------------------------------------------------------
def test_what_is_private_has_no_address(server):
    private = ObjectStorage(connection=options_of(servers.store_address(server)), folder="private")

    with pytest.raises(ValueError, match="not accessible via a URL"):
        private.url("certificates/1.pdf")


@pytest.mark.django_db
def test_pictures_come_from_this_site_in_parts_and_not_twice(client, shared):
    storages["default"].save("films/ferry.mp4", ContentFile(FILM))
    storages["private"].save("certificates/1.pdf", ContentFile(b"%PDF"))

    whole = client.get("/media/films/ferry.mp4")
    part = client.get("/media/films/ferry.mp4", headers={"Range": "bytes=300-309"})
    again = client.get("/media/films/ferry.mp4", headers={"If-Modified-Since": whole.headers["Last-Modified"]})

    assert (whole.status_code, b"".join(whole), whole.headers["Content-Type"]) == (200, FILM, "video/mp4")
    assert (part.status_code, b"".join(part)) == (206, FILM[300:310])
    assert again.status_code == 304
    for address in ("/media/certificates/1.pdf", "/media/../private/certificates/1.pdf", "/media/films"):
        assert client.get(address).status_code == 404


def test_a_folder_of_certificates_is_listed_or_empty(shared):
    assert names_in("certificates") == []
    storages["private"].save("certificates/1.pdf", ContentFile(b"%PDF"))
    assert names_in("certificates") == ["1.pdf"]


# --- What the CMS does with them --------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_picture_is_stored_and_made_smaller(shared):
    drawn = io.BytesIO()
    PIL.Image.new("RGB", (80, 60), "teal").save(drawn, "PNG")
    image = get_image_model().objects.create(
        title="A ferry", file=ImageFile(io.BytesIO(drawn.getvalue()), name="ferry.png")
    )

    smaller = image.get_rendition("width-40")

    with storages["default"].open(smaller.file.name) as stored, PIL.Image.open(stored) as picture:
        assert picture.size == (40, 30)
    assert smaller.url == f"/media/{smaller.file.name}"


@pytest.mark.django_db
def test_a_document_comes_through_its_view(client, shared):
    document = get_document_model().objects.create(title="A leaflet", file=ContentFile(b"words", name="leaflet.txt"))

    answer = client.get(document.url)

    assert (answer.status_code, b"".join(answer), answer.headers.get("Location")) == (200, b"words", None)


# --- When it is gone --------------------------------------------------------------------------------------------------
def test_a_store_that_does_not_answer_or_lets_nobody_in_is_gone():
    nobody = f"s3+http://key:secret@127.0.0.1:{servers.free_port()}/files"
    storage = ObjectStorage(connection=options_of(nobody), folder="media")

    for ask in (storage.exists, storage.open, storage.delete, lambda name: storage.save(name, ContentFile(b"x"))):
        with pytest.raises(StorageGoneError):
            ask("a.txt")


def test_a_bucket_that_is_not_there_is_gone_when_something_is_saved(server):
    elsewhere = servers.store_address(server).replace(f"/{servers.BUCKET}?", "/elsewhere?")
    storage = ObjectStorage(connection=options_of(elsewhere), folder="media")

    with pytest.raises(StorageGoneError):
        storage.save("a.txt", ContentFile(b"x"))
