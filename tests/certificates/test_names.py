"""The own names, and how they will stand on certificates."""

from html import unescape

import pytest
from django.urls import reverse

from audit.models import Event
from certificates.services import letters_not_drawn, name_specimens
from tests.factories.certificates import make_certificate

pytestmark = pytest.mark.django_db

NAMES = {"family_name": "Кавалёва", "given_name": "Ганна", "patronymic": "", "name_latin": "Hanna Kavaliova"}


@pytest.fixture
def holder(roles):
    return roles.learner


def send(client, **names):
    return client.post(reverse("certificate_names"), {**NAMES, **names})


def names_of(person):
    person.refresh_from_db()
    return {name: getattr(person, name) for name in NAMES}


def test_each_language_has_the_name_in_its_script_first():
    found = {each.language: (each.name, each.other_name) for each in name_specimens(NAMES, None)}

    native, latin = "Кавалёва Ганна", "Hanna Kavaliova"
    assert found == {"en": (latin, native), "ru": (native, latin), "be": (native, latin)}


def test_without_a_name_in_latin_script_there_is_one_form():
    assert {(each.name, each.other_name) for each in name_specimens({**NAMES, "name_latin": ""}, None)} == {
        ("Кавалёва Ганна", "")
    }


def test_a_preview_is_what_a_certificate_says(holder):
    holder.person.name_latin = "Hanna Kavaliova"
    holder.person.save()
    certificate = make_certificate(person=holder.person)
    names = {name: getattr(holder.person, name) for name in NAMES}

    [specimen] = [each for each in name_specimens(names, certificate.agency) if each.language == certificate.language]

    printed = certificate.payload["printed"]
    assert (specimen.name, specimen.other_name, specimen.agency) == (
        printed["name"],
        printed["other_name"],
        printed["agency"],
    )


def test_letters_that_no_certificate_can_print_are_named(client_of, holder):
    assert [letters_not_drawn({**NAMES, "given_name": name}) for name in ("Ганна", "王Ж王")] == ["", "王"]
    assert "has no 王." in unescape(send(client_of(holder), given_name="王", look="").content.decode())


def test_looking_keeps_nothing_and_keeping_is_noted(client_of, holder):
    client, before = client_of(holder), names_of(holder.person)

    looked = send(client, given_name="  Ганна   Марыя ", look="")
    assert "Кавалёва Ганна Марыя" in looked.content.decode()
    assert "Nothing is kept yet" in looked.content.decode()
    assert names_of(holder.person) == before

    assert send(client, given_name="  Ганна   Марыя ", keep="").status_code == 302
    assert names_of(holder.person) == {**NAMES, "given_name": "Ганна Марыя"}
    event = Event.objects.get(action="people.person_changed")
    assert (event.actor, event.subject, event.after["given_name"]) == (holder, holder.person, "Ганна Марыя")
    send(client, given_name="Ганна Марыя", keep="")
    assert Event.objects.filter(action="people.person_changed").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("family_name", "", "This field is required"),
        ("given_name", "123", "This is no name."),
        ("given_name", "Анна\u202eаннА", "This is no name."),
        ("name_latin", "Ганна", "Write the name in Latin letters"),
        ("family_name", "Щ" * 101, "at most 100 characters"),
    ],
)
def test_what_is_no_name_is_refused_and_the_rest_is_not_lost(client_of, holder, field, value, sentence):
    before = names_of(holder.person)

    page = unescape(send(client_of(holder), keep="", **{field: value}).content.decode())

    assert sentence in page
    others = [each for name, each in NAMES.items() if name != field and each]
    assert [each for each in others if f'value="{each}"' not in page] == []
    assert names_of(holder.person) == before


def test_certificates_keep_the_names_with_which_they_were_issued(client_of, holder):
    certificate = make_certificate(person=holder.person)
    printed = dict(certificate.payload["holder"])
    client = client_of(holder)

    send(client, keep="")

    certificate.refresh_from_db()
    assert certificate.payload["holder"] == printed
    page = client.get(reverse("certificate_names")).content.decode()
    assert reverse("data_request_new", args=["correction"]) in page
