"""Health for machines, and the mailbox of the demonstration."""

import pytest
from django.core.mail import EmailMessage, get_connection
from django.db import connection

URLS = ["/demo/mail/", "/demo/mail/20260309-120000-1-1/"]


def test_live_answers_without_asking_the_database(client):
    response = client.get("/health/live")

    assert (response.status_code, response.content) == (200, b"ok\n")


WELL = {
    "database": {"ok": True, "says": "The database answers."},
    "migrations": {"ok": True, "says": "The database has the tables of this release.", "unapplied": []},
    "cache": {"ok": True, "says": "The cache keeps what is written into it."},
    "storage": {"ok": True, "says": "Files are kept."},
    "queue": {"ok": True, "says": "0 jobs wait for a worker.", "oldest_seconds": 0, "waiting": 0},
    "keys": {"ok": True, "says": "Certificates can be signed."},
}


@pytest.mark.db
@pytest.mark.django_db
def test_ready_says_a_sentence_about_every_part(client):
    response = client.get("/health/ready", headers={"accept-language": "be"})

    assert (response.status_code, response.json()) == (200, {"status": "ready", "checks": WELL})


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
            "checks": {
                "database": WELL["database"],
                "migrations": {
                    "ok": False,
                    "says": "The database is older than this release.",
                    "mend": "Make a backup, then run “manage.py migrate”.",
                    "unapplied": ["mail.0001_initial"],
                },
            },
        },
    )


@pytest.mark.django_db
def test_a_server_stays_in_use_when_only_a_person_can_mend_something(client, settings, tmp_path):
    settings.DEMO, settings.CERTIFICATE_KEYS = False, tmp_path / "nowhere"

    response = client.get("/health/ready")

    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert str(tmp_path) not in response.content.decode()


@pytest.mark.django_db
def test_looking_costs_the_same_every_time(client, django_assert_num_queries):
    client.get("/health/ready")

    with django_assert_num_queries(6):
        client.get("/health/ready")


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
