"""`build_css`: the parts in static/css → the style sheets that pages ask for, each named in static/css/order.txt."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

# Comments are for whoever reads the parts. Only those that have lines of their own are left out.
_COMMENT = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL)


def parts_of_sheets(folder: Path) -> dict[str, list[str]]:
    """Return the parts of each style sheet as order.txt names them: after the sheet's name with a colon."""
    sheets: dict[str, list[str]] = {}
    for line in (folder / "order.txt").read_text(encoding="utf-8").split():
        if line.endswith(":"):
            parts = sheets.setdefault(line.removesuffix(":"), [])
        else:
            parts.append(line)
    return sheets


def joined(folder: Path, parts: list[str]) -> str:
    """Return parts one after the other, line by line as they are, without what is only said to their readers."""
    return "".join(_COMMENT.sub("", (folder / name).read_text(encoding="utf-8")) for name in parts)


class Command(BaseCommand):
    """Plain concatenation: what is served can be read and compared line by line."""

    help = "Join the parts in static/css into the style sheets that order.txt names."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if a style sheet is not current.")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "static" / "css"
        for name, parts in parts_of_sheets(folder).items():
            sheet, wanted = folder / name, joined(folder, parts)
            if not options["check"]:
                sheet.write_text(wanted, encoding="utf-8")
            elif not sheet.exists() or sheet.read_text(encoding="utf-8") != wanted:
                raise CommandError(f"static/css/{name} is not current: run `manage.py build_css`.")
