"""How far the languages are in step."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from operations.services import content_status


class Command(BaseCommand):
    help = "Counts pages, questions and strings per language: published, done, stale, missing, suspicious."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        status = content_status()
        if options["json"]:
            self.stdout.write(json.dumps(status, indent=2))
            return
        for language, kinds in status.items():
            for kind, counts in kinds.items():
                self.stdout.write(f"{language} {kind}: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
