"""People and their memberships, from a spreadsheet."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from people.management.results import read_file, say_result
from people.services.people_lists import import_people


class Command(BaseCommand):
    """Create or match people, and write where they belong."""

    help = "Bring in people and memberships (XLSX or CSV): all rows, or none when one of them has an error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen and write nothing.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        content = read_file(options["file"])
        result = import_people(content=content, file_name=options["file"].name, dry_run=options["dry_run"])
        say_result(self, result.as_json(), as_json=options["json"])
