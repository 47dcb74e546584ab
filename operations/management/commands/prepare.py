"""`prepare`: everything between "installed" and "can be served". Repeating it is cheap."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from library.services import prepare_reviews
from operations.services import unapplied_migrations
from people.services import bring_editors_up_to_date


def static_fingerprint() -> str:
    """Return a name for the static files as they are: their paths, sizes and times."""
    lines = [f"{settings.STORAGES['staticfiles']}"]
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            lines.append(f"{name} {facts.st_size} {facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


class Command(BaseCommand):
    """Compiles catalogues, migrates, gives editors and experts what is new, makes the cache, collects files."""

    help = "Make the database and the files ready to be served."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        call_command("compile_catalogues")
        if unapplied_migrations():
            self.stderr.write("Migrating the database …")
            call_command("migrate", interactive=False, verbosity=0)
        bring_editors_up_to_date()
        prepare_reviews()
        call_command("createcachetable", verbosity=0)
        self._collect_static_files()

    def _collect_static_files(self) -> None:
        stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
        fingerprint = static_fingerprint()
        if stamp.exists() and stamp.read_text() == fingerprint:
            return
        self.stderr.write("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(fingerprint)
