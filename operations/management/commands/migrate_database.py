"""`migrate_database`: an office that has outgrown SQLite moves to PostgreSQL, or back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from operations.services import move_database


class Command(BaseCommand):
    help = "Write everything that one database holds into another, and compare both, table by table."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="source", required=True, help="Address of the database that is moved.")
        parser.add_argument("--to", dest="target", required=True, help="Address of one that was just migrated.")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            moved = move_database(source=options["source"], target=options["target"], told=self.stderr.write)
        except DomainError as error:
            raise CommandError(str(error)) from error
        rows = sum(each.rows for each in moved)
        self.stdout.write(f"{rows:,} rows of {len(moved)} tables are there, as they were.")
        self.stdout.write("Now set DATABASE_URL, and run update_index, which makes the search anew.")
