"""Nothing is lost: what an installation held when a backup began comes back from it, or somebody is told why not.

Backups are made beside people who work; they are brought back by an operator's command in a process of its own, into an
installation in which nothing but its tables exists.
"""

import fcntl
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pyrage
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from operations import archives
from operations.services import BackupError, back_up, check_backup
from operations.services.backups import LOCK
from tests.factories.assessments import make_attempt
from tests.factories.certificates import make_certificate
from tests.factories.courses import make_enrolment, make_module
from tests.factories.people import make_account

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="installations here are copies of SQLite's template"
)
IDENTITY, RECIPIENT = archives.new_identity()
STRANGER, _RECIPIENT = archives.new_identity()
COMPARED = ("people_account", "people_person", "certificates_certificate", "assessments_attempt")


@pytest.fixture(scope="module")
def office(django_db_setup, django_db_blocker, tmp_path_factory):
    """The folder of an installation: people, what they did and earned, files in both storages, a key."""
    home = tmp_path_factory.mktemp("office")
    with django_db_blocker.unblock():
        learner = make_account(given_name="Ўладзіслаў")
        make_enrolment(learner.person, make_module(), read=1)
        make_attempt(learner.person)
        make_certificate(person=learner.person)
        live = connection.settings_dict["NAME"]
        with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(home / "academy.sqlite3")) as copy:
            source.backup(copy)
        django_db_setup.restore()
    for name, content in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)
    # A file that is in the list of its folder, and gone when it is opened.
    (home / "media/pictures/forgotten.avif").symlink_to("nowhere.avif")
    return home


FILES = {
    "media/pictures/ferry.avif": b"a picture",
    "private/certificates/2026/1.pdf": b"%PDF-1.7",
    "keys/old/2026.pem": b"sealed",
}


@pytest.fixture
def elsewhere(django_db_setup, tmp_path):
    """The folder of an installation in which there is nothing but its tables."""
    home = tmp_path / "elsewhere"
    home.mkdir()
    shutil.copy(django_db_setup.template, home / "academy.sqlite3")
    return home


