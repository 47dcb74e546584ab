"""`bench`: what a request costs, on this machine and with the data that is loaded, and what a page weighs.

Requests go through the whole stack (middleware, view, template) inside this process, one after another: no network, no
second worker, so rates are those of one thread. Figures of two machines compare by `ratio_to_bare_view`: CPU per
request divided by that of a view that does nothing. Whatever is written is rolled back.

Weights are taken at a web server that is started for it as `serve` starts it: in a Chromium, where there is one.
"""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from assessments.models import Attempt, AttemptItem, Question, QuestionText, Test
from assessments.question_types import TYPES
from assessments.services import Answer, create_test, save_responses, start_attempt, submit_attempt
from assessments.statistics import Answers, Item, analyse, random_guess
from certificates.models import Certificate
from certificates.pdf import draw
from certificates.services import current_keys, signed_file, words_of
from courses.models import Lesson, LessonProgress
from operations.browsing import BrowsingError
from operations.demo.people import DOMAIN
from operations.management.hall import Course, Hall, fill_course, fill_hall
from operations.management.web import BACKEND, server, signed_in
from operations.management.weighing import WeighedPage, time_enough, weigh
from operations.timing import PROMISES, Outcome, Timing, outcomes, queries_of, timing
from operations.weights import FIRST_BYTES, FIRST_PAINT_MS, FIRST_REQUESTS, LATER_BYTES, Weight
from people.models import Account
from people.permissions import person_of
from scripts.chromium import find
from workshops.services import CheckInPlace, check_in_token

Action = Callable[[], Any]
BARE = "bare view"
WARM_UP = 3
# What takes seconds is not done as often as what takes milliseconds.
MOST = {
    "statistics, 1,000 × 20": 10,
    "statistics, 5,000 × 40": 5,
    "attendance 1,000 × 40, page": 10,
    "attendance 1,000 × 40, XLSX": 5,
    "attendance 1,000 × 40, CSV": 10,
    "marking of 1,000 answers": 20,
    "test of 20 questions": 20,
}
PEOPLE_IN_HALL = 300
PEOPLE_OF_COURSE, SESSIONS_OF_COURSE = 1000, 40
# Commands that measure in a process of their own, because their memory counts, and what their rows are called.
APART = {
    ("certificates_drill", "--count", "1000"): ["certificates, 1,000 in one batch"],
    ("lists_drill", "--rows", "20000"): ["list of 20,000, read", "list of 20,000, taken", "list of 20,000, undone"],
}


@dataclass(frozen=True)
class Cast:
    """The people of the demonstration on whom everything is measured, and what is theirs."""

    learner: Account
    coordinator: Account
    lesson: Lesson
    attempt: Attempt
    certificate: Certificate


def cast() -> Cast:
    """Find them. Raises CommandError where there is no demonstration."""
    try:
        learner = Account.objects.get(email=f"learner@{DOMAIN}")
        read = LessonProgress.objects.filter(enrolment__person=learner.person).select_related("lesson__module")
        sittings = Attempt.objects.open().filter(person__account__isnull=False).select_related("person__account")
        return Cast(
            learner=learner,
            coordinator=Account.objects.get(email=f"coordinator@{DOMAIN}"),
            lesson=read[0].lesson,
            attempt=sittings[0],
            certificate=Certificate.objects.filter(sealed_at__isnull=False)[0],
        )
    except (Account.DoesNotExist, IndexError) as missing:
        raise CommandError("Run load_demo first: there is nobody to measure with.") from missing


# --- Time -----------------------------------------------------------------------------------------------------------


def measure(name: str, action: Action, times: int) -> Timing:
    """Do `action` a few times unmeasured, once with its queries counted, then `times` times on the clock."""
    for _ in range(WARM_UP):
        action()
    with CaptureQueriesContext(connection) as captured:
        action()
    queries = queries_of(captured.captured_queries)
    wall = []
    cpu = time.process_time()
    for _ in range(times):
        begun = time.perf_counter()
        action()
        wall.append(time.perf_counter() - begun)
    return timing(name, wall=wall, cpu=time.process_time() - cpu, queries=queries)


def _client(account: Account | None = None) -> Client:
    client = Client(SERVER_NAME="localhost")
    if account is not None:
        client.force_login(account, backend=BACKEND)
    return client


