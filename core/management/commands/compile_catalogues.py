"""`compile_catalogues`: locale/*/LC_MESSAGES/*.po → *.mo, where gettext is not installed."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


def is_stale(catalogue: Path) -> bool:
    """Whether the compiled file is missing or older than its source."""
    compiled = catalogue.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime


def compile_catalogue(catalogue: Path) -> None:
    """Write the compiled file beside its source, at once, so that no process reads half of it."""
    unfinished = catalogue.with_suffix(".unfinished")
    polib.pofile(str(catalogue)).save_as_mofile(str(unfinished))
    unfinished.replace(catalogue.with_suffix(".mo"))


class Command(BaseCommand):
    """Compiles what has changed."""

    help = "Compile the catalogues of translations that have changed."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for catalogue in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                if is_stale(catalogue):
                    compile_catalogue(catalogue)
                    self.stderr.write(f"Compiled {catalogue}")