def manage(home, *words):
    """Run a command in an installation; return its exit code and what it said."""
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "VAR_DIR": str(home)}
    surroundings.pop("DATABASE_URL", None)
    ended = subprocess.run(
        [sys.executable, "manage.py", *map(str, words)],
        cwd=settings.BASE_DIR, env=surroundings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return ended.returncode, ended.stdout + ended.stderr


def made(home, folder, *more):
    """Make a backup; return its file."""
    code, said = manage(home, "backup", "--to", folder, "--recipient", RECIPIENT, *more)
    assert code == 0, said
    return Path(said.rsplit(" (", 1)[0].strip().splitlines()[-1])


@pytest.fixture(scope="module")
def backup(office, tmp_path_factory):
    """A backup of the office."""
    return made(office, tmp_path_factory.mktemp("backups"))


@pytest.fixture
def restored(tmp_path):
    """`restored(home, file)`: the exit code of `restore` in an installation, and what it said."""

    def run(home, file, *more, identity=IDENTITY):
        (tmp_path / "identity").write_text(f"# mine\n{identity}\n", encoding="ascii")
        return manage(home, "restore", file, "--identity", tmp_path / "identity", *more)

    return run


def rows(home, table):
    with closing(sqlite3.connect(home / "academy.sqlite3")) as opened:
        return opened.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall()


# --- There and back ---------------------------------------------------------------------------------------------------
def test_everything_comes_back(office, elsewhere, backup, restored):
    code, said = restored(elsewhere, backup)

    assert code == 0, said
    for table in COMPARED:
        assert rows(elsewhere, table) == rows(office, table) != []
    assert {name: (elsewhere / name).read_bytes() for name in FILES} == FILES
    assert (elsewhere / "keys/old/2026.pem").stat().st_mode & 0o777 == 0o600
    assert "is back: " in said


def test_what_was_acknowledged_before_it_began_is_in_it_whatever_is_written_meanwhile(
    office, elsewhere, restored, tmp_path
):
    acknowledged, over = [], Event()
    busy = tmp_path / "busy"
    shutil.copytree(office, busy, symlinks=True)

    def work():
        with closing(sqlite3.connect(busy / "academy.sqlite3", timeout=20)) as database:
            while not over.is_set():
                database.execute("INSERT INTO django_session VALUES (?, 'x', '2030-01-01')", [str(len(acknowledged))])
                database.commit()
                acknowledged.append(str(len(acknowledged)))
                over.wait(0.001)

    worker = Thread(target=work)
    worker.start()
    try:
        while len(acknowledged) < 20:
            over.wait(0.01)
        before = set(acknowledged)
        file = made(busy, tmp_path / "backups")
    finally:
        over.set()
        worker.join()

    assert len(acknowledged) > len(before)
    assert restored(elsewhere, file)[0] == 0
    assert before <= {row[0] for row in rows(elsewhere, "django_session")}


def test_it_is_for_whoever_has_the_program_age_as_well(backup):
    """The format is age's own: what its first lines say is what the standard asks for."""
    head = backup.read_bytes().split(b"\n---", 1)[0].decode("ascii").splitlines()

    assert head[0] == "age-encryption.org/v1"
    assert head[1].startswith("-> X25519 ")


def test_a_restore_that_was_interrupted_is_begun_again(elsewhere, backup, restored):
    (elsewhere / "media/pictures").mkdir(parents=True)
    (elsewhere / "media/pictures/ferry.avif").write_bytes(b"a picture")

    assert restored(elsewhere, backup)[0] == 0


@pytest.mark.deep
def test_a_demonstration_opens_its_own_backups_and_they_come_back_where_there_was_nothing(office, tmp_path):
    code, said = manage(office, "backup", "-o", tmp_path / "backup")
    assert code == 0, said
    home = tmp_path / "new"
    home.mkdir()

    code, said = manage(home, "restore", tmp_path / "backup")

    assert code == 0, said
    assert rows(home, "people_person") == rows(office, "people_person")


def test_a_look_changes_nothing(elsewhere, backup, restored):
    code, said = restored(elsewhere, backup, "--check")

    assert (code, "holds" in said) == (0, True), said
    assert rows(elsewhere, "people_account") == []
    assert not (elsewhere / "media").exists()


# --- Who can read it --------------------------------------------------------------------------------------------------
def test_nothing_that_is_not_encrypted_stays_and_only_the_newest_stay(office, tmp_path):
    killed, others = tmp_path / f"{archives.STAGING}killed", tmp_path / ".backup-of-mine"
    for each in (killed, others):
        each.mkdir()
        (each / "plain").write_bytes(b"names of people")
    old = [tmp_path / f"academy-2026010{day}T000000Z{archives.ENDING}" for day in (1, 2, 3)]
    for each in (*old, tmp_path / "notes.txt"):
        each.write_bytes(b"")

    file = made(office, tmp_path, "--keep", 2)

    assert {each.name for each in tmp_path.iterdir()} == {old[-1].name, file.name, "notes.txt", LOCK, others.name}
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert b"sealed" not in file.read_bytes()


def test_whoever_it_is_not_for_cannot_open_it(elsewhere, backup, restored):
    code, said = restored(elsewhere, backup, "--check", identity=STRANGER)

    assert (code, "does not open this backup" in said) == (1, True), said


def test_a_new_identity_is_for_its_owner_only_and_never_overwrites_one(tmp_path, capsys):
    call_command("backup", "--new-key", str(tmp_path / "identity"))

    recipient = capsys.readouterr().out.strip().removeprefix("BACKUP_RECIPIENTS=")
    assert (tmp_path / "identity").stat().st_mode & 0o777 == 0o600
    (identity,) = archives.identities_of((tmp_path / "identity").read_text())
    assert str(identity.to_public()) == recipient
    with pytest.raises(CommandError, match="File exists"):
        call_command("backup", "--new-key", str(tmp_path / "identity"))


# --- What is refused --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("recipients", "sentence"), [([], "say in BACKUP_RECIPIENTS"), (["ssh-ed25519 AAAA"], "is no key that a backup")]
)
def test_a_backup_for_nobody_is_refused(tmp_path, recipients, sentence):
    with pytest.raises(BackupError, match=sentence):
        back_up(folder=tmp_path, recipients=recipients)


def test_where_it_cannot_be_written_that_is_said(tmp_path):
    (tmp_path / "file").write_bytes(b"not a folder")

    with pytest.raises(BackupError, match="could not be written"):
        back_up(folder=tmp_path / "file", recipients=[RECIPIENT])


