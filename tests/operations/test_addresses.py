"""What `routes` says about the addresses."""

import json

import pytest
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from operations.addresses import ALL_METHODS, Address, addresses, audience_of, methods_of


@never_cache
@require_POST
def post_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def anything(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.mark.parametrize(
    ("view", "methods"),
    [
        (post_only, ("POST",)),
        (anything, ALL_METHODS),
        (TemplateView.as_view(), ("GET", "HEAD", "OPTIONS")),
    ],
)
def test_methods_are_those_that_the_view_declares(view, methods):
    assert methods_of(view) == methods


def test_every_address_of_the_site_has_an_audience():
    rows = list(addresses(get_resolver().url_patterns))

    assert [audience_of(address) for address in rows if address.name == "front"] == ["anyone"]
    assert all(audience_of(address) for address in rows)


def test_an_address_that_nobody_thought_about_is_an_error():
    address = next(addresses([path("new/<int:pk>/", anything, name="new")]))

    assert address == Address("/new/<int:pk>/", "new", ALL_METHODS, anything)
    with pytest.raises(LookupError, match=r"/new/<int:pk>/ \(new\) has no entry"):
        audience_of(address)


def test_the_command_prints_nothing_but_json(capsys):
    call_command("routes", "--json")

    rows = {row["pattern"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["/<language>/modules/<str:code>/enrol/"] == {
        "pattern": "/<language>/modules/<str:code>/enrol/",
        "name": "enrol",
        "methods": ["POST"],
        "audience": "signed in",
    }
