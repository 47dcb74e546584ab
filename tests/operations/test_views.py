"""Health for machines, and the mailbox of the demonstration."""

import pytest
from django.core.mail import EmailMessage, get_connection
from django.db import connection

URLS = ["/demo/mail/", "/demo/mail/20260309-120000-1-1/"]


def test_live_answers_without_asking_the_database(client):
    response = client.get("/health/live")

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.db
@pytest.mark.django_db
def test_ready_names_every_check(client):
    response = client.get("/health/ready")

    assert (response.status_code, response.json()) == (
        200,
        {
            "status": "ready",
            "checks": {
                "database": {"ok": True},
                "migrations": {"ok": True, "unapplied": []},
                "cache": {"ok": True},
                "storage": {"ok": True},
                "queue": {"ok": True, "oldest_seconds": 0},
            },
        },
    )


@pytest.mark.db
@pytest.mark.django_db
def test_a_migration_that_is_missing_is_told_with_503(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'mail'")

    response = client.get("/health/ready")

    assert (response.status_code, response.json()) == (
        503,
        {
            "status": "not ready",
            "checks": {"database": {"ok": True}, "migrations": {"ok": False, "unapplied": ["mail.0001_initial"]}},
        },
    )


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=tmp_path)


@pytest.mark.django_db
def test_the_mail_of_the_demonstration_is_shown_as_text(client, mailbox):
    mailbox.send_messages([EmailMessage("Ваш код", "Код: 123\n<b>bold</b>", "a@example.org", ["b@example.org"])])

    listing = client.get("/demo/mail/")
    key = listing.context["mails"][0].key
    page = client.get(f"/demo/mail/{key}/").content.decode()

    assert [(mail.subject, mail.recipient) for mail in listing.context["mails"]] == [("Ваш код", "b@example.org")]
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert client.get("/demo/mail/unknown/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("url", URLS)
def test_outside_a_demonstration_there_is_no_mailbox(client, mailbox, settings, url):
    settings.DEMO = False

    assert client.get(url).status_code == 404
