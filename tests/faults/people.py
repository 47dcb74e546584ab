"""People at work, each a thread: they answer tests, mark registers and hand in, and remember what was acknowledged.

Whoever gets no answer, or "come again", sends the same again after a moment, as the scripts of our pages do.
"""

import json
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from random import Random
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from assessments.models import Attempt, AttemptItem
from assessments.services import Answer, save_responses
from certificates.models import Certificate
from courses.models import Enrolment
from courses.services import start_final_test
from operations.management.hall import fill_hall
from operations.management.web import signed_in
from people.models import Account
from tests.factories.assessments import RIGHT, STRUCTURES, WRONG
from tests.factories.courses import give_final_test, make_enrolment, make_module
from tests.factories.people import make_account, make_agency
from tests.faults.office import HOST
from tests.servers import wait_for
from workshops.models import AttendanceEvent, Session

PATIENCE_SECONDS = 20
TOKEN = "c" * 32
PRESENT = ("present", "late", "absent", "excused")
# The hall has been at work for so long, and will be; longer than any clock here steps back.
BEGUN = timedelta(hours=2)


@dataclass
class Browser:
    """Somebody who has signed in, and the address at which the site answers."""

    session: str
    port: int
    refused: int = 0

    def send(self, method: str, address: str, body: Any = None, kind: str = "application/json") -> tuple[int, bytes]:
        """Return status and words of the answer; status 0 where there is none."""
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        line = HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)
        try:
            sent = json.dumps(body).encode() if body is not None else None
            line.request(method, address, sent, {"Cookie": cookies, "X-CSRFToken": TOKEN, "Content-Type": kind})
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException):
            self.refused += 1
            return 0, b""
        finally:
            line.close()


def browser_of(account: Account, port: int) -> Browser:
    """A browser in which somebody has signed in."""
    return Browser(str(signed_in(account).session_key), port)


@dataclass
class Sitting:
    """A learner with an open test."""

    attempt: Attempt
    enrolment: Enrolment
    browser: Browser
    kinds: Sequence[str]
    counter: int = 10
    saved: dict[int, tuple[int, Any]] = field(default_factory=dict)
    acknowledged: int = 0
    handed_in: bool = False
    told: str = ""

    def save(self, draw: Random) -> int:
        """Send an answer, once, and return the status of what came back."""
        self.counter += 1
        position = draw.randrange(len(self.kinds)) + 1
        response = draw.choice([RIGHT, WRONG])[self.kinds[position - 1]]
        body = {"answers": [{"position": position, "response": response, "counter": self.counter}]}
        status, words = self.browser.send("POST", reverse("attempt_save", args=[self.attempt.pk]), body)
        if status == HTTPStatus.OK and json.loads(words)["answers"][0]["state"] == "saved":
            self.saved[position] = (self.counter, response)
            self.acknowledged += 1
        return status

    def hand_in(self) -> bool:
        """Hand in, once; a test that is handed in already says so in the same way."""
        status, words = self.browser.send("POST", reverse("attempt_submit", args=[self.attempt.pk]), {})
        self.told = f"{status} {words[:300]!r}"
        self.handed_in = self.handed_in or status == HTTPStatus.FOUND
        return self.handed_in

    def lost(self) -> list[str]:
        """What was acknowledged and is not there."""
        rows = {
            position: (counter, response)
            for position, counter, response in AttemptItem.objects.filter(attempt=self.attempt).values_list(
                "position", "counter", "response"
            )
        }
        found = [
            f"answer {position} of attempt {self.attempt.pk}: {said} acknowledged, {rows[position]} found"
            for position, said in self.saved.items()
            # One that came later may not have been acknowledged; the same answer again is not written again.
            if rows[position][1] != said[1] and rows[position][0] <= said[0]
        ]
        if self.handed_in and not self._is_whole():
            found.append(f"attempt {self.attempt.pk} was handed in, and not all of it is done: {self._state()}")
        return found

    def _state(self) -> tuple[str, bool, list[bool]]:
        attempt, enrolment = Attempt.objects.get(pk=self.attempt.pk), Enrolment.objects.get(pk=self.enrolment.pk)
        sealed = [each.sealed_at is not None for each in Certificate.objects.filter(enrolment=enrolment)]
        return attempt.outcome, enrolment.completed_at is not None, sealed

    def _is_whole(self) -> bool:
        return self._state() == (Attempt.Outcome.PASSED, True, [True])


