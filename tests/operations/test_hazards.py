"""What is dangerous in production: each thing alone, beside an installation that is well."""

import os
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from operations.demo.people import DOMAIN
from operations.services import hazards as module
from operations.services.hazards import CHECKS, hazards, is_example
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db
SANE = {
    "DEMO": False,
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": ["academy.health.gov"],
    "SITE_ADDRESS": "https://academy.health.gov",
    "UPLOADS_HOST": "files.health.gov",
    "DEFAULT_FROM_EMAIL": "Academy <academy@health.gov>",
    "SUPPORT_EMAIL": "help@health.gov",
    "DATA_PROTECTION_EMAIL": "data@health.gov",
    "OPERATORS": ["operator@health.gov"],
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "BACKUP_RECIPIENTS": ["age1…"],
    "BACKUP_IDENTITY": "",
    "CERTIFICATE_KEYS_PASSPHRASE": "a long one of its own",
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "academy_cache"}},
}
NOBODY = 65534
LOCAL_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def sane(settings, tmp_path):
    for name, value in SANE.items():
        setattr(settings, name, value)
    settings.CERTIFICATE_KEYS = tmp_path
    return settings


def bad() -> list[str]:
    return [each.name for each in hazards() if not each.ok]


def test_an_installation_that_was_set_up_with_care_is_well(sane):
    assert bad() == []
    assert len({each.name for each in hazards()}) == len(CHECKS)


def test_a_demonstration_is_asked_for_nothing_of_it(settings):
    assert [(each.name, each.ok) for each in hazards()] == [("demonstration", True)]


@pytest.mark.parametrize(
    ("setting", "value", "name"),
    [
        ("SECRET_KEY", "short", "secret_key"),
        ("SECRET_KEY", "demo-" + "k" * 60, "secret_key"),
        ("DEBUG", True, "debug"),
        ("ALLOWED_HOSTS", ["*"], "hosts"),
        ("SITE_ADDRESS", "http://academy.health.gov", "site_address"),
        ("SITE_ADDRESS", "https://127.0.0.1:8000", "site_address"),
        ("SITE_ADDRESS", "https://academy.example.org", "site_address"),
        ("DEFAULT_FROM_EMAIL", "Academy <academy@example.org>", "senders"),
        ("SUPPORT_EMAIL", "support@example.org", "senders"),
        ("DATA_PROTECTION_EMAIL", "", "senders"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "mail_server"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "mail_server"),
        ("BACKUP_RECIPIENTS", [], "backup_recipients"),
        ("BACKUP_IDENTITY", "AGE-SECRET-KEY-1…", "backup_recipients"),
        ("CERTIFICATE_KEYS_PASSPHRASE", "", "key_files"),
        ("SECURE_SSL_REDIRECT", False, "https"),
        ("SECURE_HSTS_SECONDS", 3600, "https"),
        ("SESSION_COOKIE_SECURE", False, "https"),
        ("SESSION_COOKIE_DOMAIN", ".health.gov", "uploads"),
        ("CSRF_COOKIE_DOMAIN", "files.health.gov", "uploads"),
        ("LANGUAGE_COOKIE_DOMAIN", "health.gov", "uploads"),
        ("ALLAUTH_TRUSTED_PROXY_COUNT", 0, "proxy"),
        ("CACHES", LOCAL_MEMORY, "shared_cache"),
        ("OPERATORS", [], "operators"),
        ("OPERATORS", ["operator@example.org"], "operators"),
    ],
)
def test_what_is_dangerous_is_told_with_a_way_to_mend_it(sane, setting, value, name):
    setattr(sane, setting, value)

    assert [(each.name, bool(each.says), bool(each.mend)) for each in hazards() if not each.ok] == [(name, True, True)]


@pytest.mark.parametrize(
    ("host", "domain"),
    [("files.health.gov", None), ("files.health.gov", "academy.health.gov"), ("", ".health.gov")],
)
def test_cookies_that_do_not_go_to_the_host_of_uploads_are_well(sane, host, domain):
    sane.UPLOADS_HOST = host
    sane.SESSION_COOKIE_DOMAIN = domain

    assert bad() == []


def test_people_of_the_demonstration_are_found(sane):
    account = make_account(email=f"admin@{DOMAIN}")
    before = bad()
    account.is_active = False
    account.save()

    assert (before, bad()) == (["demonstration"], [])


def test_keys_that_others_can_read_are_named(sane, tmp_path):
    key = tmp_path / "document.p12"
    key.write_bytes(b"")
    key.chmod(0o640)
    [finding] = [each for each in hazards() if not each.ok]
    key.chmod(0o600)

    assert (finding.name, "document.p12" in finding.says, bad()) == ("key_files", True, [])


def test_keys_that_belong_to_another_account_are_told_and_nothing_else_is_hidden_by_it(sane, tmp_path):
    """Whoever made them as root: doctor, the page and the mails to operators go on."""
    sane.CERTIFICATE_KEYS = tmp_path / "keys"
    sane.CERTIFICATE_KEYS.mkdir()
    bad()
    sane.CERTIFICATE_KEYS.chmod(0)
    account = os.geteuid()
    os.seteuid(account or NOBODY)
    try:
        found = [(each.name, each.says) for each in hazards() if not each.ok]
    finally:
        os.seteuid(account)

    assert found == [("key_files", "This account cannot look into the folder of the keys that sign certificates.")]


@pytest.mark.db
def test_a_clock_that_differs_from_that_of_the_database_is_told(sane, monkeypatch):
    wrong = SimpleNamespace(now=lambda: timezone.now() + timedelta(minutes=3))
    monkeypatch.setattr(module, "timezone", wrong)

    [clock] = [each for each in hazards() if each.name == "clock"]

    assert (clock.ok, clock.facts["seconds"] in {179, 180}) == (False, True)


@pytest.mark.parametrize(
    "address", ["a@example.org", "A <a@mail.example.com>", "localhost", "", "a@b.invalid", "x.test", "a@demo.example"]
)
def test_addresses_of_examples_are_known(address):
    assert is_example(address)


@pytest.mark.parametrize("address", ["a@health.gov", "A <a@example.gov>", "examples.org", "testing.by"])
def test_others_are_not(address):
    assert not is_example(address)
