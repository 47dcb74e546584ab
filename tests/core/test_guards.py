"""A guard says in a sentence why something may not be deleted."""

from uuid import uuid4

import pytest

from core import guards


@pytest.fixture(autouse=True)
def _no_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_guards", [])


def test_what_nobody_guards_may_go() -> None:
    assert guards.objections(frozenset({uuid4()})) == []


def test_every_guard_is_asked_about_all_keys_and_only_objections_are_told() -> None:
    asked = []
    keys = frozenset({uuid4(), uuid4()})

    def free(found: frozenset) -> None:
        asked.append(found)

    def in_use(found: frozenset) -> str:
        asked.append(found)
        return "12 people are enrolled: unpublish it instead."

    guards.register(free)
    guards.register(in_use)

    assert guards.objections(keys) == ["12 people are enrolled: unpublish it instead."]
    assert asked == [keys, keys]


def test_a_guard_that_registers_twice_is_asked_once() -> None:
    def in_use(_found: frozenset) -> str:
        return "No."

    guards.register(in_use)
    guards.register(in_use)

    assert guards.objections(frozenset()) == ["No."]
