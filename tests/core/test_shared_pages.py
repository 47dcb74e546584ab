"""Pages that strangers see alike: made once for several, never somebody's own, and made anew in time."""

import io
from http import HTTPStatus
from threading import Thread

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import reverse

from core.shared_pages import LARGEST_PAGE, MOST_PAGES, PATIENCE, SECONDS, SharedPages
from tests.factories.courses import make_module
from tests.factories.people import make_account

FOR_ALL = [("Content-Type", "text/html"), ("Cache-Control", f"public, max-age=0, s-maxage={SECONDS}"), ("ETag", '"1"')]


class Made:
    """An application that counts its pages, each of which is its number."""

    def __init__(self, headers=FOR_ALL, status="200 OK", size=0):
        self.headers, self.status, self.size, self.count, self.closed = headers, status, size, 0, 0

    def __call__(self, environ, start_response):
        self.count += 1
        start_response(self.status, list(self.headers))
        return self

    def __iter__(self):
        yield str(self.count).encode()
        yield b"." * self.size

    def close(self):
        self.closed += 1


def environ(path="/en/", **more):
    return {
        "REQUEST_METHOD": "GET",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "HTTP_HOST": "testserver",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        **more,
    }


def get(application, path="/en/", **more):
    said = []
    answer = application(environ(path, **more), lambda status, headers, *_: said.extend((status, dict(headers))))
    body = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    return said[0], said[1], body


def test_a_page_is_made_once_and_closed():
    made = Made()
    shared = SharedPages(made)

    answers = [get(shared) for _ in range(3)]

    assert answers == [("200 OK", dict(FOR_ALL), b"1")] * 3
    assert (made.count, made.closed) == (1, 1)


@pytest.mark.parametrize(
    "other",
    [
        {"QUERY_STRING": "page=2"},
        {"PATH_INFO": "/ru/"},
        {"HTTP_HOST": "elsewhere"},
        {"wsgi.url_scheme": "https"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_HOST": "proxy"},
        {"HTTP_ACCEPT_ENCODING": "br, gzip"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_is_asked_for_otherwise_is_another_page(other):
    shared = SharedPages(Made())

    assert [get(shared)[2], get(shared, **other)[2], get(shared, **other)[2], get(shared)[2]] == [
        b"1",
        b"2",
        b"2",
        b"1",
    ]


@pytest.mark.parametrize(
    "own",
    [
        {"HTTP_COOKIE": "sessionid=x"},
        {"HTTP_COOKIE": ""},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_RANGE": "bytes=0-1"},
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "HEAD"},
    ],
    ids=str,
)
def test_what_may_be_somebodys_own_is_neither_kept_nor_given(own):
    made = Made()
    shared = SharedPages(made)

    pages = [get(shared)[2], get(shared, **own)[2], get(shared, **own)[2], get(shared)[2]]

    assert pages == [b"1", b"2", b"3", b"1"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("Cache-Control", "private, no-store")], "200 OK"),
        ([], "200 OK"),
        ([("Cache-Control", "public, max-age=0, s-maxage=100")], "200 OK"),
        ([*FOR_ALL, ("Set-Cookie", "csrftoken=x")], "200 OK"),
        ([*FOR_ALL, ("Vary", "Cookie, User-Agent")], "200 OK"),
        ([*FOR_ALL, ("Vary", "*")], "200 OK"),
        (FOR_ALL, "404 Not Found"),
        (FOR_ALL, "302 Found"),
    ],
    ids=str,
)
def test_what_is_not_for_all_is_not_kept(headers, status):
    shared = SharedPages(Made(headers, status))

    assert [get(shared)[2] for _ in range(2)] == [b"1", b"2"]


def test_whoever_has_the_page_is_told_that_nothing_changed():
    shared = SharedPages(Made([*FOR_ALL, ("Content-Length", "1"), ("Vary", "Cookie, Accept-Encoding")]))
    get(shared)

    status, headers, body = get(shared, HTTP_IF_NONE_MATCH='W/"0", "1"')

    assert (status, body, headers["ETag"], "Content-Length" in headers) == ("304 Not Modified", b"", '"1"', False)
    assert get(shared, HTTP_IF_NONE_MATCH='"2"')[0] == "200 OK"


