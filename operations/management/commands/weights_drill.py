"""`weights_drill`: what each page that learners see weighs on the wire, in each language, against the budget.

Pages are those of the demonstration, taken from a web server that is started for it as `serve` starts it. Nothing is
written but sessions, which are removed. The page that prints a whole module is not among them: it is five or six
lessons at once.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import translation

from certificates.models import Certificate
from courses.models import Lesson
from library.models import Resource
from operations.browsing import BrowsingError
from operations.management.bench_files import add, bench_file
from operations.management.commands.bench import Cast, cast
from operations.management.web import server
from operations.management.weighing import WeighedPage, time_enough, weigh
from operations.weights import FIRST_BYTES, FIRST_PAINT_MS, FIRST_REQUESTS, LATER_BYTES, Weight
from scripts.chromium import find

# Views without arguments: those that anybody sees, and those of somebody who has signed in.
OPEN = ["front", "catalogue", "workshops", "programmes", "resources", "glossary", "search", "accessibility"]
OPEN += ["check_in", "verify_search", "account_login"]
OWN = ["my_learning", "my_calendar", "transcript", "own_notes", "my_certificates", "own_account", "own_messages"]


@dataclass(frozen=True)
class Kind:
    """The heaviest of the pages of one kind in one language: each figure is that of whichever page has most."""

    kind: str
    language: str
    pages: int
    first_bytes: int
    first_requests: int
    later_bytes: int
    first_paint_ms: float | None
    within_budget: bool


def pages_of(people: Cast) -> Iterator[tuple[str, WeighedPage]]:
    """Yield each page in the language that is active, after the word for its kind."""
    for name in OPEN:
        yield name, WeighedPage(name, None, reverse(name))
    for name in OWN:
        yield name, WeighedPage(name, people.learner, reverse(name))
    lessons = Lesson.objects.select_related("module").order_by("module__code", "code")
    for lesson in lessons:
        address = reverse("lesson", args=[lesson.module.code, lesson.code])
        yield "lesson", WeighedPage(lesson.code, people.learner, address)
    for code in sorted({lesson.module.code for lesson in lessons}):
        yield "module", WeighedPage(f"module {code}", people.learner, reverse("module", args=[code]))
    mine = people.lesson.module.code
    for view in ("final_test", "discussion", "kept_answers"):
        yield view, WeighedPage(f"{view} {mine}", people.learner, reverse(view, args=[mine]))
    sitter = people.attempt.person.account
    yield "attempt", WeighedPage("attempt", sitter, reverse("attempt", args=[people.attempt.pk]))
    yield "workshop", WeighedPage("workshop IW-02", people.learner, reverse("workshop", args=["IW-02"]))
    yield "own_record", WeighedPage("own_record IW-02", people.learner, reverse("own_record", args=["IW-02"]))
    resource = Resource.objects.filter(live=True).earliest("pk")
    yield "resource", WeighedPage("resource", None, reverse("resource", args=[resource.slug]))
    code = Certificate.objects.filter(person=people.learner.person).earliest("pk").code
    yield "verify", WeighedPage("verify", None, reverse("verify", args=[code]))


def heaviest(kind: str, language: str, weights: list[Weight]) -> Kind:
    """Sum up the pages of one kind: by each figure, the most."""
    paints = [each.first_paint_ms for each in weights if each.first_paint_ms is not None]
    return Kind(
        kind,
        language,
        pages=len(weights),
        first_bytes=max(each.first_bytes for each in weights),
        first_requests=max(each.first_requests for each in weights),
        later_bytes=max(each.later_bytes for each in weights),
        first_paint_ms=round(max(paints)) if paints else None,
        within_budget=all(each.within_budget for each in weights),
    )


class Command(BaseCommand):
    """Each kind of page by its heaviest; `--json` has every page."""

    help = "Weigh every page that learners see, in each language, at a first and at a later visit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print JSON, with every page, instead of a table.")
        parser.add_argument("--only", default="", help="Kinds of pages, by comma; all of them when it is not given.")
        parser.add_argument("--add-to", type=bench_file, help="Write the kinds into this file of `bench`, as “pages”.")

    def handle(self, *_args: Any, **options: Any) -> None:
        only = set(filter(None, options["only"].split(",")))
        people = cast()
        kinds: list[Kind] = []
        rows: list[dict[str, Any]] = []
        try:
            with server() as site, time_enough(people.attempt):
                for language, _name in settings.LANGUAGES:
                    for kind, weights in self._of_language(site, people, language, only):
                        kinds.append(heaviest(kind, language, weights))
                        rows += [{"kind": kind, "language": language, **asdict(each)} for each in weights]
                        self.stderr.write(f"{language} {kind}: {len(weights)}")
        except BrowsingError as trouble:
            raise CommandError(str(trouble)) from trouble
        kinds.sort(key=lambda each: each.kind)
        if options["add_to"]:
            add(options["add_to"], pages=[asdict(each) for each in kinds])
        if options["json"]:
            self.stdout.write(json.dumps(rows, indent=1))
        else:
            self._write(kinds)
        heavy = [f"{row['name']} ({row['language']})" for row in rows if not row["within_budget"]]
        if heavy:
            raise CommandError(f"Too heavy or too late: {', '.join(heavy)}.")

    @staticmethod
    def _of_language(site: str, people: Cast, language: str, only: set[str]) -> Iterator[tuple[str, list[Weight]]]:
        with translation.override(language):
            pages: dict[str, list[WeighedPage]] = {}
            for kind, page in pages_of(people):
                if not only or kind in only:
                    pages.setdefault(kind, []).append(page)
        for kind, each in pages.items():
            yield kind, weigh(site, each, find())[1]

    def _write(self, kinds: list[Kind]) -> None:
        budget = f"{FIRST_BYTES / 1000:.0f} kB in {FIRST_REQUESTS} requests, later {LATER_BYTES / 1000:.0f} kB"
        self.stdout.write(f"Budget: {budget}, something to see within {FIRST_PAINT_MS} ms\n")
        self.stdout.write("| page | language | pages | first kB | requests | later kB | paint ms | |")
        self.stdout.write("| --- | --- | --: | --: | --: | --: | --: | --- |")
        for each in kinds:
            figures = f"{each.first_bytes / 1000:.1f} | {each.first_requests} | {each.later_bytes / 1000:.1f}"
            paint = "" if each.first_paint_ms is None else f"{each.first_paint_ms:.0f}"
            verdict = "holds" if each.within_budget else "TOO HEAVY"
            self.stdout.write(f"| {each.kind} | {each.language} | {each.pages} | {figures} | {paint} | {verdict} |")
