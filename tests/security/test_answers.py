"""What every answer tells the browser, which cookies there are, and what an error tells nobody."""

import importlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.mail import get_connection
from django.http import HttpResponse
from django.test import Client
from wagtail.documents.models import Document

from tests.factories.certificates import make_certificate
from tests.factories.people import make_account
from tests.factories.sign_ins import PASSWORD, give_password

pytestmark = pytest.mark.django_db
PLACES = [
    "/en/", "/be/account/login/", "/en/nothing/", "/en/workshops/%00/", "/v/ABCDEFGHJKMNP", "/health/live",
    "/worker.js", "/en/workshops/offline/manifest.webmanifest", "/.well-known/did.json", "/documents/1/a.pdf",
    "/en/reports/", "/cms/",
]  # fmt: skip


def policy_of(response: HttpResponse) -> dict[str, list[str]]:
    directives = (part.split() for part in response["Content-Security-Policy"].split(";") if part.strip())
    return {name: sources for name, *sources in directives}


@pytest.fixture
def answers(client) -> Iterator[dict[str, HttpResponse]]:
    """Pages, files, refusals and errors, to somebody who has signed in."""
    client.raise_request_exception = False
    Document.objects.create(pk=1, title="A", file=ContentFile(b"%PDF-1.7", name="a.pdf"))
    client.force_login(make_account())
    found = {path: client.get(path) for path in PLACES}
    yield found
    for response in found.values():
        response.close()