def test_an_old_page_is_made_anew_by_one_while_the_others_take_the_old_one():
    made, now, during = Made(), [0.0], []
    shared = SharedPages(made, clock=lambda: now[0])
    get(shared)
    now[0] += SECONDS + 1

    def slowly(environ, start_response):
        # While this one is asked, another comes.
        asking = Thread(target=lambda: during.append(get(shared)[2]))
        asking.start()
        asking.join()
        return made(environ, start_response)

    shared.application = slowly

    assert (get(shared)[2], during) == (b"2", [b"1"])
    assert get(shared)[2] == b"2"


def test_whoever_failed_to_make_a_page_anew_hinders_nobody():
    made, now = Made(), [0.0]
    shared = SharedPages(made, clock=lambda: now[0])
    get(shared)
    now[0] += SECONDS + 1
    made.status = "500 Internal Server Error"

    assert [get(shared)[0], get(shared)[2]] == ["500 Internal Server Error", b"1"]
    now[0] += PATIENCE + 1
    assert get(shared)[0] == "500 Internal Server Error"


def test_many_and_large_pages_take_no_more_memory():
    made = Made()
    shared = SharedPages(made)
    for number in range(MOST_PAGES + 1):
        get(shared, QUERY_STRING=f"q={number}")

    assert get(shared, QUERY_STRING="q=1")[2] == b"2"
    assert get(shared, QUERY_STRING="q=0")[2] != b"1"
    made.size = LARGEST_PAGE
    assert get(shared, QUERY_STRING="large")[2] != get(shared, QUERY_STRING="large")[2]


# --- The Academy's pages ----------------------------------------------------------------------------------------------
pytestmark = pytest.mark.django_db


@pytest.fixture
def module():
    return make_module()


def alike(module):
    names = ["front", "catalogue", "glossary", "resources", "workshops", "programmes"]
    return [*map(reverse, names), reverse("module", args=[module.code])]


def test_pages_of_the_portal_are_seen_alike_by_strangers(client, module):
    for address in alike(module):
        page = client.get(address)
        again = client.get(address, headers={"if-none-match": page["ETag"]})

        assert set(page["Cache-Control"].split(", ")) == {"public", "max-age=0", f"s-maxage={SECONDS}"}, address
        assert again.status_code == HTTPStatus.NOT_MODIFIED, address


def test_whoever_has_signed_in_or_has_a_cookie_gets_a_page_of_the_own(client, module):
    client.cookies["display"] = "text-only"
    for address in alike(module):
        assert "Cache-Control" not in client.get(address), address
    client.force_login(make_account("learner"))
    for address in alike(module):
        assert set(client.get(address)["Cache-Control"].split(", ")) == {"private", "no-store"}, address


def test_pages_with_forms_and_pages_behind_the_door_are_not_shared(client):
    for address in (
        "/en/account/login/",
        "/en/problem/",
        "/en/my/",
        "/en/search/?q=a",
        "/v/7K3M9QXT2FZAY",
        "/en/nothing/",
    ):
        assert "public" not in client.get(address).headers.get("Cache-Control", ""), address


@pytest.fixture
def connected():
    """The connection of the test outlives its requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("connected")
def test_the_web_server_gives_away_what_is_kept_in_each_language(django_assert_num_queries, module):
    shared = SharedPages(WSGIHandler())
    first = {language: get(shared, f"/{language}/modules/") for language in ("en", "ru", "be")}

    with django_assert_num_queries(0):
        again = {language: get(shared, f"/{language}/modules/") for language in ("en", "ru", "be")}

    # Whoever gets what was made for another one has not its request.
    assert [len(headers.pop("X-Request-ID")) for _status, headers, _body in first.values()] == [32, 32, 32]
    assert first == again
    assert len({body for _status, _headers, body in again.values()}) == len(again)
