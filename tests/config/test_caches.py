"""The cache of several machines: everything goes on without it, and no limit is lifted."""

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection

from config import caches as shared
from tests import servers


@pytest.fixture
def server(tmp_path):
    with servers.cache_server(tmp_path) as running:
        yield running


@pytest.fixture
def cache(server, settings, db):
    """The cache as the settings make it of CACHE_URL."""
    settings.CACHES = {
        "default": {"BACKEND": "config.caches.SharedCache", "LOCATION": f"redis://127.0.0.1:{server.port}/0"},
        shared.INSTEAD: {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "academy_cache",
        },
    }  # fmt: skip
    call_command("createcachetable", verbosity=0)
    shared._absence.until = 0.0
    yield caches["default"]
    shared._absence.until = 0.0


def in_the_table():
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM academy_cache")
        return cursor.fetchone()[0]


def test_it_keeps_what_it_is_given(cache):
    cache.set("a", {"b": 1})
    cache.set_many({"c": 2, "d": 3})

    assert (cache.get("a"), cache.get_many(["c", "d", "e"])) == ({"b": 1}, {"c": 2, "d": 3})
    assert (cache.add("a", 2), cache.touch("a"), cache.has_key("e"), cache.incr("c")) == (False, True, False, 3)
    cache.delete_many(["a", "c"])
    assert (cache.delete("d"), cache.get("a"), in_the_table()) == (True, None, 0)


def test_while_it_does_not_answer_the_table_takes_its_place(cache, server):
    cache.set("limit", 5)
    server.kill()

    assert cache.get("limit") is None
    assert cache.is_replaced()
    assert (cache.add("limit", 1), cache.add("limit", 1), cache.incr("limit")) == (True, False, 2)
    assert (cache.get_many(["limit"]), in_the_table()) == ({"limit": 2}, 1)


def test_a_count_goes_on_from_nothing_on_the_other_side(cache, server):
    cache.add("tries", 0)
    cache.incr("tries")
    server.kill()

    assert (cache.incr("tries"), cache.incr("tries")) == (1, 2)


def test_it_is_asked_again_when_it_is_back(cache, server):
    server.kill()
    cache.set("a", 1)
    server.start()

    assert cache.get("a") == 1  # out of the table: nobody asks a server again that was not there a moment ago
    shared._absence.until = 0.0
    assert cache.get("a") is None
    cache.set("a", 2)
    assert (cache.get("a"), cache.is_replaced()) == (2, False)