@dataclass
class Register:
    """A facilitator before the register of a full hall."""

    browser: Browser
    address: str
    people: Sequence[str]
    acknowledged: set[str] = field(default_factory=set)

    def mark(self, draw: Random, over: threading.Event) -> None:
        """Mark somebody; the same mark is sent until it is acknowledged, as a phone does that keeps it meanwhile."""
        key = str(uuid.UUID(int=draw.getrandbits(128), version=4))
        event = {"id": key, "person": draw.choice(self.people), "status": draw.choice(PRESENT)}
        while not over.is_set():
            status, words = self.browser.send("POST", self.address, {"events": [event]})
            if status == HTTPStatus.OK:
                assert json.loads(words)["outcomes"][0]["accepted"], (event, words)
                self.acknowledged.add(key)
                return
            over.wait(0.3)

    def lost(self) -> list[str]:
        """Marks that were acknowledged and are not there."""
        there = {str(each) for each in AttendanceEvent.objects.values_list("pk", flat=True)}
        return [f"mark {key} was acknowledged" for key in sorted(self.acknowledged - there)]


@dataclass
class Crowd:
    """Everybody, and whether they are still at work."""

    answering: list[Sitting]
    finishing: list[Sitting]
    registers: list[Register]
    draw: Random
    over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def begin(self) -> None:
        """Let everybody work until `end`."""
        # Each draws by itself: what one does must not hang on how fast another one was.
        works: list[Callable[[Random], None]] = [self._answers(each) for each in self.answering]
        works += [self._marks(each) for each in self.registers]
        works.append(self._finish)
        for work in works:
            thread = threading.Thread(target=self._kept, args=(work, Random(self.draw.random())), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _kept(self, work: Callable[[Random], None], draw: Random) -> None:
        try:
            work(draw)
        except BaseException as fault:  # noqa: BLE001 - told by `end`
            self.faults.append(fault)

    def end(self) -> None:
        """Stop when everybody has heard the answer to what they sent."""
        self.over.set()
        for thread in self._threads:
            thread.join(2 * PATIENCE_SECONDS)
        assert not self.faults, self.faults

    def finish(self) -> None:
        """Let everybody hand in who could not before."""
        for sitting in self.finishing:
            try:
                wait_for(sitting.hand_in, f"attempt {sitting.attempt.pk} is handed in")
            except AssertionError as trouble:
                raise AssertionError(f"{trouble}: {sitting.told}") from trouble

    def _answers(self, sitting: Sitting) -> Callable[[Random], None]:
        def work(draw: Random) -> None:
            while not self.over.wait(0.05):
                sitting.save(draw)

        return work

    def _marks(self, register: Register) -> Callable[[Random], None]:
        def work(draw: Random) -> None:
            while not self.over.wait(0.05):
                register.mark(draw, self.over)

        return work

    def _finish(self, draw: Random) -> None:
        for sitting in self.finishing:
            while not self.over.wait(draw.uniform(0.3, 1.0)):
                if sitting.hand_in():
                    break

    def acknowledged(self) -> dict[str, int]:
        """How much the site said that it has, by kind."""
        return {
            "answers": sum(each.acknowledged for each in self.answering),
            "marks": sum(len(each.acknowledged) for each in self.registers),
            "handed in": sum(each.handed_in for each in self.finishing),
        }

    def lost(self) -> list[str]:
        """What was acknowledged and is not there, in words."""
        return [words for each in (*self.answering, *self.finishing, *self.registers) for words in each.lost()]

    def signed_out(self) -> int:
        """How many of them would have to sign in again."""
        browsers = [each.browser for each in (*self.answering, *self.finishing, *self.registers)]
        return sum(each.send("GET", reverse("my_learning"))[0] != HTTPStatus.OK for each in browsers)


def fill(port: int, draw: Random, *, answering: int = 4, finishing: int = 30, marking: int = 2) -> Crowd:
    """Make so many learners with an open test, so many who have only to hand in, and facilitators of a hall."""
    agency, module = make_agency(), make_module(lessons=1)
    give_final_test(module)
    kinds = list(STRUCTURES)
    sittings = []
    for number in range(answering + finishing):
        account = make_account(agency=agency, email=f"learner-{number}@example.org")
        enrolment = make_enrolment(account.person, module, read=1)
        attempt = start_final_test(enrolment=enrolment, language="en")
        if number >= answering:
            right = [Answer(place, RIGHT[kind], 1) for place, kind in enumerate(kinds, start=1)]
            save_responses(attempt=attempt, answers=right, language="en")
        sittings.append(Sitting(attempt, enrolment, browser_of(account, port), kinds))
    hall = fill_hall(20)
    session = hall.session
    now = timezone.now()
    Session.objects.filter(pk=session.pk).update(starts_at=now - BEGUN, ends_at=now + BEGUN)
    address = reverse("register_mark", args=[session.workshop.code, session.number])
    people = [each.person.public_code for each in hall.people]
    registers = [Register(browser_of(hall.facilitator, port), address, people) for _ in range(marking)]
    return Crowd(sittings[:answering], sittings[answering:], registers, draw)
