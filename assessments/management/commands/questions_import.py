"""Bring questions of a file into the bank, all of them or none."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from assessments.errors import AssessmentError
from assessments.formats.exchange import FORMATS, understood
from assessments.formats.from_bank import item_of
from assessments.formats.item import Problem
from assessments.formats.to_bank import BankQuestion
from assessments.models import Category
from assessments.services import Plan, import_questions, make_category, plan_questions
from people.models import Language


class Command(BaseCommand):
    help = "Brings questions of a file into a category of the bank, as drafts; with any error nothing is saved."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", required=True, choices=sorted(FORMATS), help="the format of the file")
        parser.add_argument("--category", required=True, metavar="SLUG", help="where they go; made if missing")
        parser.add_argument("--language", default="en", choices=Language.values, help="of texts that name none")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, save nothing")
        parser.add_argument("--skip-bad", action="store_true", help="save what can be saved, leave out the rest")
        parser.add_argument("--json", action="store_true", help="print JSON instead of lines to read")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"The file could not be read: {error.strerror}.") from error
        reading = understood(options["format"], content, options["language"])
        slug = options["category"]
        category = Category.objects.filter(slug=slug).first() or Category(slug=slug, name=slug)
        plan = plan_questions(questions=reading.questions, category=category)
        errors, saved = sorted([*reading.errors, *plan.errors], key=lambda each: each.line), 0
        refused = bool(errors) and not options["skip_bad"]
        if not options["dry_run"] and not refused:
            try:
                saved = self._save(plan, category)
            except AssessmentError as error:
                errors.append(Problem(1, str(error)))
                refused = True
        self._tell(reading.questions, errors, saved, **options)
        if refused:
            raise SystemExit(1)

    @transaction.atomic
    def _save(self, plan: Plan, category: Category) -> int:
        """Save what is planned; returns how many questions are new or got a language."""
        if category.pk is None:
            category = make_category(name=category.name, slug=category.slug)
        saved = import_questions(plan=plan, category=category)
        return saved.new + saved.languages

    def _tell(self, questions: list[BankQuestion], errors: list[Problem], saved: int, **options: Any) -> None:
        if options["json"]:
            told = {
                "format": options["format"],
                "questions": [_shown(each, options["language"]) for each in questions],
                "errors": [asdict(each) for each in errors],
                "saved": saved,
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for each in errors:
            self.stderr.write(f"Line {each.line}: {each.message}")
        for question in questions:
            for warning in question.warnings:
                self.stderr.write(f"Line {question.line}: {warning}")
        self.stdout.write(f"{len(questions)} understood, {len(errors)} errors, {saved} saved.")


def _shown(question: BankQuestion, language: str) -> dict[str, Any]:
    """A question in the fixed shape, with its line and what was understood only in part."""
    spoken = language if language in question.words else next(iter(question.words))
    return {
        **item_of(question, spoken).as_json(),
        "line": question.line,
        "languages": sorted(question.words),
        "warnings": list(question.warnings),
    }
