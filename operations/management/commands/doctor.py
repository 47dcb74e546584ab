"""`doctor`: whether the installation is well, and what is not."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from operations.services import diagnosis


class Command(BaseCommand):
    """Exit code 1 when something is not well."""

    help = "Say whether the installation is well, and what is not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *_args: Any, **options: Any) -> None:
        checks = diagnosis()
        well = all(check["ok"] for check in checks.values())
        if options["json"]:
            self.stdout.write(json.dumps({"ok": well, "checks": checks}, indent=1))
        else:
            for name, check in checks.items():
                facts = ", ".join(f"{key} {value}" for key, value in check.items() if key != "ok")
                self.stdout.write(f"{'well' if check['ok'] else 'NOT WELL':9} {name} {facts}".rstrip())
        if not well:
            raise SystemExit(1)
