"""The attendance of a workshop, from a spreadsheet."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workshops.models import Workshop
from workshops.services import import_attendance


class Command(BaseCommand):
    """Record what a file says about who was in which session."""

    help = "Bring in attendance (XLSX or CSV: session, person, status, source, minutes, device_time): all rows or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--workshop", required=True, help="Code of the workshop.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen and write nothing.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        workshop = Workshop.objects.filter(code=options["workshop"]).first()
        if workshop is None:
            raise CommandError(f"There is no workshop {options['workshop']}.")
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        result = import_attendance(workshop=workshop, content=content, dry_run=options["dry_run"])
        counts = result.as_json()
        if options["json"]:
            self.stdout.write(json.dumps(counts, ensure_ascii=False))
        else:
            self.stdout.write(", ".join(f"{name} {value}" for name, value in counts.items() if name != "errors"))
        for wrong in result.errors:
            place = " ".join(filter(None, [f"Line {wrong.line}", wrong.column])) if wrong.line else "The file"
            self.stderr.write(f"{place}: {wrong.message}")
        if result.errors:
            raise SystemExit(1)
