"""Prove that every attendance record follows from its events, or make it so."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from workshops.services import rebuild_records


class Command(BaseCommand):
    """Decide anew about every attendance record."""

    help = "Compute all attendance records from their events and store those that differ; with --check only report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; exit 1 when a record differs.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        records, different = rebuild_records(check=options["check"])
        if options["json"]:
            self.stdout.write(json.dumps({"records": records, "different": different}))
        else:
            self.stdout.write(f"{records} records, {different} different")
        if options["check"] and different:
            raise SystemExit(1)
