"""The Monday of a ministry: people who read, answer and look things up, and people who sign in, as requests.

Everything is made in the database that is in use, which should be a copy (`databases.copied_database`). It needs the
demonstration, whose modules are read.
"""

import gzip
import json
import random
import string
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import CommandError
from django.db.models import Max
from django.urls import reverse
from django.utils import translation

from assessments.models import Attempt, AttemptItem, Question, Test
from assessments.services import create_test, start_attempt
from certificates.models import Certificate
from courses.models import Lesson, Module
from courses.services import enrol, note_opening
from operations.demo.people import DOMAIN
from operations.management.crowd import Answer, Request
from operations.management.hall import people_with_accounts
from operations.management.web import signed_in
from people.models import Account, Agency
from people.permissions import person_of
from people.services import agency_of, create_agency

CODE = "MEASURED-DAY"
PASSWORD = "a day that is measured"  # noqa: S105 - of accounts that live in a copy for some minutes
LANGUAGES = ("ru", "ru", "ru", "be", "be", "en")
# A browser's own secret is its proof where there is no HTTPS.
_CSRF = "".join((string.ascii_letters * 2)[:32])
_PROOF = f"{settings.CSRF_COOKIE_NAME}={_CSRF}"
_GZIP = b"\x1f\x8b"
# What of a hundred requests is what: 70 read, 20 answer, 10 do the rest. A lesson that somebody opens for the first
# time is written down; it takes ten minutes and is asked for a page every twenty seconds meanwhile.
FIRST = "first opening"
MIX = {
    FIRST: 5, "lesson": 40, "my learning": 15, "module": 10,
    "save of an answer": 16, "page of a test": 4,
    "front page": 3, "catalogue": 2, "workshops": 2, "verification": 1, "agency report": 1, "place in a lesson": 1,
}  # fmt: skip


@dataclass
class Sitting:
    """An open test of somebody: where single choices stand in it, and what the server said it has."""

    pk: int
    choices: Mapping[int, list[str]]
    counter: int
    acknowledged: dict[int, tuple[int, str]] = field(default_factory=dict)


@dataclass
class Official:
    """Somebody who has signed in, and what is open on the desk; lessons that were opened, and those that were not."""

    cookies: str
    language: str
    opened: list[tuple[str, str]]
    unopened: deque[tuple[str, str]]
    sitting: Sitting


