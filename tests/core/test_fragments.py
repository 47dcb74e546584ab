"""Parts of pages that are nobody's own: made once, other for another key, and new with a new version."""

from datetime import timedelta

import time_machine
from django.core.cache import cache, caches
from django.utils import timezone

from core.fragments import SECONDS_IN_PROCESS, fragment, rows_in_process


class Made:
    """Counts how often a part was made."""

    def __init__(self):
        self.count = 0

    def __call__(self):
        self.count += 1
        return {"html": f"<p>{self.count}</p>"}


def test_a_part_is_made_once():
    make = Made()

    parts = [fragment("part:1:en", make, seconds=900) for _reader in range(3)]

    assert parts == [{"html": "<p>1</p>"}] * 3


def test_another_version_and_another_language_are_other_parts():
    make = Made()

    parts = [fragment(key, make, seconds=900)["html"] for key in ("part:1:en", "part:1:be", "part:2:en", "part:1:en")]

    assert parts == ["<p>1</p>", "<p>2</p>", "<p>3</p>", "<p>1</p>"]


def test_another_process_is_given_what_was_made():
    make = Made()
    fragment("part:1:en", make, seconds=900)
    caches["process"].clear()

    assert (fragment("part:1:en", make, seconds=900)["html"], make.count) == ("<p>1</p>", 1)


def test_nobody_spoils_a_part_for_others():
    make = Made()
    fragment("part:1:en", make, seconds=900)["html"] += "mine"

    assert fragment("part:1:en", make, seconds=900)["html"] == "<p>1</p>"


def test_a_process_soon_makes_anew_what_the_shared_cache_has_let_go():
    make = Made()
    fragment("part:1:en", make, seconds=900)
    cache.clear()

    with time_machine.travel(timezone.now() + timedelta(seconds=SECONDS_IN_PROCESS + 1)):
        assert fragment("part:1:en", make, seconds=900)["html"] == "<p>2</p>"


def test_rows_are_read_together_once_and_never_shared_with_other_processes():
    asked = []

    def read(missing):
        asked.append([*missing])
        return {key: {"title": key} for key in missing}

    rows_in_process(["card:1:en"], read)
    rows_in_process(["card:1:en", "card:2:en", "card:3:en"], read)["card:1:en"]["title"] = "mine"
    found = rows_in_process(["card:1:en"], read)

    assert asked == [["card:1:en"], ["card:2:en", "card:3:en"]]
    assert found == {"card:1:en": {"title": "card:1:en"}}
    assert cache.get_many(["card:1:en", "card:2:en"]) == {}
