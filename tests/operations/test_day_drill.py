"""A ministry's Monday as requests: the crowd that asks, what it is told, and what became of every answer."""

import asyncio
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice, repeat
from threading import Thread

import pytest
from django.core.management import CommandError
from django.db import connection

from assessments.models import AttemptItem
from operations.management import processes
from operations.management.commands.day_drill import _beside, hold, row
from operations.management.crowd import Answer, Crowd, Request
from operations.management.day import FIRST, MIX, fill_day
from tests.factories.assessments import make_question
from tests.factories.certificates import make_certificate
from tests.factories.courses import make_module
from tests.factories.people import make_account, make_agency
from tests.journeys.steps import CODE


# --- The crowd --------------------------------------------------------------------------------------------------------
class Site(Thread):
    """A web server that answers each request on a line with the next of the answers; None ends the line unanswered."""

    def __init__(self, *answers):
        super().__init__(daemon=True)
        self.answers, self.heads = list(answers), []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def run(self):
        while True:
            try:
                line, _from = self.listening.accept()
            except OSError:
                return
            with line, line.makefile("rb") as words:
                while head := self._head(words):
                    self.heads.append(head)
                    answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                    if answer is None:
                        break
                    line.sendall(answer)

    def _head(self, words):
        lines = []
        while (row := words.readline()) not in {b"", b"\r\n"}:
            lines.append(row.decode())
        length = next((int(each.split(":")[1]) for each in lines if each.startswith("Content-Length")), 0)
        return "".join(lines) + words.read(length).decode()


@contextmanager
def site(*answers):
    served = Site(*answers)
    served.start()
    try:
        yield served
    finally:
        served.listening.close()


def well(body=b"all is well", status="200 OK", head=""):
    return f"HTTP/1.1 {status}\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def asked(request, *answers, times=1):
    """Ask so many times on one line; return the answers and the site."""
    with site(*answers) as served:
        crowd = Crowd(served.address, lines=1)
        found = crowd.ask(repeat(request), seconds=times / 20, rate=20)
    return found, served


def test_a_crowd_can_be_asked_where_a_loop_already_runs():
    async def within():
        return asked(Request("look", "/"), well())

    # In a thread of its own, because journeys may have begun a loop in this one.
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        (answer,), _served = elsewhere.submit(lambda: asyncio.run(within())).result()

    assert answer.well


def test_a_request_is_sent_as_browsers_do_and_the_answer_told():
    told = []
    request = Request(
        "save", "/en/", "a=b", b"x=1", head="X-CSRFToken: y", status=302, answered=lambda *all_: not told.append(all_)
    )

    (answer,), served = asked(request, well(b"there", "302 Found", "Location: /\r\n"))

    assert (answer.kind, answer.status, answer.well) == ("save", 302, True)
    assert told[0][0] == 302
    assert "Location: /" in told[0][1]
    assert told[0][2] == b"there"
    lines = served.heads[0].split("\r\n")
    assert lines[0] == "POST /en/ HTTP/1.1"
    assert {"Cookie: a=b", "X-CSRFToken: y", "Content-Length: 3"} <= set(lines)
    assert lines[-1] == "x=1"


def test_an_answer_in_pieces_is_put_together():
    told = []
    pieces = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nall \r\n2\r\nis\r\n0\r\n\r\n"

    answers, _site = asked(Request("page", "/", answered=lambda *all_: not told.append(all_[2])), pieces, times=2)

    assert ([each.well for each in answers], told) == ([True, True], [b"all is"] * 2)


@pytest.mark.parametrize(("answer", "status"), [(well(status="500 No"), 500), (None, 0), (b"nonsense\r\n\r\n", 0)])
def test_what_was_not_expected_is_an_error(answer, status):
    (found,), _site = asked(Request("page", "/"), answer)

    assert (found.status, found.well) == (status, False)


def test_a_line_that_the_server_has_closed_is_made_anew():
    answers, served = asked(Request("page", "/"), well(), None, well(), times=2)

    assert [each.well for each in answers] == [True, True]
    assert len(served.heads) == 3


def test_a_line_that_the_server_closes_after_an_answer_is_made_anew():
    answers, _site = asked(Request("page", "/"), well(head="Connection: close\r\n"), times=2)

    assert [each.well for each in answers] == [True, True]


def test_at_a_pace_so_many_are_asked_and_otherwise_as_many_as_are_answered():
    with site(well()) as served:
        crowd = Crowd(served.address, lines=1)
        at_a_pace = crowd.ask(repeat(Request("page", "/")), seconds=0.5, rate=20)
        pressed = crowd.ask(repeat(Request("page", "/")), seconds=0.5)

    assert len(at_a_pace) == 10
    assert len(pressed) > 10
    assert crowd.used > 0


def test_what_goes_wrong_while_requests_are_made_is_told():
    def requests():
        yield Request("page", "/")
        raise RuntimeError("nobody to ask for")

    with site(well()) as served, pytest.raises(RuntimeError, match="nobody to ask for"):
        Crowd(served.address, lines=1).ask(requests(), seconds=5)


