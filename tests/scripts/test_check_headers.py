"""The checker of headers notices what is missing, and finds nothing to say about production."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from scripts.check_headers import PATHS, complaints, grade
from tests.factories.people import make_account
from tests.factories.sign_ins import PASSWORD, give_password
from tests.security.test_answers import settings_of_production

GOOD = [
    ("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains; preload"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Set-Cookie", "__Host-session=a; Path=/; Secure; HttpOnly; SameSite=Lax"),
]


def test_nothing_is_missing_where_everything_is_there():
    assert (complaints(GOOD), grade(complaints(GOOD))) == ([], "A+")


@pytest.mark.parametrize("name", [name for name, _value in GOOD if name != "Set-Cookie"])
def test_each_header_that_is_left_out_is_noticed(name):
    found = complaints([each for each in GOOD if each[0] != name])

    assert {each for each, _sentence in found} == {name.lower()}
    assert grade(found) != "A+"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'"),
        ("Content-Security-Policy", "default-src *; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
        ("Content-Security-Policy", "script-src 'self' 'unsafe-inline'; " + GOOD[0][1]),
        ("Strict-Transport-Security", "max-age=3600; includeSubDomains"),
        ("Strict-Transport-Security", "max-age=31536000"),
        ("Referrer-Policy", "unsafe-url"),
        ("Server", "gunicorn/27.0"),
        ("Access-Control-Allow-Origin", "*"),
        ("Set-Cookie", "session=a; Path=/; Secure; HttpOnly; SameSite=Lax"),
        ("Set-Cookie", "__Host-session=a; Path=/; HttpOnly; SameSite=Lax"),
        ("Set-Cookie", "__Host-session=a; Path=/; Secure; SameSite=Lax"),
        ("Set-Cookie", "__Host-session=a; Path=/; Secure; HttpOnly; SameSite=None"),
    ],
)
def test_what_is_weak_is_noticed(name, value):
    found = complaints([*(each for each in GOOD if each[0] != name), (name, value)])

    assert [each for each, _sentence in found] == [name.lower()]


@pytest.fixture
def browser(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser before an installation behind a proxy, with its headers and cookies."""
    production = settings_of_production(monkeypatch)
    for name, value in production.items():
        if name.startswith("SECURE_") or "_COOKIE_" in name or name in {"X_FRAME_OPTIONS", "CONTENT_SECURITY_POLICY"}:
            setattr(settings, name, value)
    return Client(headers={"x-forwarded-proto": "https"})


def said(response: Any) -> list[tuple[str, str]]:
    cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values() if morsel.value]
    return [*response.headers.items(), *cookies]


@pytest.mark.django_db
@pytest.mark.parametrize("path", [*PATHS, "/en/modules/", "/en/workshops/", "/v/", "/static/a.css"])
def test_production_is_worth_an_a_plus(browser, settings, path):
    Path(settings.STATIC_ROOT, "a.css").write_text("a { }")

    response = browser.get(path)
    response.close()

    assert complaints(said(response)) == []


@pytest.mark.django_db
def test_so_is_what_somebody_gets_who_signs_in(browser):
    account = give_password(make_account())
    door = "/en/account/login/"
    browser.get(door)

    signed_in = browser.post(door, {"login": account.email, "password": PASSWORD})
    page = browser.get("/en/my/")

    assert signed_in.status_code == 302
    assert {name[:7] for name in signed_in.cookies} == {"__Host-"}
    assert (complaints(said(signed_in)), complaints(said(page))) == ([], [])
