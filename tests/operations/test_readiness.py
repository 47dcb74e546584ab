"""Each part that /health/ready asks about, well and not well."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.db import DatabaseError

from core.jobs import enqueue
from operations.findings import Finding, status
from operations.services import LONGEST_WAIT, readiness, unapplied_migrations
from tests.jobs import DATABASE_QUEUE

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def found(name: str) -> Finding:
    [finding] = [each for each in readiness() if each.name == name]
    return finding


@pytest.mark.db
def test_every_migration_of_the_release_is_applied_in_the_template():
    assert unapplied_migrations() == []


@pytest.mark.db
def test_all_is_well_in_an_installation_that_was_just_made():
    assert [(each.name, each.ok) for each in readiness()] == [
        ("database", True), ("migrations", True), ("cache", True), ("storage", True), ("queue", True), ("keys", True),
    ]  # fmt: skip


def test_without_a_database_nothing_else_is_asked(monkeypatch):
    def refuse() -> list[str]:
        raise DatabaseError

    monkeypatch.setattr(import_module("operations.services.readiness"), "unapplied_migrations", refuse)

    assert [(each.name, each.ok, each.says) for each in readiness()] == [
        ("database", False, "The database does not answer.")
    ]


def test_a_cache_that_forgets_is_told(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

    assert (found("cache").ok, found("cache").says) == (False, "The cache does not keep what is written into it.")
    assert found("storage").ok


def test_a_cache_whose_server_is_away_is_told(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "nowhere"}}

    assert not found("cache").ok


@pytest.mark.parametrize("place", ["default", "private"])
def test_a_storage_that_takes_no_files_is_told(settings, tmp_path, place):
    no_folder = tmp_path / "file"
    no_folder.write_bytes(b"")
    broken = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": no_folder}}
    settings.STORAGES = {**settings.STORAGES, place: broken}

    assert (found("storage").ok, found("storage").says) == (False, "Files cannot be written, or not be read again.")


def test_looking_leaves_no_file_behind(settings, tmp_path):
    kept = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": kept, "private": kept}

    assert found("storage").ok
    assert list(tmp_path.iterdir()) == []


@pytest.mark.db
def test_a_queue_that_nobody_works_off_is_told(settings):
    settings.TASKS = DATABASE_QUEUE
    with time_machine.travel(NOW, tick=False) as clock:
        enqueue("mail.tasks.send_due")
        before = found("queue")
        clock.shift(LONGEST_WAIT + timedelta(seconds=1))
        after = found("queue")

    assert (before.ok, before.says) == (True, "1 job waits for a worker.")
    assert (after.ok, after.says) == (False, "A job has been waiting for a worker for 10 minutes.")
    assert after.facts == {"oldest_seconds": 601, "waiting": 1}


def test_keys_that_sign_nothing_are_told_without_saying_where_they_lie(settings, tmp_path):
    settings.DEMO, settings.CERTIFICATE_KEYS = False, tmp_path / "nowhere"

    keys = found("keys")

    assert (keys.ok, keys.says) == (False, "Certificates cannot be signed, or only for some weeks more.")
    assert keys.as_json() == {"ok": False, "says": keys.says, "mend": keys.mend}


@pytest.mark.parametrize("part", ["database", "migrations", "cache", "storage"])
def test_no_page_is_served_without(part):
    assert status([Finding(part, ok=False, says="")]) == "not ready"


def test_pages_are_served_while_jobs_wait_or_keys_are_missing():
    assert status([Finding("queue", ok=False, says=""), Finding("keys", ok=False, says="")]) == "degraded"
    assert status([Finding("queue", ok=True, says="")]) == "ready"
