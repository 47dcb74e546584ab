"""Addresses with and without a language; words compressed."""

import gzip

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/v/ABCDEFGHJKMNP", "/demo/mail/nothing/", "/media/nothing.png"])
def test_not_found_of_an_address_without_a_language_stays_not_found(client, address):
    response = client.get(address)

    assert (response.status_code, response["Content-Language"]) == (404, "en")


def test_an_address_whose_language_was_left_out_gets_the_readers_language(client):
    response = client.get("/glossary/", headers={"accept-language": "be"})

    assert (response.status_code, response["Location"]) == (302, "/be/glossary/")


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
