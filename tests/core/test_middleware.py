"""Addresses with and without a language; words compressed; parts of files; what a browser may keep."""

import gzip
from http import HTTPStatus

import pytest
from django.core.files.base import ContentFile
from wagtail.documents.models import Document

from tests.factories.certificates import make_certificate
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/v/ABCDEFGHJKMNP", "/demo/mail/nothing/", "/media/nothing.png"])
def test_not_found_of_an_address_without_a_language_stays_not_found(client, address):
    response = client.get(address)

    assert (response.status_code, response["Content-Language"]) == (404, "en")


def test_an_address_whose_language_was_left_out_gets_the_readers_language(client):
    response = client.get("/glossary/", headers={"accept-language": "be"})

    assert (response.status_code, response["Location"]) == (302, "/be/glossary/")


# --- Null characters ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["/en/workshops/%00/", "/en/workshops/?place=%00", "/v/%00"])
def test_an_address_with_a_null_character_is_a_bad_request(client, address):
    assert client.get(address).status_code == 400


def test_a_field_with_a_null_character_is_a_bad_request(client):
    assert client.post("/en/workshops/check-in/", {"code": "A\0B"}).status_code == 400
    assert client.post("/en/workshops/check-in/", {"code": "A B"}).status_code == 200


# --- Words compressed -----------------------------------------------------------------------------------------------
def test_a_page_is_compressed_for_whoever_can_read_that(client):
    plain = client.get("/en/account/login/")
    packed = client.get("/en/account/login/", headers={"accept-encoding": "gzip"})

    assert ("Content-Encoding" in plain, packed["Content-Encoding"]) == (False, "gzip")
    assert gzip.decompress(packed.content).startswith(b"<!doctype html>")
    assert len(packed.content) < len(plain.content) / 2


def test_two_answers_with_the_same_words_differ_in_size(client):
    sizes = {len(client.get("/en/offline/", headers={"accept-encoding": "gzip"}).content) for _ in range(30)}

    assert len(sizes) > 1


# --- Parts of files --------------------------------------------------------------------------------------------------
@pytest.fixture
def film():
    return Document.objects.create(title="Film", file=ContentFile(bytes(range(200)), name="film.mp4"))


def told(response):
    names = ("Content-Range", "Content-Length", "Accept-Ranges", "Content-Type")
    return response.status_code, {name: response[name] for name in names if name in response}


def test_a_file_says_that_it_can_be_had_in_parts(client, film):
    response = client.get(film.url)

    assert told(response) == (
        HTTPStatus.OK,
        {"Content-Length": "200", "Accept-Ranges": "bytes", "Content-Type": "video/mp4"},
    )
    assert response.getvalue() == bytes(range(200))


def test_a_part_is_sent_and_nothing_around_it(client, film):
    response = client.get(film.url, headers={"range": "bytes=100-149"})

    assert told(response) == (
        HTTPStatus.PARTIAL_CONTENT,
        {
            "Content-Range": "bytes 100-149/200",
            "Content-Length": "50",
            "Accept-Ranges": "bytes",
            "Content-Type": "video/mp4",
        },
    )
    assert response.getvalue() == bytes(range(100, 150))


def test_a_file_is_sent_with_its_length_even_to_whoever_could_unpack_it(client):
    text = Document.objects.create(title="Text", file=ContentFile(b"word " * 200, name="words.txt"))

    response = client.get(text.url, headers={"accept-encoding": "gzip"})

    assert (response["Content-Length"], b"".join(response.streaming_content)) == ("1000", b"word " * 200)


def test_a_part_behind_the_end_is_refused_with_the_size(client, film):
    response = client.get(film.url, headers={"range": "bytes=200-"})

    assert (response.status_code, response["Content-Range"]) == (
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        "bytes */200",
    )


def test_whoever_has_a_part_of_an_older_file_gets_the_whole_new_one(client, film):
    etag = f'"{film.get_file_hash()}"'

    same = client.get(film.url, headers={"range": "bytes=0-1", "if-range": etag})
    older = client.get(film.url, headers={"range": "bytes=0-1", "if-range": '"of-yesterday"'})

    assert (same.getvalue(), older.getvalue()) == (bytes(range(2)), bytes(range(200)))


def test_a_page_is_never_cut(client):
    response = client.get("/en/account/login/", headers={"range": "bytes=0-1"})

    assert (response.status_code, "Accept-Ranges" in response) == (HTTPStatus.OK, False)


# --- What a browser may keep ------------------------------------------------------------------------------------------
def kept(response):
    return set(response.headers.get("Cache-Control", "").split(", ")) - {""}


@pytest.mark.parametrize(
    "address", ["/en/my/", "/en/glossary/", "/en/my/data/", "/en/nothing/", "/en/account/2fa/", "/en/", "/en/help/"]
)
def test_no_browser_keeps_a_page_of_somebody_who_has_signed_in(client, account, address):
    public = kept(client.get(address))
    client.force_login(account)

    personal = kept(client.get(address))

    assert {"private", "no-store"} <= personal
    assert "public" not in personal
    assert "private" not in public


def test_no_browser_keeps_a_page_of_the_cms(client):
    client.force_login(make_account("editor"))

    assert {"private", "no-store"} <= kept(client.get("/cms/"))


def test_an_answer_to_whoever_has_not_signed_in_is_the_same_for_everybody(client):
    assert kept(client.get("/en/workshops/offline/manifest.webmanifest")) == set()


def test_a_file_that_is_compared_by_its_mark_may_stay_and_is_asked_about(client, account):
    client.force_login(account)
    certificate = make_certificate(person=account.person)

    assert kept(client.get(f"/en/my/certificates/{certificate.code}/pdf/")) == {"private", "no-cache"}


def test_pictures_of_the_site_and_the_worker_stay_as_they_were(client, account, settings):
    settings.MEDIA_ROOT.mkdir(exist_ok=True)
    (settings.MEDIA_ROOT / "dot.txt").write_text("dot")
    client.force_login(account)

    worker, picture = client.get("/worker.js"), client.get("/media/dot.txt")
    picture.close()

    assert (kept(picture), kept(worker)) == (set(), {"no-cache"})
