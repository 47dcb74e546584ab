"""Slow browsers: a thread of the web server waits for them as long as they go on, and no longer."""

import json
import socket
import threading
from time import sleep
from urllib.request import urlopen

import pytest

from config.web_worker import BYTES_A_SECOND, HastySocket, TooSlowError
from operations.management.web import server

NOT_LONG = 0.05


@pytest.fixture
def line():
    """Our end of a connection, in a hurry, and the other one."""
    ours, theirs = socket.socketpair()
    hasty = HastySocket(fileno=ours.detach())
    hasty.begin(NOT_LONG)
    yield hasty, theirs
    hasty.close()
    theirs.close()


def test_what_comes_in_time_is_received(line):
    ours, theirs = line
    theirs.sendall(b"GET / HTTP/1.1\r\n")

    assert (ours.recv(100), ours.gettimeout()) == (b"GET / HTTP/1.1\r\n", None)


def test_who_says_nothing_more_is_let_go(line):
    ours, theirs = line
    theirs.sendall(b"GET / ")
    assert ours.recv(100) == b"GET / "

    with pytest.raises(TooSlowError):
        ours.recv(100)


def test_who_sends_drop_by_drop_is_let_go(line):
    """Each drop comes in time, and the request as a whole does not."""
    ours, theirs = line
    ours.begin(0.3)

    def receive():
        for _drop in range(100):
            theirs.sendall(b".")
            ours.recv(1)
            sleep(0.02)

    with pytest.raises(TooSlowError):
        receive()


def test_who_has_sent_much_is_given_more_time(line):
    ours, theirs = line
    ours.begin(0.3)
    for _piece in range(30):
        theirs.sendall(b"." * BYTES_A_SECOND)
        assert len(ours.recv(BYTES_A_SECOND)) == BYTES_A_SECOND
        sleep(0.02)


def test_an_answer_that_nobody_takes_is_let_go(line):
    ours, _theirs = line
    with pytest.raises(TooSlowError):
        ours.sendall(b"." * 50_000_000)


def test_an_answer_that_is_taken_is_sent_whole(line):
    ours, theirs = line
    ours.sendall(b"." * 50_000)
    ours.close()

    taken = b""
    while piece := theirs.recv(65536):
        taken += piece
    assert len(taken) == 50_000


@pytest.fixture
def slow_line():
    """Our end of a connection, with much room in the system, and what is taken at the other end, little by little."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32_768)
        ours = HastySocket(fileno=socket.create_connection(door.getsockname()).detach())
        theirs, _address = door.accept()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 200_000)
    taken = bytearray()

    def take():
        while piece := theirs.recv(4000):
            taken.extend(piece)
            sleep(0.02)

    taking = threading.Thread(target=take)
    taking.start()

    def all_taken():
        ours.close()
        taking.join()
        return bytes(taken)

    yield ours, all_taken
    all_taken()
    theirs.close()


@pytest.mark.parametrize("as_a_file", [False, True], ids=["words", "file"])
def test_a_slow_line_gets_all_of_it(slow_line, tmp_path, as_a_file):
    """The system takes no more for longer than anything may stand still, and something is taken all the time."""
    ours, all_taken = slow_line
    ours.begin(0.5)
    whole = bytes(range(250)) * 2800
    film = tmp_path / "film.mp4"
    film.write_bytes(whole)

    with film.open("rb") as file:
        ours.sendfile(file, 0, len(whole)) if as_a_file else ours.sendall(whole)

    assert all_taken() == whole


def test_a_part_of_a_file_is_sent(line, tmp_path):
    ours, theirs = line
    film = tmp_path / "film.mp4"
    film.write_bytes(b"0123456789" * 1000)

    with film.open("rb") as file:
        sent = ours.sendfile(file, 5, 4000)
    ours.close()

    with theirs.makefile("rb") as taken:
        assert (sent, taken.read()) == (4000, b"5678901234" * 400)


def test_whoever_has_set_a_time_of_his_own_keeps_it(line):
    """gunicorn says good-bye to a connection itself, for two seconds at most."""
    ours, _theirs = line
    ours.settimeout(NOT_LONG)

    with pytest.raises(TimeoutError):
        ours.recv(1)
    assert ours.gettimeout() == NOT_LONG


@pytest.mark.django_db(transaction=True)
def test_those_who_dawdle_keep_no_thread_from_the_others():
    """More of them than there are threads, each with half a request."""
    with server(environment={"SLOW_CLIENT_SECONDS": "0.5"}) as site:
        host, port = site.removeprefix("http://").split(":")
        dawdling = [socket.create_connection((host, int(port))) for _number in range(12)]
        for each in dawdling:
            each.sendall(b"GET /health/live HTTP/1.1\r\nHost: ")

        with urlopen(f"{site}/health/live", timeout=60) as answer:
            said = answer.read()

        for each in dawdling:
            each.close()
    assert said == b"ok\n"


@pytest.mark.django_db(transaction=True)
def test_what_is_no_request_is_a_line_like_all_others_without_the_network(capfd):
    with server(environment={"LOG_FORMAT": "json"}) as site:
        host, port = site.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as caller:
            caller.sendall(b"G\x1b[31mT / HTTP/1.1\r\n\r\n")
            said = caller.recv(100)

    [line] = [json.loads(each) for each in capfd.readouterr().err.splitlines() if "Invalid" in each]
    assert said.startswith(b"HTTP/1.1 400 Bad Request")
    assert (line["level"], line["logger"]) == ("WARNING", "gunicorn.error")
    assert line["message"] == r"Invalid request from ip=-: Invalid HTTP method: 'G\x1b[31mT'"
