"""The switch that stays on the page, and what the menu shows."""

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils.translation import override

from home.context_processors import languages
from home.models import PlainPage
from tests.factories.courses import make_home, make_module, translate

pytestmark = pytest.mark.django_db


def addresses(client: Client, path: str) -> dict[str, str]:
    response = client.get(path)
    assert response.status_code in (200, 404)
    return {entry["code"]: entry["url"] for entry in response.context["languages"]}


def test_the_switch_names_each_language_in_itself(client: Client) -> None:
    found = client.get("/ru/glossary/").context["languages"]

    assert [(entry["code"], entry["name"], entry["current"]) for entry in found] == [
        ("en", "English", False),
        ("ru", "Русский", True),
        ("be", "Беларуская", False),
    ]


def test_the_switch_stays_on_the_page(client: Client) -> None:
    make_module("M1", lessons=1)

    assert addresses(client, "/en/modules/M1/") == {
        "en": "/en/modules/M1/",
        "ru": "/ru/modules/M1/",
        "be": "/be/modules/M1/",
    }


def test_the_switch_keeps_what_was_asked(client: Client) -> None:
    assert addresses(client, "/be/account/login/?next=/be/my/")["ru"] == "/ru/account/login/?next=/be/my/"


def test_a_cms_page_leads_to_its_translations_and_else_to_the_front(client: Client) -> None:
    home = make_home()
    page = PlainPage(title="Help", slug="help", text="<p>How.</p>")
    home.add_child(instance=page)
    page.save_revision().publish()
    translate(page, "ru", slug="pomosch")

    assert addresses(client, "/en/help/") == {"en": "/en/help/", "ru": "/ru/pomosch/", "be": "/be/"}


def test_an_address_that_leads_nowhere_leads_to_the_fronts(client: Client) -> None:
    assert addresses(client, "/en/modules/M1/") == {
        "en": "/en/modules/M1/",
        "ru": "/ru/modules/M1/",
        "be": "/be/modules/M1/",
    }
    assert addresses(client, "/en/no/such/page/") == {"en": "/en/", "ru": "/ru/", "be": "/be/"}


def test_where_the_address_has_no_language_there_is_no_switch() -> None:
    request = RequestFactory().get("/v/")
    request.resolver_match = resolve("/v/")

    with override("en"):
        assert languages(request) == []


@pytest.mark.parametrize(
    ("header", "cookie", "address"),
    [
        ("be", None, "/be/"),
        ("ru-RU,ru;q=0.9,en;q=0.5", None, "/ru/"),
        ("de", None, "/en/"),
        ("ru", "be", "/be/"),
    ],
)
def test_the_bare_address_leads_to_the_best_language(
    client: Client, header: str, cookie: str | None, address: str
) -> None:
    if cookie:
        client.cookies["django_language"] = cookie

    assert client.get("/", headers={"accept-language": header}).url == address


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("learner", ""),
        ("facilitator", ""),
        ("editor", "reports"),
        ("coordinator", "agency_report"),
        ("manager", "reports"),
        ("administrator", "reports"),
    ],
)
def test_the_menu_leads_to_the_report_that_comes_first(roles: object, client_of: object, role: str, shown: str) -> None:
    response = client_of(getattr(roles, role)).get("/en/glossary/")

    assert response.context["first_report"] == shown
