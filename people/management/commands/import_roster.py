"""An agency's list of people, from a spreadsheet."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.management.results import read_file, say_result
from people.models import Agency
from people.services import import_roster


class Command(BaseCommand):
    """Create or match the people of a roster as members of an agency."""

    help = "Bring in an agency's list of people (XLSX or CSV): all rows, or none when one of them has an error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--agency", required=True, help="Code of the agency; rows may name one below it.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen and write nothing.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(f"There is no agency {options['agency']}.")
        result = import_roster(content=read_file(options["file"]), agency=agency, dry_run=options["dry_run"])
        say_result(self, result.as_json(), as_json=options["json"])
