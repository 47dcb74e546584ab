"""Addresses in templates: the ones Django puts together, in the language of the page."""

import pytest
from django.template import engines
from django.urls import reverse
from django.utils import translation


def shown(text, **context):
    return engines["django"].from_string(text).render(context)


def test_a_plain_address_is_that_of_the_language():
    said = []
    for language in ("en", "ru", "en", "be"):
        with translation.override(language):
            said.append((shown("{% url 'catalogue' %}"), reverse("catalogue")))

    assert [address for address, _same in said] == [same for _address, same in said]
    assert len(dict(said)) == 3


def test_an_address_that_takes_something_is_put_together_each_time():
    for code in ("M1", "M2"):
        assert shown("{% url 'module' code %}", code=code) == reverse("module", args=[code])


def test_a_name_of_the_view_is_read_each_time():
    for name in ("catalogue", "workshops"):
        assert shown("{% url name %}", name=name) == reverse(name)


def test_an_address_can_be_kept_under_a_name():
    assert shown("{% url 'catalogue' as here %}<{{ here }}>") == f"<{reverse('catalogue')}>"


@pytest.mark.urls("tests.urls_with_a_new_address")
def test_other_addresses_of_a_site_are_other_addresses():
    assert shown("{% url 'catalogue' %}") == reverse("catalogue")