@dataclass
class Day:
    """Everybody, and the draw that decides who does what; the same draw for the same number of people."""

    officials: list[Official]
    coordinator: str
    certificates: list[str]
    newcomers: deque[Account]
    draw: random.Random

    def requests(self) -> Iterator[Request]:
        """Yield what is asked on such a day, for ever: a mixture, by whoever comes."""
        kinds, weights = list(MIX), list(MIX.values())
        while True:
            kind = self.draw.choices(kinds, weights)[0]
            yield self._asked(kind, self.draw.choice(self.officials))

    def only(self, kind: str) -> Iterator[Request]:
        """Yield requests of one kind, for ever, by everybody in turn."""
        while True:
            for official in self.officials:
                yield self._asked(kind, official)

    def sign_ins(self) -> Iterator[Request]:
        """Yield what people who sign in send, until all are in: of ten, nine by a code from a letter, one by password.

        A code is read from the session that waits for it, as the letter would tell it.
        """
        waiting: deque[SessionStore] = deque()
        for number, account in enumerate(self.newcomers):
            if number % 10 == 9:  # noqa: PLR2004 - the tenth
                yield _by_password(account, number)
                continue
            yield _for_a_code(account, number, waiting)
            while waiting:
                yield _by_code(waiting.popleft(), number)

    def lost(self) -> int:
        """How many answers that the server acknowledged are not what it has."""
        sittings = {each.sitting.pk: each.sitting.acknowledged for each in self.officials}
        rows = AttemptItem.objects.filter(attempt__in=sittings).values_list(
            "attempt", "position", "counter", "response"
        )
        there = {(attempt, position): (counter, response) for attempt, position, counter, response in rows}
        # A later answer may have come whose acknowledgement did not.
        return sum(
            there[attempt, position][1] != response and there[attempt, position][0] <= counter
            for attempt, answers in sittings.items()
            for position, (counter, response) in answers.items()
        )

    def _asked(self, kind: str, official: Official) -> Request:
        with translation.override(official.language):
            return _REQUESTS[kind](self, official, kind)

    def _open(self, official: Official, kind: str) -> Request:
        """Open a lesson for the first time; who has opened all reads one again."""
        if not official.unopened:
            return self._read(official, "lesson")
        official.opened.append(official.unopened.popleft())
        return Request(kind, reverse("lesson", args=official.opened[-1]), official.cookies)

    def _read(self, official: Official, kind: str) -> Request:
        code, lesson = self.draw.choice(official.opened)
        addresses = {
            "lesson": lambda: reverse("lesson", args=[code, lesson]),
            "my learning": lambda: reverse("my_learning"),
            "module": lambda: reverse("module", args=[code]),
            "page of a test": lambda: reverse("attempt", args=[official.sitting.pk]),
        }
        return Request(kind, addresses[kind](), official.cookies)

    def _look(self, official: Official, kind: str) -> Request:
        """What is read without signing in."""
        if kind == "verification":
            return Request(kind, reverse("verify", args=[self.draw.choice(self.certificates)]))
        return Request(kind, reverse({"front page": "front", "catalogue": "catalogue"}.get(kind, kind)))

    def _report(self, official: Official, kind: str) -> Request:
        return Request(kind, reverse("agency_report"), self.coordinator)

    def _place(self, official: Official, kind: str) -> Request:
        code, lesson = self.draw.choice(official.opened)
        body = urlencode({"csrfmiddlewaretoken": _CSRF, "place": str(UUID(int=self.draw.getrandbits(128)))}).encode()
        return Request(
            kind, reverse("lesson_place", args=[code, lesson]), official.cookies, body, status=HTTPStatus.NO_CONTENT
        )

    def _save(self, official: Official, kind: str) -> Request:
        sitting = official.sitting
        position = self.draw.choice(list(sitting.choices))
        sitting.counter += 1
        counter, response = sitting.counter, self.draw.choice(sitting.choices[position])

        def acknowledged(_status: int, _head: str, body: bytes) -> bool:
            told = json.loads(gzip.decompress(body) if body.startswith(_GZIP) else body)["answers"][0]
            if told["state"] == "saved":
                sitting.acknowledged[position] = max((counter, response), sitting.acknowledged.get(position, (0, "")))
            return told["state"] in {"saved", "outdated"}

        body = json.dumps({"answers": [{"position": position, "response": response, "counter": counter}]})
        return Request(
            kind,
            reverse("attempt_save", args=[sitting.pk]),
            official.cookies,
            body.encode(),
            "application/json",
            head=f"X-CSRFToken: {_CSRF}",
            answered=acknowledged,
        )


_REQUESTS: Mapping[str, Any] = {
    FIRST: Day._open,  # noqa: SLF001
    **dict.fromkeys(("lesson", "my learning", "module", "page of a test"), Day._read),  # noqa: SLF001
    **dict.fromkeys(("front page", "catalogue", "workshops", "verification"), Day._look),  # noqa: SLF001
    "agency report": Day._report,  # noqa: SLF001
    "place in a lesson": Day._place,  # noqa: SLF001
    "save of an answer": Day._save,  # noqa: SLF001
}


# --- Signing in -----------------------------------------------------------------------------------------------------
def _form(path: str, number: int, session: str = "", answered: Any = None, **fields: str) -> Request:
    cookies = f"{_PROOF}; {settings.SESSION_COOKIE_NAME}={session}" if session else _PROOF
    body = urlencode({"csrfmiddlewaretoken": _CSRF, **fields}).encode()
    # Everybody comes from somewhere else, as officials of a country do.
    head = f"X-Forwarded-For: 10.{number // 65025 % 255}.{number // 255 % 255}.{number % 255}"
    return Request("sign-in", path, cookies, body, head=head, status=HTTPStatus.FOUND, answered=answered)


