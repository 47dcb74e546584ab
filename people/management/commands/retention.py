"""Erases what may be kept no longer, or says what would be."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from people.services import apply_retention


class Command(BaseCommand):
    help = "Erase what may be kept no longer (RETENTION_… settings)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_args: Any, dry_run: bool, **options: Any) -> None:
        counts = apply_retention(dry_run=dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        for what, number in counts.items():
            self.stdout.write(f"{what}: {number}")
