"""`build_css`: the parts in static/css → the style sheets that pages ask for, each named in static/css/order.txt."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

# Comments and layout are for whoever reads the parts; what stands in quotation marks stays as it is.
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_QUOTED = re.compile(r"""("[^"]*"|'[^']*')""")
_BLANKS = re.compile(r"\s+")
# Between selectors, not in a sum.
_BESIDE = re.compile(r" \+ (?=[^{}();]*\{)")
_AROUND = re.compile(r" ?([{};,>]) ?|(?<=:) ")


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
    """Return parts one after the other, without what is only said or laid out for their readers."""
    return "".join(slim((folder / name).read_text(encoding="utf-8")) for name in parts) + "\n"


def slim(part: str) -> str:
    """Return a style sheet without comments and without blanks that mean nothing.

    >>> slim('/* Why. */\\n.a > :is(b, i)::before {\\n  content: ", ";\\n  margin: 0 calc(1px + 2px);\\n}')
    '.a>:is(b,i)::before{content:", ";margin:0 calc(1px + 2px)}'
    """
    pieces = _QUOTED.split(_COMMENT.sub(" ", part))
    pieces[::2] = [_AROUND.sub(r"\1", _BESIDE.sub("+", _BLANKS.sub(" ", piece))) for piece in pieces[::2]]
    return "".join(pieces).strip().replace(";}", "}")


class Command(BaseCommand):
    """Joined and slimmed, nothing more: no rule is moved, merged or written anew."""

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