def _by_password(account: Account, number: int) -> Request:
    return _form(reverse("account_login"), number, login=account.email, password=PASSWORD)


def _for_a_code(account: Account, number: int, waiting: deque[SessionStore]) -> Request:
    def asked(_status: int, head: str, _body: bytes) -> bool:
        key = head.partition(f"{settings.SESSION_COOKIE_NAME}=")[2].partition(";")[0]
        waiting.append(SessionStore(key))
        return bool(key)

    return _form(reverse("account_request_login_code"), number, answered=asked, email=account.email)


def _by_code(session: SessionStore, number: int) -> Request:
    code = next(_values(session.load(), "code"), "")
    return _form(reverse("account_confirm_login_code"), number, session.session_key or "", code=code)


def _values(data: Any, name: str) -> Iterator[str]:
    if isinstance(data, dict):
        yield from (value for key, value in data.items() if key == name and isinstance(value, str))
        for value in data.values():
            yield from _values(value, name)


# --- What is made for it --------------------------------------------------------------------------------------------
def fill_day(people: int, newcomers: int = 0) -> Day:
    """Make so many officials with an open test each, and so many who will sign in. Raises CommandError without
    the demonstration."""
    modules = list(Module.objects.offered().prefetch_related("lessons"))
    coordinator = Account.objects.filter(email=f"coordinator@{DOMAIN}").first()
    if not modules or coordinator is None:
        raise CommandError("Run load_demo first: there is nothing to read.")
    agency = create_agency(code=CODE, name_en="A ministry on a Monday", kind=Agency.Kind.HEALTH_INSTITUTION)
    draw = random.Random(people)  # noqa: S311 - the same day each time
    test = _test()
    free = [module for module in modules if not module.prerequisites.exists()]
    officials = [
        _official(account, test, draw.choice(free), draw) for _person, account in people_with_accounts(people, agency)
    ]
    accounts = [account for _person, account in people_with_accounts(newcomers, agency)] if newcomers else []
    Account.objects.filter(pk__in=[each.pk for each in accounts]).update(password=make_password(PASSWORD))
    codes = list(Certificate.objects.filter(sealed_at__isnull=False).values_list("code", flat=True)[:50])
    return Day(officials, _cookies(coordinator), codes, deque(accounts), draw)


def _test() -> Test:
    questions = Question.objects.drawable().exclude(type__in=["essay", "description"]).order_by("code")[:20]
    return create_test(code=CODE, purpose=Test.Purpose.PRACTICE, questions=list(questions), title_en="On a Monday")


def _official(account: Account, test: Test, module: Module, draw: random.Random) -> Official:
    language, person = draw.choice(LANGUAGES), person_of(account)
    agency = agency_of(person)
    enrolment = enrol(person=person, module=module, agency=agency)
    attempt = start_attempt(test=test, person=person, agency=agency, language=language)
    lessons = list(Lesson.objects.offered().filter(module=module).order_by("position"))
    note_opening(enrolment_id=enrolment.pk, lesson_id=lessons[0].pk, begins=True)
    opened, *unopened = [(module.code, lesson.code) for lesson in lessons]
    return Official(_cookies(account), language, [opened], deque(unopened), _sitting(attempt))


def _sitting(attempt: Attempt) -> Sitting:
    items = attempt.items.filter(version__question__type="single_choice").select_related("version")
    counter = attempt.items.aggregate(highest=Max("counter"))["highest"] or 0
    options = {item.position: [option["id"] for option in item.version.structure["options"]] for item in items}
    return Sitting(attempt.pk, options, counter)


def _cookies(account: Account) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={signed_in(account).session_key}; {_PROOF}"


def by_kind(answers: list[Answer]) -> Mapping[str, list[Answer]]:
    """Return answers by what was asked, and all under "all"."""
    found: dict[str, list[Answer]] = {"all": answers}
    for answer in answers:
        found.setdefault(answer.kind, []).append(answer)
    return found
