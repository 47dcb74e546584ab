"""`restore`: everything that a backup holds, into an empty installation of the same release."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from operations.services import check_backup, restore


class Command(BaseCommand):
    help = "Bring a backup back, or only look whether it could be."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The backup.")
        parser.add_argument("--identity", type=Path, help="File with what opens it (default: BACKUP_IDENTITY).")
        parser.add_argument("--check", action="store_true", help="Open and compare it, and change nothing.")

    def handle(self, *_args: Any, **options: Any) -> None:
        asked = {"path": options["file"], "identity": self._identity(options["identity"])}
        if not options["check"]:
            # Where there is nothing yet, there are the tables first.
            call_command("prepare")
        try:
            manifest = check_backup(**asked) if options["check"] else restore(**asked, told=self.stderr.write)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if not options["check"]:
            call_command("update_index", verbosity=0)
        rows = sum(each.rows for each in manifest.tables.values())
        what = "holds" if options["check"] else "is back:"
        self.stdout.write(f"The backup of {manifest.made_at} {what} {rows:,} rows and {len(manifest.members):,} files.")

    def _identity(self, path: Path | None) -> str:
        if path is None:
            return str(settings.BACKUP_IDENTITY)
        try:
            return path.read_text(encoding="ascii", errors="replace")
        except OSError as trouble:
            raise CommandError(f"{path} could not be read: {trouble.strerror}.") from trouble
