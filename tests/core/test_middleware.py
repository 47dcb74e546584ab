"""Addresses with and without a language."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/v/ABCDEFGHJKMNP", "/demo/mail/nothing/", "/media/nothing.png"])
def test_not_found_of_an_address_without_a_language_stays_not_found(client, address):
    response = client.get(address)

    assert (response.status_code, response["Content-Language"]) == (404, "en")


def test_an_address_whose_language_was_left_out_gets_the_readers_language(client):
    response = client.get("/glossary/", headers={"accept-language": "be"})

    assert (response.status_code, response["Location"]) == (302, "/be/glossary/")
