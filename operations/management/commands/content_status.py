"""How far the languages are in step."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from operations.services import content_status


class Command(BaseCommand):
    help = (
        "Counts pages, questions and strings per language (published, done, stale, missing, suspicious), lessons as "
        "long as they should be, links that lead nowhere and figures without a source."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        status = content_status()
        if options["json"]:
            self.stdout.write(json.dumps(status, indent=2))
            return
        for language, kinds in status.items():
            for kind, counts in kinds.items():
                numbers = {name: count for name, count in counts.items() if isinstance(count, int)}
                self.stdout.write(f"{language} {kind}: " + ", ".join(f"{n} {name}" for name, n in numbers.items()))
                for name in ("outside", "where"):
                    for said in _named(counts.get(name, [])):
                        self.stdout.write(f"  {said}")


def _named(found: dict[str, int] | list[str]) -> list[str]:
    """What is named one by one: lessons with their words, places."""
    return [f"{code}: {words}" for code, words in found.items()] if isinstance(found, dict) else found