def test_every_answer_says_what_the_browser_may_do_with_it(answers):
    for path, response in answers.items():
        policy = policy_of(response)
        assert response["X-Content-Type-Options"] == "nosniff", path
        assert response["Referrer-Policy"] in {"same-origin", "no-referrer"}, path
        assert response["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert "camera=()" in response["Permissions-Policy"], path
        assert policy.get("object-src", policy["default-src"]) == ["'none'"], path
        assert policy["base-uri"] == ["'none'"], path
        assert policy["frame-ancestors"] in (["'none'"], ["'self'"]), path


def test_static_files_load_nothing_and_stand_in_no_frame(settings):
    settings.STATIC_ROOT.joinpath("a.css").write_text("a { }")

    answer = Client().get("/static/a.css")

    assert answer.status_code == 200
    policy = policy_of(answer)
    assert (policy["default-src"], policy["frame-ancestors"]) == (["'none'"], ["'none'"])
    assert answer["X-Content-Type-Options"] == "nosniff"
    answer.close()


def test_no_page_of_the_portal_may_run_what_stands_in_its_words(answers):
    """Only the CMS, which is for editors, needs scripts inside pages (wagtail #1288)."""
    for path, response in answers.items():
        if not path.startswith(("/cms/", "/documents/")):
            policy = policy_of(response)
            assert policy["base-uri"] == ["'none'"], path
            assert [source for name in ("default-src", "script-src", "style-src") for source in policy[name]] == [
                "'self'"
            ] * 3, path


def test_no_page_of_another_site_reads_what_is_private(client):
    account = make_account()
    client.force_login(account)
    code = make_certificate(person=account.person).code
    paths = ["/en/", "/en/my/", "/en/account/2fa/", f"/en/my/certificates/{code}/", f"/en/my/certificates/{code}/pdf/"]

    answers = {path: client.get(path, headers={"origin": "https://evil.example.org"}) for path in paths}

    assert {path: response.status_code for path, response in answers.items()} == dict.fromkeys(paths, 200)
    assert [path for path, response in answers.items() if "Access-Control-Allow-Origin" in response] == []


def test_every_answer_names_its_kind_and_its_letters(answers):
    for path, response in answers.items():
        kind = response["Content-Type"]
        assert "charset=utf-8" in kind or not kind.startswith(("text/", "application/javascript")), (path, kind)


def test_a_file_is_saved_under_a_name_of_ours_and_never_shown_as_a_page(client):
    account = make_account()
    client.force_login(account)
    code = make_certificate(person=account.person).code

    sealed = client.get(f"/en/my/certificates/{code}/pdf/?filename=evil.html")

    assert (sealed["Content-Type"], "evil" in sealed["Content-Disposition"]) == ("application/pdf", False)
    assert "filename" in sealed["Content-Disposition"]


def test_a_document_with_a_script_in_it_is_saved_and_not_run(client):
    html = Document(title="Page", file=ContentFile(b"<script>1</script>", name="page.html"))
    html.save()

    response = client.get(html.url)
    response.close()

    assert response["Content-Disposition"].startswith("attachment")
    assert policy_of(response)["default-src"] == ["'none'"]


# --- Production -------------------------------------------------------------------------------------------------------
def settings_of_production(patch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    """The settings of an installation behind a proxy, read anew."""
    sane = {
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "academy.example.org",
        "SITE_ADDRESS": "https://academy.example.org",
        "MAIL_FROM": "Academy <mail@academy.example.org>",
        "EMAIL_URL": "smtp://mail.example.org:587",
        "REQUIRE_MFA": "false",
    }
    for name, value in {**sane, **environment}.items():
        patch.setenv(name, value)
    for name in ("base", "production"):
        patch.delitem(sys.modules, f"config.settings.{name}", raising=False)
    return vars(importlib.import_module("config.settings.production"))


@pytest.fixture(scope="module")
def production() -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        yield settings_of_production(patch)


def test_every_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts(production):
    names = {word: production[f"{word}_COOKIE_NAME"] for word in ("SESSION", "CSRF", "DEVICE", "DISPLAY", "LANGUAGE")}

    assert {name[:7] for name in names.values()} == {"__Host-"}
    for word in ("SESSION", "CSRF"):
        kept = [production[f"{word}_COOKIE_{name}"] for name in ("SECURE", "HTTPONLY", "SAMESITE")]
        assert kept == [True, True, "Lax"]


def test_a_sign_in_under_https_sets_cookies_of_this_host_alone(settings, production):
    for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DEVICE_COOKIE_NAME"):
        setattr(settings, name, production[name])
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    account = give_password(make_account())
    client = Client()

    client.get("/en/account/login/", secure=True)
    client.post("/en/account/login/", {"login": account.email, "password": PASSWORD}, secure=True)

    kept = {name: cookie for name, cookie in client.cookies.items() if name.startswith("__Host-")}
    assert set(kept) - {"__Host-messages"} == {"__Host-session", "__Host-csrf", "__Host-known-device"}
    for cookie in kept.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
            True, True, "Lax", "/", "",
        )  # fmt: skip


def test_http_leads_to_https_and_browsers_remember_it_for_a_year(client, settings, production):
    names = ["SECURE_SSL_REDIRECT", "SECURE_REDIRECT_EXEMPT"]
    names += [f"SECURE_HSTS_{name}" for name in ("SECONDS", "INCLUDE_SUBDOMAINS", "PRELOAD")]
    for name in names:
        setattr(settings, name, production[name])

    plain = client.get("/en/account/login/", headers={"x-forwarded-proto": "http", "host": "testserver"})
    locked = client.get("/en/account/login/", secure=True)

    assert plain["Location"] == "https://testserver/en/account/login/"
    assert locked["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert client.get("/health/live").status_code == 200


def test_nothing_of_the_demonstration_is_switched_on(production):
    assert [production[name] for name in ("DEBUG", "DEMO", "REQUIRE_MFA")] == [False, False, True]


@pytest.mark.parametrize(
    "environment",
    [
        {"SECRET_KEY": "short"},
        {"SECRET_KEY": "demo-" + "k" * 60},
        {"ALLOWED_HOSTS": "*"},
        {"DATABASE_URL": "postgresql://academy:academy@db:5432/academy"},
        {"DATABASE_URL": "postgresql://postgres:Postgres@db:5432/academy"},
        {"DATABASE_URL": "postgresql://someone@db:5432/academy"},
        {"STORAGE_URL": "s3://minioadmin:minioadmin@store/academy"},
        {"STORAGE_URL": "s3://office:office@store/academy"},
        {"CERTIFICATE_KEYS_PASSPHRASE": "changeme"},
        {"CERTIFICATE_KEYS_PASSPHRASE": "demo-passphrase"},
        {"CERTIFICATE_OWN_KEY_PASSPHRASE": "password"},
        {"SITE_ADDRESS": "http://academy.example.org"},
        {"MAIL_FROM": "Migration Health Academy <academy@example.org>"},
        {"EMAIL_URL": "consolemail://"},
        {"EMAIL_URL": "filemail:///tmp/mail"},
        {"CACHE_URL": "locmemcache://"},
        {"CACHE_URL": "dummycache://"},
        {"METRICS_TOKEN": "short"},
        {"UPLOADS_ORIGIN": "http://files.example.org"},
        {"UPLOADS_ORIGIN": "files.example.org"},
        {"UPLOADS_ORIGIN": "https://files.example.org/media/"},
        {"UPLOADS_ORIGIN": "https://academy.example.org"},
        {"UPLOADS_ORIGIN": "https://Academy.example.org:8443"},
    ],
)
def test_it_does_not_start_with_an_unsafe_value(monkeypatch, environment):
    with pytest.raises(ImproperlyConfigured, match=next(iter(environment))):
        settings_of_production(monkeypatch, **environment)


@pytest.mark.parametrize(
    "address",
    ["postgresql://academy:a-long-word-of-its-own@db/academy", "postgresql:///academy", "sqlite:////tmp/a.db"],
)
def test_it_starts_with_a_password_of_its_own(monkeypatch, address):
    assert settings_of_production(monkeypatch, DATABASE_URL=address)["SESSION_COOKIE_SECURE"] is True


def test_a_mail_server_shows_a_certificate_that_is_checked():
    context = get_connection("django.core.mail.backends.smtp.EmailBackend").ssl_context

    assert (context.verify_mode.name, context.check_hostname) == ("CERT_REQUIRED", True)


# --- What nobody is told ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("host", ["evil.example.org", "testserver.evil.org", "testserver@evil.org", "a b"])
def test_a_host_that_is_not_ours_is_a_bad_request(client, host):
    response = client.get("/en/account/login/", headers={"host": host})

    assert (response.status_code, "evil" in response.content.decode()) == (400, False)


def test_an_error_tells_neither_code_nor_settings(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("home.views.Term", None)

    page = client.get("/en/glossary/")

    words = page.content.decode()
    assert page.status_code == 500
    assert [word for word in ("Traceback", "home/views", "NoneType", "SECRET_KEY", "Django") if word in words] == []


@pytest.mark.parametrize("path", ["/en/", "/en/help/", "/en/account/login/", "/cms/", "/media/", "/documents/1/a/"])
def test_trace_shows_nobody_what_was_sent(client, path):
    client.raise_request_exception = False

    response = client.trace(path, headers={"x-secret": "what-was-sent"})

    assert b"what-was-sent" not in response.content
    assert response["Content-Type"] != "message/http"


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config", "/.env", "/manage.py", "/docs/", "/var/academy.sqlite3", "/static/", "/static/../manage.py",
        "/media/", "/media/../manage.py", "/media/%2e%2e/manage.py",
    ],
)  # fmt: skip
def test_nothing_lies_about(client, path):
    assert client.get(path, follow=True).status_code in {400, 404}
