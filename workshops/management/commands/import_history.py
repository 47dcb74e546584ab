"""Workshops of earlier years, from a folder of CSV files."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workshops.history.files import FILES
from workshops.services import import_history


class Command(BaseCommand):
    """Bring in what happened before, all of it or nothing; nobody is written to."""

    help = "Bring in past and running workshops from CSV files (agencies, people, … attendance): all rows or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen and write nothing.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        try:
            contents = {name: (folder / name).read_bytes() for name in FILES if (folder / name).exists()}
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error
        result = import_history(contents=contents, dry_run=options["dry_run"])
        counts = result.as_json()
        if options["json"]:
            self.stdout.write(json.dumps(counts, ensure_ascii=False))
        else:
            self.stdout.write(", ".join(f"{name} {value}" for name, value in counts.items() if name != "errors"))
        for note in result.notes:
            self.stderr.write(note)
        for wrong in result.errors:
            place = ", ".join(filter(None, [wrong.file, f"line {wrong.line}" if wrong.line else "", wrong.column]))
            self.stderr.write(f"{place}: {wrong.message}")
        if result.errors:
            raise SystemExit(1)
