"""A backup of files that lie in an object store comes back into a store, and into folders."""

import shutil

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from config.object_storage import ObjectStorage, options_of
from operations import archives
from tests import servers
from tests.operations.test_backups import manage

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="installations here are copies of SQLite's template"
)
IDENTITY, RECIPIENT = archives.new_identity()
FILES = {"media/pictures/ferry.avif": b"a picture", "private/certificates/2026/1.pdf": b"%PDF-1.7"}


@pytest.fixture
def store(tmp_path):
    with servers.object_store(tmp_path) as running:
        yield running


@pytest.fixture
def offices(tmp_path, django_db_setup, monkeypatch):
    """Three installations with nothing but their tables, whose backups one identity opens."""
    monkeypatch.setenv("BACKUP_IDENTITY", IDENTITY)
    homes = [tmp_path / name for name in ("first", "second", "third")]
    for home in homes:
        home.mkdir()
        shutil.copy(django_db_setup.template, home / "academy.sqlite3")
    return homes


def test_it_comes_back_into_a_store_and_into_folders(store, offices, tmp_path, monkeypatch):
    first, second, third = offices
    before, after = (
        ObjectStorage(connection=options_of(servers.store_address(store, f"&prefix={each}")), folder="")
        for each in ("before", "after")
    )
    for name, content in FILES.items():
        before.save(name, ContentFile(content))

    monkeypatch.setenv("STORAGE_URL", servers.store_address(store, "&prefix=before"))
    made = manage(first, "backup", "-o", tmp_path / "backup", "--recipient", RECIPIENT)
    monkeypatch.setenv("STORAGE_URL", servers.store_address(store, "&prefix=after"))
    into_a_store = manage(second, "restore", tmp_path / "backup")
    monkeypatch.delenv("STORAGE_URL")
    into_folders = manage(third, "restore", tmp_path / "backup")

    assert [made[0], into_a_store[0], into_folders[0]] == [0, 0, 0], (made, into_a_store, into_folders)
    assert {name: after.open(name).read() for name in FILES} == FILES
    assert {name: (third / name).read_bytes() for name in FILES} == FILES


def test_while_the_store_is_gone_no_backup_is_made_and_it_is_said_why(store, offices, tmp_path, monkeypatch):
    monkeypatch.setenv("STORAGE_URL", servers.store_address(store))
    store.kill()

    code, said = manage(offices[0], "backup", "-o", tmp_path / "backup", "--recipient", RECIPIENT)

    assert (code, "The backup could not be written" in said, (tmp_path / "backup").exists()) == (1, True, False), said
