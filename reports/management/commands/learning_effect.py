"""What a group learned, from pairs of marks, with the code that the reports use."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from reports.effect import Effect, learning_effect
from reports.effect.tables import LIMITS, number, read_pairs
from reports.effect.wording import reason_sentence


class Command(BaseCommand):
    help = "Prints what a group learned, from a CSV of marks before and after; nothing is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pairs", type=Path, required=True, metavar="CSV", help="columns pre and post")
        parser.add_argument("--max", required=True, metavar="N", help="the highest mark, the same before and after")
        parser.add_argument(
            "--pass-mark", default="75", metavar="P", help="per cent of the highest mark (default: 75); below 1 a share"
        )
        parser.add_argument("--json", action="store_true", help="print JSON instead of lines to read")

    def handle(self, *_args: Any, **options: Any) -> None:
        maximum, pass_mark = _maximum(options["max"]), _pass_mark(options["pass_mark"])
        try:
            found = read_pairs(_content(options["pairs"]), maximum)
        except DomainError as error:
            raise CommandError(str(error)) from error
        effect = learning_effect(found.pairs, maximum=found.maximum, pass_mark_percent=pass_mark, scale=found.scale)
        if options["json"]:
            self.stdout.write(json.dumps(effect.values | {"refused": effect.refused}, allow_nan=False))
            return
        self.stdout.write("\n".join(f"{name:<16}{text}" for name, text in _lines(effect).items()))


def _maximum(text: str) -> Fraction:
    maximum = number(text)
    if not maximum:
        raise CommandError(f"“{text}” is no highest mark. It is a number above 0.")
    return maximum


def _pass_mark(text: str) -> Fraction:
    """Return per cent. Nobody means less than one per cent: such a number is a share."""
    pass_mark = number(text)
    if pass_mark is None or pass_mark > 100:  # noqa: PLR2004 - per cent
        raise CommandError(f"“{text}” is no pass mark. It is a number of per cent, from 0 to 100.")
    return 100 * pass_mark if pass_mark < 1 else pass_mark


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte too many is enough to see that a file is too big.
            return file.read(LIMITS.size + 1)
    except OSError as error:
        raise CommandError(f"{path.name} could not be read: {error.strerror}.") from error


def _lines(effect: Effect) -> dict[str, str]:
    """Return each figure by name as text, or why it is refused."""
    told = {name: _told(value) for name, value in effect.values.items()}
    return told | {name: f"– {reason_sentence(reason)}" for name, reason in effect.refused.items()}


def _told(value: Any) -> str:
    if isinstance(value, tuple):
        return f"{value[0]:.6g} … {value[1]:.6g}"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