def _getting(client: Client, name: str, *args: Any, **asked: str) -> Action:
    """Return a request that must be answered with 200."""
    address = f"{reverse(name, args=args)}?{urlencode(asked)}".rstrip("?")

    def get() -> None:
        status = client.get(address).status_code
        if status != HTTPStatus.OK:
            raise CommandError(f"{address} answered {status} instead of 200.")

    return get


def _saving(attempt: Attempt) -> Action:
    """Return the save of an answer, as the page sends it while somebody takes a test."""
    # The attempt of the demonstration may be over by now.
    Attempt.objects.filter(pk=attempt.pk).update(deadline_at=None)
    client = _client(attempt.person.account)
    address = reverse("attempt_save", args=[attempt.pk])
    item = attempt.items.filter(version__question__type="single_choice").earliest("position")
    # An answer that is saved already would not be written again.
    answers_in_turn = cycle(option["id"] for option in item.version.structure["options"])
    counters = count(item.counter + 1)

    def save() -> None:
        answers = {
            "answers": [{"position": item.position, "response": next(answers_in_turn), "counter": next(counters)}]
        }
        status = client.post(address, answers, content_type="application/json").status_code
        if status != HTTPStatus.OK:
            raise CommandError(f"{address} answered {status} instead of 200.")

    return save


def _analysing(people: int, questions: int) -> Action:
    """Return the statistics of attempts at a test, always the same, by stronger and weaker people."""
    structure = {"options": [{"id": letter, "correct": letter == "A"} for letter in "ABCD"]}
    guess = random_guess("single_choice", structure)
    items = [Item(f"Q{number}", 100, guess, tuple("ABCD"), frozenset("A")) for number in range(questions)]
    attempts = []
    for person in range(people):
        chosen = ["ABCD"[max(0, (7 * person + number**2) % 10 - 6 - person % 4)] for number in range(questions)]
        marks = [100 if each == "A" else 0 for each in chosen]
        attempts.append(Answers(marks, chosen, ("en", "ru", "be")[person % 3], f"M{person % 5}"))
    return lambda: analyse(items, attempts)


def _marking() -> Action:
    """Return the marking of 1,000 answers that people of the demonstration gave, to whatever types of questions."""
    given = AttemptItem.objects.exclude(response=None).order_by("pk").select_related("version__question")[:1000]
    answers = [(TYPES[item.version.question.type], item.version, item.response) for item in given]
    reading = {version.pk for kind, version, _response in answers if kind.reads_words}
    words = QuestionText.objects.every_language(reading)
    # As many as promised, even where fewer were given.
    thousand = list(islice(cycle(answers), 1000))

    def mark() -> None:
        for kind, version, response in thousand:
            kind.mark(kind.complete(version.structure, words.get(version.pk, [])), response)

    return mark


def _taking(learner: Account) -> Action:
    """Return a test of 20 questions from its beginning to its end, answered page by page, five on each."""
    test = _test_of_twenty("BENCH-20")

    def take() -> None:
        attempt = _begun(test, learner)
        answers = [Answer(place, each, 1) for place, each in enumerate(keys, start=1)]
        for page in range(0, len(answers), 5):
            save_responses(attempt=attempt, answers=answers[page : page + 5], language="en")
        submit_attempt(attempt=attempt)

    sample = _begun(test, learner)
    keys = _right_answers(sample)
    submit_attempt(attempt=sample)
    return take


def _test_of_twenty(code: str) -> Test:
    questions = Question.objects.drawable().exclude(type__in=["essay", "description"]).order_by("code")[:20]
    return create_test(
        code=code,
        purpose=Test.Purpose.PRACTICE,
        questions=list(questions),
        title_en=code,
        shuffle_questions=False,
        questions_per_page=5,
    )


def _begun(test: Test, learner: Account) -> Attempt:
    person = person_of(learner)
    return start_attempt(test=test, person=person, agency=person.memberships.current()[0].agency, language="en")


def _right_answers(attempt: Attempt) -> list[Any]:
    items = attempt.items.select_related("version__question").order_by("position")
    return [TYPES[item.version.question.type].key(item.version.structure) for item in items]


def _checking_in(hall: Hall) -> Action:
    """Return the tap of the next person in a hall, who is signed in; after the last, they go one after the other."""
    address = reverse("check_in_here", args=[check_in_token(CheckInPlace(hall.session, "qr"))])
    keys = [signed_in(account).session_key or "" for account in hall.people]
    client = _client()
    taps = ((step, key) for step in cycle(["in", "out"]) for key in keys)

    def check_in() -> None:
        step, key = next(taps)
        client.cookies.clear()
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        status = client.post(address, {"step": step}).status_code
        if status != HTTPStatus.FOUND:
            raise CommandError(f"{address} answered {status} instead of 302.")

    return check_in