# --- Figures ----------------------------------------------------------------------------------------------------------
def test_a_row_says_what_a_reader_waited_and_what_a_request_cost():
    answers = [Answer("page", 200, number / 1000, well=number != 7) for number in range(1, 101)]

    found = row("pages", answers, seconds=10, cpu=0.4, bare=2.0)

    assert (found.count, found.errors, found.rate_per_s) == (100, 1, 10.0)
    assert (found.p50_ms, found.p95_ms, found.p99_ms) == (50.0, 95.0, 99.0)
    assert (found.cpu_ms, found.ratio_to_bare_view) == (4.0, 2.0)


def test_nothing_asked_is_nothing_and_not_an_error():
    found = row("nothing", [], seconds=1)

    assert (found.count, found.p99_ms, found.cpu_ms, found.ratio_to_bare_view) == (0, 0.0, None, None)


def test_people_sign_in_beside_the_others_until_all_are_in():
    mixed = list(islice(_beside(repeat("page"), iter(["in", "in"]), every=3), 9))

    assert mixed == ["page", "page", "in", "page", "page", "in", "page", "page", "page"]


def test_the_day_is_seventy_twenty_ten():
    reading, answering = ("first opening", "lesson", "my learning", "module"), ("save of an answer", "page of a test")

    assert [sum(MIX.values()), sum(map(MIX.get, reading)), sum(map(MIX.get, answering))] == [100, 70, 20]


def test_processor_and_memory_of_a_process_are_known():
    mine = processes.processor_seconds([processes.os.getpid()])

    assert mine > 0
    assert processes.processor_seconds([]) == processes.memory_mb(-1) == 0
    assert processes.memory_mb(processes.os.getpid()) > 10


# --- The day ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def country(db):
    """What the demonstration brings: a module to read, a bank of questions, a coordinator, a certificate."""
    make_module("M1", lessons=2)
    for _ in range(5):
        make_question("single_choice")
    make_account("coordinator", agency=make_agency(), email="coordinator@demo.example")
    make_certificate()


@pytest.mark.django_db
def test_without_the_demonstration_there_is_nothing_to_read():
    with pytest.raises(CommandError, match="Run load_demo first"):
        fill_day(1)


@pytest.mark.usefixtures("country")
def test_each_kind_of_request_is_answered(client):
    day = fill_day(2)

    for kind in MIX:
        request = next(day.only(kind))
        client.cookies.load(request.cookies.replace(";", "; "))
        content = {"data": request.body, "content_type": request.body_type} if request.body else {}
        answer = (client.post if request.body else client.get)(request.path, **content)
        assert answer.status_code == request.status, kind
        assert request.answered is None or request.answered(answer.status_code, "", answer.content), kind
        client.cookies.clear()


@pytest.mark.usefixtures("country")
def test_a_lesson_is_opened_for_the_first_time_once():
    day = fill_day(2)
    [official, other] = day.officials

    asked = list(islice(day.only(FIRST), 4))

    assert [each.kind for each in asked] == [FIRST, FIRST, "lesson", "lesson"]
    assert asked[0].path.removeprefix(f"/{official.language}") == asked[1].path.removeprefix(f"/{other.language}")
    assert [len(each.opened) for each in day.officials] == [2, 2]


@pytest.mark.usefixtures("country")
def test_an_acknowledged_answer_that_is_not_there_is_lost_and_a_newer_one_is_none():
    day = fill_day(1)
    sitting = day.officials[0].sitting
    position = next(iter(sitting.choices))
    item = AttemptItem.objects.get(attempt=sitting.pk, position=position)
    chosen, other = sitting.choices[position][:2]
    sitting.acknowledged[position] = (item.counter + 5, chosen)

    found = {}
    for name, counter, response in [
        ("lost", item.counter, other),
        ("there", item.counter + 5, chosen),
        ("newer", item.counter + 6, other),
    ]:
        AttemptItem.objects.filter(pk=item.pk).update(counter=counter, response=response)
        found[name] = day.lost()

    assert found == {"lost": 1, "there": 0, "newer": 0}


@pytest.mark.usefixtures("country")
def test_of_ten_who_sign_in_nine_ask_for_a_code_and_one_has_a_password(client, mailoutbox):
    day = fill_day(1, newcomers=10)
    inside = []
    requests = day.sign_ins()

    for request in requests:
        client.cookies.clear()
        client.cookies.load(request.cookies)
        answer = client.post(request.path, data=request.body, content_type=request.body_type)
        assert answer.status_code == request.status
        cookie = answer.cookies.get("sessionid")
        if request.answered is not None:
            assert request.answered(answer.status_code, f"Set-Cookie: {cookie.OutputString()}\r\n", b"")
        inside.append(answer["Location"])

    assert inside.count("/en/my/") == 10
    assert len(inside) == 19
    assert len([each for each in mailoutbox if CODE.search(each.body)]) == 9


@pytest.mark.deep
@pytest.mark.db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="two processes and SQLite have one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_short_day_at_a_real_server_has_no_error_and_loses_nothing(country):
    found = hold(fill_day(10, newcomers=20), seconds=2.0, rate=20, workers=2)

    assert (found["errors"], found["lost_answers"]) == (0, 0)
    assert {each["name"] for each in found["rows"]} >= {*MIX, "mixed day, 8 at once", "mixed day, 200 at once"}
    assert json.dumps(found)
