"""Whether pages can be served and slow work is done: what `/health/ready` asks, every few seconds."""

from contextlib import suppress
from datetime import timedelta
from functools import cache as remember
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult

from certificates.services import keys_alarm
from operations.findings import Finding
from operations.services.backups import STORED

# The queue is unwell when something has been ready for longer.
LONGEST_WAIT = timedelta(minutes=10)
# Whoever asks often does not make us write a file each time.
STORAGE_BELIEVED = timedelta(seconds=15)
_WORD = b"here"


@remember
def _migrations_of_this_release() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def unapplied_migrations() -> list[str]:
    """Return the migrations of this release that the database has not seen, as "app.name"."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in _migrations_of_this_release() if (app, name) not in applied)


def readiness() -> list[Finding]:
    """Return what `/health/ready` tells. Without a database, or with an older one, nothing else is asked."""
    try:
        unapplied = unapplied_migrations()
    except DatabaseError:
        return [
            Finding(
                "database",
                ok=False,
                says=_("The database does not answer."),
                mend=_("Start it, or correct DATABASE_URL; its own log says what happened."),
            )
        ]
    found = [Finding("database", ok=True, says=_("The database answers.")), _migrations(unapplied)]
    return found if unapplied else [*found, _cache(), _storage(), queue(), _keys()]


def _migrations(unapplied: list[str]) -> Finding:
    says = _("The database has the tables of this release.")
    if unapplied:
        says = _("The database is older than this release.")
    return Finding(
        "migrations", not unapplied, says, _("Make a backup, then run “manage.py migrate”."), {"unapplied": unapplied}
    )


def _cache() -> Finding:
    """Whether what is written into the cache can be read again."""
    try:
        cache.set("health", "here", 30)
        ok = cache.get("health") == "here"
    except Exception:  # noqa: BLE001 - each kind of cache fails in its own way
        ok = False
    return Finding(
        "cache",
        ok,
        _("The cache keeps what is written into it.") if ok else _("The cache does not keep what is written into it."),
        _("Look at the server in CACHE_URL; for the cache in the database run “manage.py createcachetable”."),
    )


def _storage() -> Finding:
    """Whether files can be written and read again, in both storages."""
    ok = _is_believed() or all(_keeps_files(storages[name]) for name in STORED)
    if ok:
        with suppress(Exception):
            cache.add("health-storage", value=True, timeout=STORAGE_BELIEVED.total_seconds())
    return Finding(
        "storage",
        ok,
        _("Files are kept.") if ok else _("Files cannot be written, or not be read again."),
        _("Look at the store in STORAGE_URL: whether it answers, and whether its key may write there.")
        if settings.STORAGE_URL
        else _(
            "See whether the disk is full, and whether the folders below VAR_DIR belong to the account that runs this."
        ),
    )


def _is_believed() -> bool:
    with suppress(Exception):
        return bool(cache.get("health-storage"))
    return False


def _keeps_files(storage: Storage) -> bool:
    try:
        name = storage.save(f"health-{uuid4().hex}", ContentFile(_WORD))
        with storage.open(name) as file:
            same = file.read() == _WORD
        storage.delete(name)
    except Exception:  # noqa: BLE001 - whatever keeps files, and however it says that it does not
        return False
    return bool(same)


def queue() -> Finding:
    """How many jobs wait for a worker, and for how long the one that could run longest has."""
    waited, waiting = _longest_waiting(), DBTaskResult.objects.ready().count()
    minutes = int(waited.total_seconds() // 60)
    ok = waited <= LONGEST_WAIT
    says = ngettext("%(count)d job waits for a worker.", "%(count)d jobs wait for a worker.", waiting)
    if not ok:
        says = ngettext(
            "A job has been waiting for a worker for %(minutes)d minute.",
            "A job has been waiting for a worker for %(minutes)d minutes.",
            minutes,
        )
    return Finding(
        "queue",
        ok,
        says % {"count": waiting, "minutes": minutes},
        _("Start a worker (“manage.py serve” does, or the service of workers), or one more."),
        {"oldest_seconds": int(waited.total_seconds()), "waiting": waiting},
    )


def _longest_waiting() -> timedelta:
    now = timezone.now()
    ready = DBTaskResult.objects.ready().order_by()
    at_once = ready.filter(run_after__gt=now).aggregate(since=Min("enqueued_at"))["since"]
    planned = ready.filter(run_after__lte=now).aggregate(since=Min("run_after"))["since"]
    return max((now - since for since in (at_once, planned) if since is not None), default=timedelta(0))


def _keys() -> Finding:
    """Whether certificates can be signed, and for how long; why not is told to the operator alone."""
    ok = not keys_alarm()
    says = _("Certificates can be signed.")
    if not ok:
        says = _("Certificates cannot be signed, or only for some weeks more.")
    return Finding("keys", ok, says, _("Run “manage.py doctor” on the server: it says why."))
