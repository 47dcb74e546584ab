"""`build_css`: static/css/*.css → static/css/academy.css, so that a page asks for one style sheet."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


def joined_styles(folder: Path) -> str:
    """Return the files that order.txt names, one after the other, unchanged."""
    order = (folder / "order.txt").read_text(encoding="utf-8").split()
    return "".join((folder / name).read_text(encoding="utf-8") for name in order)


class Command(BaseCommand):
    """Plain concatenation: what is served can be read and compared line by line."""

    help = "Join the style sheet's files into static/css/academy.css."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if the file is not current.")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "static" / "css"
        target, wanted = folder / "academy.css", joined_styles(folder)
        if options["check"]:
            if target.read_text(encoding="utf-8") != wanted:
                raise CommandError("static/css/academy.css is not current: run `manage.py build_css`.")
            return
        target.write_text(wanted, encoding="utf-8")