def test_two_at_a_time_are_refused(tmp_path):
    with (tmp_path / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(BackupError, match="Another backup is being made"):
            back_up(folder=tmp_path, recipients=[RECIPIENT])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"age-encryption.org/v1\n"])
def test_another_file_is_no_backup(tmp_path, content):
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(BackupError, match="is no backup"):
        check_backup(path=tmp_path / "file", identity=IDENTITY)


@pytest.mark.parametrize("words", ["", "# nothing\n", "AGE-SECRET-KEY-1NONSENSE"])
def test_an_identity_is_one(tmp_path, words):
    with pytest.raises(BackupError, match="is no key that opens"):
        check_backup(path=tmp_path / "file", identity=words)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(BackupError, match="could not be opened"):
        check_backup(path=tmp_path / "none", identity=IDENTITY)


def altered(file, target, change):
    """The same backup elsewhere, with members as `change` makes them of a dictionary of names and contents."""
    opened = io.BytesIO()
    pyrage.decrypt_io(io.BytesIO(file.read_bytes()), opened, archives.identities_of(IDENTITY))
    opened.seek(0)
    with tarfile.open(fileobj=opened, mode="r:gz") as tar:
        members = {each.name: tar.extractfile(each).read() for each in tar}
    change(members)
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    with target.open("wb") as writer:
        pyrage.encrypt_io(io.BytesIO(written.getvalue()), writer, archives.recipients_of([RECIPIENT]))
    return target


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda members: members.update({"keys/old/2026.pem": b"forged"}), "keys/old/2026.pem is not what"),
        (lambda members: members.pop("keys/old/2026.pem"), "keys/old/2026.pem is not what"),
        (lambda members: members.update({"files/default/new.html": b"x"}), "files/default/new.html is not what"),
        (lambda members: members.update({"../outside": b"x"}), "is no backup"),
        (lambda members: members.update({archives.MANIFEST: b"{}"}), "is no backup"),
        (lambda members: members.pop(archives.MANIFEST), "is no backup"),
    ],
)
def test_a_file_that_became_another_is_named(backup, tmp_path, change, sentence):
    file = altered(backup, tmp_path / "altered", change)

    with pytest.raises(BackupError, match=sentence):
        check_backup(path=file, identity=IDENTITY)
    assert not list(Path(settings.VAR_DIR).glob("*outside*"))


def test_a_backup_that_was_cut_off_is_only_a_part_of_one(backup, tmp_path):
    (tmp_path / "cut").write_bytes(backup.read_bytes()[:-100])

    with pytest.raises(BackupError, match="only a part of one"):
        check_backup(path=tmp_path / "cut", identity=IDENTITY)


def other_rows(members):
    """Somebody is called otherwise, and the list of files knows it."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(members[archives.DATABASE])
        database.execute("UPDATE people_person SET given_name = 'Uladzislau'")
        database.commit()
        members[archives.DATABASE] = database.serialize()
    manifest = archives.Manifest.from_json(members[archives.MANIFEST])
    manifest.members[archives.DATABASE] = archives.Member.of(members[archives.DATABASE])
    members[archives.MANIFEST] = manifest.to_json()


def other_release(members):
    members[archives.MANIFEST] = members[archives.MANIFEST].replace(b"0001_initial", b"0002_later")


@pytest.mark.parametrize(
    ("change", "sentence"), [(other_rows, ": people_person."), (other_release, "was made by another release")]
)
def test_other_rows_and_other_releases_are_not_brought_back(elsewhere, backup, restored, change, sentence):
    code, said = restored(elsewhere, altered(backup, elsewhere / "altered", change))

    assert (code, sentence in said) == (1, True), said
    assert rows(elsewhere, "people_account") == []


def test_where_somebody_is_already_nothing_is_restored(office, backup, restored):
    before = rows(office, "people_person")

    code, said = restored(office, backup)

    assert (code, "There are people here already" in said) == (1, True), said
    assert rows(office, "people_person") == before


def test_another_file_of_the_same_name_is_never_overwritten(elsewhere, backup, restored):
    (elsewhere / "media/pictures").mkdir(parents=True)
    (elsewhere / "media/pictures/ferry.avif").write_bytes(b"another picture")

    code, said = restored(elsewhere, backup)

    assert (code, "pictures/ferry.avif" in said) == (1, True), said
    assert (elsewhere / "media/pictures/ferry.avif").read_bytes() == b"another picture"
    assert rows(elsewhere, "people_account") == []