def _register_of(hall: Hall) -> tuple[str, str, int]:
    """Return the name of the page of a hall's register and what its address takes."""
    return "register", hall.session.workshop.code, hall.session.number


def _size_of_register(hall: Hall) -> int:
    """How many bytes of the page of a hall's register go over the wire, in the language that takes the most."""
    name, *args = _register_of(hall)
    with translation.override("be"):
        address = reverse(name, args=args)
    return len(_client(hall.facilitator).get(address, headers={"accept-encoding": "gzip"}).content)


def _actions(people: Cast, hall: Hall, course: Course) -> dict[str, Action]:
    """Return what is timed."""
    lesson, reader, attendance = people.lesson, _client(course.coordinator), {"workshop": course.workshop.code}
    return {
        BARE: _getting(_client(), "health_live"),
        "front page, anonymous": _getting(_client(), "front"),
        "catalogue, anonymous": _getting(_client(), "catalogue"),
        "lesson, signed in": _getting(_client(people.learner), "lesson", lesson.module.code, lesson.code),
        "my learning": _getting(_client(people.learner), "my_learning"),
        "save of an answer": _saving(people.attempt),
        "agency report": _getting(_client(people.coordinator), "agency_report"),
        "self check-in": _checking_in(hall),
        "register of 300": _getting(_client(hall.facilitator), *_register_of(hall)),
        "certificate, drawn": lambda: draw(words_of(people.certificate)),
        "certificate, signed": lambda: signed_file(certificate=people.certificate, keys=current_keys()),
        "marking of 1,000 answers": _marking(),
        "statistics, 1,000 × 20": _analysing(1000, 20),
        "statistics, 5,000 × 40": _analysing(5000, 40),
        "attendance 1,000 × 40, page": _getting(reader, "agency_report", **attendance),
        "attendance 1,000 × 40, XLSX": _getting(reader, "agency_report", **attendance, format="xlsx"),
        "attendance 1,000 × 40, CSV": _getting(reader, "agency_report", **attendance, format="csv"),
        "test of 20 questions": _taking(people.learner),
    }


def times(people: Cast, requests: int) -> tuple[list[Timing], dict[str, int]]:
    """Time everything, and roll back what it wrote. Returns the times, and the bytes of pages of which some exist only
    meanwhile."""
    with transaction.atomic():
        hall, course = fill_hall(PEOPLE_IN_HALL), fill_course(PEOPLE_OF_COURSE, SESSIONS_OF_COURSE)
        timings = [
            measure(name, action, min(requests, MOST.get(name, requests)))
            for name, action in _actions(people, hall, course).items()
        ]
        sizes = {"register of 300": _size_of_register(hall)}
        transaction.set_rollback(True)
    return timings, sizes


def times_apart() -> list[Timing]:
    """Measure what has to be alone in a process. Raises CommandError when it fails."""
    return [
        replace(row, name=name)
        for command, names in APART.items()
        for row, name in zip(_of_own_process(*command), names, strict=True)
    ]


def _of_own_process(*command: str) -> list[Timing]:
    ended = subprocess.run(  # noqa: S603 - of APART
        (sys.executable, "manage.py", *command, "--json"), cwd=settings.BASE_DIR, stdout=subprocess.PIPE, check=False
    )
    if ended.returncode:
        raise CommandError(f"{command[0]} ended with {ended.returncode}.")
    return [Timing(**row) for row in json.loads(ended.stdout)]


# --- Weight ---------------------------------------------------------------------------------------------------------
def weigh_cast(site: str, people: Cast, browser: str | None) -> tuple[str, list[Weight]]:
    """Weigh the pages that matter, in English, as `weigh` does; `weights_drill` weighs all of them in each language."""
    lesson = people.lesson
    pages = [
        WeighedPage("front page", None, reverse("front")),
        WeighedPage("catalogue", None, reverse("catalogue")),
        WeighedPage("lesson", people.learner, reverse("lesson", args=[lesson.module.code, lesson.code])),
        WeighedPage("test", people.attempt.person.account, reverse("attempt", args=[people.attempt.pk])),
        WeighedPage("my learning", people.learner, reverse("my_learning")),
    ]
    with time_enough(people.attempt):
        return weigh(site, pages, browser)


