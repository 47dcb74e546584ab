"""Statistics of a test from its marks, with the code that the pages use."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.errors import AssessmentError
from assessments.statistics.items import ItemFigures, item_figures
from assessments.statistics.overall import Overall, overall
from assessments.statistics.tables import read_matrix

TEST = ("mean", "median", "sd", "skewness", "kurtosis", "alpha_percent", "error_ratio", "standard_error", "kr20")
ITEM = (
    *("facility", "sd", "effective_weight", "discrimination", "discriminative_efficiency", "covariance"),
    *("r_total", "r_rest", "alpha_if_dropped"),
)


class Command(BaseCommand):
    help = "Prints the statistics of a test and of each question from a CSV of marks; nothing is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--marks", type=Path, required=True, metavar="CSV", help="a line per attempt")
        parser.add_argument("--max-marks", type=Path, required=True, metavar="CSV", help="the highest marks")
        parser.add_argument("--json", action="store_true", help="print JSON instead of lines to read")

    def handle(self, *args: Any, **options: Any) -> None:
        texts = [_text(options[name]) for name in ("marks", "max_marks")]
        try:
            marks = read_matrix(*texts)
        except AssessmentError as error:
            raise CommandError(str(error)) from error
        test: dict[str, Any] = {"attempts": len(marks.totals)} | _values(overall(marks), TEST)
        items = [{"name": item.name} | _values(item, ITEM) for item in item_figures(marks)]
        if options["json"]:
            self.stdout.write(json.dumps({"test": test, "items": items}, ensure_ascii=False, allow_nan=False))
            return
        for each in [test, *items]:
            self.stdout.write("\n".join(f"{name:<26}{_told(value):>14}" for name, value in each.items()) + "\n")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{path.name} could not be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path.name} is not text in UTF-8.") from error


def _values(figures: Overall | ItemFigures, names: Iterable[str]) -> dict[str, Any]:
    """Return figures by name; None where one is undefined."""
    return {name: getattr(figures, name).value for name in names}


def _told(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
