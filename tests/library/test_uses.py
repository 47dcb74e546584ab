"""Apps above say which modules work with a resource."""

from uuid import uuid4

import pytest

from library import uses
from library.uses import Use


@pytest.fixture
def finders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uses, "_finders", [])


def test_all_finders_are_asked_once_each(finders: None) -> None:
    key = uuid4()

    def first(asked: object, language: str) -> list[Use]:
        return [Use("First", language, "/1/")] if asked == key else []

    def second(asked: object, language: str) -> list[Use]:
        return [Use("Second", "en", "/2/")]

    for finder in (first, second, first):
        uses.register(finder)

    assert uses.uses_of(key, "be") == [Use("First", "be", "/1/"), Use("Second", "en", "/2/")]


def test_nobody_uses_anything_without_finders(finders: None) -> None:
    assert uses.uses_of(uuid4(), "en") == []