def _row(timing_: Timing, bare: float) -> dict[str, Any]:
    """A row as it is written: without memory where it was not measured."""
    figures = {name: figure for name, figure in asdict(timing_).items() if figure is not None}
    return {**figures, "ratio_to_bare_view": round(timing_.cpu_ms / bare, 2)}


class Command(BaseCommand):
    """A first, honest version: one thread, no network, commits not included."""

    help = "Measure time, CPU and queries per request of the pages that matter, and what the pages weigh."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print JSON instead of a table.")
        parser.add_argument("-o", "--output", type=Path, help="Write the JSON to this file as well.")
        parser.add_argument("--times", type=int, default=100, help="Measured requests per page (default: %(default)s).")

    def handle(self, *_args: Any, **options: Any) -> None:
        people = cast()
        timings, sizes = times(people, options["times"])
        timings += times_apart()
        kept = outcomes(timings, sizes=sizes)
        try:
            with server() as site:
                means, weights = weigh_cast(site, people, find())
        except BrowsingError as trouble:
            raise CommandError(str(trouble)) from trouble
        result = self._result(timings, kept, means, weights)
        text = json.dumps(result, indent=1)
        if options["output"]:
            options["output"].write_text(text + "\n", encoding="utf-8")
        if options["json"]:
            self.stdout.write(text)
            return
        self._write_times(result["rows"])
        self._write_promises(kept)
        self._write_weights(means, weights)

    def _write_times(self, rows: list[dict[str, Any]]) -> None:
        self.stdout.write(f"{'':32}{'per s':>9}{'CPU ms':>9}{'queries':>9}{'p50 ms':>9}{'p95 ms':>9}{'ratio':>8}")
        for row in rows:
            figures = f"{row['rate_per_s']:9.1f}{row['cpu_ms']:9.2f}{row['queries']:9d}{row['p50_ms']:9.2f}"
            self.stdout.write(f"{row['name']:32}{figures}{row['p95_ms']:9.2f}{row['ratio_to_bare_view']:8.1f}")

    def _write_promises(self, kept: list[Outcome]) -> None:
        means = {(promise.name, promise.figure): promise.means for promise in PROMISES}
        self.stdout.write("\nPromised")
        for each in kept:
            figures = f"{each.measured:g} of at most {each.limit:g} {each.figure.replace('_', ' ')}"
            self.stdout.write(f"{means[each.name, each.figure]}: {figures}  {'holds' if each.holds else 'BROKEN'}")

    def _write_weights(self, means: str, weights: list[Weight]) -> None:
        budget = f"{FIRST_BYTES / 1000:.0f} kB in {FIRST_REQUESTS} requests, later {LATER_BYTES / 1000:.0f} kB"
        self.stdout.write(f"\nOn the wire, by {means}; budget: {budget}")
        head = f"{'':24}{'first kB':>9}{'requests':>9}{'later kB':>9}{'requests':>9}{'paint ms':>9}"
        self.stdout.write(head)
        for row in weights:
            first = f"{row.first_bytes / 1000:9.1f}{row.first_requests:9d}"
            later = f"{row.later_bytes / 1000:9.1f}{row.later_requests:9d}"
            paint = f"{'' if row.first_paint_ms is None else round(row.first_paint_ms):>9}"
            self.stdout.write(f"{row.name:24}{first}{later}{paint}  {'holds' if row.within_budget else 'TOO HEAVY'}")

    @staticmethod
    def _result(timings: list[Timing], kept: list[Outcome], means: str, weights: list[Weight]) -> dict[str, Any]:
        bare = next(row.cpu_ms for row in timings if row.name == BARE)
        return {
            "machine": {
                "system": platform.platform(),
                "processor": platform.machine(),
                "cores": os.cpu_count(),
                "python": platform.python_version(),
                "database": connection.vendor,
            },
            "when": timezone.now().isoformat(timespec="seconds"),
            "rows": [_row(row, bare) for row in timings],
            "promises": [asdict(each) for each in kept],
            "weights": {
                "measured_with": means,
                "budget": {
                    "first_bytes": FIRST_BYTES,
                    "first_requests": FIRST_REQUESTS,
                    "later_bytes": LATER_BYTES,
                    "first_paint_ms": FIRST_PAINT_MS,
                },
                "rows": [asdict(row) for row in weights],
            },
        }
