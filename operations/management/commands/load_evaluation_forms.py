"""Loads the forms of the evaluation: ours, or those of a file."""

from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from operations.demo import CONTENT
from workshops.errors import WorkshopError
from workshops.services import save_evaluation_form


class Command(BaseCommand):
    """All forms of a file or none. Running it again changes nothing."""

    help = "Load the forms of the evaluation from a YAML file (default: the Academy's own)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=CONTENT / "evaluation.yaml")

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            forms = yaml.safe_load(file.read_text(encoding="utf-8"))["forms"]
            with transaction.atomic():
                saved = [save_evaluation_form(**form) for form in forms]
        except (OSError, yaml.YAMLError, KeyError, TypeError, WorkshopError) as error:
            raise CommandError(f"{file}: {error}") from error
        for form in saved:
            self.stdout.write(f"{form.code}: {form.questions.count()}")
