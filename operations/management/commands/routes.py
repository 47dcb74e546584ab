"""`routes`: every address pattern with name, methods and audience."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.urls import get_resolver

from operations.addresses import addresses, audience_of


def _rows() -> list[dict[str, Any]]:
    """Return a row per pattern; of two equal patterns only the first is ever reached."""
    rows: dict[str, dict[str, Any]] = {}
    for address in addresses(get_resolver().url_patterns):
        row = {
            "pattern": address.pattern,
            "name": address.name or None,
            "methods": list(address.methods),
            "audience": audience_of(address).value,
        }
        rows.setdefault(address.pattern, row)
    return list(rows.values())


class Command(BaseCommand):
    """For operators and outside checkers: what answers where, and whom."""

    help = "List every address pattern with its name, methods and audience."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *_args: Any, **options: Any) -> None:
        rows = _rows()
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            self.stdout.write(f"{row['pattern']}  [{row['audience']}]  {' '.join(row['methods'])}")
