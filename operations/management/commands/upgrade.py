"""`upgrade`: the database and the files become those of this release, or stay what they were."""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser, SystemCheckError
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from operations.management.snapshots import (
    go_back_to,
    kept_database,
    others_at_work,
    owned_by_others,
    size_of_database,
    take_snapshot,
)
from operations.services import unapplied_migrations

# What has to be free, beside the room that the database takes twice more.
LEAST_FREE = 200_000_000
LOCK = ".academy-upgrade.lock"
# Which static file has which name: an older release finds its own ones by it.
NAMES = "staticfiles.json"
FRONT_PAGE = "/en/"


class Command(BaseCommand):
    """Run by the new release, while web servers, workers and schedulers of the old one are stopped.

    What it has begun stands in a folder; when it is killed, the next run goes back before it begins anew.
    """

    help = "Bring database and files to this release: look, keep, migrate, collect, try; go back when something fails."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--undo", action="store_true", help="Only go back from one that was interrupted.")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.folder = kept_database().parent
        with self._alone():
            self._upgrade(only_back=options["undo"])

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time: a second one would take the first one for interrupted, and go back under its feet."""
        with (self.folder.parent / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as trouble:
                raise CommandError("Nothing was changed: another upgrade is at work here.") from trouble
            yield

    def _upgrade(self, *, only_back: bool) -> None:
        if kept_database().exists():
            if not only_back:
                self._refuse_others()
            self._say("An upgrade was interrupted here. Going back to what was before it …")
            self._go_back()
        elif only_back:
            self._say("There is nothing to go back from.")
        if only_back:
            return
        self._look()
        self._keep()
        with self._going_back():
            self._say("Migrating the database and collecting static files …")
            call_command("prepare")
            self._say("Trying it …")
            self._try()
        shutil.rmtree(self.folder)
        self._say("Done: this release can be started.")

    def _say(self, words: str) -> None:
        self.stderr.write(words)

    # --- Look ---------------------------------------------------------------------------------------------------------
    def _look(self) -> None:
        """Find out before anything is changed what would stop it half way. Raises CommandError."""
        self._say("Looking whether it can be done …")
        try:
            call_command("check", deploy=not settings.DEMO, fail_level="ERROR")
            waiting, room, fixed = unapplied_migrations(), size_of_database(), owned_by_others()
        except SystemCheckError as trouble:
            raise CommandError(f"Nothing was changed: the settings do not suit this release. {trouble}") from trouble
        except DatabaseError as trouble:
            raise CommandError(f"Nothing was changed: the database does not answer: {trouble}") from trouble
        self._refuse_others()
        if fixed:
            raise CommandError(
                f"Nothing was changed: {', '.join(fixed)} in this database belongs to another account, and going back "
                "could not make it anew. Let a superuser of PostgreSQL give it to the Academy’s account, or take an "
                "extension out of this database."
            )
        free, needed = shutil.disk_usage(settings.VAR_DIR).free, LEAST_FREE + 2 * room
        if free < needed:
            raise CommandError(
                f"Nothing was changed: {settings.VAR_DIR} has {free:,} bytes left, and {needed:,} may be needed."
            )
        self._say(f"{len(waiting)} migrations are to be done.")

    @staticmethod
    def _refuse_others() -> None:
        if others := others_at_work():
            raise CommandError(
                f"Nothing was changed: {others} others use the database. What they write now would be lost if this "
                "had to go back, so stop web servers, workers and schedulers first."
            )

    # --- Keep ---------------------------------------------------------------------------------------------------------
    def _keep(self) -> None:
        """Keep what this may have to go back to; the database last: where it lies, there is something to go back to."""
        self._say("Keeping what is there, to go back to …")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True)
        names = Path(settings.STATIC_ROOT) / NAMES
        if names.exists():
            shutil.copy(names, self.folder / NAMES)
        (self.folder / "about.json").write_text(
            json.dumps({"began": timezone.now().isoformat(timespec="seconds")}), encoding="utf-8"
        )
        take_snapshot(kept_database())

    # --- Go back ------------------------------------------------------------------------------------------------------
    @contextmanager
    def _going_back(self) -> Iterator[None]:
        try:
            yield
        except (Exception, KeyboardInterrupt) as trouble:
            self._say(f"This failed: {trouble}\nGoing back to what was before it …")
            self._go_back()
            raise CommandError(
                "The upgrade failed and everything is as it was before: start the release that ran until now."
            ) from trouble

    def _go_back(self) -> None:
        connection.close()
        go_back_to(kept_database())
        kept = self.folder / NAMES
        if kept.exists():
            shutil.copy(kept, Path(settings.STATIC_ROOT) / NAMES)
            # The next `prepare`, of whichever release, collects its own.
            (Path(settings.STATIC_ROOT) / ".fingerprint").unlink(missing_ok=True)
        shutil.rmtree(self.folder)
        self._say("The database is what it was.")

    # --- Try ----------------------------------------------------------------------------------------------------------
    def _try(self) -> None:
        """Ask the new release for its health and its front page, in this process. Raises CommandError."""
        browser = Client(headers={"host": settings.ALLOWED_HOSTS[0].lstrip(".")})
        answer = browser.get("/health/ready", secure=True)
        if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            said = [check["says"] for check in json.loads(answer.content)["checks"].values() if not check["ok"]]
            raise CommandError(f"No page could be served. {' '.join(said)}")
        answer = browser.get(FRONT_PAGE, secure=True)
        if answer.status_code != HTTPStatus.OK:
            raise CommandError(f"The front page answered {answer.status_code}.")
