"""Mark the responses of a file in the native JSON, with the code that marks attempts."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.errors import AssessmentError
from assessments.formats.responses import mark_file


class Command(BaseCommand):
    help = "Marks the responses of a native JSON file; nothing is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help='{"questions": […], "responses": [{"question": 0, "answer": …}]}')
        parser.add_argument("--json", action="store_true", help="print JSON instead of lines to read")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            marks = mark_file(json.loads(options["file"].read_text(encoding="utf-8-sig")))
        except OSError as error:
            raise CommandError(f"The file could not be read: {error.strerror}.") from error
        except (ValueError, RecursionError) as error:
            raise CommandError(f"The file is not JSON: {error}.") from error
        except AssessmentError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"marks": marks}, ensure_ascii=False))
            return
        for mark in marks:
            self.stdout.write(f"{mark['question']}: {mark['fraction']} ({mark['reason']})")
