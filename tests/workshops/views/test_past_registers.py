"""Registers that came from files of earlier years, which nobody signed here."""

import io

import pypdf
import pytest

from people.models import Role
from tests.factories.people import make_account
from tests.workshops.past_worlds import small_world
from workshops.services import import_history

pytestmark = pytest.mark.django_db

SIGNED = "Taken over from files of earlier years"


@pytest.fixture
def client(client_of):
    import_history(contents=small_world().files)
    return client_of(make_account(Role.MANAGER))


@pytest.mark.parametrize("page", ["register/", "register/sign/"])
def test_the_register_says_that_it_was_taken_over(client, page):
    assert SIGNED in client.get(f"/en/workshops/W1/sessions/1/{page}").content.decode()


def test_so_does_its_document(client):
    content = b"".join(client.get("/en/workshops/W1/sessions/1/register/pdf/"))

    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert SIGNED in " ".join(text.split())


@pytest.mark.parametrize("page", ["", "now/", "outcomes/", "materials/"])
def test_pages_of_such_a_workshop_can_be_read(client, page):
    assert client.get(f"/en/workshops/W1/{page}").status_code == 200
