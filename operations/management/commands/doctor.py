"""`doctor`: whether the installation is well, what is not, and how to mend it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from operations.services import diagnosis


class Command(BaseCommand):
    """Exit code 1 when something is not well."""

    help = "Say whether the installation is well, what is not, and how to mend it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = diagnosis()
        well = all(each.ok for each in found)
        if options["json"]:
            checks = {each.name: each.as_json() for each in found}
            self.stdout.write(json.dumps({"ok": well, "checks": checks}, indent=1))
        else:
            # What is not well stands at the end, where a terminal shows it.
            for each in sorted(found, key=lambda each: not each.ok):
                self.stdout.write(f"{'well' if each.ok else 'NOT WELL':9} {each.name}: {each.says}")
                if not each.ok:
                    self.stdout.write(f"{'':9} {each.mend}")
        if not well:
            raise SystemExit(1)
