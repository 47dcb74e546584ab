"""`bench_changes`: what became slower between two runs of `bench`."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.timing import SLOWER, grown


class Command(BaseCommand):
    help = "Name the rows of two files of `bench` that became slower, measured by the bare view of each run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("before", type=Path, help="The earlier file.")
        parser.add_argument("after", type=Path, help="The later file.")

    def handle(self, *_args: Any, **options: Any) -> None:
        worse = grown(self._read(options["before"]), self._read(options["after"]))
        if not worse:
            self.stdout.write(f"Nothing became slower by more than {SLOWER - 1:.0%}.")
        for name, earlier, later in worse:
            self.stdout.write(f"{name}: {earlier:g} → {later:g} bare views ({later / earlier - 1:+.0%})")

    @staticmethod
    def _read(path: Path) -> dict[str, Any]:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as trouble:
            raise CommandError(f"{path} is no file of `bench`: {trouble}") from trouble
        if not isinstance(found, dict):
            raise CommandError(f"{path} is no file of `bench`.")
        return found
