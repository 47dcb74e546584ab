"""`backup`: everything that the installation holds, as one file that only its keepers can open."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from operations.archives import new_identity
from operations.services import back_up, write_backup


class Command(BaseCommand):
    help = "Write database, files and keys into one encrypted file, while people work."

    def add_arguments(self, parser: CommandParser) -> None:
        place = parser.add_mutually_exclusive_group()
        place.add_argument("-o", "--output", type=Path, help="The file to write.")
        place.add_argument(
            "--to", type=Path, default=settings.BACKUP_FOLDER, help="Folder of files by date (default: %(default)s)."
        )
        place.add_argument("--new-key", type=Path, help="Only make a new identity: in this file, with its recipient.")
        parser.add_argument(
            "--recipient", action="append", help="For whom, age1…; may be given again (default: BACKUP_RECIPIENTS)."
        )
        parser.add_argument(
            "--keep", type=int, default=settings.BACKUP_KEEP, help="How many stay, 0 for all (default: %(default)s)."
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["new_key"]:
            self._make_key(options["new_key"])
            return
        recipients, path = options["recipient"] or settings.BACKUP_RECIPIENTS, options["output"]
        try:
            if path:
                write_backup(recipients=recipients, path=path)
            else:
                path = back_up(recipients=recipients, folder=options["to"], keep=options["keep"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path} ({path.stat().st_size:,} bytes)")

    def _make_key(self, path: Path) -> None:
        identity, recipient = new_identity()
        try:
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(f"# recipient: {recipient}\n{identity}\n", encoding="ascii")
        except OSError as trouble:
            raise CommandError(f"{path} could not be written: {trouble.strerror}.") from trouble
        self.stdout.write(f"BACKUP_RECIPIENTS={recipient}")
        self.stderr.write(f"Keep {path} apart from this machine: without it no backup can ever be opened.")
