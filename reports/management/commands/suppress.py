"""A table of counts without what would say too much about few people, with the code that the reports use."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.suppression.reading import TableError, read_counts
from reports.suppression.tables import Protected, protect

# With less there is nothing to hide: no count lies between 1 and k − 1.
LEAST = 2


class Command(BaseCommand):
    help = "Hides the small counts of a table, and as few others as it takes; nothing is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--table", type=Path, required=True, metavar="CSV", help="labels, then counts")
        parser.add_argument("-k", type=int, required=True, metavar="N", help="counts from 1 to N − 1 are hidden")
        parser.add_argument("--json", action="store_true", help="print JSON instead of lines to read")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["k"] < LEAST:
            raise CommandError(f"k is {options['k']}. It has to be 2 or more: counts from 1 to k − 1 are hidden.")
        try:
            found = protect(read_counts(options["table"].read_bytes()), options["k"])
        except OSError as error:
            raise CommandError(f"{options['table'].name} could not be read: {error.strerror}.") from error
        except TableError as error:
            raise CommandError(f"{options['table'].name}: {error}") from error
        self.stdout.write(json.dumps(_document(found), ensure_ascii=False) if options["json"] else _lines(found))


def _document(found: Protected) -> dict[str, Any]:
    rows = [
        {"label": label, "cells": list(cells), "total": total}
        for label, cells, total in zip(found.rows, found.cells, found.row_totals, strict=True)
    ]
    return {"rows": rows, "column_totals": list(found.column_totals), "total": found.total}


def _lines(found: Protected) -> str:
    """Return the table for people: a column per count, the totals last, a dot where something is hidden."""
    rows = [("", *found.columns, "")]
    rows += [
        (label, *map(_told, (*cells, total)))
        for label, cells, total in zip(found.rows, found.cells, found.row_totals, strict=True)
    ]
    rows.append(("", *map(_told, (*found.column_totals, found.total))))
    first = max(len(label) for label, *_rest in rows)
    widest = max(len(text) for _label, *texts in rows for text in texts)
    return "\n".join(
        " ".join([row[0].ljust(first), *(text.rjust(widest) for text in row[1:])]).rstrip() for row in rows
    )


def _told(value: int | None) -> str:
    return "·" if value is None else str(value)
